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
    return network->sums.cost_magnitude <=
           (uint64_t)RANGES_COST_MAX / ((uint64_t)network->node_count + 1);
}

const char *ranges_check(struct network *network)
{
    /* What must move in all: supplies, and the lower bounds, which make an excess at one
     * end and a deficit at the other. Algorithms sum the excesses of all nodes. */
    const struct network_sums *sums = &network->sums;
    if (sums->supply_magnitude > RANGES_FLOW_MAX)
        return "the supplies sum to more than 2^62";
    if (sums->supply_magnitude + sums->lower > RANGES_FLOW_MAX)
        return "the supplies and lower bounds sum to more than 2^62";
    /* An arc from a node to itself counts twice. If all together are within, each node is. */
    if (sums->supply_magnitude + 2 * sums->capacity > RANGES_FLOW_MAX)
        for (uint32_t v = 0; v < network->node_limit; v++)
            if (network->nodes[v].live && !node_within(network, v))
                return "a node's supply and the capacities of its arcs sum to more than 2^62";
    if (!costs_within(network))
        network_measure_costs(network);
    if (!costs_within(network))
        return "the number of nodes times the largest cost is more than 2^60";
    return NULL;
}

bool ranges_total_cost(const struct network *network, const flow_t *flow, cost_t *cost)
{
    /* The flows of all arcs sum to at most n * 2^62, as those that leave one node do to
     * 2^62, and a cost is at most 2^60 / (n+1): the sum stays below 2^122. */
    wide_t sum = 0;
    for (uint32_t a = network_next_arc(network, 0); a != NONE; a = network_next_arc(network, a + 1))
        sum += (wide_t)flow[a] * network->arcs[a].cost;
    if (sum < INT64_MIN || sum > INT64_MAX)
        return false;
    *cost = (cost_t)sum;
    return true;
}

bool ranges_lower_bound(const struct network *network, const cost_t *potential, cost_t *bound)
{
    /* A potential is within 2^62 and the supplies sum to 2^62, a reduced cost to 2^63, and
     * the capacities of n nodes to n * 2^62 with n < 2^32: below 2^126 in all, and each
     * partial sum as well. */
    wide_t sum = 0;
    for (uint32_t v = 0; v < network->node_limit; v++)
        if (network->nodes[v].live)
            sum -= (wide_t)network->nodes[v].supply * potential[v];
    for (uint32_t a = network_next_arc(network, 0); a != NONE;
         a = network_next_arc(network, a + 1)) {
        const struct network_arc *arc = &network->arcs[a];
        wide_t reduced = (wide_t)arc->cost + potential[arc->tail] - potential[arc->head];
        sum += reduced * (reduced < 0 ? arc->capacity : arc->lower);
    }
    if (sum > INT64_MAX)
        return false;
    *bound = sum < INT64_MIN ? INT64_MIN : (cost_t)sum;
    return true;
}

static void refuse_cost(struct solution *solution)
{
    *solution = (struct solution){.outcome = OUTCOME_REFUSED,
                                  .work = solution->work,
                                  .reason = "the flow costs more than 2^63"};
}

void ranges_set_optimal(const struct network *network, const flow_t *flow,
                        struct solution *solution)
{
    if (!ranges_total_cost(network, flow, &solution->cost)) {
        refuse_cost(solution);
        return;
    }
    solution->outcome = OUTCOME_OPTIMAL;
    solution->bound = solution->cost;
    solution->flow = flow;
}

void ranges_set_feasible(const struct network *network, const flow_t *flow, const cost_t *potential,
                         struct solution *solution)
{
    if (!ranges_total_cost(network, flow, &solution->cost) ||
        !ranges_lower_bound(network, potential, &solution->bound)) {
        refuse_cost(solution);
        return;
    }
    solution->outcome = OUTCOME_BUDGET_SPENT;
    solution->flow = flow;
    solution->potential = potential;
}
