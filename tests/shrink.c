/* shrink.c - see shrink.h. */
#include "tests/shrink.h"

/* Keep the arc's change if the network fails still; else take it back. */
static bool try_arc(struct network *network, uint32_t a, flow_t lower, flow_t capacity, cost_t cost,
                    shrink_test fails, void *context)
{
    struct network_arc was = network->arcs[a];
    if (lower == was.lower && capacity == was.capacity && cost == was.cost)
        return false;
    network_change_arc(network, a, lower, capacity, cost);
    if (fails(network, context))
        return true;
    network_change_arc(network, a, was.lower, was.capacity, was.cost);
    return false;
}

static bool shrink_arc(struct network *network, uint32_t a, shrink_test fails, void *context)
{
    struct network_arc was = network->arcs[a];
    network_remove_arc(network, a);
    if (fails(network, context))
        return true;
    /* The id given back last is given out first. */
    network_add_arc(network, was.tail, was.head, was.lower, was.capacity, was.cost);
    cost_t nearer = was.cost > 0 ? was.cost - 1 : was.cost + (was.cost < 0);
    return try_arc(network, a, 0, was.capacity, was.cost, fails, context) ||
           try_arc(network, a, was.lower, was.lower, was.cost, fails, context) ||
           try_arc(network, a, was.lower / 2, was.capacity / 2, was.cost, fails, context) ||
           (was.capacity > was.lower &&
            try_arc(network, a, was.lower, was.capacity - 1, was.cost, fails, context)) ||
           try_arc(network, a, was.lower, was.capacity, 0, fails, context) ||
           try_arc(network, a, was.lower, was.capacity, was.cost / 2, fails, context) ||
           try_arc(network, a, was.lower, was.capacity, nearer, fails, context);
}

static bool is_bare(const struct network *network, uint32_t v)
{
    const struct network_node *node = &network->nodes[v];
    return node->first_out == NONE && node->first_in == NONE && node->supply == 0;
}

static bool shrink_node(struct network *network, uint32_t v, shrink_test fails, void *context)
{
    flow_t was = network->nodes[v].supply;
    if (is_bare(network, v)) {
        network_remove_node(network, v);
        if (fails(network, context))
            return true;
        network_add_node(network, 0);
        return false;
    }
    if (was <= 0)
        return false;
    /* What one node supplies less another demands less. */
    for (uint32_t w = 0; w < network->node_limit; w++) {
        if (!network_node_live(network, w) || network->nodes[w].supply >= 0)
            continue;
        flow_t demand = network->nodes[w].supply;
        flow_t less = was < -demand ? was : -demand;
        for (; less > 0; less /= 2) {
            network_set_supply(network, v, was - less);
            network_set_supply(network, w, demand + less);
            if (fails(network, context))
                return true;
        }
        network_set_supply(network, v, was);
        network_set_supply(network, w, demand);
    }
    return false;
}

void shrink_network(struct network *network, shrink_test fails, void *context)
{
    for (bool again = true; again;) {
        again = false;
        for (uint32_t a = 0; a < network->arc_limit; a++)
            while (network_arc_live(network, a) && shrink_arc(network, a, fails, context))
                again = true;
        for (uint32_t v = 0; v < network->node_limit; v++)
            while (network_node_live(network, v) && shrink_node(network, v, fails, context))
                again = true;
    }
}
