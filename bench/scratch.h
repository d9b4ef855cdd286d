/* scratch.h - how long solvers take from nothing, side by side.
 *
 * Each solve is by a solver object of its own and measured alone, without making and freeing
 * the object; the solvers take turns, so that a machine that is slow for a while is slow for
 * all. Answers are certified, and the costs of all must be the same. */
#ifndef BENCH_SCRATCH_H
#define BENCH_SCRATCH_H

#include "bench/meter.h"
#include "replay/progress.h"
#include "solver/solver.h"

/* What the solves of one network by one solver came to. */
struct scratch_run {
    const char *solver; /* a name of the table, borrowed */
    enum outcome outcome;
    const char *reason; /* if refused: a static text */
    struct meter_samples times;
    struct meter_memory memory; /* the most of all solves */
    uint64_t work;
    cost_t cost; /* if there is a flow */
};

struct scratch {
    struct scratch_run *runs;
    uint32_t run_count, run_room;
};

/* No solve yet. The names must be in the table. */
void scratch_init(struct scratch *scratch, const char *const *solvers, uint32_t count);
void scratch_free(struct scratch *scratch);

/* Solve the network `repeat` times with each solver. False, with the reason in the problem, if
 * a certificate does not hold or two answers differ; a refusal is not compared. The network's
 * deltas are gone then. */
bool scratch_measure(struct scratch *scratch, struct network *network, uint32_t repeat,
                     struct progress *progress, struct problem *problem);

/* The median time of run `other` divided by that of run 0, of the processor by all threads,
 * so that a solver with threads gains nothing by hiding work in them; NaN unless both found
 * the optimum. */
double scratch_ratio(const struct scratch *scratch, uint32_t other);

/* Likewise of the fastest of the runs behind the first. */
double scratch_ratio_best(const struct scratch *scratch);

#endif
