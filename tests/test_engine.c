/* test_engine.c - release, retry and failure, one rule a test. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "base/memory.h"
#include "base/random.h"
#include "scheduler/audit.h"
#include "scheduler/engine.h"
#include "tests/engine_fixture.h"

static struct engine engine;

static void set_up(void)
{
    engine_init(&engine, &engine_options_default);
}

static void tear_down(void)
{
    check_invariants(&engine);
    engine_free(&engine);
}

TestSuite(engine, .init = set_up, .fini = tear_down);

static void place(const char *job, uint32_t index, uint32_t machine, int64_t now_us)
{
    decide_one(&engine, DECISION_PLACE, task_of(&engine, job, index), machine, now_us);
}

static enum status tell_task(enum event_kind kind, const char *job, uint32_t index, int64_t now_us)
{
    struct event event = {
        .kind = kind, .time_us = now_us, .job = job, .stage = "", .index = index, .count = 1};
    return engine_apply(&engine, &event, NULL);
}

Test(engine, everything_placed_and_finished_leaves_nothing_used)
{
    add_machine(&engine, "m", 4, 4);
    submit(&engine, "j", 4, 0);
    for (uint32_t i = 0; i < 4; i++)
        place("j", i, 0, 0);
    cr_assert_eq(engine.cluster->machine_facts[0].used.amount[RESOURCE_CPU], 4 * RESOURCE_UNIT);
    for (uint32_t i = 0; i < 4; i++)
        cr_assert_eq(tell_task(EVENT_TASK_FINISHED, "j", i, 10), STATUS_OK);
    cr_assert(resources_zero(&engine.cluster->used));
    cr_assert_eq(engine.cluster->ended[TASK_FINISHED], 4);
}

Test(engine, an_exact_fit_is_placed_and_one_more_is_rejected)
{
    add_machine(&engine, "m", 2, 2);
    submit(&engine, "j", 3, 0);
    for (uint32_t i = 0; i < 3; i++)
        place("j", i, 0, 0);
    cr_assert_eq(state_of(&engine, task_of(&engine, "j", 1)), TASK_RUNNING);
    cr_assert_eq(state_of(&engine, task_of(&engine, "j", 2)), TASK_WAITING);
    cr_assert_eq(engine.rejected_decisions, 1);
}

Test(engine, strictly_sequential_tasks_reuse_one_machine)
{
    /* The leak of a published comparison: 20 one-unit tasks on an 11-unit machine. */
    add_machine(&engine, "m", 11, 11);
    submit(&engine, "j", 20, 0);
    for (uint32_t i = 0; i < 20; i++) {
        place("j", i, 0, i);
        tell_task(EVENT_TASK_FINISHED, "j", i, i + 1);
    }
    cr_assert_eq(engine.cluster->ended[TASK_FINISHED], 20);
    cr_assert(resources_zero(&engine.cluster->used));
}

Test(engine, a_lost_machine_gives_its_tasks_back)
{
    add_machine(&engine, "m", 2, 2);
    submit(&engine, "j", 2, 0);
    place("j", 0, 0, 5);
    cr_assert_eq(change_machine(&engine, EVENT_MACHINE_REMOVED, "m", 9), STATUS_OK);
    uint32_t task = task_of(&engine, "j", 0);
    cr_assert_eq(state_of(&engine, task), TASK_INFEASIBLE); /* there is no machine at all */
    cr_assert_eq(engine.cluster->tasks[task].evictions, 1);
    cr_assert_eq(engine.cluster->tasks[task].failures, 0);
    add_machine(&engine, "m", 2, 2);
    cr_assert_eq(state_of(&engine, task), TASK_WAITING);
    place("j", 0, 0, 20);
    cr_assert_eq(state_of(&engine, task), TASK_RUNNING);
}

Test(engine, a_drained_machine_keeps_its_tasks_and_takes_no_new_one)
{
    add_machine(&engine, "m", 4, 4);
    submit(&engine, "j", 2, 0);
    place("j", 0, 0, 0);
    change_machine(&engine, EVENT_MACHINE_DRAINED, "m", 1);
    place("j", 1, 0, 2);
    cr_assert_eq(state_of(&engine, task_of(&engine, "j", 0)), TASK_RUNNING);
    cr_assert_eq(state_of(&engine, task_of(&engine, "j", 1)), TASK_WAITING);
    cr_assert_eq(add_machine(&engine, "m", 4, 4), STATUS_OK);
    place("j", 1, 0, 3);
    cr_assert_eq(state_of(&engine, task_of(&engine, "j", 1)), TASK_RUNNING);
}

Test(engine, a_smaller_capacity_evicts_the_latest_starts_until_it_fits)
{
    add_machine(&engine, "m", 3, 3);
    submit(&engine, "j", 3, 0);
    for (uint32_t i = 0; i < 3; i++)
        place("j", i, 0, i);
    struct event event = {
        .kind = EVENT_MACHINE_UPDATED, .time_us = 9, .machine = "m", .resources = units(1, 3)};
    cr_assert_eq(engine_apply(&engine, &event, NULL), STATUS_OK);
    cr_assert_eq(state_of(&engine, task_of(&engine, "j", 0)), TASK_RUNNING);
    cr_assert_eq(state_of(&engine, task_of(&engine, "j", 1)), TASK_WAITING);
    cr_assert_eq(state_of(&engine, task_of(&engine, "j", 2)), TASK_WAITING);
}

Test(engine, a_failed_attempt_is_retried_after_a_doubling_back_off_then_fails)
{
    add_machine(&engine, "m", 1, 1);
    submit(&engine, "j", 1, 0);
    uint32_t task = task_of(&engine, "j", 0);
    int64_t now_us = 0;
    for (int attempt = 0; attempt < 4; attempt++) {
        place("j", 0, 0, now_us);
        cr_assert_eq(tell_task(EVENT_TASK_FAILED, "j", 0, now_us), STATUS_OK);
        cr_assert(resources_zero(&engine.cluster->used));
        if (attempt == 3)
            break;
        cr_assert_eq(state_of(&engine, task), TASK_BACKOFF);
        cr_assert_eq(engine_next_backoff(&engine), now_us + (1000000 << attempt));
        now_us = engine_next_backoff(&engine);
        engine_end_backoffs(&engine, now_us - 1);
        cr_assert_eq(state_of(&engine, task), TASK_BACKOFF);
        engine_end_backoffs(&engine, now_us);
        cr_assert_eq(state_of(&engine, task), TASK_WAITING);
    }
    cr_assert_eq(engine.cluster->ended[TASK_FAILED], 1);
    cr_assert_eq(engine_next_backoff(&engine), TIME_NEVER);
}

Test(engine, eviction_and_preemption_cost_no_retry)
{
    add_machine(&engine, "m", 1, 1);
    submit(&engine, "j", 1, 0);
    uint32_t task = task_of(&engine, "j", 0);
    for (int i = 0; i < 10; i++) {
        place("j", 0, 0, i);
        if (i % 2)
            tell_task(EVENT_TASK_EVICTED, "j", 0, i);
        else
            decide_one(&engine, DECISION_PREEMPT, task, NONE, i);
        cr_assert_eq(state_of(&engine, task), TASK_WAITING);
    }
    cr_assert_eq(engine.cluster->tasks[task].evictions, 5);
    cr_assert_eq(engine.cluster->tasks[task].preemptions, 5);
}

Test(engine, a_kill_ends_a_task_in_every_live_state)
{
    add_machine(&engine, "m", 1, 1);
    submit(&engine, "waiting", 1, 0);
    submit(&engine, "running", 1, 0);
    place("running", 0, 0, 0);
    submit_stage(&engine, "blocked", "", (const char *const[]){"never", NULL}, 0);
    submit(&engine, "backoff", 1, 0);
    tell_task(EVENT_TASK_KILLED, "running", 0, 1);
    place("backoff", 0, 0, 1);
    tell_task(EVENT_TASK_FAILED, "backoff", 0, 1);
    struct event large = {.kind = EVENT_TASK_SUBMITTED,
                          .job = "infeasible",
                          .stage = "",
                          .count = 1,
                          .resources = units(2, 1)};
    engine_apply(&engine, &large, NULL);
    const char *const jobs[] = {"waiting", "blocked", "backoff", "infeasible"};
    for (size_t i = 0; i < COUNT_OF(jobs); i++)
        cr_assert_eq(tell_task(EVENT_TASK_KILLED, jobs[i], 0, 2), STATUS_OK, "%s", jobs[i]);
    cr_assert_eq(engine.cluster->ended[TASK_KILLED], 5);
    cr_assert_eq(engine_next_backoff(&engine), TIME_NEVER);
}

Test(engine, a_stage_waits_for_all_its_predecessors_however_they_end)
{
    add_machine(&engine, "m", 9, 9);
    submit_stage(&engine, "j", "C", (const char *const[]){"A", "B", NULL}, 0);
    submit_stage(&engine, "j", "A", NULL, 1);
    submit_stage(&engine, "j", "B", NULL, 1);
    uint32_t c = cluster_find_task(engine.cluster, "j", "C", 0);
    uint32_t a = cluster_find_task(engine.cluster, "j", "A", 0);
    uint32_t b = cluster_find_task(engine.cluster, "j", "B", 0);
    decide_one(&engine, DECISION_PLACE, a, 0, 2);
    decide_one(&engine, DECISION_PLACE, b, 0, 2);
    engine_end_attempt(&engine, a, engine.cluster->tasks[a].generation, false, false, 3);
    cr_assert_eq(state_of(&engine, c), TASK_BLOCKED);
    engine_end_attempt(&engine, b, engine.cluster->tasks[b].generation, true, true, 4);
    cr_assert_eq(state_of(&engine, c), TASK_WAITING);
    cr_assert_eq(engine.cluster->tasks[c].eligible_us, 4);
    /* One that comes after they ended does not wait. */
    submit_stage(&engine, "j", "D", (const char *const[]){"A", "C", NULL}, 5);
    cr_assert_eq(engine.cluster->stages[3].open_predecessors, 1);
}

Test(engine, a_predecessor_that_never_comes_is_released_at_the_end_of_input)
{
    add_machine(&engine, "m", 1, 1);
    submit_stage(&engine, "j", "C", (const char *const[]){"never", NULL}, 0);
    cr_assert_eq(engine_release_absent(&engine, 7), 1);
    cr_assert_eq(state_of(&engine, cluster_find_task(engine.cluster, "j", "C", 0)), TASK_WAITING);
    cr_assert_eq(engine_release_absent(&engine, 8), 0);
}

Test(engine, an_end_of_an_attempt_that_was_cut_short_is_refused)
{
    add_machine(&engine, "m", 1, 1);
    submit(&engine, "j", 1, 0);
    uint32_t task = task_of(&engine, "j", 0);
    place("j", 0, 0, 0);
    uint32_t generation = engine.cluster->tasks[task].generation;
    tell_task(EVENT_TASK_EVICTED, "j", 0, 1);
    place("j", 0, 0, 2);
    cr_assert_eq(engine_end_attempt(&engine, task, generation, false, false, 3), STATUS_ILLEGAL);
    cr_assert_eq(state_of(&engine, task), TASK_RUNNING);
}

Test(engine, a_demand_that_outgrows_the_machine_evicts_and_one_that_fits_recharges)
{
    add_machine(&engine, "m", 4, 4);
    submit(&engine, "j", 2, 0);
    place("j", 0, 0, 0);
    place("j", 1, 0, 0);
    struct event event = {.kind = EVENT_TASK_UPDATED,
                          .time_us = 1,
                          .job = "j",
                          .stage = "",
                          .count = 1,
                          .resources = units(3, 1)};
    cr_assert_eq(engine_apply(&engine, &event, NULL), STATUS_OK);
    cr_assert_eq(engine.cluster->machine_facts[0].used.amount[RESOURCE_CPU], 4 * RESOURCE_UNIT);
    event.resources = units(4, 1);
    cr_assert_eq(engine_apply(&engine, &event, NULL), STATUS_OK);
    cr_assert_eq(state_of(&engine, task_of(&engine, "j", 0)), TASK_WAITING);
    event.resources = units(5, 1);
    cr_assert_eq(engine_apply(&engine, &event, NULL), STATUS_OK);
    cr_assert_eq(state_of(&engine, task_of(&engine, "j", 0)), TASK_INFEASIBLE);
}

Test(engine, an_update_does_not_lengthen_a_back_off)
{
    add_machine(&engine, "m", 4, 4);
    submit(&engine, "j", 1, 0);
    place("j", 0, 0, 0);
    cr_assert_eq(tell_task(EVENT_TASK_FAILED, "j", 0, 5), STATUS_OK);
    struct event event = {.kind = EVENT_TASK_UPDATED,
                          .time_us = 6,
                          .job = "j",
                          .stage = "",
                          .count = 1,
                          .resources = units(2, 2)};
    cr_assert_eq(engine_apply(&engine, &event, NULL), STATUS_OK);
    cr_assert_eq(engine_next_backoff(&engine), 1000005);
    engine_end_backoffs(&engine, 1000005);
    cr_assert_eq(state_of(&engine, task_of(&engine, "j", 0)), TASK_WAITING);
}

Test(engine, two_tasks_may_change_places_on_full_machines)
{
    add_machine(&engine, "a", 1, 1);
    add_machine(&engine, "b", 1, 1);
    submit(&engine, "j", 2, 0);
    place("j", 0, 0, 0);
    place("j", 1, 1, 0);
    struct decision_list list = {0};
    decision_add(&list, engine.cluster, DECISION_MIGRATE, task_of(&engine, "j", 0), 1);
    decision_add(&list, engine.cluster, DECISION_MIGRATE, task_of(&engine, "j", 1), 0);
    engine_decide(&engine, &list, 5);
    memory_free(list.decisions);
    cr_assert_eq(engine.rejected_decisions, 0);
    cr_assert_eq(engine.cluster->task_facts[task_of(&engine, "j", 0)].machine, 1);
    cr_assert_eq(engine.cluster->task_facts[task_of(&engine, "j", 1)].machine, 0);
}

Test(engine, a_migration_without_room_leaves_the_task_as_it_was)
{
    add_machine(&engine, "a", 1, 1);
    add_machine(&engine, "b", 1, 1);
    submit(&engine, "j", 2, 0);
    place("j", 0, 0, 0);
    place("j", 1, 1, 0);
    uint32_t task = task_of(&engine, "j", 0);
    struct task before = engine.cluster->tasks[task];
    decide_one(&engine, DECISION_MIGRATE, task, 1, 5);
    cr_assert_eq(engine.rejected_decisions, 1);
    cr_assert_eq(engine.cluster->task_facts[task].machine, 0);
    cr_assert_eq(engine.cluster->tasks[task].start_us, before.start_us);
    cr_assert_eq(engine.cluster->tasks[task].generation, before.generation);
}

Test(engine, a_decision_about_a_past_state_is_stale_and_dropped)
{
    add_machine(&engine, "m", 1, 1);
    submit(&engine, "j", 1, 0);
    struct decision_list list = {0};
    decision_add(&list, engine.cluster, DECISION_PLACE, task_of(&engine, "j", 0), 0);
    tell_task(EVENT_TASK_KILLED, "j", 0, 1);
    submit(&engine, "j", 1, 2); /* the id is given out again */
    engine_decide(&engine, &list, 3);
    cr_assert_eq(engine.stale_decisions, 1);
    list.count = 0;
    decision_add(&list, engine.cluster, DECISION_PLACE, task_of(&engine, "j", 0), 0);
    change_machine(&engine, EVENT_MACHINE_DRAINED, "m", 4);
    engine_decide(&engine, &list, 5);
    cr_assert_eq(engine.stale_decisions, 2);
    cr_assert_eq(engine.rejected_decisions, 0);
    memory_free(list.decisions);
}

Test(engine, the_same_decision_twice_is_charged_once)
{
    add_machine(&engine, "m", 4, 4);
    add_machine(&engine, "n", 4, 4);
    submit(&engine, "j", 1, 0);
    struct decision_list list = {0};
    uint32_t task = task_of(&engine, "j", 0);
    decision_add(&list, engine.cluster, DECISION_PLACE, task, 0);
    decision_add(&list, engine.cluster, DECISION_PLACE, task, 0);
    engine_decide(&engine, &list, 0);
    cr_assert_eq(engine.cluster->machine_facts[0].running, 1);
    list.count = 0;
    decision_add(&list, engine.cluster, DECISION_MIGRATE, task, 1);
    decision_add(&list, engine.cluster, DECISION_MIGRATE, task, 1);
    engine_decide(&engine, &list, 1);
    cr_assert_eq(engine.cluster->machine_facts[1].running, 1);
    cr_assert_eq(engine.rejected_decisions, 2);
    memory_free(list.decisions);
}

Test(engine, events_that_the_state_forbids_are_refused_counted_and_change_nothing)
{
    add_machine(&engine, "m", 1, 1);
    submit(&engine, "j", 1, 0);
    static const struct {
        const char *what;
        struct event event;
        enum status status;
    } cases[] = {
        {"finish of a waiting task",
         {.kind = EVENT_TASK_FINISHED, .job = "j", .stage = ""},
         STATUS_ILLEGAL},
        {"eviction of a waiting task",
         {.kind = EVENT_TASK_EVICTED, .job = "j", .stage = ""},
         STATUS_ILLEGAL},
        {"kill of an unknown task",
         {.kind = EVENT_TASK_KILLED, .job = "j", .stage = "", .index = 9},
         STATUS_NOT_FOUND},
        {"a live task again",
         {.kind = EVENT_TASK_SUBMITTED, .job = "j", .stage = "", .count = 1},
         STATUS_EXISTS},
        {"no task at all",
         {.kind = EVENT_TASK_SUBMITTED, .job = "k", .stage = ""},
         STATUS_TOO_LARGE},
        {"a negative demand",
         {.kind = EVENT_TASK_SUBMITTED,
          .job = "k",
          .stage = "",
          .count = 1,
          .resources.amount = {-1}},
         STATUS_TOO_LARGE},
        {"a machine that is there", {.kind = EVENT_MACHINE_ADDED, .machine = "m"}, STATUS_EXISTS},
        {"removal of an unknown machine",
         {.kind = EVENT_MACHINE_REMOVED, .machine = "x"},
         STATUS_NOT_FOUND},
        {"capacity past the sum",
         {.kind = EVENT_MACHINE_ADDED, .machine = "y", .resources.amount = {INT64_MAX}},
         STATUS_TOO_LARGE},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct problem problem = {0};
        cr_assert_eq(engine_apply(&engine, &cases[i].event, &problem), cases[i].status, "%s",
                     cases[i].what);
        cr_assert_neq(problem.reason[0], '\0', "%s", cases[i].what);
        check_invariants(&engine);
    }
    uint64_t refused = 0;
    for (int kind = 0; kind < EVENT_KIND_COUNT; kind++)
        refused += engine.refused_events[kind];
    cr_assert_eq(refused, COUNT_OF(cases));
    cr_assert_eq(engine.cluster->submitted, 1);
}

Test(engine, what_is_said_to_run_starts_where_it_fits_and_is_queued_elsewhere)
{
    add_machine(&engine, "m", 2, 2);
    struct event event = {.kind = EVENT_TASK_SUBMITTED,
                          .job = "j",
                          .stage = "",
                          .count = 3,
                          .machine = "m",
                          .resources = units(1, 1)};
    cr_assert_eq(engine_apply(&engine, &event, NULL), STATUS_OK);
    cr_assert_eq(engine.cluster->lists[TASK_RUNNING].count, 2);
    cr_assert_eq(engine.cluster->lists[TASK_WAITING].count, 1);
    cr_assert_eq(engine.queued_at_submission, 1);
}

Test(engine, a_second_decision_about_a_task_that_moves_is_rejected)
{
    static const enum decision_kind SECOND[] = {DECISION_PREEMPT, DECISION_MIGRATE};
    add_machine(&engine, "m", 1, 1);
    add_machine(&engine, "n", 1, 1);
    submit(&engine, "j", 1, 0);
    uint32_t task = task_of(&engine, "j", 0);
    place("j", 0, 0, 0);
    for (uint32_t i = 0; i < COUNT_OF(SECOND); i++) {
        uint32_t target = 1 - engine.cluster->task_facts[task].machine;
        struct decision_list list = {0};
        decision_add(&list, engine.cluster, DECISION_MIGRATE, task, target);
        decision_add(&list, engine.cluster, SECOND[i], task,
                     SECOND[i] == DECISION_PREEMPT ? NONE : target);
        engine_decide(&engine, &list, 1);
        memory_free(list.decisions);
        cr_assert_eq(engine.rejected_decisions, i + 1);
        cr_assert_eq(engine.cluster->task_facts[task].machine, target);
        check_invariants(&engine);
    }
}

/* What fits no machine that is there is INFEASIBLE, and nothing else is. */
static void check_feasible(uint64_t seed, int step)
{
    const struct cluster *cluster = engine.cluster;
    for (uint32_t t = 0; t < cluster->task_limit; t++) {
        bool fits = false;
        const struct task_facts *task = &cluster->task_facts[t];
        for (uint32_t m = 0; m < cluster->machine_count; m++)
            fits |= cluster->machine_facts[m].present &&
                    cluster_allows(cluster, task->constraint, m) &&
                    resources_fit(&task->demand, &cluster->machine_facts[m].capacity);
        cr_assert_eq(state_of(&engine, t), fits ? TASK_WAITING : TASK_INFEASIBLE,
                     "seed %" PRIu64 " step %d task %" PRIu32, seed, step, t);
    }
}

Test(engine, a_task_is_infeasible_exactly_as_long_as_it_fits_no_machine)
{
    static const char *const CONSTRAINTS[] = {NULL, "zone=a", "zone=a|b"};
    static const char *const LABELS[] = {"", "zone=a", "zone=b"};
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct random random;
        random_init(&random, seed);
        for (uint32_t i = 0; i < 16; i++) {
            struct event event = {.kind = EVENT_TASK_SUBMITTED,
                                  .job = "j",
                                  .stage = "",
                                  .index = i,
                                  .count = 1,
                                  .resources = units(1 + i / 4, 1 + i % 4),
                                  .constraint = CONSTRAINTS[i % 3]};
            event.resources.amount[RESOURCE_GPU] = i % 5 / 3 * RESOURCE_UNIT;
            engine_apply(&engine, &event, NULL);
        }
        for (int step = 0; step < 500; step++) {
            char name[] = {(char)('a' + random_below(&random, 5)), '\0'};
            struct event event = {
                .kind = (enum event_kind)random_below(&random, EVENT_MACHINE_REMOVED + 1),
                .machine = name,
                .resources =
                    units((int64_t)random_below(&random, 5), (int64_t)random_below(&random, 5)),
                .labels = LABELS[random_below(&random, 3)]};
            event.resources.amount[RESOURCE_GPU] =
                (int64_t)random_below(&random, 3) * RESOURCE_UNIT;
            engine_apply(&engine, &event, NULL);
            check_feasible(seed, step);
        }
        tear_down();
        set_up();
    }
}

/* It drains, goes or changes; to nothing, at times. */
static void tell_machine(struct random *random, const char *name, int64_t now_us)
{
    struct event event = {
        .kind = (enum event_kind)(random_below(random, 3) + 1),
        .time_us = now_us,
        .machine = name,
        .resources = units((int64_t)random_below(random, 6), (int64_t)random_below(random, 6))};
    engine_apply(&engine, &event, NULL);
}

/* Any decision, but mostly one that sets a task going. */
static enum decision_kind random_kind(struct random *random, uint32_t state)
{
    if (random_below(random, 3) && state == TASK_WAITING)
        return DECISION_PLACE;
    if (random_below(random, 3) && state == TASK_SUSPENDED)
        return DECISION_RESUME;
    return (enum decision_kind)random_below(random, DECISION_KIND_COUNT);
}

/* Any machine, or half the time the one that the task is on. */
static uint32_t random_place(struct random *random, uint32_t task)
{
    uint32_t machine = engine.cluster->task_facts[task].machine;
    if (machine != NONE && random_below(random, 2))
        return machine;
    return (uint32_t)random_below(random, engine.cluster->machine_count);
}

/* One random step; every invariant must hold after it. */
static void random_step(struct random *random, int64_t now_us)
{
    char name[16];
    struct cluster *cluster = engine.cluster;
    uint32_t list = (uint32_t)random_below(random, TASK_LIVE_COUNT);
    uint32_t task = NONE;
    if (cluster->lists[list].count)
        task = cluster->lists[list].tasks[random_below(random, cluster->lists[list].count)];
    snprintf(name, sizeof name, "%c", (char)('a' + random_below(random, 8)));
    switch (random_below(random, 14)) {
    case 0:
    case 1:
        add_machine(&engine, name, 1 + (int64_t)random_below(random, 6), 4);
        break;
    case 2:
        tell_machine(random, name, now_us);
        break;
    case 3:
    case 4:
        submit(&engine, name, 1 + (uint32_t)random_below(random, 4), now_us);
        break;
    case 5:
        if (task != NONE)
            engine_end_attempt(&engine, task, cluster->tasks[task].generation,
                               random_below(random, 2), false, now_us);
        break;
    case 6:
        engine_end_backoffs(&engine, now_us);
        break;
    case 7:
        tell_task((enum event_kind)(EVENT_TASK_FINISHED + random_below(random, 4)), name,
                  (uint32_t)random_below(random, 4), now_us);
        break;
    default:
        if (task != NONE && cluster->machine_count)
            decide_one(&engine, random_kind(random, list), task, random_place(random, task),
                       now_us);
    }
}

Test(engine, invariants_hold_through_long_random_histories)
{
    uint64_t running = 0, suspended = 0;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        cr_log_info("seed %" PRIu64, seed);
        struct random random;
        random_init(&random, seed);
        struct audit audit;
        audit_init(&audit);
        engine_observe(&engine, (struct observer){&audit, audit_on_change});
        for (int64_t step = 0; step < 2000; step++) {
            random_step(&random, step * 100000);
            struct problem problem = {0};
            cr_assert_eq(cluster_check(engine.cluster, &problem), STATUS_OK,
                         "seed %" PRIu64 " step %" PRId64 ": %s", seed, step, problem.reason);
            cr_assert_eq(audit_check(&audit, engine.cluster, &problem), STATUS_OK,
                         "audit, seed %" PRIu64 " step %" PRId64 ": %s", seed, step,
                         problem.reason);
            running += engine.cluster->lists[TASK_RUNNING].count;
            suspended += engine.cluster->lists[TASK_SUSPENDED].count;
        }
        audit_free(&audit);
        tear_down();
        set_up();
    }
    cr_assert(running > 20 * 2000 && suspended > 20 * 200, "%" PRIu64 " and %" PRIu64, running,
              suspended);
}

static void submit_service(const char *job, int32_t priority, int64_t latency_us)
{
    struct event event = {.kind = EVENT_TASK_SUBMITTED,
                          .job = job,
                          .stage = "",
                          .count = 1,
                          .machine = "m0",
                          .resources = units(1, 1),
                          .priority = priority,
                          .latency_us = latency_us};
    cr_assert_eq(engine_apply(&engine, &event, NULL), STATUS_OK);
}

static void expect_services(int64_t weight, int64_t latency_us)
{
    const struct machine_facts *facts = &engine.cluster->machine_facts[0];
    cr_assert_eq(facts->services_weight, weight);
    cr_assert_eq(facts->services_latency_us, latency_us);
    check_invariants(&engine);
}

Test(engine, a_machine_knows_what_its_services_weigh_and_the_strictest_of_them)
{
    struct event machine = {.kind = EVENT_MACHINE_ADDED, .machine = "m0", .resources = units(8, 8)};
    cr_assert_eq(engine_apply(&engine, &machine, NULL), STATUS_OK);
    submit_service("batch", 9, 0);
    expect_services(0, 0);
    submit_service("web", 9, 50000);
    submit_service("monitor", 11, 200000);
    expect_services(1100, 50000);
    submit_service("shop", 2, 20000);
    expect_services(1110, 20000);
    struct event update = {.kind = EVENT_TASK_UPDATED,
                           .job = "shop",
                           .stage = "",
                           .count = 1,
                           .resources = units(2, 2),
                           .priority = 9};
    cr_assert_eq(engine_apply(&engine, &update, NULL), STATUS_OK);
    expect_services(1200, 20000);
    cr_assert_eq(tell_task(EVENT_TASK_FINISHED, "shop", 0, 1), STATUS_OK);
    expect_services(1100, 50000);
    decide_one(&engine, DECISION_PREEMPT, task_of(&engine, "web", 0), NONE, 2);
    expect_services(1000, 200000);
    machine.kind = EVENT_MACHINE_REMOVED;
    cr_assert_eq(engine_apply(&engine, &machine, NULL), STATUS_OK);
    expect_services(0, 0);
}

Test(engine, a_deadline_or_latency_below_zero_is_refused)
{
    struct event event = {
        .kind = EVENT_TASK_SUBMITTED, .job = "j", .stage = "", .count = 1, .deadline_us = -1};
    cr_assert_eq(engine_apply(&engine, &event, NULL), STATUS_TOO_LARGE);
    event.deadline_us = 0;
    event.latency_us = -1;
    cr_assert_eq(engine_apply(&engine, &event, NULL), STATUS_TOO_LARGE);
}

Test(engine, knows_how_long_tasks_lately_waited)
{
    add_machine(&engine, "m", 100, 100);
    submit(&engine, "j", 40, 0);
    for (uint32_t i = 0; i < 40; i++) {
        place("j", i, 0, 1600);
        int64_t wait_us = engine.cluster->wait_us;
        cr_assert_eq(wait_us, cluster_facts(engine.cluster, 1600).wait_us);
        cr_assert_leq(wait_us, 1600);
        cr_assert_geq(wait_us, 100, "the first counts a 16th");
    }
    cr_assert_geq(engine.cluster->wait_us, 1400);
}
