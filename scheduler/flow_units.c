/* flow_units.c - see flow_units.h. */
#include "scheduler/flow_units.h"

#include "scheduler/flow_classes.h"

/* What those demand who come to a machine by the same arcs. */
struct demands {
    struct resources least, most; /* resource by resource */
    bool any;
};

static void add_demands(struct demands *demands, const struct resources *least,
                        const struct resources *most)
{
    if (!demands->any)
        *demands = (struct demands){*least, *most, true};
    resources_lower(&demands->least, least);
    resources_raise(&demands->most, most);
}

/* Of those who may come to the machine, without those who run there already. */
static struct demands collect_demands(const struct flow_graph *graph, uint32_t node)
{
    struct demands demands = {.any = false};
    uint32_t arc = graph->network.nodes[node].first_in;
    for (; arc != NONE; arc = graph->network.arcs[arc].next_in) {
        struct flow_node tail = graph->nodes[graph->network.arcs[arc].tail];
        if (graph->network.arcs[arc].capacity == 0)
            continue;
        uint32_t class = tail.id;
        if (tail.kind == FLOW_NODE_RACK) {
            add_demands(&demands, &graph->racks[tail.id].least, &graph->racks[tail.id].most);
            continue;
        }
        if (tail.kind == FLOW_NODE_BUNDLE) {
            if (arc == graph->bundles[tail.id].keeping_arc)
                continue;
            class = graph->bundles[tail.id].class;
        }
        const struct resources *demand = &graph->classes[class].facts.demand;
        add_demands(&demands, demand, demand);
    }
    return demands;
}

/* The tasks that run here, and as many more as fit of the least that may come; or, with
 * caution, of the most. */
static uint32_t count_units(const struct flow_graph *graph, uint32_t machine)
{
    const struct flow_machine *m = &graph->machines[machine];
    const struct room *room = &m->listed.room;
    struct demands demands = collect_demands(graph, m->node);
    if (!demands.any || !m->listed.up)
        return m->running_in;
    uint32_t fit = room_fit_count(room, &demands.least, FLOW_FIT_MAX / 2);
    if (graph->cautious && fit) {
        uint32_t sure = room_fit_count(room, &demands.most, FLOW_FIT_MAX / 2);
        fit = sure ? sure : 1;
    }
    return m->running_in + fit;
}

cost_t flow_graph_unit_cost(const struct flow_graph *graph, const struct cluster *cluster,
                            uint32_t machine, uint32_t k)
{
    if (!graph->mix.has_machine_units)
        return 0;
    const struct machine_facts *facts = &cluster->machine_facts[machine];
    const struct flow_machine *m = &graph->machines[machine];
    int64_t outside = (int64_t)facts->running + m->planned_units - m->running_in;
    return cost_mix_machine_unit(&graph->mix, facts, (uint32_t)(outside + k));
}

void flow_refresh_units(struct flow_graph *graph, const struct cluster *cluster, uint32_t machine)
{
    struct flow_machine *m = &graph->machines[machine];
    struct network *network = &graph->network;
    if (m->node == NONE)
        return;
    if (network->nodes[m->node].first_in == NONE) {
        network_remove_node(network, m->node);
        m->node = NONE;
        m->unit_count = 0;
        uint32_t last = graph->machines_in.ids[--graph->machines_in.count];
        graph->machines_in.ids[m->position] = last;
        graph->machines[last].position = m->position;
        return;
    }
    uint32_t units = count_units(graph, machine);
    bool parallel = graph->mix.has_machine_units;
    uint32_t wanted = 1;
    if (parallel)
        wanted = units < graph->unit_limit ? units : graph->unit_limit;
    for (; m->unit_count > wanted; m->unit_count--)
        network_remove_arc(network, network->nodes[m->node].first_out);
    for (; m->unit_count < wanted; m->unit_count++)
        network_add_arc(network, m->node, graph->sink, 0, 0, 0);
    uint32_t arc = network->nodes[m->node].first_out;
    for (uint32_t k = 0; k < wanted; k++, arc = network->arcs[arc].next_out)
        network_change_arc(network, arc, 0, parallel ? 1 : units,
                           flow_graph_unit_cost(graph, cluster, machine, k));
}
