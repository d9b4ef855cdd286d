/* family_transport.c - bipartite networks: transportation, and assignment.
 *
 * The first half of the nodes are sources, the others sinks; arcs lead from sources to sinks
 * and no two are parallel. The classic problems of Hitchcock (1941) and Kuhn (1955), of the
 * kind that NETGEN (Klingman, Napier and Stutz 1974) makes too: random arcs of random costs,
 * and some that ensure a flow.
 *
 * transport: supplies and demands are random shares of 1,000 for each source; a flow is made
 * by the northwest corner rule (Dantzig 1951), with sources and sinks in random order, and its
 * arcs have room for it.
 * assignment: everything is 1, and a random perfect matching ensures the flow.
 *
 * Unlike NETGEN's, whose skeleton has the largest cost, the arcs that ensure the flow cost
 * like any other; and those of a transport network have capacities. */
#include "base/memory.h"
#include "bench/family_plan.h"

/* Share the supply among `count` nodes, as demand if `sign` is -1. */
static void supply_nodes(struct family_plan *plan, struct network *network, uint32_t first,
                         uint32_t count, int sign)
{
    flow_t *shares = memory_alloc((size_t)count * sizeof *shares);
    plan_shares(plan, plan->supply, count, 1, shares);
    for (uint32_t i = 0; i < count; i++)
        network_set_supply(network, first + i, sign * shares[i]);
    memory_free(shares);
}

/* Add arcs that can carry all supplies to the sinks: in the given orders, each source sends
 * to the first sinks that want more. */
static void add_corner_flow(struct family_plan *plan, struct network *network,
                            const uint32_t *source_order, const uint32_t *sink_order)
{
    uint32_t sources = plan->nodes / 2;
    uint32_t source = 0;
    uint32_t sink = 0;
    flow_t left = network->nodes[source_order[0]].supply;
    flow_t wanted = -network->nodes[sources + sink_order[0]].supply;
    while (source < sources) {
        flow_t amount = left < wanted ? left : wanted;
        flow_t capacity = plan_capacity(plan);
        network_add_arc(network, source_order[source], sources + sink_order[sink], 0,
                        capacity > amount ? capacity : amount, plan_cost(plan));
        left -= amount;
        wanted -= amount;
        if (wanted == 0 && sources + ++sink < plan->nodes)
            wanted = -network->nodes[sources + sink_order[sink]].supply;
        if (left == 0 && ++source < sources)
            left = network->nodes[source_order[source]].supply;
    }
}

static enum status build_transport(struct family_plan *plan, struct network *network)
{
    uint32_t sources = plan->nodes / 2;
    uint32_t sinks = plan->nodes - sources;
    enum status status = plan_supply(plan, sources, sinks);
    if (status != STATUS_OK)
        return status;
    supply_nodes(plan, network, 0, sources, 1);
    supply_nodes(plan, network, sources, sinks, -1);
    uint32_t *source_order = plan_order(plan, sources);
    uint32_t *sink_order = plan_order(plan, sinks);
    add_corner_flow(plan, network, source_order, sink_order);
    memory_free(source_order);
    memory_free(sink_order);
    return plan_fill(plan, network, sources, sources);
}

static enum status build_assignment(struct family_plan *plan, struct network *network)
{
    uint32_t sources = plan->nodes / 2;
    if (plan->nodes % 2 > 0)
        return plan_refuse(plan, "an assignment takes an even number of nodes");
    if (plan->capacity_max != 1 || (plan->supply > 0 && plan->supply != sources))
        return plan_refuse(plan, "in an assignment every supply and capacity is 1");
    uint32_t *partner = plan_order(plan, sources);
    for (uint32_t v = 0; v < sources; v++) {
        network_set_supply(network, v, 1);
        network_set_supply(network, sources + v, -1);
        network_add_arc(network, v, sources + partner[v], 0, 1, plan_cost(plan));
    }
    memory_free(partner);
    return plan_fill(plan, network, sources, sources);
}

const struct family family_transport = {
    .name = "transport",
    .help = "transportation from half of the nodes to the others",
    .nodes_min = 2,
    .degree = 8,
    .capacity_max = 1000,
    .build = build_transport,
};

const struct family family_assignment = {
    .name = "assignment",
    .help = "assignment of half of the nodes to the others",
    .nodes_min = 2,
    .degree = 8,
    .capacity_max = 1,
    .build = build_assignment,
};
