/* flow_fairness.h - Quincy's bounds on how many tasks of a job may wait; for the flow graph.
 *
 * A job's bundles then lead to its unscheduled aggregator where they wait, and this to where
 * the bundles would lead without it: to the sink, or to the tenant's. */
#ifndef SCHEDULER_FLOW_FAIRNESS_H
#define SCHEDULER_FLOW_FAIRNESS_H

#include "scheduler/flow_graph.h"

/* One bundle more, or less, of the job; its node, which goes with the last one. */
uint32_t flow_enter_job(struct flow_graph *graph, uint32_t job, uint32_t head);
void flow_leave_job(struct flow_graph *graph, uint32_t job);

/* Bound what waits of every job in the network. O(n log n) for n waiting and running tasks,
 * because the shares are of the whole cluster. */
void flow_bound_jobs(struct flow_graph *graph, const struct cluster *cluster);

#endif
