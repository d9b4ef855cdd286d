/* family_gridgen.c - a grid of one-way streets, random arcs over it, and a dear way around.
 *
 * After Lee and Orlin, "GRIDGEN generator" (1991), in the DIMACS collection of generators, with
 * the settings of Kovacs' GRIDGEN-8.
 *
 * 1. All nodes but the last form a grid, as near to a square as their number allows; the last
 *    row may be shorter. Neighbours are joined by one arc: those of a row and those of a
 *    column point all the same way, rows and columns by turns to either side.
 * 2. sqrt(n) random nodes of the grid are sources, as many others are sinks. The supply is
 *    shared among each at random.
 * 3. The last node is joined from every source and to every sink. These arcs could carry all
 *    the supply, at twice the largest cost, so that there is a flow.
 * 4. Arcs between random nodes of the grid fill up the number; they may be parallel.
 *
 * Unlike GRIDGEN, the grid is never rounded to a full rectangle; its number of nodes is the
 * one asked for. GRIDGEN can make the streets two-way as well; ours are not. */
#include "base/memory.h"
#include "bench/family_plan.h"

static void add_random_arc(struct family_plan *plan, struct network *network, uint32_t tail,
                           uint32_t head)
{
    flow_t capacity = plan_capacity(plan);
    network_add_arc(network, tail, head, 0, capacity, plan_cost(plan));
}

/* Join v and w, which is to its right or below it. */
static void add_street(struct family_plan *plan, struct network *network, uint32_t v, uint32_t w,
                       bool backward)
{
    if (backward)
        add_random_arc(plan, network, w, v);
    else
        add_random_arc(plan, network, v, w);
}

static void add_grid(struct family_plan *plan, struct network *network, uint32_t count)
{
    uint32_t width = plan_root(count, 2);
    for (uint32_t v = 0; v < count; v++) {
        uint32_t row = v / width;
        uint32_t column = v % width;
        if (column + 1 < width && v + 1 < count)
            add_street(plan, network, v, v + 1, row % 2 == 1);
        if (v + width < count)
            add_street(plan, network, v, v + width, column % 2 == 1);
    }
}

/* Make the nodes sources, or sinks if `sign` is -1, and join them with the last node. */
static void supply_nodes(struct family_plan *plan, struct network *network, const uint32_t *nodes,
                         uint32_t count, int sign)
{
    uint32_t around = plan->nodes - 1;
    cost_t cost = 2 * plan->cost_max;
    flow_t *shares = memory_alloc((size_t)count * sizeof *shares);
    plan_shares(plan, plan->supply, count, 1, shares);
    for (uint32_t i = 0; i < count; i++) {
        network_set_supply(network, nodes[i], sign * shares[i]);
        network_add_arc(network, sign > 0 ? nodes[i] : around, sign > 0 ? around : nodes[i], 0,
                        plan->supply, cost);
    }
    memory_free(shares);
}

static enum status build(struct family_plan *plan, struct network *network)
{
    uint32_t count = plan->nodes - 1;
    uint32_t sources = plan_sources(plan);
    enum status status = plan_supply(plan, sources, sources);
    if (status != STATUS_OK)
        return status;
    add_grid(plan, network, count);
    uint32_t *order = plan_order(plan, count);
    supply_nodes(plan, network, order, sources, 1);
    supply_nodes(plan, network, order + sources, sources, -1);
    memory_free(order);
    if (network->arc_count > plan->arcs)
        return plan_refuse_arcs(plan, network->arc_count);
    while (network->arc_count < plan->arcs) {
        uint32_t tail = plan_index(plan, count);
        uint32_t head = plan_index(plan, count - 1);
        add_random_arc(plan, network, tail, head + (head >= tail));
    }
    return STATUS_OK;
}

const struct family family_gridgen = {
    .name = "gridgen",
    .help = "a grid of one-way arcs under random arcs, like GRIDGEN",
    .nodes_min = 5,
    .degree = 8,
    .capacity_max = 1000,
    .build = build,
};
