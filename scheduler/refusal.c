/* refusal.c - see refusal.h. */
#include "scheduler/refusal.h"

#include "scheduler/moves.h"
#include "scheduler/tasks.h"

void refusal_note(struct refusal_record *record, const struct cluster *cluster,
                  const struct decision *decision)
{
    const struct task_facts *facts = &cluster->task_facts[decision->task];
    *record = (struct refusal_record){.kind = decision->kind,
                                      .machine = facts->machine,
                                      .devices = facts->devices,
                                      .suspended = facts->suspended,
                                      .start_us = cluster->tasks[decision->task].start_us,
                                      .paused_us = cluster->tasks[decision->task].paused_us};
}

void refusal_note_applied(struct refusal_record *record, const struct cluster *cluster,
                          uint32_t task)
{
    record->applied = true;
    record->generation = cluster->tasks[task].generation;
}

static enum status refuse(struct problem *problem, const char *reason)
{
    return problem_set(problem, STATUS_ILLEGAL, NULL, 0, 0, "%s", reason);
}

/* It did not start: it waits on. */
static void unstart(struct engine *engine, uint32_t task, int64_t now_us)
{
    struct task *t = &engine->cluster->tasks[task];
    engine_move(engine, task, TASK_WAITING, CAUSE_EVICTED, now_us);
    if (--t->starts == 0)
        t->first_start_us = TIME_NEVER;
}

/* It did not stop: it goes on where it was, from the beginning that its attempt had. */
static void unstop(struct engine *engine, uint32_t task, const struct refusal_record *record,
                   int64_t now_us)
{
    struct task *t = &engine->cluster->tasks[task];
    uint32_t starts = t->starts;
    engine_start(engine, task, record->machine, record->devices, now_us);
    t->starts = starts;
    t->start_us = record->start_us;
    t->paused_us = record->paused_us;
    if (record->suspended) {
        engine_suspend(engine, task, now_us);
        t->suspensions--;
    }
}

/* Is there room for what it had? One that was suspended before needs its cpu for a moment, too. */
static bool has_room(const struct cluster *cluster, uint32_t task,
                     const struct refusal_record *record)
{
    switch (record->kind) {
    case DECISION_PLACE:
    case DECISION_RESUME:
        return true;
    case DECISION_SUSPEND:
        return cluster_can_resume(cluster, task);
    default:
        return cluster_fits_on(cluster, task, record->machine, record->devices);
    }
}

static void undo(struct engine *engine, uint32_t task, const struct refusal_record *record,
                 int64_t now_us)
{
    struct task *t = &engine->cluster->tasks[task];
    switch (record->kind) {
    case DECISION_PLACE:
        unstart(engine, task, now_us);
        break;
    case DECISION_PREEMPT:
        t->preemptions--;
        unstop(engine, task, record, now_us);
        break;
    case DECISION_MIGRATE:
        unstart(engine, task, now_us);
        t->migrations--;
        unstop(engine, task, record, now_us);
        break;
    case DECISION_SUSPEND:
        engine_resume(engine, task, now_us);
        t->suspensions--;
        break;
    default:
        engine_suspend(engine, task, now_us);
        t->suspensions--;
    }
}

enum status refusal_undo(struct engine *engine, uint32_t task, const struct refusal_record *record,
                         int64_t now_us, struct problem *problem)
{
    struct cluster *cluster = engine->cluster;
    if (!record->applied || cluster->tasks[task].generation != record->generation)
        return refuse(problem, "nothing was decided about the task since it last changed");
    if (!has_room(cluster, task, record))
        return refuse(problem,
                      "where it ran there is no room now: refuse first what was placed there");
    undo(engine, task, record, now_us);
    engine_tell(engine);
    return STATUS_OK;
}
