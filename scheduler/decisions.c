/* decisions.c - a round's decisions, validated against the ledger and applied together.
 *
 * Two tasks may change places on full machines, so all stops come before all placements. */
#include "base/memory.h"
#include "scheduler/moves.h"
#include "scheduler/tasks.h"

/* What a new wait counts in cluster.wait_us. */
#define WAIT_PART 16

void decision_add(struct decision_list *list, const struct cluster *cluster,
                  enum decision_kind kind, uint32_t task, uint32_t machine)
{
    array_reserve(list->decisions, list->room, list->count + 1);
    list->decisions[list->count++] = (struct decision){
        .kind = kind,
        .task = task,
        .machine = machine,
        .task_generation = cluster->tasks[task].generation,
        .machine_generation = machine == NONE ? 0 : cluster->machines[machine].generation};
}

void decision_add_on(struct decision_list *list, const struct cluster *cluster,
                     enum decision_kind kind, uint32_t task, uint32_t machine, uint32_t devices)
{
    decision_add(list, cluster, kind, task, machine);
    list->decisions[list->count - 1].devices = devices;
}

/* May a task in this state be decided about so? */
static bool state_allows(enum decision_kind kind, enum task_state state)
{
    switch (kind) {
    case DECISION_PLACE:
        return state == TASK_WAITING;
    case DECISION_PREEMPT:
        return state == TASK_RUNNING || state == TASK_SUSPENDED;
    case DECISION_MIGRATE:
    case DECISION_SUSPEND:
        return state == TASK_RUNNING;
    case DECISION_RESUME:
        return state == TASK_SUSPENDED;
    case DECISION_KIND_COUNT:
        break;
    }
    return false;
}

/* May a task that is on `machine` be decided about so? */
static bool machine_allows(const struct decision *decision, uint32_t machine)
{
    if (decision->kind == DECISION_PLACE)
        return true;
    /* A running task without a machine was taken off it by an earlier decision of the list. */
    if (machine == NONE)
        return false;
    return (decision->kind == DECISION_RESUME) == (machine == decision->machine);
}

enum validity { VALID, STALE, IMPOSSIBLE };

static enum validity validate(const struct cluster *cluster, const struct decision *decision)
{
    bool to_run = decision->kind != DECISION_PREEMPT && decision->kind != DECISION_SUSPEND;
    if (decision->task >= cluster->task_limit ||
        (to_run && decision->machine >= cluster->machine_count))
        return IMPOSSIBLE;
    const struct task *task = &cluster->tasks[decision->task];
    if (task->generation != decision->task_generation)
        return STALE;
    if (to_run && cluster->machines[decision->machine].generation != decision->machine_generation)
        return STALE;
    if (!state_allows(decision->kind, task->state) ||
        !machine_allows(decision, cluster->task_facts[decision->task].machine))
        return IMPOSSIBLE;
    return VALID;
}

/* A running task on its way to another machine: taken off the first, not yet on the next. */
struct migration {
    uint32_t from;
    int64_t ran_us;
    int64_t start_us, paused_us;
    uint32_t devices;
};

static struct migration begin_migration(struct cluster *cluster, uint32_t task, int64_t now_us)
{
    struct migration migration = {.from = cluster->task_facts[task].machine,
                                  .ran_us = cluster_ran_us(cluster, task, now_us),
                                  .start_us = cluster->tasks[task].start_us,
                                  .paused_us = cluster->tasks[task].paused_us,
                                  .devices = cluster->task_facts[task].devices};
    tasks_release(cluster, task);
    return migration;
}

static void stop(struct engine *engine, const struct decision *decision,
                 struct migration *migration, int64_t now_us)
{
    struct cluster *cluster = engine->cluster;
    uint32_t task = decision->task;
    if (decision->kind == DECISION_PREEMPT) {
        cluster->tasks[task].preemptions++;
        engine_move(engine, task, TASK_WAITING, CAUSE_PREEMPTED, now_us);
    } else if (decision->kind == DECISION_SUSPEND) {
        engine_suspend(engine, task, now_us);
    } else if (decision->kind == DECISION_MIGRATE) {
        *migration = begin_migration(cluster, task, now_us);
    }
}

static void finish_migration(struct engine *engine, const struct decision *decision,
                             const struct migration *migration, int64_t now_us)
{
    struct cluster *cluster = engine->cluster;
    uint32_t task = decision->task;
    struct task *t = &cluster->tasks[task];
    if (cluster_fits_on(cluster, task, decision->machine, decision->devices)) {
        t->migrations++;
        t->generation++;
        t->since_us = now_us;
        tasks_charge(cluster, task, decision->machine, decision->devices, now_us);
        engine_note(engine, &(struct change){.cause = CAUSE_MIGRATED,
                                             .task = task,
                                             .machine = migration->from,
                                             .time_us = now_us,
                                             .from = TASK_RUNNING,
                                             .to = TASK_RUNNING,
                                             .released = cluster->task_facts[task].demand,
                                             .ran_us = migration->ran_us});
        return;
    }
    engine->rejected_decisions++;
    if (cluster_fits_on(cluster, task, migration->from, migration->devices)) {
        tasks_charge(cluster, task, migration->from, migration->devices, now_us);
        t->start_us = migration->start_us; /* as if nothing had been */
        t->paused_us = migration->paused_us;
        t->starts--;
        return;
    }
    /* Its own place was given away: charge nothing, wait again. */
    t->evictions++;
    tasks_set_state(cluster, task, TASK_WAITING, now_us);
    engine_note(engine, &(struct change){.cause = CAUSE_EVICTED,
                                         .task = task,
                                         .machine = migration->from,
                                         .time_us = now_us,
                                         .from = TASK_RUNNING,
                                         .to = TASK_WAITING,
                                         .released = cluster->task_facts[task].demand,
                                         .ran_us = migration->ran_us});
}

static void place(struct engine *engine, const struct decision *decision, int64_t now_us)
{
    struct cluster *cluster = engine->cluster;
    const struct task *task = &cluster->tasks[decision->task];
    if (task->state != TASK_WAITING ||
        !cluster_fits_on(cluster, decision->task, decision->machine, decision->devices)) {
        engine->rejected_decisions++;
        return;
    }
    cluster->wait_us += (now_us - task->since_us - cluster->wait_us) / WAIT_PART;
    engine_start(engine, decision->task, decision->machine, decision->devices, now_us);
}

/* The task may have been stopped or resumed meanwhile, or somebody else has the CPU now. */
static void resume(struct engine *engine, const struct decision *decision, int64_t now_us)
{
    if (cluster_can_resume(engine->cluster, decision->task))
        engine_resume(engine, decision->task, now_us);
    else
        engine->rejected_decisions++;
}

static void start(struct engine *engine, const struct decision *decision,
                  const struct migration *migration, int64_t now_us)
{
    if (decision->kind == DECISION_MIGRATE)
        finish_migration(engine, decision, migration, now_us);
    else if (decision->kind == DECISION_PLACE)
        place(engine, decision, now_us);
    else if (decision->kind == DECISION_RESUME)
        resume(engine, decision, now_us);
}

void engine_decide(struct engine *engine, const struct decision_list *decisions, int64_t now_us)
{
    uint32_t count = decisions->count;
    if (!count)
        return;
    enum validity *validity = memory_alloc(count * sizeof *validity);
    struct migration *migrations = memory_alloc(count * sizeof *migrations);
    for (uint32_t i = 0; i < count; i++) {
        validity[i] = validate(engine->cluster, &decisions->decisions[i]);
        engine->stale_decisions += validity[i] == STALE;
        engine->rejected_decisions += validity[i] == IMPOSSIBLE;
        if (validity[i] == VALID)
            stop(engine, &decisions->decisions[i], &migrations[i], now_us);
    }
    for (uint32_t i = 0; i < count; i++)
        if (validity[i] == VALID)
            start(engine, &decisions->decisions[i], &migrations[i], now_us);
    memory_free(validity);
    memory_free(migrations);
    engine_tell(engine);
}
