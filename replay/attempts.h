/* attempts.h - runs of tasks: what came of them, what was lost, what followed.
 *
 * An attempt is charged with what the task demands while it runs; when a demand changes on
 * the way, the work until then is kept. Sums are exact, in amount x microseconds. A suspension
 * is no end of an attempt: it is charged with what it keeps then, which is no work. An attempt
 * that does not finish is a stop, told by its cause, and all its work is wasted: it begins
 * anew. Always: started = finished + all stops + those that run or are suspended. */
#ifndef REPLAY_ATTEMPTS_H
#define REPLAY_ATTEMPTS_H

#include "replay/samples.h"
#include "scheduler/change.h"

enum stop {
    STOP_FAILED,       /* by itself */
    STOP_KILLED,       /* from outside, for good */
    STOP_PREEMPTED,    /* by decision */
    STOP_MIGRATED,     /* by decision: another attempt begins elsewhere at once */
    STOP_EVICTED,      /* from outside, or its demand outgrew the room */
    STOP_MACHINE_LOST, /* its machine went away */
    STOP_COUNT
};

const char *stop_name(enum stop stop); /* "failed", ... */

/* The present or last attempt of a task. */
struct attempt_record {
    uint32_t tenant; /* the task's when it was submitted; later ones do not count */
    struct resources charged;
    int64_t since_us;  /* charged with that since then; after a stop: stopped then */
    __int128 cpu_work; /* of this attempt before that */
    enum stop stop;    /* of the one before */
};

/* The most that any one task had, of each. */
struct attempt_maxima {
    uint32_t starts, failures, evictions, preemptions, suspensions, migrations;
};

struct attempts {
    struct attempt_record *records; /* by task id */
    uint32_t room;
    bool cpu_demanded; /* by any task ever */
    uint64_t started, finished;
    __int128 useful;         /* of attempts that finished */
    __int128 useful_in_time; /* of them, of tasks that had a deadline and met it */
    __int128 wasted[STOP_COUNT];
    uint64_t stops[STOP_COUNT];
    uint64_t restarts[STOP_COUNT]; /* attempts that followed on such a stop */
    struct samples restarts_us;    /* from a stop to the next start; moves, being at once, not */
    struct attempt_maxima maxima;
};

void attempts_free(struct attempts *attempts);

/* A task was submitted: a new record for its id. */
void attempts_add(struct attempts *attempts, uint32_t task, uint32_t tenant,
                  const struct resources *demand);

/* Its attempt begins; is charged otherwise, for its demand has changed or it is suspended or
 * resumed; or ends, by a change of that cause. O(1). */
void attempts_start(struct attempts *attempts, const struct cluster *cluster, uint32_t task,
                    int64_t now_us);
void attempts_recharge(struct attempts *attempts, const struct cluster *cluster, uint32_t task,
                       int64_t now_us);
void attempts_end(struct attempts *attempts, const struct cluster *cluster,
                  const struct change *change, int64_t now_us);

/* All that is wasted. */
__int128 attempts_wasted(const struct attempts *attempts);

#endif
