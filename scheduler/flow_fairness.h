/* flow_fairness.h - Quincy's bounds on how many tasks of a job may wait; for the flow graph. */
#ifndef SCHEDULER_FLOW_FAIRNESS_H
#define SCHEDULER_FLOW_FAIRNESS_H

#include "scheduler/flow_graph.h"

/* Bound what waits of every job in the network. O(n log n) for n waiting and running tasks,
 * because the shares are of the whole cluster. */
void flow_bound_jobs(struct flow_graph *graph, const struct cluster *cluster);

#endif
