/* test_suspension.c - suspension in the engine: which moves are legal, and what a suspended task
 * keeps. */
#include <criterion/criterion.h>

#include "base/memory.h"
#include "scheduler/audit.h"
#include "tests/engine_fixture.h"

static struct engine engine;
static struct audit audit;
static struct change last; /* that was told */

static void note(void *state, const struct cluster *cluster, const struct change *change)
{
    (void)state;
    (void)cluster;
    last = *change;
}

static void set_up(void)
{
    engine_init(&engine, &engine_options_default);
    audit_init(&audit);
    engine_observe(&engine, (struct observer){&audit, audit_on_change});
    engine_observe(&engine, (struct observer){NULL, note});
}

static void check(void)
{
    struct problem problem = {0};
    check_invariants(&engine);
    cr_assert_eq(audit_check(&audit, engine.cluster, &problem), STATUS_OK, "%s", problem.reason);
}

static void tear_down(void)
{
    check();
    audit_free(&audit);
    engine_free(&engine);
}

TestSuite(suspension, .init = set_up, .fini = tear_down);

static void decide(enum decision_kind kind, uint32_t task, uint32_t machine, int64_t now_us)
{
    decide_one(&engine, kind, task, machine, now_us);
    check();
}

static uint32_t submit_demand(const char *job, struct resources demand)
{
    struct event event = {
        .kind = EVENT_TASK_SUBMITTED, .job = job, .stage = "", .count = 1, .resources = demand};
    cr_assert_eq(engine_apply(&engine, &event, NULL), STATUS_OK);
    return task_of(&engine, job, 0);
}

static uint32_t run(const char *job, struct resources demand, int64_t now_us)
{
    uint32_t task = submit_demand(job, demand);
    decide(DECISION_PLACE, task, 0, now_us);
    cr_assert_eq(state_of(&engine, task), TASK_RUNNING, "%s", job);
    return task;
}

static uint32_t suspended(const char *job, struct resources demand, int64_t now_us)
{
    uint32_t task = run(job, demand, now_us);
    decide(DECISION_SUSPEND, task, NONE, now_us);
    cr_assert_eq(state_of(&engine, task), TASK_SUSPENDED, "%s", job);
    return task;
}

static enum status tell_task(enum event_kind kind, const char *job, struct resources demand)
{
    struct event event = {
        .kind = kind, .time_us = 10, .job = job, .stage = "", .count = 1, .resources = demand};
    return engine_apply(&engine, &event, NULL);
}

static bool uses(uint32_t machine, struct resources wanted)
{
    return resources_equal(&engine.cluster->machine_facts[machine].used, &wanted);
}

/* Machines m and n of 4 and 4, and on m, where it can, a task of 1 and 2 in the state. */
static uint32_t bring(enum task_state state)
{
    add_machine(&engine, "m", 4, 4);
    add_machine(&engine, "n", 4, 4);
    switch (state) {
    case TASK_BLOCKED:
        submit_stage(&engine, "j", "", (const char *const[]){"never", NULL}, 0);
        return task_of(&engine, "j", 0);
    case TASK_WAITING:
        return submit_demand("j", units(1, 2));
    case TASK_INFEASIBLE:
        return submit_demand("j", units(9, 9));
    case TASK_SUSPENDED:
        return suspended("j", units(1, 2), 5);
    default:
        break;
    }
    uint32_t task = run("j", units(1, 2), 5);
    if (state == TASK_BACKOFF)
        tell_task(EVENT_TASK_FAILED, "j", units(1, 2));
    return task;
}

/* All that is legal; everything else is rejected. */
static const struct {
    enum decision_kind kind;
    uint32_t machine;
    enum task_state from, to;
} moves[] = {
    {DECISION_PLACE, 0, TASK_WAITING, TASK_RUNNING},
    {DECISION_PREEMPT, NONE, TASK_RUNNING, TASK_WAITING},
    {DECISION_PREEMPT, NONE, TASK_SUSPENDED, TASK_WAITING},
    {DECISION_MIGRATE, 1, TASK_RUNNING, TASK_RUNNING},
    {DECISION_SUSPEND, NONE, TASK_RUNNING, TASK_SUSPENDED},
    {DECISION_RESUME, 0, TASK_SUSPENDED, TASK_RUNNING},
};

Test(suspension, each_decision_is_legal_in_its_states_and_rejected_in_all_others)
{
    for (size_t i = 0; i < COUNT_OF(moves); i++)
        for (int state = 0; state < TASK_LIVE_COUNT; state++) {
            enum task_state to = (enum task_state)state;
            bool legal = false;
            for (size_t k = 0; k < COUNT_OF(moves); k++)
                if (moves[k].kind == moves[i].kind && moves[k].from == to && !legal) {
                    legal = true;
                    to = moves[k].to;
                }
            uint32_t task = bring((enum task_state)state);
            uint32_t generation = engine.cluster->tasks[task].generation;
            cr_assert_eq(state_of(&engine, task), state);
            decide(moves[i].kind, task, moves[i].machine, 20);
            cr_assert_eq(state_of(&engine, task), to, "row %zu, %s", i,
                         task_state_name((enum task_state)state));
            cr_assert_eq(engine.rejected_decisions, !legal, "row %zu, %s", i,
                         task_state_name((enum task_state)state));
            cr_assert_eq(engine.cluster->tasks[task].generation == generation, !legal, "row %zu",
                         i);
            tear_down();
            set_up();
        }
}

/* Of machine m, or of the task on it, of 1 and 2. */
struct event_row {
    const char *what;
    enum event_kind kind;
    int64_t cpu, memory;
    enum status status;
    enum task_state to;
    int64_t used_cpu, used_memory; /* on m then */
    enum change_cause cause;
};

static const struct event_row event_rows[] = {
    {"a finish is refused", EVENT_TASK_FINISHED, 0, 0, STATUS_ILLEGAL, TASK_SUSPENDED, 0, 2,
     CAUSE_SUSPENDED},
    {"a failure is refused", EVENT_TASK_FAILED, 0, 0, STATUS_ILLEGAL, TASK_SUSPENDED, 0, 2,
     CAUSE_SUSPENDED},
    {"a kill", EVENT_TASK_KILLED, 0, 0, STATUS_OK, TASK_ABSENT, 0, 0, CAUSE_KILLED},
    {"an eviction", EVENT_TASK_EVICTED, 0, 0, STATUS_OK, TASK_WAITING, 0, 0, CAUSE_EVICTED},
    {"another demand", EVENT_TASK_UPDATED, 4, 4, STATUS_OK, TASK_SUSPENDED, 0, 4, CAUSE_UPDATED},
    {"more memory than there is", EVENT_TASK_UPDATED, 1, 5, STATUS_OK, TASK_WAITING, 0, 0,
     CAUSE_UPDATED},
    {"more cpu than its machine has", EVENT_TASK_UPDATED, 5, 1, STATUS_OK, TASK_WAITING, 0, 0,
     CAUSE_UPDATED},
    {"a drain", EVENT_MACHINE_DRAINED, 0, 0, STATUS_OK, TASK_SUSPENDED, 0, 2, CAUSE_MACHINE},
    {"a removal", EVENT_MACHINE_REMOVED, 0, 0, STATUS_OK, TASK_WAITING, 0, 0, CAUSE_MACHINE},
    {"a machine that just has room", EVENT_MACHINE_UPDATED, 1, 2, STATUS_OK, TASK_SUSPENDED, 0, 2,
     CAUSE_MACHINE},
    {"one without the memory", EVENT_MACHINE_UPDATED, 4, 1, STATUS_OK, TASK_WAITING, 0, 0,
     CAUSE_MACHINE},
    {"one without the cpu to resume", EVENT_MACHINE_UPDATED, 0, 4, STATUS_OK, TASK_WAITING, 0, 0,
     CAUSE_MACHINE},
};

Test(suspension, what_events_do_to_a_suspended_task)
{
    for (size_t i = 0; i < COUNT_OF(event_rows); i++) {
        const struct event_row *row = &event_rows[i];
        uint32_t task = bring(TASK_SUSPENDED);
        add_machine(&engine, "large", 9, 9);
        decide(DECISION_RESUME, task, 0, 6);
        decide(DECISION_SUSPEND, task, NONE, 7);
        struct event event = {.kind = row->kind,
                              .time_us = 10,
                              .machine = "m",
                              .job = "j",
                              .stage = "",
                              .count = 1,
                              .resources = units(row->cpu, row->memory)};
        cr_assert_eq(engine_apply(&engine, &event, NULL), row->status, "%s", row->what);
        cr_assert_eq(state_of(&engine, task), row->to, "%s: %s", row->what,
                     task_state_name(state_of(&engine, task)));
        cr_assert(uses(0, units(row->used_cpu, row->used_memory)), "%s", row->what);
        cr_assert_eq(last.cause, row->cause, "%s", row->what);
        cr_assert_eq(engine.cluster->tasks[task].evictions, row->to == TASK_WAITING, "%s",
                     row->what);
        tear_down();
        set_up();
    }
}

Test(suspension, a_suspended_task_whose_machine_changes_its_labels_is_evicted)
{
    struct event machine = {
        .kind = EVENT_MACHINE_ADDED, .machine = "m", .resources = units(4, 4), .labels = "zone=a"};
    engine_apply(&engine, &machine, NULL);
    struct event event = {.kind = EVENT_TASK_SUBMITTED,
                          .job = "j",
                          .stage = "",
                          .count = 1,
                          .resources = units(1, 1),
                          .constraint = "zone=a"};
    engine_apply(&engine, &event, NULL);
    uint32_t task = task_of(&engine, "j", 0);
    decide(DECISION_PLACE, task, 0, 0);
    decide(DECISION_SUSPEND, task, NONE, 1);
    change_machine(&engine, EVENT_MACHINE_DRAINED, "m", 2);
    machine.labels = "zone=b";
    cr_assert_eq(engine_apply(&engine, &machine, NULL), STATUS_OK);
    cr_assert_eq(state_of(&engine, task), TASK_INFEASIBLE);
    cr_assert_eq(engine.cluster->tasks[task].evictions, 1);
}

/* Neptune's example: an executor of 4 cores and 8 GB, full of 4 tasks. */
Test(suspension, n2_suspending_frees_no_memory)
{
    static const char *const jobs[] = {"a", "b", "c", "d"};
    uint32_t tasks[4];
    add_machine(&engine, "m", 4, 8);
    for (int i = 0; i < 4; i++)
        tasks[i] = run(jobs[i], units(1, 2), 0);
    uint32_t stream = submit_demand("stream", units(1, 1));
    decide(DECISION_SUSPEND, tasks[0], NONE, 1);
    cr_assert(uses(0, units(3, 8)));
    cr_assert_not(cluster_fits(engine.cluster, stream, 0));
    decide(DECISION_PLACE, stream, 0, 1);
    cr_assert_eq(state_of(&engine, stream), TASK_WAITING);
    cr_assert_eq(engine.rejected_decisions, 1);
    /* It must go elsewhere, or somebody has to go. */
    decide(DECISION_PREEMPT, tasks[0], NONE, 2);
    cr_assert(uses(0, units(3, 6)));
    decide(DECISION_PLACE, stream, 0, 2);
    cr_assert_eq(state_of(&engine, stream), TASK_RUNNING);
    /* What needs no memory gets the core. */
    decide(DECISION_SUSPEND, stream, NONE, 3);
    uint32_t light = run("light", units(1, 0), 3);
    cr_assert(uses(0, units(4, 7)));
    cr_assert_eq(engine.cluster->task_facts[light].machine, 0);
}

Test(suspension, devices_and_disk_are_kept)
{
    struct event machine = {.kind = EVENT_MACHINE_ADDED, .machine = "m", .resources = units(8, 8)};
    machine.resources.amount[RESOURCE_GPU] = 2 * RESOURCE_UNIT;
    machine.resources.amount[RESOURCE_DISK] = 2 * RESOURCE_UNIT;
    engine_apply(&engine, &machine, NULL);
    struct resources demand = units(1, 1);
    demand.amount[RESOURCE_GPU] = RESOURCE_UNIT;
    demand.amount[RESOURCE_DISK] = 2 * RESOURCE_UNIT;
    uint32_t task = suspended("j", demand, 0);
    uint32_t devices = engine.cluster->task_facts[task].devices;
    cr_assert_eq(devices, 1);
    const struct resources *used = &engine.cluster->machine_facts[0].used;
    cr_assert_eq(used->amount[RESOURCE_GPU], RESOURCE_UNIT);
    cr_assert_eq(used->amount[RESOURCE_DISK], 2 * RESOURCE_UNIT);
    struct resources both = units(1, 1);
    both.amount[RESOURCE_GPU] = 2 * RESOURCE_UNIT;
    cr_assert_not(cluster_fits(engine.cluster, submit_demand("both", both), 0));
    both.amount[RESOURCE_GPU] = RESOURCE_UNIT;
    uint32_t other = run("other", both, 1);
    cr_assert_eq(engine.cluster->task_facts[other].devices, 2);
    decide(DECISION_RESUME, task, 0, 2);
    cr_assert_eq(engine.cluster->task_facts[task].devices, devices);
    /* The device goes, and the suspended task with it. */
    decide(DECISION_SUSPEND, other, NONE, 3);
    machine.kind = EVENT_MACHINE_UPDATED;
    machine.resources.amount[RESOURCE_GPU] = RESOURCE_UNIT;
    cr_assert_eq(engine_apply(&engine, &machine, NULL), STATUS_OK);
    cr_assert_eq(state_of(&engine, other), TASK_WAITING);
    cr_assert_eq(state_of(&engine, task), TASK_RUNNING);
}

Test(suspension, a_resumption_needs_the_cpu_and_nothing_else)
{
    add_machine(&engine, "m", 2, 2);
    uint32_t task = suspended("j", units(2, 1), 0);
    uint32_t other = run("other", units(1, 1), 0); /* the memory is used up */
    cr_assert_not(cluster_can_resume(engine.cluster, task));
    decide(DECISION_RESUME, task, 0, 1);
    cr_assert_eq(state_of(&engine, task), TASK_SUSPENDED);
    cr_assert_eq(engine.rejected_decisions, 1);
    decide(DECISION_SUSPEND, other, NONE, 2);
    cr_assert(cluster_can_resume(engine.cluster, task));
    decide(DECISION_RESUME, task, 0, 3);
    cr_assert_eq(state_of(&engine, task), TASK_RUNNING);
    cr_assert(uses(0, units(2, 2)));
}

Test(suspension, a_task_resumes_on_its_machine_alone)
{
    add_machine(&engine, "m", 2, 2);
    add_machine(&engine, "n", 2, 2);
    uint32_t task = suspended("j", units(1, 1), 0);
    decide(DECISION_RESUME, task, 1, 1);
    decide(DECISION_MIGRATE, task, 1, 1);
    decide(DECISION_RESUME, task, 7, 1);
    cr_assert_eq(engine.rejected_decisions, 3);
    cr_assert_eq(state_of(&engine, task), TASK_SUSPENDED);
    cr_assert_eq(engine.cluster->task_facts[task].machine, 0);
}

Test(suspension, a_drained_machine_resumes_what_it_holds)
{
    add_machine(&engine, "m", 2, 2);
    uint32_t task = suspended("j", units(1, 1), 0);
    change_machine(&engine, EVENT_MACHINE_DRAINED, "m", 1);
    decide(DECISION_RESUME, task, 0, 2);
    cr_assert_eq(state_of(&engine, task), TASK_RUNNING);
    cr_assert_eq(engine.rejected_decisions, 0);
}

Test(suspension, decisions_about_a_past_state_are_stale)
{
    add_machine(&engine, "m", 4, 4);
    uint32_t task = run("j", units(1, 1), 0);
    struct decision_list list = {0};
    decision_add(&list, engine.cluster, DECISION_SUSPEND, task, NONE);
    tell_task(EVENT_TASK_UPDATED, "j", units(2, 1));
    engine_decide(&engine, &list, 20);
    cr_assert_eq(engine.stale_decisions, 1);
    cr_assert_eq(state_of(&engine, task), TASK_RUNNING);
    decide(DECISION_SUSPEND, task, NONE, 21);
    /* Suspended, resumed and suspended again: not the suspension that was seen. */
    list.count = 0;
    decision_add(&list, engine.cluster, DECISION_RESUME, task, 0);
    decide(DECISION_RESUME, task, 0, 22);
    decide(DECISION_SUSPEND, task, NONE, 23);
    engine_decide(&engine, &list, 24);
    cr_assert_eq(engine.stale_decisions, 2);
    /* The machine has changed. */
    list.count = 0;
    decision_add(&list, engine.cluster, DECISION_RESUME, task, 0);
    change_machine(&engine, EVENT_MACHINE_DRAINED, "m", 25);
    engine_decide(&engine, &list, 26);
    cr_assert_eq(engine.stale_decisions, 3);
    cr_assert_eq(state_of(&engine, task), TASK_SUSPENDED);
    cr_assert_eq(engine.rejected_decisions, 0);
    memory_free(list.decisions);
}

Test(suspension, decisions_of_a_round_are_carried_out_together)
{
    add_machine(&engine, "m", 2, 8);
    uint32_t old = run("old", units(2, 1), 0);
    uint32_t held = submit_demand("held", units(1, 1));
    uint32_t fresh = submit_demand("fresh", units(2, 1));
    struct decision_list list = {0};
    /* The cpu that is given back later in the list is there for the placement. */
    decision_add(&list, engine.cluster, DECISION_PLACE, fresh, 0);
    decision_add(&list, engine.cluster, DECISION_SUSPEND, old, NONE);
    decision_add(&list, engine.cluster, DECISION_SUSPEND, old, NONE);
    decision_add(&list, engine.cluster, DECISION_PREEMPT, old, NONE);
    engine_decide(&engine, &list, 1);
    cr_assert_eq(state_of(&engine, fresh), TASK_RUNNING);
    cr_assert_eq(state_of(&engine, old), TASK_SUSPENDED);
    cr_assert_eq(engine.stale_decisions, 2, "it is suspended once, and then another one");
    check();
    /* Who comes first takes the cpu; what comes too late is rejected. */
    list.count = 0;
    decision_add(&list, engine.cluster, DECISION_SUSPEND, fresh, NONE);
    decision_add(&list, engine.cluster, DECISION_PLACE, held, 0);
    decision_add(&list, engine.cluster, DECISION_RESUME, old, 0);
    engine_decide(&engine, &list, 2);
    cr_assert_eq(state_of(&engine, held), TASK_RUNNING);
    cr_assert_eq(state_of(&engine, old), TASK_SUSPENDED);
    cr_assert_eq(engine.rejected_decisions, 1);
    check();
    /* What is preempted does not resume; what resumes twice, does so once. */
    list.count = 0;
    decision_add(&list, engine.cluster, DECISION_RESUME, old, 0);
    decision_add(&list, engine.cluster, DECISION_RESUME, fresh, 0);
    decision_add(&list, engine.cluster, DECISION_RESUME, fresh, 0);
    decision_add(&list, engine.cluster, DECISION_PREEMPT, old, NONE);
    decision_add(&list, engine.cluster, DECISION_SUSPEND, held, NONE);
    engine_decide(&engine, &list, 3);
    cr_assert_eq(state_of(&engine, old), TASK_WAITING);
    cr_assert_eq(state_of(&engine, fresh), TASK_RUNNING);
    cr_assert_eq(engine.rejected_decisions, 3);
    memory_free(list.decisions);
}

/* A machine of 6 and 6: first and second run, 1 and 1 each; early and late are suspended. */
static void shrink(struct resources capacity, const char *const stays[], size_t count)
{
    static const char *const jobs[] = {"early", "late", "first", "second"};
    add_machine(&engine, "m", 6, 6);
    add_machine(&engine, "n", 6, 6);
    uint32_t tasks[4];
    for (uint32_t i = 0; i < COUNT_OF(jobs); i++)
        tasks[i] = run(jobs[i], units(1, 1), i);
    decide(DECISION_SUSPEND, tasks[0], NONE, 8);
    decide(DECISION_SUSPEND, tasks[1], NONE, 9);
    struct event event = {
        .kind = EVENT_MACHINE_UPDATED, .time_us = 10, .machine = "m", .resources = capacity};
    cr_assert_eq(engine_apply(&engine, &event, NULL), STATUS_OK);
    uint32_t left = 0;
    for (size_t i = 0; i < COUNT_OF(jobs); i++)
        left += engine.cluster->task_facts[tasks[i]].machine == 0;
    cr_assert_eq(left, count);
    for (size_t i = 0; i < count; i++)
        cr_assert_eq(engine.cluster->task_facts[task_of(&engine, stays[i], 0)].machine, 0, "%s",
                     stays[i]);
    tear_down();
    set_up();
}

Test(suspension, a_smaller_machine_loses_those_suspended_that_keep_what_lacks_and_then_others)
{
    shrink(units(1, 6), (const char *[]){"early", "late", "first"}, 3);
    shrink(units(6, 3), (const char *[]){"early", "first", "second"}, 3);
    shrink(units(6, 2), (const char *[]){"first", "second"}, 2);
    shrink(units(6, 1), (const char *[]){"first"}, 1);
    shrink(units(1, 3), (const char *[]){"early", "first"}, 2);
    shrink(units(0, 6), NULL, 0);
}

Test(suspension, a_lost_machine_loses_what_is_suspended_there)
{
    add_machine(&engine, "m", 4, 4);
    add_machine(&engine, "n", 4, 4);
    uint32_t held = suspended("held", units(1, 1), 0);
    uint32_t runs = run("runs", units(1, 1), 0);
    change_machine(&engine, EVENT_MACHINE_REMOVED, "m", 5);
    cr_assert_eq(state_of(&engine, held), TASK_WAITING);
    cr_assert_eq(state_of(&engine, runs), TASK_WAITING);
    cr_assert(resources_zero(&engine.cluster->used));
    cr_assert_eq(engine.cluster->tasks[held].evictions, 1);
}

Test(suspension, a_change_tells_what_was_given_back_and_how_long_the_attempt_ran)
{
    add_machine(&engine, "m", 4, 4);
    uint32_t task = run("j", units(2, 3), 100);
    decide(DECISION_SUSPEND, task, NONE, 130);
    cr_assert(last.cause == CAUSE_SUSPENDED && last.from == TASK_RUNNING &&
              last.to == TASK_SUSPENDED && last.machine == 0 && last.time_us == 130);
    cr_assert(resources_equal(&last.released, &(struct resources[]){units(2, 0)}[0]));
    cr_assert_eq(last.ran_us, 30);
    cr_assert_eq(cluster_task_facts(engine.cluster, task, 500).ran_us, 30, "it is frozen");
    cr_assert(cluster_task_facts(engine.cluster, task, 500).suspended);
    decide(DECISION_RESUME, task, 0, 1130);
    cr_assert(last.cause == CAUSE_RESUMED && last.from == TASK_SUSPENDED &&
              last.to == TASK_RUNNING && last.machine == 0);
    cr_assert(resources_zero(&last.released));
    cr_assert_eq(cluster_task_facts(engine.cluster, task, 1135).ran_us, 35);
    decide(DECISION_SUSPEND, task, NONE, 1140);
    cr_assert_eq(last.ran_us, 40);
    decide(DECISION_PREEMPT, task, NONE, 5000);
    cr_assert(last.cause == CAUSE_PREEMPTED && last.from == TASK_SUSPENDED);
    cr_assert(resources_equal(&last.released, &(struct resources[]){units(0, 3)}[0]));
    cr_assert_eq(last.ran_us, 40);
    /* Another attempt begins with nothing; what was, was. */
    decide(DECISION_PLACE, task, 0, 6000);
    cr_assert_eq(cluster_task_facts(engine.cluster, task, 6007).ran_us, 7);
    const struct task *t = &engine.cluster->tasks[task];
    cr_assert_eq(t->suspended_us, 1000 + 3860);
    cr_assert_eq(t->suspensions, 2);
    cr_assert_eq(t->preemptions, 1);
    cr_assert_eq(t->starts, 2);
}

Test(suspension, what_is_learned_of_a_run_is_how_long_it_ran)
{
    add_machine(&engine, "m", 4, 4);
    uint32_t task = run("j", units(1, 1), 0);
    decide(DECISION_SUSPEND, task, NONE, 1000);
    decide(DECISION_RESUME, task, 0, 900000);
    engine_end_attempt(&engine, task, engine.cluster->tasks[task].generation, false, false, 901000);
    struct run_histogram plain = {0};
    run_histogram_add(&plain, 2000, 1);
    cr_assert_eq(engine.cluster->runtimes.all.runs, 1);
    cr_assert_eq(engine.cluster->runtimes.all.buckets[0].bucket, plain.buckets[0].bucket);
    run_histogram_free(&plain);
}

Test(suspension, a_migration_that_fails_forgets_no_suspension)
{
    add_machine(&engine, "m", 4, 4);
    add_machine(&engine, "n", 1, 1);
    uint32_t task = run("j", units(2, 2), 0);
    decide(DECISION_SUSPEND, task, NONE, 10);
    decide(DECISION_RESUME, task, 0, 110);
    decide(DECISION_MIGRATE, task, 1, 120);
    cr_assert_eq(engine.rejected_decisions, 1);
    cr_assert_eq(cluster_task_facts(engine.cluster, task, 130).ran_us, 30);
}

Test(suspension, an_end_that_was_due_before_the_suspension_is_refused)
{
    add_machine(&engine, "m", 4, 4);
    uint32_t task = run("j", units(1, 1), 0);
    uint32_t generation = engine.cluster->tasks[task].generation;
    decide(DECISION_SUSPEND, task, NONE, 10);
    cr_assert_eq(engine_end_attempt(&engine, task, generation, false, false, 20), STATUS_ILLEGAL);
    decide(DECISION_RESUME, task, 0, 30);
    cr_assert_eq(engine_end_attempt(&engine, task, generation, false, false, 40), STATUS_ILLEGAL);
    cr_assert_eq(state_of(&engine, task), TASK_RUNNING);
}

Test(suspension, a_suspended_service_weighs_nothing_on_its_machine)
{
    add_machine(&engine, "m", 4, 4);
    struct event event = {.kind = EVENT_TASK_SUBMITTED,
                          .job = "web",
                          .stage = "",
                          .count = 1,
                          .machine = "m",
                          .resources = units(1, 1),
                          .priority = 9,
                          .latency_us = 50000};
    engine_apply(&engine, &event, NULL);
    uint32_t task = task_of(&engine, "web", 0);
    const struct machine_facts *facts = &engine.cluster->machine_facts[0];
    cr_assert_eq(facts->services_weight, 100);
    decide(DECISION_SUSPEND, task, NONE, 1);
    cr_assert_eq(facts->services_weight, 0);
    cr_assert_eq(facts->services_latency_us, 0);
    decide(DECISION_RESUME, task, 0, 2);
    cr_assert_eq(facts->services_weight, 100);
    cr_assert_eq(facts->services_latency_us, 50000);
}
