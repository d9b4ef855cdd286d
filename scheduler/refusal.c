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
                                      .start_us = cluster->tasks[decision->task].start_us};
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

/* It did not stop: it runs on where it did, from the beginning that its attempt had. */
static void unstop(struct engine *engine, uint32_t task, const struct refusal_record *record,
                   int64_t now_us)
{
    struct task *t = &engine->cluster->tasks[task];
    uint32_t starts = t->starts;
    engine_start(engine, task, record->machine, record->devices, now_us);
    t->starts = starts;
    t->start_us = record->start_us;
}

enum status refusal_undo(struct engine *engine, uint32_t task, const struct refusal_record *record,
                         int64_t now_us, struct problem *problem)
{
    struct cluster *cluster = engine->cluster;
    struct task *t = &cluster->tasks[task];
    if (!record->applied || t->generation != record->generation)
        return refuse(problem, "nothing was decided about the task since it last changed");
    bool room =
        record->machine == NONE || cluster_fits_on(cluster, task, record->machine, record->devices);
    if (!room)
        return refuse(problem,
                      "where it ran there is no room now: refuse first what was placed there");
    if (record->kind == DECISION_PREEMPT) {
        t->preemptions--;
    } else {
        unstart(engine, task, now_us);
        t->migrations -= record->kind == DECISION_MIGRATE;
    }
    if (record->kind != DECISION_PLACE)
        unstop(engine, task, record, now_us);
    engine_tell(engine);
    return STATUS_OK;
}
