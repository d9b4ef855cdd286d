/* paths.c - minimum-cost flow by successive shortest paths.
 *
 *  1. Put every arc at its lower bound, or at its capacity if its cost is negative. What
 *     the nodes' supplies are then short of or have left is their deficit or excess.
 *  2. While a node has excess: find the nearest node with a deficit by Dijkstra's algorithm
 *     from all excess nodes at once, on the residual network with reduced costs.
 *  3. Raise every potential by the node's distance, but at most by the deficit's.
 *  4. Send along the path what it, the excess and the deficit allow.
 *  5. If no deficit can be reached, the reached nodes are a set whose supply exceeds what
 *     can leave it: every arc out of it is full, every arc into it is at its lower bound,
 *     and it still has excess.
 *
 * Invariants: flows keep their bounds; every residual arc has a reduced cost
 * cost + potential[tail] - potential[head] >= 0. So the flow is always the cheapest for the
 * supplies that it meets, and when the last excess is gone it is optimal. Potentials stay
 * between 0 and the cost of a simple path, as every remaining deficit has had the full
 * raise each time: see ranges.c for why nothing overflows.
 *
 * Ahuja, Magnanti and Orlin, Network Flows (1993), sections 9.7 and 9.8; reduced costs in
 * the search after Tomizawa (1971) and Edmonds and Karp (1972). Unlike there, all excess
 * nodes are sources together, and negative arcs are filled instead of being removed. */
#include "solver/paths.h"

#include <string.h>

#include "base/assert.h"
#include "base/heap.h"
#include "base/memory.h"
#include "solver/completion.h"
#include "solver/ranges.h"

struct paths {
    flow_t *flow; /* by arc */
    flow_t *excess;
    cost_t *potential;
    cost_t *distance; /* of nodes that the search has labelled */
    uint32_t *parent; /* the arc that labelled the node, NONE for a source */
    uint8_t *label;
    struct heap heap;
    struct completion *completion; /* for an answer when the budget is spent */
    uint32_t flow_room, excess_room, potential_room, distance_room, parent_room, label_room;
    uint64_t work; /* arcs looked at */
};

enum label { LABEL_NONE, LABEL_TENTATIVE, LABEL_SETTLED };

void *paths_create(void)
{
    struct paths *paths = memory_alloc(sizeof *paths);
    heap_init(&paths->heap);
    paths->completion = completion_create();
    return paths;
}

void paths_destroy(void *state)
{
    struct paths *paths = state;
    memory_free(paths->flow);
    memory_free(paths->excess);
    memory_free(paths->potential);
    memory_free(paths->distance);
    memory_free(paths->parent);
    memory_free(paths->label);
    heap_free(&paths->heap);
    completion_destroy(paths->completion);
    memory_free(paths);
}

static void reserve(struct paths *paths, const struct network *network)
{
    size_t nodes = network->node_limit;
    array_reserve(paths->flow, paths->flow_room, (size_t)network->arc_limit + 1);
    array_reserve(paths->excess, paths->excess_room, nodes);
    array_reserve(paths->potential, paths->potential_room, nodes);
    array_reserve(paths->distance, paths->distance_room, nodes);
    array_reserve(paths->parent, paths->parent_room, nodes);
    array_reserve(paths->label, paths->label_room, nodes);
}

/* Step 1. */
static void start(struct paths *paths, const struct network *network)
{
    for (uint32_t v = 0; v < network->node_limit; v++) {
        paths->excess[v] = network->nodes[v].live ? network->nodes[v].supply : 0;
        paths->potential[v] = 0;
    }
    for (uint32_t a = 0; a < network->arc_limit; a++) {
        paths->flow[a] = 0;
        if (!network_arc_live(network, a))
            continue;
        const struct network_arc *arc = &network->arcs[a];
        paths->flow[a] = arc->cost < 0 ? arc->capacity : arc->lower;
        paths->excess[arc->tail] -= paths->flow[a];
        paths->excess[arc->head] += paths->flow[a];
    }
}

/* How much more can go along the arc towards node `to`: forwards, or backwards by taking
 * flow away. */
static flow_t residual(const struct paths *paths, const struct network *network, uint32_t a,
                       uint32_t to)
{
    const struct network_arc *arc = &network->arcs[a];
    return arc->head == to ? arc->capacity - paths->flow[a] : paths->flow[a] - arc->lower;
}

static void label(struct paths *paths, uint32_t v, cost_t distance, uint32_t parent)
{
    paths->label[v] = LABEL_TENTATIVE;
    paths->distance[v] = distance;
    paths->parent[v] = parent;
    heap_push(&paths->heap, distance, v, v);
}

/* Look along an arc from settled node u to node v, which is one of the arc's two ends. */
static void look(struct paths *paths, const struct network *network, uint32_t a, uint32_t u,
                 uint32_t v)
{
    paths->work++;
    if (paths->label[v] == LABEL_SETTLED || residual(paths, network, a, v) == 0)
        return;
    const struct network_arc *arc = &network->arcs[a];
    cost_t cost = arc->head == v ? arc->cost : -arc->cost;
    cost_t distance = paths->distance[u] + cost + paths->potential[u] - paths->potential[v];
    if (paths->label[v] == LABEL_NONE || distance < paths->distance[v])
        label(paths, v, distance, a);
}

/* Step 2. The nearest deficit node, or NONE; all nodes nearer than it are then settled. */
static uint32_t search(struct paths *paths, const struct network *network)
{
    heap_clear(&paths->heap);
    memset(paths->label, LABEL_NONE, network->node_limit);
    for (uint32_t v = 0; v < network->node_limit; v++)
        if (paths->excess[v] > 0)
            label(paths, v, 0, NONE);
    while (heap_top(&paths->heap)) {
        uint32_t u = heap_pop(&paths->heap).item;
        if (paths->label[u] == LABEL_SETTLED)
            continue; /* a label that a better one has overtaken */
        paths->label[u] = LABEL_SETTLED;
        if (paths->excess[u] < 0)
            return u;
        const struct network_node *node = &network->nodes[u];
        for (uint32_t a = node->first_out; a != NONE; a = network->arcs[a].next_out)
            look(paths, network, a, u, network->arcs[a].head);
        for (uint32_t a = node->first_in; a != NONE; a = network->arcs[a].next_in)
            look(paths, network, a, u, network->arcs[a].tail);
    }
    return NONE;
}

/* Step 3. */
static void raise_potentials(struct paths *paths, const struct network *network, uint32_t target)
{
    cost_t most = paths->distance[target];
    for (uint32_t v = 0; v < network->node_limit; v++)
        if (network->nodes[v].live)
            paths->potential[v] += paths->label[v] == LABEL_SETTLED ? paths->distance[v] : most;
}

/* The node that the path comes from at v. */
static uint32_t step_back(const struct paths *paths, const struct network *network, uint32_t v)
{
    const struct network_arc *arc = &network->arcs[paths->parent[v]];
    return arc->head == v ? arc->tail : arc->head;
}

/* Step 4. */
static void augment(struct paths *paths, const struct network *network, uint32_t target)
{
    flow_t amount = -paths->excess[target];
    uint32_t v = target;
    for (; paths->parent[v] != NONE; v = step_back(paths, network, v)) {
        flow_t room = residual(paths, network, paths->parent[v], v);
        if (room < amount)
            amount = room;
    }
    if (paths->excess[v] < amount)
        amount = paths->excess[v];
    ASSERT(amount > 0);
    paths->excess[v] -= amount;
    paths->excess[target] += amount;
    for (v = target; paths->parent[v] != NONE; v = step_back(paths, network, v)) {
        uint32_t a = paths->parent[v];
        paths->flow[a] += network->arcs[a].head == v ? amount : -amount;
    }
}

static bool excess_left(const struct paths *paths, const struct network *network)
{
    for (uint32_t v = 0; v < network->node_limit; v++)
        if (paths->excess[v] > 0)
            return true;
    return false;
}

/* Step 5. */
static void give_cut(struct paths *paths, const struct network *network, struct solution *solution)
{
    for (uint32_t v = 0; v < network->node_limit; v++)
        paths->potential[v] = paths->label[v] == LABEL_SETTLED;
    solution->outcome = OUTCOME_INFEASIBLE;
}

/* The budget is spent: what is left goes any way there is. */
static void complete(struct paths *paths, const struct network *network, struct solution *solution)
{
    const cost_t *cut = completion_run(paths->completion, network, paths->flow);
    if (!cut) {
        ranges_set_feasible(network, paths->flow, paths->potential, solution);
        return;
    }
    solution->outcome = OUTCOME_INFEASIBLE;
    solution->potential = cut;
}

void paths_solve(void *state, const struct network *network, const struct solve_request *request,
                 struct solution *solution)
{
    struct paths *paths = state;
    reserve(paths, network);
    start(paths, network);
    paths->work = 0;
    solution->potential = paths->potential;
    while (excess_left(paths, network)) {
        solution->work = paths->work;
        if (paths->work >= request->budget) {
            complete(paths, network, solution);
            return;
        }
        uint32_t target = search(paths, network);
        if (target == NONE) {
            give_cut(paths, network, solution);
            return;
        }
        raise_potentials(paths, network, target);
        augment(paths, network, target);
    }
    solution->work = paths->work;
    ranges_set_optimal(network, paths->flow, solution);
}
