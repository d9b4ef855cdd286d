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
 * O(nodes + arcs). */
const char *ranges_check(const struct network *network);

/* The sum of all supplies of a network that is within the ranges. O(nodes). */
flow_t ranges_supply_sum(const struct network *network);

/* *cost = the sum of flow x cost over all arcs; false, with *cost unchanged, if it leaves
 * int64. flow is by arc id. O(arcs). */
bool ranges_total_cost(const struct network *network, const flow_t *flow, cost_t *cost);

/* Make `solution` the optimal one of this flow, with its cost; or refused, if the cost leaves
 * int64. The flow is borrowed as solver.h says. O(arcs). */
void ranges_set_optimal(const struct network *network, const flow_t *flow,
                        struct solution *solution);

#endif
