/* flow_units.h - how many tasks a machine takes, and at what cost: its arcs to the sink; for
 * the flow graph. */
#ifndef SCHEDULER_FLOW_UNITS_H
#define SCHEDULER_FLOW_UNITS_H

#include "scheduler/flow_graph.h"

/* Give the machine's arcs to the sink the capacity and costs that they have now: one arc, or
 * parallel ones that cost more and more. A machine that nothing leads to any more leaves the
 * network. O(its arcs). */
void flow_refresh_units(struct flow_graph *graph, const struct cluster *cluster, uint32_t machine);

#endif
