/* moves.c - see moves.h. */
#include "scheduler/moves.h"

#include "base/memory.h"
#include "scheduler/machines.h"
#include "scheduler/tasks.h"

void engine_note(struct engine *engine, const struct change *change)
{
    array_reserve(engine->changes, engine->change_room, engine->change_count + 1);
    engine->changes[engine->change_count++] = *change;
}

void engine_tell(struct engine *engine)
{
    for (uint32_t i = 0; i < engine->change_count; i++)
        for (uint32_t o = 0; o < engine->observer_count; o++)
            engine->observers[o].on_change(engine->observers[o].state, engine->cluster,
                                           &engine->changes[i]);
    for (uint32_t i = 0; i < engine->change_count; i++) {
        const struct change *change = &engine->changes[i];
        if (change->task != NONE && change->to >= TASK_LIVE_COUNT)
            tasks_forget(engine->cluster, change->task);
    }
    engine->change_count = 0;
}

enum task_state engine_ready_state(const struct engine *engine, uint32_t task)
{
    const struct task_facts *facts = &engine->cluster->task_facts[task];
    bool feasible = machines_feasible(engine->cluster, &facts->demand, facts->constraint);
    return feasible ? TASK_WAITING : TASK_INFEASIBLE;
}

void engine_release_stage(struct engine *engine, uint32_t stage, int64_t now_us)
{
    struct cluster *cluster = engine->cluster;
    uint32_t task = cluster->stages[stage].first_task;
    for (; task != NONE; task = cluster->tasks[task].stage_next)
        if (cluster->tasks[task].state == TASK_BLOCKED)
            engine_move(engine, task, engine_ready_state(engine, task), CAUSE_UNBLOCKED, now_us);
}

void engine_release_successors(struct engine *engine, uint32_t stage, int64_t now_us)
{
    struct cluster *cluster = engine->cluster;
    uint32_t count = cluster->stages[stage].successor_count;
    cluster->stages[stage].successor_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t next = cluster->stages[stage].successors[i];
        if (!--cluster->stages[next].open_predecessors)
            engine_release_stage(engine, next, now_us);
    }
}

/* A change of the task, with what has become of its attempt if it is on a machine. */
static struct change begin_change(const struct engine *engine, uint32_t task, enum task_state to,
                                  enum change_cause cause, int64_t now_us)
{
    const struct cluster *cluster = engine->cluster;
    struct change change = {.cause = cause,
                            .task = task,
                            .machine = cluster->task_facts[task].machine,
                            .time_us = now_us,
                            .from = cluster->tasks[task].state,
                            .to = to};
    if (change.machine != NONE)
        change.ran_us = cluster_ran_us(cluster, task, now_us);
    return change;
}

void engine_move(struct engine *engine, uint32_t task, enum task_state to, enum change_cause cause,
                 int64_t now_us)
{
    struct cluster *cluster = engine->cluster;
    const struct task *t = &cluster->tasks[task];
    struct change change = begin_change(engine, task, to, cause, now_us);
    if (change.machine != NONE) {
        change.released = task_facts_charge(&cluster->task_facts[task]);
        tasks_release(cluster, task);
    }
    tasks_set_state(cluster, task, to, now_us);
    engine_note(engine, &change);
    if (cause == CAUSE_FINISHED)
        runtimes_learn(&cluster->runtimes, &cluster->task_facts[task], change.ran_us);
    if (to < TASK_LIVE_COUNT || cluster->stages[t->stage].live_count > 0)
        return;
    runtimes_forget_stage(&cluster->runtimes, t->stage);
    engine_release_successors(engine, t->stage, now_us);
}

void engine_start(struct engine *engine, uint32_t task, uint32_t machine, uint32_t devices,
                  int64_t now_us)
{
    engine_move(engine, task, TASK_RUNNING, CAUSE_PLACED, now_us);
    tasks_charge(engine->cluster, task, machine, devices, now_us);
    engine->changes[engine->change_count - 1].machine = machine;
}

void engine_suspend(struct engine *engine, uint32_t task, int64_t now_us)
{
    struct cluster *cluster = engine->cluster;
    struct change change = begin_change(engine, task, TASK_SUSPENDED, CAUSE_SUSPENDED, now_us);
    change.released = task_facts_charge(&cluster->task_facts[task]);
    tasks_suspend(cluster, task);
    struct resources kept = task_facts_charge(&cluster->task_facts[task]);
    resources_subtract(&change.released, &kept);
    tasks_set_state(cluster, task, TASK_SUSPENDED, now_us);
    engine_note(engine, &change);
}

void engine_resume(struct engine *engine, uint32_t task, int64_t now_us)
{
    struct change change = begin_change(engine, task, TASK_RUNNING, CAUSE_RESUMED, now_us);
    tasks_resume(engine->cluster, task);
    tasks_set_state(engine->cluster, task, TASK_RUNNING, now_us);
    engine_note(engine, &change);
}
