/* google2011_lives.h - what the rows of task_events mean: the lives of the tasks.
 *
 * A life begins with a submission and ends when the task finishes, fails for good or is
 * killed; a later submission of the same (job, index) is another life. What the world did
 * is replayed: submissions, how long attempts ran, failures, kills and changed requests.
 * What Google's scheduler decided, evictions and placements, is not: an evicted attempt is
 * no attempt. A task that runs when the records begin starts on its recorded machine.
 *
 * How long a task runs that neither ended nor was killed in the records: one that was
 * running when they end never ends (all that is known is that it outlived them). One that
 * was still waiting has the median run of the attempts that were recorded from start to
 * finish: to let it run for ever would punish the scheduler that places more than Google's
 * did, to let it end at once would reward it. The median is too small, because long runs
 * are less often seen whole. Both are counted.
 *
 * Every row is used by its life, or refused for a reason here; docs/traces.md lists them.
 *
 * Memory: 68 bytes per life, 8 per failed attempt, 40 per kill or update. */
#ifndef TRACES_GOOGLE2011_LIVES_H
#define TRACES_GOOGLE2011_LIVES_H

#include "traces/google2011_tasks.h"

/* What was put right in a life, as bits of google_life.repairs. */
enum google_repair {
    GOOGLE_IMPLICIT_SUBMIT,
    GOOGLE_NEVER_ENDS,
    GOOGLE_RUN_UNKNOWN,
    GOOGLE_END_WITHOUT_SCHEDULE,
    GOOGLE_REQUEST_FROM_LATER,
    GOOGLE_REQUEST_UNKNOWN,
    GOOGLE_DIFFERENT_MACHINES,
    GOOGLE_KILLED_AT_SUBMISSION,
    GOOGLE_MACHINE_NOT_USABLE,
    GOOGLE_REPAIR_COUNT
};

/* google_life.run_us of a life whose last attempt failed: there is no other. */
#define GOOGLE_NO_RUN (-1)

struct google_life {
    int64_t submit_us;
    int64_t run_us; /* of the last attempt */
    int64_t cpu;
    int64_t memory;
    uint32_t task;
    uint32_t machine; /* where it runs when it is submitted; NONE: it waits */
    uint32_t user;
    uint32_t sequence;      /* of the row that began it */
    uint32_t first_failure; /* its failed attempts, before the last one */
    uint32_t failure_count;
    uint32_t rows;           /* that it uses */
    uint32_t unchanged_rows; /* updates among them that change nothing */
    uint16_t repairs;
    uint8_t priority;
};

/* A kill or an update of a life. */
struct google_change {
    int64_t time_us;
    int64_t cpu;
    int64_t memory;
    uint32_t life;
    uint32_t sequence;
    uint8_t kind; /* enum event_kind */
    uint8_t priority;
};

struct google_lives {
    struct google_life *items; /* in order of task, then time */
    uint32_t count;
    uint32_t room;
    int64_t *failures; /* run times of failed attempts */
    uint32_t failure_count;
    uint32_t failure_room;
    struct google_change *changes;
    uint32_t change_count;
    uint32_t change_room;
    uint32_t *order; /* the lives in the window, by submission */
    uint32_t order_count;
};

/* Build the lives, choose the window, count all rows. O(rows log rows). */
void google_lives_init(struct google_lives *lives, const struct google_tasks *tasks,
                       const struct machine_table *machines, const struct trace_options *options,
                       struct row_counts *counts);
void google_lives_free(struct google_lives *lives);

#endif
