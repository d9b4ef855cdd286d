/* flow_put_back.h - what a round costs in which not all of the flow could be had; for the flow
 * policy.
 *
 * Each unit that was not granted goes back over the way that it came, from the dearest of
 * parallel arcs, and then waits or stays where it was, over the cheapest with room. So the cost
 * reached is that of a flow of the same network, and never below its optimum. */
#ifndef SCHEDULER_FLOW_PUT_BACK_H
#define SCHEDULER_FLOW_PUT_BACK_H

#include "scheduler/flow_commit.h"

/* What it costs more than the flow. O(arcs + misfits x arcs on their ways). */
cost_t flow_put_back(struct flow_commit *commit, const struct flow_graph *graph,
                     const flow_t *flow);

#endif
