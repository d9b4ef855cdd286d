/* dimacs_solution.h - flows as text, in the DIMACS format for minimum-cost flow.
 *
 *     c a comment
 *     s COST
 *     f TAIL HEAD FLOW
 *
 * Nodes are numbered as in dimacs.h. A pair of nodes without an f line has no flow. Flows of
 * parallel arcs can only be told apart by their order: if a pair has as many f lines as
 * arcs, they are taken in the order of arc ids; otherwise the flows of the pair are summed,
 * every arc gets its lower bound and the cheapest arcs get the rest, which is the best for
 * that sum. */
#ifndef GRAPH_DIMACS_SOLUTION_H
#define GRAPH_DIMACS_SOLUTION_H

#include <stdio.h>

#include "graph/network.h"

/* Read a solution of the network from a file, plain or compressed ("-": standard input).
 * flow has arc_limit entries to be filled. Bounds and balance are not checked.
 * STATUS_BAD_INPUT, STATUS_TOO_LARGE or STATUS_IO with the place, also for an f line whose
 * nodes no arc joins; flow is then undefined. O(file + arcs x log(parallel arcs)). */
enum status dimacs_solution_read(const char *path, const struct network *network, flow_t *flow,
                                 cost_t *cost, struct problem *problem);

/* Write the flow and its cost, without lines for flows of 0. The caller looks for errors of
 * the stream. O(nodes + arcs). */
void dimacs_solution_write(const struct network *network, const flow_t *flow, cost_t cost,
                           FILE *file);

/* Only the f lines, for nodes that have numbers of their own, by id. */
void dimacs_flow_write(const struct network *network, const uint32_t *numbers, const flow_t *flow,
                       FILE *file);

#endif
