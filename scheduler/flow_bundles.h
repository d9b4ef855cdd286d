/* flow_bundles.h - tasks that are alike, their node and its arcs; for the flow graph. */
#ifndef SCHEDULER_FLOW_BUNDLES_H
#define SCHEDULER_FLOW_BUNDLES_H

#include "scheduler/flow_graph.h"

/* A task enters the network: into the bundle of those like it, made now if there is none. */
void flow_enter_task(struct flow_graph *graph, const struct cluster *cluster, uint32_t task);

/* A task leaves the network; its bundle goes with the last one. */
void flow_leave_task(struct flow_graph *graph, const struct cluster *cluster, uint32_t task);

/* Give the bundles whose costs hold no longer their new ones. O(log n) for each. */
void flow_reprice_due(struct flow_graph *graph, const struct cluster *cluster);

/* Machines came or went: likewise for all bundles with data in their racks. O(bundles). */
void flow_reprice_inputs(struct flow_graph *graph, const struct cluster *cluster);

/* The machine of a bundle is not as it was; nothing, for one that waits. */
void flow_reprice_keeping(struct flow_graph *graph, const struct cluster *cluster, uint32_t bundle);

/* A bundle of the queue of its class gets a node, with its arcs as they are now; the caller has
 * taken it out, or does. Or back; it must have no arcs of its own. O(its arcs). */
void flow_show_bundle(struct flow_graph *graph, const struct cluster *cluster, uint32_t bundle);
void flow_hide_bundle(struct flow_graph *graph, uint32_t bundle);

/* The facts of each of its tasks at `now_us`. */
struct task_facts flow_bundle_facts(const struct flow_bundle *bundle, int64_t now_us);

#endif
