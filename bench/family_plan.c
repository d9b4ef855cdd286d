/* family_plan.c - see family_plan.h. */
#include "bench/family_plan.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/assert.h"
#include "base/memory.h"

#define WEIGHT_MAX 1000000
#define MEAN_SUPPLY 1000

enum status plan_refuse(const struct family_plan *plan, const char *reason, ...)
{
    char text[sizeof plan->problem->reason];
    va_list arguments;
    va_start(arguments, reason);
    vsnprintf(text, sizeof text, reason, arguments);
    va_end(arguments);
    return problem_set(plan->problem, STATUS_USAGE, NULL, 0, 0, "%s", text);
}

enum status plan_refuse_arcs(const struct family_plan *plan, uint64_t least)
{
    return plan_refuse(plan,
                       "%u nodes take at least %" PRIu64 " arcs here, not %u: a larger degree",
                       plan->nodes, least, plan->arcs);
}

int64_t plan_between(struct family_plan *plan, int64_t low, int64_t high)
{
    ASSERT(low <= high);
    return low + (int64_t)random_below(&plan->random, (uint64_t)(high - low) + 1);
}

uint32_t plan_index(struct family_plan *plan, uint32_t count)
{
    return (uint32_t)random_below(&plan->random, count);
}

cost_t plan_cost(struct family_plan *plan)
{
    return plan_between(plan, 1, plan->cost_max);
}

flow_t plan_capacity(struct family_plan *plan)
{
    return plan_between(plan, 1, plan->capacity_max);
}

uint32_t *plan_order(struct family_plan *plan, uint32_t count)
{
    uint32_t *order = memory_alloc((size_t)count * sizeof *order);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t j = plan_index(plan, i + 1);
        order[i] = order[j];
        order[j] = i;
    }
    return order;
}

void plan_shares(struct family_plan *plan, flow_t total, uint32_t count, flow_t least,
                 flow_t *shares)
{
    ASSERT(count > 0);
    ASSERT(total >= (flow_t)count * least);
    int64_t weights = 0;
    for (uint32_t i = 0; i < count; i++) {
        shares[i] = plan_between(plan, 1, WEIGHT_MAX);
        weights += shares[i];
    }
    flow_t rest = total - (flow_t)count * least;
    flow_t left = rest;
    for (uint32_t i = 0; i < count; i++) {
        flow_t part = (flow_t)((wide_t)rest * shares[i] / weights);
        shares[i] = least + part;
        left -= part;
    }
    /* What rounding has left is less than one for each. */
    for (uint32_t i = 0; left > 0; i++, left--)
        shares[i]++;
}

enum status plan_supply(struct family_plan *plan, uint32_t sources, uint32_t sinks)
{
    uint32_t most = sources > sinks ? sources : sinks;
    if (plan->supply == 0)
        plan->supply = (flow_t)MEAN_SUPPLY * sources;
    if (plan->supply < most)
        return plan_refuse(plan, "%u sources and %u sinks take a supply of at least %u", sources,
                           sinks, most);
    return STATUS_OK;
}

uint32_t plan_sources(const struct family_plan *plan)
{
    /* 2 sqrt(n), rounded down, is odd if sqrt(n) has a fraction of a half or more. */
    uint32_t root = (plan_root(4 * (uint64_t)plan->nodes, 2) + 1) / 2;
    return root < plan->nodes / 2 ? root : plan->nodes / 2;
}

uint32_t plan_root(uint64_t value, uint32_t power)
{
    uint32_t root = 0;
    for (uint32_t bit = power == 2 ? 1u << 31 : 1u << 20; bit > 0; bit /= 2) {
        uint64_t next = (uint64_t)root + bit;
        uint64_t product = power == 2 ? next * next : next * next * next;
        if (product <= value)
            root += bit;
    }
    return root;
}

/* How many arcs each tail is to have, those that it has included. */
static uint32_t *draw_counts(struct family_plan *plan, const struct network *network,
                             uint32_t tails, uint32_t first_head)
{
    uint32_t *counts = memory_alloc((size_t)tails * sizeof *counts);
    for (uint32_t a = 0; a < network->arc_limit; a++)
        counts[network->arcs[a].tail]++;
    for (uint32_t i = network->arc_count; i < plan->arcs;) {
        uint32_t v = plan_index(plan, tails);
        uint32_t heads = plan->nodes - first_head - (v >= first_head);
        if (counts[v] == heads)
            continue;
        counts[v]++;
        i++;
    }
    return counts;
}

/* Give v arcs until it has `count`; drawn[w] is v for the heads w that it has. */
static void fill_tail(struct family_plan *plan, struct network *network, uint32_t v,
                      uint32_t first_head, uint32_t count, uint32_t *drawn)
{
    drawn[v] = v;
    for (uint32_t a = network->nodes[v].first_out; a != NONE; a = network->arcs[a].next_out) {
        drawn[network->arcs[a].head] = v;
        count--;
    }
    while (count > 0) {
        uint32_t w = first_head + plan_index(plan, plan->nodes - first_head);
        if (drawn[w] == v)
            continue;
        drawn[w] = v;
        network_add_arc(network, v, w, 0, plan_capacity(plan), plan_cost(plan));
        count--;
    }
}

enum status plan_fill(struct family_plan *plan, struct network *network, uint32_t tails,
                      uint32_t first_head)
{
    if (network->arc_count > plan->arcs)
        return plan_refuse_arcs(plan, network->arc_count);
    uint64_t pairs = (uint64_t)tails * (plan->nodes - first_head);
    if (tails > first_head)
        pairs -= tails - first_head;
    if (pairs < plan->arcs)
        return plan_refuse(plan, "%u nodes take at most %" PRIu64 " arcs here, not %u", plan->nodes,
                           pairs, plan->arcs);
    uint32_t *counts = draw_counts(plan, network, tails, first_head);
    uint32_t *drawn = memory_alloc((size_t)plan->nodes * sizeof *drawn);
    for (uint32_t v = 0; v < plan->nodes; v++)
        drawn[v] = NONE;
    for (uint32_t v = 0; v < tails; v++)
        fill_tail(plan, network, v, first_head, counts[v], drawn);
    memory_free(drawn);
    memory_free(counts);
    return STATUS_OK;
}
