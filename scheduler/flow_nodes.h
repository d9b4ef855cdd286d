/* flow_nodes.h - nodes of the flow graph and the marks on tasks and machines; for its other
 * files.
 */
#ifndef SCHEDULER_FLOW_NODES_H
#define SCHEDULER_FLOW_NODES_H

#include "scheduler/flow_graph.h"

/* A new node that stands for `id`. O(1). */
uint32_t flow_new_node(struct flow_graph *graph, flow_t supply, enum flow_node_kind kind,
                       uint32_t id);

/* The machine's room, or who leads to it, is not as it was. O(1). */
void flow_mark_machine(struct flow_graph *graph, uint32_t machine);

/* The next update lets the task enter the network, if it belongs there and is not. O(1). */
void flow_mark_task(struct flow_graph *graph, uint32_t task);

/* The machine's node, made now if nothing has led to it yet. O(1). */
uint32_t flow_machine_node(struct flow_graph *graph, uint32_t machine);

#endif
