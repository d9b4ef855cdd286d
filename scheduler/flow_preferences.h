/* flow_preferences.h - the machines and racks that bundles prefer; for the flow graph.
 *
 * A preference is an arc of the network only while its machine or rack has room for the
 * bundle's class, and costs less than to wait where that is known (flow_rests). Of racks tells
 * flow_racks.h. */
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

/* For racks, too: does the bundle rather run there than wait? Not known where machines add to the
 * cost. */
bool flow_is_worth(const struct flow_graph *graph, const struct flow_preference *preference);

/* There is room where the bundle prefers to be, so it has to have a node: give it one, with all
 * the arcs to machines that its preferences are to have. */
void flow_show_owner(struct flow_graph *graph, const struct cluster *cluster, uint32_t preference);

/* Give a preference its arc, or another room and cost; or take it away, if it has one. O(1). */
void flow_set_own_arc(struct flow_graph *graph, uint32_t preference, uint32_t head, flow_t room,
                      cost_t unit_cost);
void flow_drop_own_arc(struct flow_graph *graph, struct flow_preference *preference);

/* Take them all away. */
void flow_drop_preferences(struct flow_graph *graph, uint32_t bundle);

/* A machine has the room that graph->machines[machine].listed says, where it had `before`:
 * bring the arcs of those that prefer it or its rack up to date. O(those who prefer the
 * machine, and classes that prefer the rack). */
void flow_refresh_preferences(struct flow_graph *graph, const struct cluster *cluster,
                              uint32_t machine, const struct flow_room *before);

#endif
