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

void flow_mark_task(struct flow_graph *graph, uint32_t task)
{
    if (graph->tasks[task].mark != NONE)
        return;
    graph->tasks[task].mark = graph->marked_tasks.count;
    id_list_add(&graph->marked_tasks, task);
}

void flow_mark_machine(struct flow_graph *graph, uint32_t machine)
{
    if (graph->machines[machine].marked)
        return;
    graph->machines[machine].marked = true;
    id_list_add(&graph->marked_machines, machine);
}

uint32_t flow_machine_node(struct flow_graph *graph, uint32_t machine)
{
    struct flow_machine *m = &graph->machines[machine];
    if (m->node != NONE)
        return m->node;
    m->node = flow_new_node(graph, 0, FLOW_NODE_MACHINE, machine);
    m->position = graph->machines_in.count;
    id_list_add(&graph->machines_in, machine);
    return m->node;
}
