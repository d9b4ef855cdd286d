/* quincy_events.h - what happens to a scheduling network between two solves, by kind.
 *
 * Each kind changes the network only; the caller solves. So the deltas of a kind are those
 * of one batch. */
#ifndef BENCH_QUINCY_EVENTS_H
#define BENCH_QUINCY_EVENTS_H

#include "bench/quincy.h"

enum quincy_event {
    QUINCY_ARRIVE,   /* a task arrives */
    QUINCY_END,      /* a task that is placed ends */
    QUINCY_FAIL,     /* a machine fails */
    QUINCY_RETURN,   /* the machine that failed last is back */
    QUINCY_BATCH,    /* 500 placed tasks end, 500 arrive, a machine fails */
    QUINCY_RESTARTS, /* 500 placed tasks stop and come back, a machine fails */
    QUINCY_CHURN,    /* a tenth of the tasks, placed ones, end, and as many arrive */
    QUINCY_WAITING,  /* waiting costs all tasks that wait 1 to 10 more, all the same */
    QUINCY_REPRICING /* 20 machines' arcs from their racks get new costs */
};

#define QUINCY_BATCH_TASKS 500
#define QUINCY_CHURN_SHARE 10
#define QUINCY_REPRICED 20

/* Let it happen, to what `random` draws. `flow` is of the network as it is and tells who
 * waits and who is placed. How many tasks and machines it happened to: fewer than the kind
 * says if there are not so many, 0 if nothing happened. O(1) for each, expected, but O(tasks)
 * for QUINCY_WAITING, and where next to none is placed. */
uint32_t quincy_event(struct quincy *quincy, enum quincy_event event, const flow_t *flow,
                      struct random *random);

#endif
