/* proof.c - see proof.h.
 *
 * Bellman (1958) and Ford (1956), in rounds over the nodes whose potential fell; after each
 * round the arcs that last lowered each node are looked through for a cycle. */
#include "solver/proof.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"

#define SAY(certificate, ...) \
    snprintf((certificate)->reason, sizeof(certificate)->reason, __VA_ARGS__)

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
static bool relax(struct relaxing *relaxing, uint32_t a, uint32_t u, uint32_t v, wide_t cost)
{
    wide_t reached = relaxing->potential[u] + cost;
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
            fits = fits && relax(relaxing, a, u, arcs[a].tail, -(wide_t)arcs[a].cost);
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
    wide_t cost = 0;
    uint32_t length = 0;
    uint32_t v = start;
    do {
        const struct network_arc *arc = &relaxing->network->arcs[relaxing->parent[v]];
        bool backwards = arc->tail == v && (arc->head != v || arc->cost > 0);
        cost += backwards ? -(wide_t)arc->cost : arc->cost;
        length++;
        v = parent_node(relaxing, v);
    } while (v != start);
    certificate->verdict = VERDICT_NOT_PROVEN;
    certificate->node = start;
    certificate->arc = relaxing->parent[start];
    if (cost < INT64_MIN)
        SAY(certificate, "flow around a cycle of %u arcs through here saves more than 2^63 a unit",
            length);
    else
        SAY(certificate, "flow around a cycle of %u arcs through here costs %" PRId64 " a unit",
            length, (int64_t)cost);
    return false;
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
            certificate->verdict = VERDICT_NOT_PROVEN;
            SAY(certificate, "the potentials that would prove it leave 64 bits");
            return false;
        }
    }
    return true;
}

bool proof_find(const struct network *network, const flow_t *flow, cost_t *potential,
                struct certificate *certificate)
{
    if (!certificate_check_flow(network, flow, certificate))
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
