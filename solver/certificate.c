/* certificate.c - see certificate.h.
 *
 * Optimal: the flow keeps all bounds and meets all supplies, costs what it claims, and no
 * arc with residual room has a negative reduced cost; then no residual cycle is negative,
 * so nothing is cheaper (Ahuja, Magnanti and Orlin 1993, theorem 9.3).
 *
 * Infeasible: multiply the balance of every node by its potential and add up; the left side
 * is a sum of supplies, the right side one of flows, and the two cannot be equal (Farkas
 * 1902; for sets of nodes Gale 1957, Hoffman 1960).
 *
 * Budget spent: a flow at its cost, and no flow below the bound. */
#include "solver/certificate.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"

static const struct certificate HOLDS = {.verdict = VERDICT_HOLDS, .node = NONE, .arc = NONE};

/* What breaks and where; the reason is filled in by the caller. */
static bool break_at(struct certificate *certificate, enum verdict verdict, uint32_t node,
                     uint32_t arc)
{
    certificate->verdict = verdict;
    certificate->node = node;
    certificate->arc = arc;
    return false;
}

#define SAY(certificate, ...) \
    snprintf((certificate)->reason, sizeof(certificate)->reason, __VA_ARGS__)

/* A 128-bit number as text; numbers that large are named by their sign only. */
static const char *print_wide(wide_t value, char text[32])
{
    if (value > INT64_MAX || value < INT64_MIN)
        snprintf(text, 32, "%s2^63", value > 0 ? "more than " : "less than -");
    else
        snprintf(text, 32, "%" PRId64, (int64_t)value);
    return text;
}

static bool check_bounds(const struct network *network, const flow_t *flow,
                         struct certificate *certificate)
{
    for (uint32_t a = 0; a < network->arc_limit; a++) {
        const struct network_arc *arc = &network->arcs[a];
        bool live = network_arc_live(network, a);
        flow_t lower = live ? arc->lower : 0;
        flow_t capacity = live ? arc->capacity : 0;
        if (flow[a] >= lower && flow[a] <= capacity)
            continue;
        SAY(certificate, "flow %" PRId64 " is outside the bounds %" PRId64 " to %" PRId64, flow[a],
            lower, capacity);
        return break_at(certificate, VERDICT_NOT_A_FLOW, NONE, a);
    }
    return true;
}

/* What leaves each node less what enters it. No sum of parts is beyond 2^96. */
static void sum_balances(const struct network *network, const flow_t *flow, wide_t *net)
{
    for (uint32_t a = network_next_arc(network, 0); a != NONE;
         a = network_next_arc(network, a + 1)) {
        net[network->arcs[a].tail] += flow[a];
        net[network->arcs[a].head] -= flow[a];
    }
}

static bool check_balances(const struct network *network, const flow_t *flow,
                           struct certificate *certificate)
{
    wide_t *net = memory_alloc(((size_t)network->node_limit + 1) * sizeof *net);
    sum_balances(network, flow, net);
    uint32_t v = 0;
    while (v < network->node_limit &&
           (!network->nodes[v].live || net[v] == network->nodes[v].supply))
        v++;
    wide_t wrong = net[v];
    memory_free(net);
    if (v == network->node_limit)
        return true;
    char text[32];
    SAY(certificate, "the flow that leaves less what enters is %s, the supply is %" PRId64,
        print_wide(wrong, text), network->nodes[v].supply);
    return break_at(certificate, VERDICT_NOT_A_FLOW, v, NONE);
}

static bool check_cost(const struct network *network, const struct solution *solution,
                       struct certificate *certificate)
{
    wide_t sum = 0;
    bool fits = true;
    for (uint32_t a = 0; a < network->arc_limit && fits; a++)
        if (network_arc_live(network, a))
            fits = !__builtin_add_overflow(sum, (wide_t)solution->flow[a] * network->arcs[a].cost,
                                           &sum);
    if (fits && sum == solution->cost)
        return true;
    char text[32];
    SAY(certificate, "the flow costs %s, the claim is %" PRId64,
        fits ? print_wide(sum, text) : "more than 2^127", solution->cost);
    return break_at(certificate, VERDICT_WRONG_COST, NONE, NONE);
}

static bool check_reduced_costs(const struct network *network, const struct solution *solution,
                                struct certificate *certificate)
{
    for (uint32_t a = network_next_arc(network, 0); a != NONE;
         a = network_next_arc(network, a + 1)) {
        const struct network_arc *arc = &network->arcs[a];
        wide_t reduced =
            (wide_t)arc->cost + solution->potential[arc->tail] - solution->potential[arc->head];
        bool more_pays = reduced < 0 && solution->flow[a] < arc->capacity;
        bool less_pays = reduced > 0 && solution->flow[a] > arc->lower;
        if (!more_pays && !less_pays)
            continue;
        char text[32];
        SAY(certificate, "at reduced cost %s %s flow would be cheaper", print_wide(reduced, text),
            more_pays ? "more" : "less");
        return break_at(certificate, VERDICT_NOT_PROVEN, NONE, a);
    }
    return true;
}

bool certificate_check_flow(const struct network *network, const flow_t *flow,
                            struct certificate *certificate)
{
    *certificate = HOLDS;
    return check_bounds(network, flow, certificate) && check_balances(network, flow, certificate);
}

static bool check_optimal(const struct network *network, const struct solution *solution,
                          struct certificate *certificate)
{
    return certificate_check_flow(network, solution->flow, certificate) &&
           check_cost(network, solution, certificate) &&
           check_reduced_costs(network, solution, certificate);
}

/* The least that any flow can cost when each node's balance is priced by its potential; a
 * reduced cost can be 2^65 and a node's arcs can carry 2^62, so the sum is watched. */
static bool check_bound(const struct network *network, const struct solution *solution,
                        struct certificate *certificate)
{
    wide_t least = 0;
    bool fits = true;
    for (uint32_t v = 0; v < network->node_limit; v++)
        if (network->nodes[v].live)
            least -= (wide_t)network->nodes[v].supply * solution->potential[v];
    for (uint32_t a = 0; a < network->arc_limit && fits; a++) {
        if (!network_arc_live(network, a))
            continue;
        const struct network_arc *arc = &network->arcs[a];
        wide_t reduced =
            (wide_t)arc->cost + solution->potential[arc->tail] - solution->potential[arc->head];
        wide_t part = reduced * (reduced < 0 ? arc->capacity : arc->lower);
        fits = !__builtin_add_overflow(least, part, &least);
    }
    if (fits && solution->bound <= least && solution->bound <= solution->cost)
        return true;
    char text[32];
    SAY(certificate, "the potentials prove a bound of %s, the claim is %" PRId64,
        fits ? print_wide(least, text) : "more than 2^127", solution->bound);
    return break_at(certificate, VERDICT_WRONG_COST, NONE, NONE);
}

static bool check_infeasible(const struct network *network, const struct solution *solution,
                             struct certificate *certificate)
{
    /* Each term is at most 2^64, and there are fewer than 2^33. */
    wide_t supplied = 0, most = 0;
    for (uint32_t v = 0; v < network->node_limit; v++) {
        if (!network->nodes[v].live)
            continue;
        if (solution->potential[v] < -1 || solution->potential[v] > 1) {
            SAY(certificate, "its potential is not -1, 0 or 1");
            return break_at(certificate, VERDICT_NOT_PROVEN, v, NONE);
        }
        supplied += (wide_t)network->nodes[v].supply * solution->potential[v];
    }
    for (uint32_t a = network_next_arc(network, 0); a != NONE;
         a = network_next_arc(network, a + 1)) {
        const struct network_arc *arc = &network->arcs[a];
        wide_t drop = solution->potential[arc->tail] - solution->potential[arc->head];
        most += drop * (drop > 0 ? arc->capacity : arc->lower);
    }
    if (supplied > most)
        return true;
    char left[32], right[32];
    SAY(certificate, "the set's supply %s does not exceed what can leave it, %s",
        print_wide(supplied, left), print_wide(most, right));
    return break_at(certificate, VERDICT_NOT_PROVEN, NONE, NONE);
}

void certificate_check(const struct network *network, const struct solution *solution,
                       struct certificate *certificate)
{
    *certificate = HOLDS;
    bool whole = solution->flow && solution->potential;
    if (solution->outcome == OUTCOME_OPTIMAL && whole) {
        check_optimal(network, solution, certificate);
    } else if (solution->outcome == OUTCOME_BUDGET_SPENT && whole) {
        if (certificate_check_flow(network, solution->flow, certificate) &&
            check_cost(network, solution, certificate))
            check_bound(network, solution, certificate);
    } else if (solution->outcome == OUTCOME_INFEASIBLE && solution->potential) {
        check_infeasible(network, solution, certificate);
    } else {
        SAY(certificate, "it comes without the flow or the potentials that would prove it");
        break_at(certificate, VERDICT_NOT_PROVEN, NONE, NONE);
    }
}
