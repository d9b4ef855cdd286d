/* flow_preferences.h - the machines and racks that bundles prefer; for the flow graph.
 *
 * A preference is an arc of the network only while its machine or rack has room for the
 * bundle's class, and costs less than to wait where that is known (flow_rests). A rack is
 * reached by a node for each class that has such arcs to it, whose arc to the rack's own node
 * says how many of the class fit there in all; the rack's node leads to its machines. That the
 * class fits on the machine that the flow then takes is not sure: the commit takes another one
 * of the rack. */
#ifndef SCHEDULER_FLOW_PREFERENCES_H
#define SCHEDULER_FLOW_PREFERENCES_H

#include "scheduler/flow_graph.h"

/* Give a bundle the preferences that it has now. */
void flow_set_preferences(struct flow_graph *graph, const struct cluster *cluster, uint32_t bundle,
                          const struct task_facts *facts, const struct cluster_facts *all);

/* What it costs the bundle to wait has risen, or it has a node now: give its preferences the arcs
 * that they are to have. It gets a node, if it gets an arc. */
void flow_show_preferences(struct flow_graph *graph, const struct cluster *cluster,
                           uint32_t bundle);

/* Take them all away. */
void flow_drop_preferences(struct flow_graph *graph, uint32_t bundle);

/* A machine has the room that graph->machines[machine].listed says, where it had `before`:
 * bring the arcs of those that prefer it or its rack up to date. O(those who prefer the
 * machine, and classes that prefer the rack). */
void flow_refresh_preferences(struct flow_graph *graph, const struct cluster *cluster,
                              uint32_t machine, const struct flow_room *before);

#endif
