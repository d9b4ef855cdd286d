/* google2011_history.h - follow one task through its rows, and build its lives.
 *
 * The states of a task and what an event does in each:
 *
 *     none     --submit--> waiting       (a new life; an event of a task that was never
 *                                         submitted begins its life too)
 *     waiting  --schedule--> running
 *     running  --finish, kill, lost--> none
 *     running  --fail--> failed          (the attempt is kept)
 *     running  --evict--> evicted        (the attempt is forgotten)
 *     failed   --submit--> waiting       (the same life: the next attempt)
 *     evicted  --submit--> waiting       (the same life, the same attempt)
 *
 * A waiting task may end as well. */
#ifndef TRACES_GOOGLE2011_HISTORY_H
#define TRACES_GOOGLE2011_HISTORY_H

#include "traces/google2011_lives.h"

/* google_life.run_us of a life that is still waiting when the records end. */
#define GOOGLE_RUN_UNKNOWN_YET (-2)

enum google_state { STATE_NONE, STATE_WAITING, STATE_RUNNING, STATE_FAILED, STATE_EVICTED };

struct google_history {
    struct google_lives *lives;
    struct row_counts *counts;
    int64_t records_begin_us; /* the time of the first row of the table */
    int64_t *whole_runs;      /* attempts seen from start to finish */
    uint32_t whole_run_count;
    uint32_t whole_run_room;

    /* Of the task that is being followed. */
    const struct google_row *row;
    const struct google_row *rows_end;
    enum google_state state;
    bool lived_before;       /* an earlier row has begun a life */
    int64_t since_us;        /* when the state began */
    bool schedule_open;      /* the running attempt's SCHEDULE is not yet accounted for */
    struct resources demand; /* as last told */
    uint8_t priority;
};

/* Build the lives of one task from all its rows. */
void google_history_follow(struct google_history *history, const struct google_row *rows,
                           uint32_t count);

/* The median of the whole runs, TIME_NEVER if there are none. O(n log n). */
int64_t google_history_median_run(struct google_history *history);

#endif
