/* ranges.c - see ranges.h. */
#include "solver/ranges.h"

#include "base/checked.h"

static uint64_t magnitude(int64_t value)
{
    return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

/* sum += part, both at most RANGES_FLOW_MAX; false if the sum is more than that. */
static bool add_within(uint64_t *sum, uint64_t part)
{
    if (part > RANGES_FLOW_MAX || *sum > RANGES_FLOW_MAX - part)
        return false;
    *sum += part;
    return true;
}

/* A pseudoflow within the arcs' bounds leaves at node v an excess of at most
 * |supply(v)| + the capacities of v's arcs, whatever the algorithm does; that sum stays
 * within RANGES_FLOW_MAX, so the excess fits, and so does a residual capacity. */
static bool node_within(const struct network *network, uint32_t v)
{
    const struct network_node *node = &network->nodes[v];
    uint64_t sum = 0;
    if (!add_within(&sum, magnitude(node->supply)))
        return false;
    for (uint32_t a = node->first_out; a != NONE; a = network->arcs[a].next_out)
        if (!add_within(&sum, (uint64_t)network->arcs[a].capacity))
            return false;
    for (uint32_t a = node->first_in; a != NONE; a = network->arcs[a].next_in)
        if (!add_within(&sum, (uint64_t)network->arcs[a].capacity))
            return false;
    return true;
}

/* A simple path has fewer arcs than there are nodes, so it costs at most n * C, where C is
 * the largest |cost|. Potentials that are lengths of shortest paths are as small, and a
 * reduced cost is at most C + 2nC. With one node more, for an artificial root, and
 * (n+1) * C <= 2^60, all of these and their sum with a distance stay below 2^62. */
static bool costs_within(const struct network *network)
{
    uint64_t largest = 0;
    for (uint32_t a = 0; a < network->arc_limit; a++)
        if (network_arc_live(network, a) && magnitude(network->arcs[a].cost) > largest)
            largest = magnitude(network->arcs[a].cost);
    return largest <= (uint64_t)RANGES_COST_MAX / ((uint64_t)network->node_count + 1);
}

const char *ranges_check(const struct network *network)
{
    /* What must move in all: supplies, and the lower bounds, which make an excess at one
     * end and a deficit at the other. Algorithms sum the excesses of all nodes. */
    uint64_t moved = 0;
    for (uint32_t v = 0; v < network->node_limit; v++) {
        if (!network->nodes[v].live)
            continue;
        if (!add_within(&moved, magnitude(network->nodes[v].supply)))
            return "the supplies sum to more than 2^62";
        if (!node_within(network, v))
            return "a node's supply and the capacities of its arcs sum to more than 2^62";
    }
    for (uint32_t a = 0; a < network->arc_limit; a++)
        if (network_arc_live(network, a) && !add_within(&moved, (uint64_t)network->arcs[a].lower))
            return "the supplies and lower bounds sum to more than 2^62";
    if (!costs_within(network))
        return "the number of nodes times the largest cost is more than 2^60";
    return NULL;
}

flow_t ranges_supply_sum(const struct network *network)
{
    flow_t sum = 0;
    for (uint32_t v = 0; v < network->node_limit; v++)
        if (network->nodes[v].live)
            sum += network->nodes[v].supply;
    return sum;
}

bool ranges_total_cost(const struct network *network, const flow_t *flow, cost_t *cost)
{
    /* The flows of all arcs sum to at most n * 2^62, as those that leave one node do to
     * 2^62, and a cost is at most 2^60 / (n+1): the sum stays below 2^122. */
    __int128 sum = 0;
    for (uint32_t a = 0; a < network->arc_limit; a++)
        if (network_arc_live(network, a))
            sum += (__int128)flow[a] * network->arcs[a].cost;
    if (sum < INT64_MIN || sum > INT64_MAX)
        return false;
    *cost = (cost_t)sum;
    return true;
}

void ranges_set_optimal(const struct network *network, const flow_t *flow,
                        struct solution *solution)
{
    if (!ranges_total_cost(network, flow, &solution->cost)) {
        *solution = (struct solution){.outcome = OUTCOME_REFUSED,
                                      .reason = "the optimal flow costs more than 2^63"};
        return;
    }
    solution->outcome = OUTCOME_OPTIMAL;
    solution->flow = flow;
}
