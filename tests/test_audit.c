/* test_audit.c - whatever goes wrong in the cluster, a check finds it.
 *
 * Every field that a rule speaks of is spoilt in turn: a full check must find each, the
 * audit at its next check if it was told that the part changed, and else before it has been
 * told of as many changes as there are parts. */
#include <criterion/criterion.h>
#include <string.h>

#include "scheduler/audit.h"
#include "tests/engine_fixture.h"

enum { RUNS = 1, RUNS_ELSEWHERE = 3, WAITS = 4 }; /* task ids; tasks 0 to 2 run on machine 0 */

/* Whose field it is: what the audit must be told of to find it at once. */
enum part { OF_TASK, OF_MACHINE, OF_JOB, OF_SUMS };

struct field {
    const char *name;
    void *at;
    size_t size;
    enum part part;
};

static struct engine engine;
static struct audit audit;

static void add_gpu_machine(const char *name)
{
    struct event event = {
        .kind = EVENT_MACHINE_ADDED, .machine = name, .resources = units(4, 4), .labels = "zone=a"};
    event.resources.amount[RESOURCE_GPU] = 2 * RESOURCE_UNIT;
    cr_assert_eq(engine_apply(&engine, &event, NULL), STATUS_OK);
}

/* Tasks of which all that a rule speaks of says something. */
static void submit_rich(const char *job, uint32_t count)
{
    struct event event = {.kind = EVENT_TASK_SUBMITTED,
                          .job = job,
                          .stage = "",
                          .tenant = "tenant",
                          .count = count,
                          .resources = units(1, 1),
                          .constraint = "zone=a",
                          .latency_us = 20000};
    event.resources.amount[RESOURCE_GPU] = RESOURCE_UNIT / 4;
    cr_assert_eq(engine_apply(&engine, &event, NULL), STATUS_OK);
}

static void end_well(const char *job, uint32_t index)
{
    decide_one(&engine, DECISION_PLACE, task_of(&engine, job, index), 1, 0);
    struct event event = {.kind = EVENT_TASK_FINISHED,
                          .time_us = 1000,
                          .job = job,
                          .stage = "",
                          .index = index,
                          .count = 1};
    cr_assert_eq(engine_apply(&engine, &event, NULL), STATUS_OK);
}

static void set_up(void)
{
    engine_init(&engine, &engine_options_default);
    audit_init(&audit);
    engine_observe(&engine, (struct observer){&audit, audit_on_change});
    add_gpu_machine("m");
    add_gpu_machine("n");
    add_machine(&engine, "gone", 4, 4);
    change_machine(&engine, EVENT_MACHINE_REMOVED, "gone", 0);
    submit_rich("j", 6);
    for (uint32_t i = 0; i < 4; i++)
        decide_one(&engine, DECISION_PLACE, task_of(&engine, "j", i), i == RUNS_ELSEWHERE, 0);
    end_well("j", 5);
    submit_stage(&engine, "k", "first", NULL, 0);
    submit_stage(&engine, "k", "second", (const char *const[]){"first", NULL}, 0);
    submit_rich("held", 2);
    for (uint32_t i = 0; i < 2; i++) {
        decide_one(&engine, DECISION_PLACE, task_of(&engine, "held", i), 1, 0);
        decide_one(&engine, DECISION_SUSPEND, task_of(&engine, "held", i), NONE, 0);
    }
}

/* The one that the other is next of, in the list of those suspended on machine 1. */
static uint32_t held(void)
{
    return task_of(&engine, "held", 1);
}

static void tear_down(void)
{
    audit_free(&audit);
    engine_free(&engine);
}

TestSuite(audit, .init = set_up, .fini = tear_down);

static enum status check(void)
{
    struct problem problem = {0};
    enum status status = audit_check(&audit, engine.cluster, &problem);
    cr_assert(status == STATUS_OK || problem.reason[0]);
    return status;
}

#define FIELD(part, object, field)                            \
    {                                                         \
#field, &(object)->field, sizeof(object)->field, part \
    }
#define FIELD_MAX 96

static uint32_t list_fields(struct field fields[FIELD_MAX])
{
    struct cluster *cluster = engine.cluster;
    struct task *task = &cluster->tasks[RUNS];
    struct task_facts *task_facts = &cluster->task_facts[RUNS];
    struct task_facts *waiting = &cluster->task_facts[WAITS];
    struct machine *machine = &cluster->machines[0];
    struct machine_facts *facts = &cluster->machine_facts[0];
    struct task_facts *suspended = &cluster->task_facts[held()];
    struct tenant_facts *tenant = &cluster->tenant_facts[task_facts->tenant];
    struct job *job = &cluster->jobs[0];
    struct runtimes *runtimes = &cluster->runtimes;
    struct stage *stage = &cluster->stages[0];
    struct stage *first = &cluster->stages[1];
    struct stage *second = &cluster->stages[2];
    const struct field all[] = {
        FIELD(OF_TASK, task, state),
        FIELD(OF_TASK, task, stage),
        FIELD(OF_TASK, task, index),
        FIELD(OF_TASK, task, position),
        FIELD(OF_TASK, task, machine_next),
        FIELD(OF_TASK, task, machine_previous),
        FIELD(OF_TASK, task, stage_next),
        FIELD(OF_TASK, task, stage_previous),
        FIELD(OF_TASK, task_facts, machine),
        FIELD(OF_TASK, task_facts, demand.amount[RESOURCE_MEMORY]),
        FIELD(OF_TASK, task_facts, job),
        FIELD(OF_TASK, task_facts, stage),
        FIELD(OF_TASK, task_facts, tenant),
        FIELD(OF_TASK, tenant, used.amount[RESOURCE_CPU]),
        FIELD(OF_TASK, tenant, parent),
        FIELD(OF_TASK, tenant, level),
        FIELD(OF_TASK, tenant, levels_below),
        FIELD(OF_TASK, cluster, tenant_depth),
        FIELD(OF_TASK, task_facts, devices),
        FIELD(OF_TASK, waiting, devices),
        FIELD(OF_TASK, waiting, suspended),
        FIELD(OF_TASK, task_facts, suspended),
        FIELD(OF_TASK, suspended, suspended),
        FIELD(OF_TASK, suspended, machine),
        FIELD(OF_TASK, suspended, devices),
        FIELD(OF_TASK, suspended, demand.amount[RESOURCE_MEMORY]),
        FIELD(OF_TASK, &cluster->tasks[held()], state),
        FIELD(OF_TASK, &cluster->tasks[held()], machine_next),
        FIELD(OF_TASK, &cluster->tasks[held()], machine_previous),
        FIELD(OF_TASK, cluster, lists[TASK_SUSPENDED].tasks[0]),
        FIELD(OF_TASK, &cluster->machines[1], first_suspended),
        FIELD(OF_TASK, &cluster->machine_facts[1], suspended),
        FIELD(OF_TASK, job, tenant),
        FIELD(OF_TASK, task_facts, kind),
        FIELD(OF_TASK, stage, kind),
        FIELD(OF_TASK, &runtimes->stages.histograms[0], runs),
        FIELD(OF_TASK, &runtimes->kinds.histograms[stage->kind], runs),
        FIELD(OF_TASK, &runtimes->tenants.histograms[task_facts->tenant], runs),
        FIELD(OF_TASK, &runtimes->tenants.histograms[task_facts->tenant], buckets[0].runs),
        FIELD(OF_TASK, stage, first_task),
        FIELD(OF_TASK, stage, live_count),
        FIELD(OF_TASK, stage, open_predecessors),
        FIELD(OF_TASK, cluster, lists[TASK_RUNNING].tasks[RUNS]),
        FIELD(OF_MACHINE, machine, state),
        FIELD(OF_MACHINE, machine, first_task),
        FIELD(OF_MACHINE, facts, up),
        FIELD(OF_MACHINE, facts, present),
        FIELD(OF_MACHINE, facts, running),
        FIELD(OF_MACHINE, facts, capacity.amount[RESOURCE_CPU]),
        FIELD(OF_MACHINE, facts, capacity.amount[RESOURCE_GPU]),
        FIELD(OF_MACHINE, facts, used.amount[RESOURCE_CPU]),
        FIELD(OF_MACHINE, facts, labels),
        FIELD(OF_MACHINE, facts, services_weight),
        FIELD(OF_MACHINE, facts, services_latency_us),
        FIELD(OF_MACHINE, facts->devices, count),
        FIELD(OF_MACHINE, facts->devices, free[0]),
        FIELD(OF_MACHINE, facts->devices, free[1]),
        FIELD(OF_JOB, first, job),
        FIELD(OF_JOB, first, successor_count),
        FIELD(OF_JOB, first, successors[0]),
        FIELD(OF_JOB, second, next),
        FIELD(OF_JOB, second, open_predecessors),
        FIELD(OF_SUMS, cluster, capacity.amount[RESOURCE_CPU]),
        FIELD(OF_SUMS, cluster, used.amount[RESOURCE_MEMORY]),
        FIELD(OF_SUMS, cluster, lists[TASK_BLOCKED].count),
        FIELD(OF_SUMS, cluster, lists[TASK_WAITING].count),
        FIELD(OF_SUMS, cluster, lists[TASK_RUNNING].count),
        FIELD(OF_SUMS, cluster, lists[TASK_SUSPENDED].count),
        FIELD(OF_SUMS, cluster, lists[TASK_BACKOFF].count),
        FIELD(OF_SUMS, cluster, lists[TASK_INFEASIBLE].count),
        FIELD(OF_SUMS, cluster, task_ids.count),
        FIELD(OF_SUMS, cluster, ended[TASK_FINISHED]),
        FIELD(OF_SUMS, cluster, submitted),
        FIELD(OF_SUMS, runtimes, all.runs),
        FIELD(OF_SUMS, runtimes, all.buckets[0].runs),
    };
    cr_assert_leq(COUNT_OF(all), FIELD_MAX);
    memcpy(fields, all, sizeof all);
    return COUNT_OF(all);
}

/* Another value: off by one, or what means "none" or "all", where the field can hold it. */
static bool spoil(const struct field *field, bool wildly, unsigned char kept[8])
{
    memcpy(kept, field->at, field->size);
    unsigned char *bytes = field->at;
    if (!wildly) {
        bytes[0] ^= 1;
        return true;
    }
    if (field->size > 1) /* a bool has no third value */
        memset(bytes, 0xff, field->size);
    return memcmp(bytes, kept, field->size) != 0;
}

static void tell(uint32_t task, uint32_t machine)
{
    audit_on_change(&audit, engine.cluster,
                    &(struct change){.cause = CAUSE_UPDATED, .task = task, .machine = machine});
}

/* A stage's list that is cut short behind a task shows at the task that was next. */
static void tell_part(enum part part)
{
    if (part == OF_TASK) {
        tell(RUNS, NONE);
        tell(RUNS - 1, NONE);
        tell(WAITS, NONE);
        tell(task_of(&engine, "held", 0), NONE);
        tell(task_of(&engine, "held", 1), NONE);
    } else if (part == OF_MACHINE) {
        tell(NONE, 0);
    } else if (part == OF_JOB) {
        submit_stage(&engine, "k", "third", NULL, 0);
    }
}

/* Spoil each field, once in each way, and let `found` say whether a check finds it. */
static void each_is_found(bool (*found)(const struct field *field))
{
    struct field fields[FIELD_MAX];
    uint32_t count = list_fields(fields);
    for (uint32_t i = 0; i < 2 * count; i++) {
        tear_down();
        set_up();
        list_fields(fields);
        cr_assert_eq(check(), STATUS_OK);
        const struct field *field = &fields[i / 2];
        bool wildly = i % 2;
        unsigned char kept[8];
        if (!spoil(field, wildly, kept))
            continue;
        cr_assert(found(field), "%s spoilt%s is not found", field->name, wildly ? " wildly" : "");
        memcpy(field->at, kept, field->size);
        cr_assert_eq(check(), STATUS_OK, "%s mended, and the check still fails", field->name);
    }
}

static bool found_from_nothing(const struct field *field)
{
    (void)field;
    struct problem problem = {0};
    bool found = cluster_check(engine.cluster, &problem) == STATUS_ILLEGAL;
    return found && audit_check_all(&audit, engine.cluster, &problem) == STATUS_ILLEGAL;
}

Test(audit, a_full_check_finds_every_field_that_is_wrong)
{
    each_is_found(found_from_nothing);
}

static bool found_when_told(const struct field *field)
{
    tell_part(field->part);
    return check() == STATUS_ILLEGAL && check() == STATUS_ILLEGAL; /* as long as it is wrong */
}

Test(audit, the_next_check_finds_what_is_wrong_with_a_part_that_changed)
{
    each_is_found(found_when_told);
}

static uint32_t part_count(void)
{
    const struct cluster *cluster = engine.cluster;
    return cluster->machine_count + cluster->task_limit + cluster->stage_count;
}

static bool found_by_and_by(const struct field *field)
{
    (void)field;
    for (uint32_t i = 0; i < part_count(); i++) {
        tell(RUNS_ELSEWHERE, 1);
        if (check() != STATUS_OK)
            return true;
    }
    return false;
}

Test(audit, what_nobody_told_of_is_found_after_as_many_changes_as_there_are_parts)
{
    each_is_found(found_by_and_by);
}

/* That a task has another constraint shows only where that one forbids it to run. */
Test(audit, a_constraint_that_forbids_where_its_task_runs_or_never_was_is_found)
{
    struct cluster *cluster = engine.cluster;
    uint32_t *constraint = &cluster->task_facts[RUNS].constraint;
    uint32_t kept = *constraint;
    uint32_t wrong[] = {labels_intern_constraint(&cluster->labels, "zone=b"),
                        cluster->labels.constraint_names.count};
    for (uint32_t i = 0; i < COUNT_OF(wrong); i++) {
        *constraint = wrong[i];
        tell(RUNS, NONE);
        cr_assert_eq(check(), STATUS_ILLEGAL);
        *constraint = kept;
        cr_assert_eq(check(), STATUS_OK);
    }
}

/* What it demands beyond what it keeps shows only where its machine has not so much. */
Test(audit, a_suspended_task_that_could_never_resume_is_found)
{
    int64_t *cpu = &engine.cluster->task_facts[held()].demand.amount[RESOURCE_CPU];
    int64_t kept = *cpu;
    *cpu = 4 * RESOURCE_UNIT;
    tell(held(), NONE);
    cr_assert_eq(check(), STATUS_OK);
    *cpu = 4 * RESOURCE_UNIT + 1;
    tell(held(), NONE);
    cr_assert_eq(check(), STATUS_ILLEGAL);
    *cpu = kept;
    cr_assert_eq(check(), STATUS_OK);
}

/* One that keeps nothing is missed in no sum of what is used. */
Test(audit, a_suspended_task_that_its_machine_has_lost_is_found)
{
    submit_stage(&engine, "light", "", NULL, 0);
    struct event event = {.kind = EVENT_TASK_UPDATED, .job = "light", .stage = "", .count = 1};
    cr_assert_eq(engine_apply(&engine, &event, NULL), STATUS_OK);
    uint32_t task = task_of(&engine, "light", 0);
    decide_one(&engine, DECISION_PLACE, task, 0, 0);
    decide_one(&engine, DECISION_SUSPEND, task, NONE, 0);
    cr_assert_eq(check(), STATUS_OK);
    engine.cluster->machines[0].first_suspended = NONE;
    engine.cluster->machine_facts[0].suspended--;
    tell(NONE, 0);
    cr_assert_eq(check(), STATUS_ILLEGAL);
}

Test(audit, a_check_leaves_alone_what_did_not_change)
{
    cr_assert_eq(check(), STATUS_OK);
    engine.cluster->tasks[RUNS].index++;
    tell(RUNS_ELSEWHERE, 1);
    cr_assert_eq(check(), STATUS_OK);
    cr_assert_eq(audit_check_all(&audit, engine.cluster, NULL), STATUS_ILLEGAL);
}

Test(audit, may_begin_with_any_cluster)
{
    struct audit late;
    audit_init(&late);
    cr_assert_eq(audit_check(&late, engine.cluster, NULL), STATUS_OK);
    audit_free(&late);
}

Test(audit, what_a_list_a_job_or_a_stage_lost_is_found_by_a_full_check)
{
    struct cluster *cluster = engine.cluster;
    /* Tasks 0 and 1 only know each other: every link leads back, and the head is right. */
    struct task *tasks = cluster->tasks;
    struct task kept[] = {tasks[0], tasks[1], tasks[2]};
    tasks[0].stage_next = 1;
    tasks[1].stage_previous = 0;
    tasks[2].stage_next = NONE;
    cr_assert_eq(audit_check_all(&audit, cluster, NULL), STATUS_ILLEGAL);
    memcpy(tasks, kept, sizeof kept);
    uint32_t first = cluster->jobs[1].first_stage;
    cluster->jobs[1].first_stage = NONE;
    cr_assert_eq(audit_check_all(&audit, cluster, NULL), STATUS_ILLEGAL);
    cluster->jobs[1].first_stage = first;
    cluster->runtimes.slots[0]--;
    cr_assert_eq(audit_check_all(&audit, cluster, NULL), STATUS_ILLEGAL);
    cluster->runtimes.slots[0]++;
    cr_assert_eq(audit_check_all(&audit, cluster, NULL), STATUS_OK);
}
