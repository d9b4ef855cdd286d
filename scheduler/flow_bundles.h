/* flow_bundles.h - tasks that are alike, their node and its arcs; for the flow graph. */
#ifndef SCHEDULER_FLOW_BUNDLES_H
#define SCHEDULER_FLOW_BUNDLES_H

#include "scheduler/flow_graph.h"

/* A task enters the network: into the bundle of those like it, made now if there is none. */
void flow_enter_task(struct flow_graph *graph, const struct cluster *cluster, uint32_t task,
                     int64_t now_us);

/* A task leaves the network; its bundle's node goes with the last one. */
void flow_leave_task(struct flow_graph *graph, const struct cluster *cluster, uint32_t task);

/* Give the bundles whose costs hold no longer their new ones. O(log n) for each. */
void flow_reprice_due(struct flow_graph *graph, const struct cluster *cluster, int64_t now_us);

/* Machines came or went: likewise for all bundles with data in their racks. O(bundles). */
void flow_reprice_inputs(struct flow_graph *graph, const struct cluster *cluster, int64_t now_us);

/* The machine of a bundle is not as it was; nothing, for one that waits. */
void flow_reprice_keeping(struct flow_graph *graph, const struct cluster *cluster, uint32_t bundle);

/* The facts of each of its tasks at `now_us`. */
struct task_facts flow_bundle_facts(const struct flow_bundle *bundle, int64_t now_us);

#endif
