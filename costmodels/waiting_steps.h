/* waiting_steps.h - time in steps, so that it alone does not change the network all the time.
 *
 * A cost that grows with the time waited (or run) is the same within a step. Steps are one
 * second long up to 16 seconds; then there are 16 of them to every doubling of the time, so
 * that a time is known to within 1/16. A task that waits for a day changes its cost about
 * 210 times, however often the network is solved. */
#ifndef COSTMODELS_WAITING_STEPS_H
#define COSTMODELS_WAITING_STEPS_H

#include "base/types.h"

/* The shortest step. Tasks that began to wait within the same one can share a node. */
#define WAITING_STEP_US INT64_C(1000000)

/* How long is the step that the time is in? */
static inline int64_t waiting_step_size(int64_t time_us)
{
    int64_t size = WAITING_STEP_US;
    while (time_us / 32 >= size)
        size *= 2;
    return size;
}

/* Where the step begins that the time is in; and where the next one does. */
static inline int64_t waiting_step(int64_t time_us)
{
    return time_us - time_us % waiting_step_size(time_us);
}

static inline int64_t waiting_step_next(int64_t time_us)
{
    return waiting_step(time_us) + waiting_step_size(time_us);
}

#endif
