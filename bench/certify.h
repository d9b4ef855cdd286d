/* certify.h - the words that a benchmark tells of an answer that is not right. */
#ifndef BENCH_CERTIFY_H
#define BENCH_CERTIFY_H

#include "solver/solver.h"

/* Have the solver prove its answer, and the proof checked. False, with the reason in the
 * problem, if it does not hold. A refusal claims nothing. O(nodes + arcs). */
bool certify(struct solver *solver, const struct network *network, struct solution *solution,
             struct problem *problem);

/* Two costs of the same optimum. False, with the reason in the problem, if they differ. */
bool certify_same(const char *solver, cost_t cost, const char *other, cost_t other_cost,
                  struct problem *problem);

#endif
