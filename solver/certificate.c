/* certificate.c - see certificate.h.
 *
 * Optimal: the flow keeps all bounds and meets all supplies, costs what it claims, and no
 * arc with residual room has a negative reduced cost; then no residual cycle is negative,
 * so nothing is cheaper (Ahuja, Magnanti and Orlin 1993, theorem 9.3).
 *
 * Infeasible: multiply the balance of every node by its potential and add up; the left side
 * is a sum of supplies, the right side one of flows, and the two cannot be equal (Farkas
 * 1902; for sets of nodes Gale 1957, Hoffman 1960). */
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
static const char *print_wide(__int128 value, char text[32])
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

static bool check_balances(const struct network *network, const flow_t *flow,
                           struct certificate *certificate)
{
    for (uint32_t v = 0; v < network->node_limit; v++) {
        if (!network->nodes[v].live)
            continue;
        __int128 net = 0;
        for (uint32_t a = network->nodes[v].first_out; a != NONE; a = network->arcs[a].next_out)
            net += flow[a];
        for (uint32_t a = network->nodes[v].first_in; a != NONE; a = network->arcs[a].next_in)
            net -= flow[a];
        if (net == network->nodes[v].supply)
            continue;
        char text[32];
        SAY(certificate, "the flow that leaves less what enters is %s, the supply is %" PRId64,
            print_wide(net, text), network->nodes[v].supply);
        return break_at(certificate, VERDICT_NOT_A_FLOW, v, NONE);
    }
    return true;
}

static bool check_cost(const struct network *network, const struct solution *solution,
                       struct certificate *certificate)
{
    __int128 sum = 0;
    bool fits = true;
    for (uint32_t a = 0; a < network->arc_limit && fits; a++)
        if (network_arc_live(network, a))
            fits = !__builtin_add_overflow(sum, (__int128)solution->flow[a] * network->arcs[a].cost,
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
    for (uint32_t a = 0; a < network->arc_limit; a++) {
        if (!network_arc_live(network, a))
            continue;
        const struct network_arc *arc = &network->arcs[a];
        __int128 reduced =
            (__int128)arc->cost + solution->potential[arc->tail] - solution->potential[arc->head];
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

static bool check_optimal(const struct network *network, const struct solution *solution,
                          struct certificate *certificate)
{
    return check_bounds(network, solution->flow, certificate) &&
           check_balances(network, solution->flow, certificate) &&
           check_cost(network, solution, certificate) &&
           check_reduced_costs(network, solution, certificate);
}

static bool check_infeasible(const struct network *network, const struct solution *solution,
                             struct certificate *certificate)
{
    /* Each term is at most 2^64, and there are fewer than 2^33. */
    __int128 supplied = 0, most = 0;
    for (uint32_t v = 0; v < network->node_limit; v++) {
        if (!network->nodes[v].live)
            continue;
        if (solution->potential[v] < -1 || solution->potential[v] > 1) {
            SAY(certificate, "its potential is not -1, 0 or 1");
            return break_at(certificate, VERDICT_NOT_PROVEN, v, NONE);
        }
        supplied += (__int128)network->nodes[v].supply * solution->potential[v];
    }
    for (uint32_t a = 0; a < network->arc_limit; a++) {
        if (!network_arc_live(network, a))
            continue;
        const struct network_arc *arc = &network->arcs[a];
        __int128 drop = solution->potential[arc->tail] - solution->potential[arc->head];
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
    if (solution->outcome == OUTCOME_OPTIMAL && solution->flow && solution->potential) {
        check_optimal(network, solution, certificate);
    } else if (solution->outcome == OUTCOME_INFEASIBLE && solution->potential) {
        check_infeasible(network, solution, certificate);
    } else {
        SAY(certificate, "it comes without the flow or the potentials that would prove it");
        break_at(certificate, VERDICT_NOT_PROVEN, NONE, NONE);
    }
}

/* The state of the search for potentials, by node. */
struct relaxing {
    const struct network *network;
    const flow_t *flow;
    cost_t *potential;
    uint32_t *parent; /* the arc that last lowered the potential, or NONE */
    uint8_t *fresh;   /* lowered since its arcs were last looked at */
    uint32_t *seen;   /* the walk that met the node last */
};

/* Lower node v's potential if a residual arc from u at this cost shows that it is too high;
 * false if it would leave int64. */
static bool relax(struct relaxing *relaxing, uint32_t a, uint32_t u, uint32_t v, __int128 cost)
{
    __int128 reached = relaxing->potential[u] + cost;
    if (reached >= relaxing->potential[v])
        return true;
    if (reached < INT64_MIN)
        return false;
    relaxing->potential[v] = (cost_t)reached;
    relaxing->parent[v] = a;
    relaxing->fresh[v] = 1;
    return true;
}

/* Look along all residual arcs out of u. */
static bool relax_node(struct relaxing *relaxing, uint32_t u)
{
    const struct network *network = relaxing->network;
    const struct network_arc *arcs = network->arcs;
    bool fits = true;
    relaxing->fresh[u] = 0;
    for (uint32_t a = network->nodes[u].first_out; a != NONE; a = arcs[a].next_out)
        if (relaxing->flow[a] < arcs[a].capacity)
            fits = fits && relax(relaxing, a, u, arcs[a].head, arcs[a].cost);
    for (uint32_t a = network->nodes[u].first_in; a != NONE; a = arcs[a].next_in)
        if (relaxing->flow[a] > arcs[a].lower)
            fits = fits && relax(relaxing, a, u, arcs[a].tail, -(__int128)arcs[a].cost);
    return fits;
}

/* Lower potentials along all fresh nodes' arcs; true if that is not the end of it. */
static bool relax_round(struct relaxing *relaxing, bool *fits)
{
    uint32_t limit = relaxing->network->node_limit;
    for (uint32_t u = 0; u < limit && *fits; u++)
        if (relaxing->fresh[u])
            *fits = relax_node(relaxing, u);
    return !*fits || memchr(relaxing->fresh, 1, limit) != NULL;
}

static uint32_t parent_node(const struct relaxing *relaxing, uint32_t v)
{
    const struct network_arc *arc = &relaxing->network->arcs[relaxing->parent[v]];
    return arc->head == v ? arc->tail : arc->head;
}

/* A node on a cycle of parents, or NONE. Such a cycle is residual and costs less than 0
 * (Cherkassky and Goldberg 1999). O(nodes). */
static uint32_t find_cycle(const struct relaxing *relaxing)
{
    memset(relaxing->seen, 0xff, relaxing->network->node_limit * sizeof *relaxing->seen);
    for (uint32_t v = 0; v < relaxing->network->node_limit; v++) {
        uint32_t u = v;
        while (relaxing->seen[u] == NONE && relaxing->parent[u] != NONE) {
            relaxing->seen[u] = v;
            u = parent_node(relaxing, u);
        }
        if (relaxing->seen[u] == v && relaxing->parent[u] != NONE)
            return u;
    }
    return NONE;
}

static bool disprove(const struct relaxing *relaxing, uint32_t start,
                     struct certificate *certificate)
{
    __int128 cost = 0;
    uint32_t length = 0;
    uint32_t v = start;
    do {
        const struct network_arc *arc = &relaxing->network->arcs[relaxing->parent[v]];
        bool backwards = arc->tail == v && (arc->head != v || arc->cost > 0);
        cost += backwards ? -(__int128)arc->cost : arc->cost;
        length++;
        v = parent_node(relaxing, v);
    } while (v != start);
    char text[32];
    SAY(certificate, "flow around a cycle of %u arcs through here costs %s a unit", length,
        print_wide(cost, text));
    return break_at(certificate, VERDICT_NOT_PROVEN, start, relaxing->parent[start]);
}

static bool search_potentials(struct relaxing *relaxing, struct certificate *certificate)
{
    for (uint32_t v = 0; v < relaxing->network->node_limit; v++) {
        relaxing->potential[v] = 0;
        relaxing->parent[v] = NONE;
        relaxing->fresh[v] = relaxing->network->nodes[v].live;
    }
    for (bool fits = true; relax_round(relaxing, &fits);) {
        uint32_t v = find_cycle(relaxing);
        if (v != NONE)
            return disprove(relaxing, v, certificate);
        if (!fits) {
            SAY(certificate, "the potentials that would prove it leave 64 bits");
            return break_at(certificate, VERDICT_NOT_PROVEN, NONE, NONE);
        }
    }
    return true;
}

bool certificate_find_potentials(const struct network *network, const flow_t *flow,
                                 cost_t *potential, struct certificate *certificate)
{
    *certificate = HOLDS;
    if (!check_bounds(network, flow, certificate) || !check_balances(network, flow, certificate))
        return false;
    struct relaxing relaxing = {network,
                                flow,
                                potential,
                                .parent = memory_alloc(network->node_limit * sizeof(uint32_t)),
                                .fresh = memory_alloc(network->node_limit),
                                .seen = memory_alloc(network->node_limit * sizeof(uint32_t))};
    bool found = search_potentials(&relaxing, certificate);
    memory_free(relaxing.parent);
    memory_free(relaxing.seen);
    memory_free(relaxing.fresh);
    return found;
}
