/* flow_nodes.c - see flow_nodes.h. */
#include "scheduler/flow_nodes.h"

#include "base/memory.h"

uint32_t flow_new_node(struct flow_graph *graph, flow_t supply, enum flow_node_kind kind,
                       uint32_t id)
{
    uint32_t node = network_add_node(&graph->network, supply);
    array_reserve(graph->nodes, graph->node_room, node + 1);
    graph->nodes[node] = (struct flow_node){kind, id};
    return node;
}

void flow_mark_machine(struct flow_graph *graph, uint32_t machine)
{
    if (graph->machines[machine].marked)
        return;
    graph->machines[machine].marked = true;
    array_reserve(graph->marked_machines, graph->marked_machine_room,
                  graph->marked_machine_count + 1);
    graph->marked_machines[graph->marked_machine_count++] = machine;
}

uint32_t flow_machine_node(struct flow_graph *graph, uint32_t machine)
{
    struct flow_machine *m = &graph->machines[machine];
    if (m->node == NONE)
        m->node = flow_new_node(graph, 0, FLOW_NODE_MACHINE, machine);
    return m->node;
}
