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

enum validity { VALID, STALE, IMPOSSIBLE };

static enum validity validate(const struct cluster *cluster, const struct decision *decision)
{
    bool placing = decision->kind != DECISION_PREEMPT;
    if (decision->task >= cluster->task_limit ||
        (placing && decision->machine >= cluster->machine_count))
        return IMPOSSIBLE;
    const struct task *task = &cluster->tasks[decision->task];
    if (task->generation != decision->task_generation)
        return STALE;
    if (placing && cluster->machines[decision->machine].generation != decision->machine_generation)
        return STALE;
    enum task_state needed = decision->kind == DECISION_PLACE ? TASK_WAITING : TASK_RUNNING;
    if (task->state != needed)
        return IMPOSSIBLE;
    uint32_t machine = cluster->task_facts[decision->task].machine;
    /* A running task without a machine was taken off it by an earlier decision of the list. */
    if (decision->kind != DECISION_PLACE && (machine == NONE || machine == decision->machine))
        return IMPOSSIBLE;
    return VALID;
}

/* A running task on its way to another machine: taken off the first, not yet on the next. */
struct migration {
    uint32_t from;
    int64_t ran_us;
    int64_t start_us;
    uint32_t devices;
};

static void stop(struct engine *engine, const struct decision *decision,
                 struct migration *migration, int64_t now_us)
{
    struct cluster *cluster = engine->cluster;
    uint32_t task = decision->task;
    if (decision->kind == DECISION_PREEMPT) {
        cluster->tasks[task].preemptions++;
        engine_move(engine, task, TASK_WAITING, CAUSE_PREEMPTED, now_us);
    } else if (decision->kind == DECISION_MIGRATE) {
        *migration = (struct migration){.from = cluster->task_facts[task].machine,
                                        .ran_us = now_us - cluster->tasks[task].start_us,
                                        .start_us = cluster->tasks[task].start_us,
                                        .devices = cluster->task_facts[task].devices};
        tasks_release(cluster, task);
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

static void start(struct engine *engine, const struct decision *decision,
                  const struct migration *migration, int64_t now_us)
{
    if (decision->kind == DECISION_MIGRATE)
        finish_migration(engine, decision, migration, now_us);
    if (decision->kind != DECISION_PLACE)
        return;
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
