/* life.h - how long a solver takes to follow the changes of a scheduling network.
 *
 * A solver lives with a network: it solves it once, then an event changes the network, it
 * solves again, and so on. What is measured is each solve after an event, with the deltas of
 * that event, without making them. Events come in cycles, after which the load is what it was
 * before: a task that arrives is followed by one that ends, a machine that fails comes back.
 *
 * Answers are certified after each kind of cycle, or after each event. */
#ifndef BENCH_LIFE_H
#define BENCH_LIFE_H

#include "bench/meter.h"
#include "bench/quincy_events.h"
#include "replay/progress.h"
#include "solver/solver.h"

#define LIFE_CYCLE_EVENTS 2

/* What happens together. The table is in the order of the help. */
struct life_cycle {
    const char *name;
    const char *help;
    uint32_t count; /* of cycles that are measured unless told otherwise */
    uint32_t event_count;
    enum quincy_event events[LIFE_CYCLE_EVENTS];
    const char *labels[LIFE_CYCLE_EVENTS]; /* NULL: solved, but not measured */
};

uint32_t life_cycle_count(void);
const struct life_cycle *life_cycle_at(uint32_t index);

/* The solves after one kind of event. */
struct life_run {
    const struct life_cycle *cycle;
    const char *label;
    uint32_t concerned; /* tasks and machines, the most of an event; 0: nothing ever happened */
    struct meter_samples times;
    struct samples work;    /* by solution.work */
    struct samples changes; /* deltas of the network, before they were merged */
};

struct life {
    struct quincy *quincy; /* borrowed */
    struct solver *solver;
    struct solution solution;  /* of the network as it is */
    struct random random;      /* what events draw */
    struct progress *progress; /* borrowed */
    bool check;                /* after each event */
    struct life_run *runs;
    uint32_t run_count, run_room;
};

/* Begin a life with a network that has been built or solved by others, and solve it. False,
 * with the reason in the problem, if there is no certified optimum. The solver's name must be
 * in the table. To be freed in any case. */
bool life_init(struct life *life, struct quincy *quincy, const char *solver, bool check,
               struct progress *progress, struct problem *problem);
void life_free(struct life *life);

/* Go through `count` cycles and append a run for each of its events that is measured. False
 * as above. A cycle in which nothing happens is not measured. */
bool life_measure(struct life *life, const struct life_cycle *cycle, uint32_t count,
                  struct problem *problem);

#endif
