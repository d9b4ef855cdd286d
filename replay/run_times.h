/* run_times.h - the world's secret: how long each attempt of each task runs.
 *
 * Listens to the engine, and sets a timer whenever an attempt starts, or goes on after a
 * suspension with what is left of it: it runs as long altogether as one that never is suspended.
 * Policies never see this. */
#ifndef REPLAY_RUN_TIMES_H
#define REPLAY_RUN_TIMES_H

#include "base/heap.h"
#include "scheduler/engine.h"

/* The attempts that the tasks of one submission share. */
struct run_record {
    struct attempt *attempts;
    uint32_t attempt_count; /* while the record is free: the next free one */
    uint32_t users;
};

struct run_timer {
    uint32_t task; /* while the timer is free: the next free one */
    uint32_t generation;
    bool fails, final;
};

struct run_times {
    struct run_record *records;
    uint32_t record_count, record_room, first_free;
    uint32_t *record_of; /* by task id; NONE: does not end by itself */
    uint32_t task_limit, task_room;
    struct heap ends; /* (time, fails and order, timer) */
    struct run_timer *timers;
    uint32_t timer_count, timer_room, first_free_timer;
    uint64_t order;
};

void run_times_init(struct run_times *times);
void run_times_free(struct run_times *times);

/* The engine has just made `tasks` of a submission. Called after engine_apply; attempts
 * that started at once (a recorded machine) get their timers here. */
void run_times_add(struct run_times *times, const struct cluster *cluster,
                   const struct event *event, const uint32_t *tasks, uint32_t count);

/* An observer (scheduler/engine.h): starts timers, forgets ended tasks. */
void run_times_on_change(void *times, const struct cluster *cluster, const struct change *change);

/* When the next attempt ends, or TIME_NEVER. Ends well before fails at equal times. */
int64_t run_times_next(struct run_times *times, const struct cluster *cluster);

/* Let the attempt end that is due at run_times_next(). */
void run_times_end_one(struct run_times *times, struct engine *engine);

#endif
