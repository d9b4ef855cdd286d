/* flow_optimum.h - what a flow graph's cheapest flow costs, and graphs built from nothing to
 * compare with, for tests. */
#ifndef TESTS_FLOW_OPTIMUM_H
#define TESTS_FLOW_OPTIMUM_H

#include "scheduler/flow_graph.h"

/* A network of the cluster as it is now, of the same kind; nothing is set aside, and with
 * `list_all` classes list all machines. */
void flow_optimum_build(struct flow_graph *graph, const struct flow_graph *like, bool list_all,
                        const struct cluster *cluster, int64_t now_us);

/* The optimum, found by a solver that is not ours, with what it costs that bundles are set
 * aside. */
cost_t flow_optimum(struct flow_graph *graph);

#endif
