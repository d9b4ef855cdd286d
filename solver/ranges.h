/* ranges.h - the sizes of numbers within which no algorithm here can overflow int64.
 *
 * Checked once, before any algorithm starts, so that the algorithms themselves can add and
 * subtract without a thought. The bounds leave a factor of two or more to int64, for those
 * that form the sum or difference of two such values. */
#ifndef SOLVER_RANGES_H
#define SOLVER_RANGES_H

#include "solver/solver.h"

/* Most flow that can meet at one node, or must move in all. */
#define RANGES_FLOW_MAX (INT64_MAX / 2)

/* Most that a path, or a node potential, can cost. */
#define RANGES_COST_MAX (INT64_C(1) << 60)

/* NULL if the network is within the ranges, else a static text that says which it leaves.
 * O(1) where the network's sums decide it, else O(nodes + arcs). */
const char *ranges_check(struct network *network);

/* *cost = the sum of flow x cost over all arcs; false, with *cost unchanged, if it leaves
 * int64. flow is by arc id. O(arcs). */
bool ranges_total_cost(const struct network *network, const flow_t *flow, cost_t *cost);

/* *bound = what every flow of the network costs at least, by these potentials (each within
 * 2^62): the minimum of the Lagrangian that prices each node's balance (Held and Karp 1970;
 * Ahuja, Magnanti and Orlin 1993, section 16.2). INT64_MIN if it is less than that; false,
 * with *bound unchanged, if it is more than INT64_MAX. O(nodes + arcs). */
bool ranges_lower_bound(const struct network *network, const cost_t *potential, cost_t *bound);

/* Make `solution` the optimal one of this flow, with its cost; or refused, if the cost leaves
 * int64. The flow is borrowed as solver.h says. O(arcs). */
void ranges_set_optimal(const struct network *network, const flow_t *flow,
                        struct solution *solution);

/* Likewise a feasible one whose budget is spent, with the bound of these potentials. */
void ranges_set_feasible(const struct network *network, const flow_t *flow, const cost_t *potential,
                         struct solution *solution);

#endif
