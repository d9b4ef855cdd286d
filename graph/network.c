/* network.c - see network.h. */
#include "graph/network.h"

#include "base/assert.h"
#include "base/memory.h"

void network_init(struct network *network)
{
    *network = (struct network){.free_node = NONE, .free_arc = NONE};
}

void network_free(struct network *network)
{
    memory_free(network->nodes);
    memory_free(network->arcs);
    memory_free(network->live_arcs);
    memory_free(network->node_deltas);
    memory_free(network->arc_deltas);
    network_init(network);
}

bool network_node_live(const struct network *network, uint32_t node)
{
    return node < network->node_limit && network->nodes[node].live;
}

/* Note what the node is before its first change since the last clear. The record stays
 * with the id, through removal and reuse. */
static void note_node(struct network *network, uint32_t v)
{
    struct network_node *node = &network->nodes[v];
    if (node->delta != NONE)
        return;
    array_reserve(network->node_deltas, network->node_delta_room, network->node_delta_count + 1);
    node->delta = network->node_delta_count++;
    network->node_deltas[node->delta] =
        (struct node_delta){v, node->live, node->live ? node->supply : 0};
}

static void note_arc(struct network *network, uint32_t a)
{
    struct network_arc *arc = &network->arcs[a];
    if (arc->delta != NONE)
        return;
    array_reserve(network->arc_deltas, network->arc_delta_room, network->arc_delta_count + 1);
    arc->delta = network->arc_delta_count++;
    network->arc_deltas[arc->delta] = (struct arc_delta){
        a, arc->tail != NONE, arc->tail, arc->head, arc->lower, arc->capacity, arc->cost};
}

static uint64_t magnitude(int64_t value)
{
    return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

/* A node's supply comes into the sums (sign 1) or leaves them (-1). */
static void sum_node(struct network *network, const struct network_node *node, int sign)
{
    network->sums.supply += sign * (wide_t)node->supply;
    network->sums.supply_magnitude += sign * (wide_t)magnitude(node->supply);
}

static void sum_arc(struct network *network, const struct network_arc *arc, int sign)
{
    network->sums.lower += sign * (wide_t)arc->lower;
    network->sums.capacity += sign * (wide_t)arc->capacity;
    if (sign > 0 && magnitude(arc->cost) > network->sums.cost_magnitude)
        network->sums.cost_magnitude = magnitude(arc->cost);
}

/* An id from the free list, or a new one at the end; not live yet. */
static uint32_t take_node(struct network *network)
{
    uint32_t v = network->free_node;
    if (v != NONE) {
        network->free_node = network->nodes[v].first_out;
        return v;
    }
    array_reserve(network->nodes, network->node_room, network->node_limit + 1);
    v = network->node_limit++;
    network->nodes[v] = (struct network_node){.delta = NONE};
    return v;
}

static uint32_t take_arc(struct network *network)
{
    uint32_t a = network->free_arc;
    if (a != NONE) {
        network->free_arc = network->arcs[a].next_out;
        return a;
    }
    array_reserve(network->arcs, network->arc_room, network->arc_limit + 1);
    array_reserve(network->live_arcs, network->live_arc_room, network->arc_limit / 64 + 1);
    a = network->arc_limit++;
    network->arcs[a] = (struct network_arc){.tail = NONE, .head = NONE, .delta = NONE};
    return a;
}

uint32_t network_add_node(struct network *network, flow_t supply)
{
    uint32_t v = take_node(network);
    note_node(network, v);
    struct network_node *node = &network->nodes[v];
    node->supply = supply;
    node->first_out = NONE;
    node->first_in = NONE;
    node->live = true;
    sum_node(network, node, 1);
    network->node_count++;
    return v;
}

void network_remove_node(struct network *network, uint32_t v)
{
    ASSERT(network_node_live(network, v));
    struct network_node *node = &network->nodes[v];
    while (node->first_out != NONE)
        network_remove_arc(network, node->first_out);
    while (node->first_in != NONE)
        network_remove_arc(network, node->first_in);
    note_node(network, v);
    sum_node(network, node, -1);
    node->live = false;
    node->supply = 0;
    node->first_out = network->free_node;
    network->free_node = v;
    network->node_count--;
}

void network_set_supply(struct network *network, uint32_t v, flow_t supply)
{
    ASSERT(network_node_live(network, v));
    if (network->nodes[v].supply == supply)
        return;
    note_node(network, v);
    sum_node(network, &network->nodes[v], -1);
    network->nodes[v].supply = supply;
    sum_node(network, &network->nodes[v], 1);
}

/* Put the arc at the front of its ends' lists. */
static void link_arc(struct network *network, uint32_t a)
{
    struct network_arc *arc = &network->arcs[a];
    struct network_node *tail = &network->nodes[arc->tail];
    struct network_node *head = &network->nodes[arc->head];
    arc->previous_out = NONE;
    arc->next_out = tail->first_out;
    if (arc->next_out != NONE)
        network->arcs[arc->next_out].previous_out = a;
    tail->first_out = a;
    arc->previous_in = NONE;
    arc->next_in = head->first_in;
    if (arc->next_in != NONE)
        network->arcs[arc->next_in].previous_in = a;
    head->first_in = a;
}

static void unlink_arc(struct network *network, uint32_t a)
{
    struct network_arc *arc = &network->arcs[a];
    if (arc->previous_out != NONE)
        network->arcs[arc->previous_out].next_out = arc->next_out;
    else
        network->nodes[arc->tail].first_out = arc->next_out;
    if (arc->next_out != NONE)
        network->arcs[arc->next_out].previous_out = arc->previous_out;
    if (arc->previous_in != NONE)
        network->arcs[arc->previous_in].next_in = arc->next_in;
    else
        network->nodes[arc->head].first_in = arc->next_in;
    if (arc->next_in != NONE)
        network->arcs[arc->next_in].previous_in = arc->previous_in;
}

uint32_t network_add_arc(struct network *network, uint32_t tail, uint32_t head, flow_t lower,
                         flow_t capacity, cost_t cost)
{
    ASSERT(network_node_live(network, tail));
    ASSERT(network_node_live(network, head));
    ASSERT(0 <= lower);
    ASSERT(lower <= capacity);
    uint32_t a = take_arc(network);
    note_arc(network, a);
    struct network_arc *arc = &network->arcs[a];
    arc->tail = tail;
    arc->head = head;
    arc->lower = lower;
    arc->capacity = capacity;
    arc->cost = cost;
    sum_arc(network, arc, 1);
    link_arc(network, a);
    network->live_arcs[a / 64] |= UINT64_C(1) << a % 64;
    network->arc_count++;
    return a;
}

void network_remove_arc(struct network *network, uint32_t a)
{
    ASSERT(network_arc_live(network, a));
    note_arc(network, a);
    unlink_arc(network, a);
    struct network_arc *arc = &network->arcs[a];
    sum_arc(network, arc, -1);
    *arc = (struct network_arc){
        .tail = NONE, .head = NONE, .next_out = network->free_arc, .delta = arc->delta};
    network->free_arc = a;
    network->live_arcs[a / 64] &= ~(UINT64_C(1) << a % 64);
    network->arc_count--;
}

void network_change_arc(struct network *network, uint32_t a, flow_t lower, flow_t capacity,
                        cost_t cost)
{
    ASSERT(network_arc_live(network, a));
    ASSERT(0 <= lower);
    ASSERT(lower <= capacity);
    struct network_arc *arc = &network->arcs[a];
    if (arc->lower == lower && arc->capacity == capacity && arc->cost == cost)
        return;
    note_arc(network, a);
    sum_arc(network, arc, -1);
    arc->lower = lower;
    arc->capacity = capacity;
    arc->cost = cost;
    sum_arc(network, arc, 1);
}

void network_measure_costs(struct network *network)
{
    network->sums.cost_magnitude = 0;
    for (uint32_t a = 0; a < network->arc_limit; a++)
        if (network_arc_live(network, a) &&
            magnitude(network->arcs[a].cost) > network->sums.cost_magnitude)
            network->sums.cost_magnitude = magnitude(network->arcs[a].cost);
}

/* Deltas whose arcs are asked for ahead: they lie in the order of the changes, not of the ids. */
#define AHEAD 32

static void fetch_arc(const struct network *network, uint32_t i)
{
    if (i < network->arc_delta_count)
        __builtin_prefetch(&network->arcs[network->arc_deltas[i].arc]);
}

static bool node_delta_void(const struct network *network, const struct node_delta *delta)
{
    const struct network_node *node = &network->nodes[delta->node];
    return node->live == delta->existed && (!node->live || node->supply == delta->supply);
}

static bool arc_delta_void(const struct network *network, const struct arc_delta *delta)
{
    const struct network_arc *arc = &network->arcs[delta->arc];
    bool live = arc->tail != NONE;
    if (!live || !delta->existed)
        return live == delta->existed;
    return arc->tail == delta->tail && arc->head == delta->head && arc->lower == delta->lower &&
           arc->capacity == delta->capacity && arc->cost == delta->cost;
}

void network_merge_deltas(struct network *network)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < network->node_delta_count; i++) {
        struct node_delta delta = network->node_deltas[i];
        bool nothing = node_delta_void(network, &delta);
        network->nodes[delta.node].delta = nothing ? NONE : kept;
        if (!nothing)
            network->node_deltas[kept++] = delta;
    }
    network->node_delta_count = kept;
    kept = 0;
    for (uint32_t i = 0; i < network->arc_delta_count; i++) {
        fetch_arc(network, i + AHEAD);
        const struct arc_delta *delta = &network->arc_deltas[i];
        bool nothing = arc_delta_void(network, delta);
        if (!nothing && kept++ == i)
            continue; /* mostly all are kept, and nothing need be written */
        network->arcs[delta->arc].delta = nothing ? NONE : kept - 1;
        if (!nothing)
            network->arc_deltas[kept - 1] = *delta;
    }
    network->arc_delta_count = kept;
#ifdef DEEP_CHECKS
    /* Once a round, as after every change it would be quadratic. */
    ASSERT(network_check(network, NULL) == STATUS_OK);
#endif
}

void network_clear_deltas(struct network *network, const void *reader)
{
    network->delta_reader = reader;
    for (uint32_t i = 0; i < network->node_delta_count; i++)
        network->nodes[network->node_deltas[i].node].delta = NONE;
    for (uint32_t i = 0; i < network->arc_delta_count; i++) {
        fetch_arc(network, i + AHEAD);
        network->arcs[network->arc_deltas[i].arc].delta = NONE;
    }
    network->node_delta_count = 0;
    network->arc_delta_count = 0;
}

static enum status broken(struct problem *problem, const char *what, uint32_t id, const char *rule)
{
    return problem_set(problem, STATUS_BAD_INPUT, NULL, 0, 0, "%s %u: %s", what, id, rule);
}

static enum status check_arc(const struct network *network, uint32_t a, struct problem *problem)
{
    const struct network_arc *arc = &network->arcs[a];
    if (!network_node_live(network, arc->tail) || !network_node_live(network, arc->head))
        return broken(problem, "arc", a, "an end is not a live node");
    if (arc->lower < 0 || arc->capacity < arc->lower)
        return broken(problem, "arc", a, "its bounds are not 0 <= lower <= capacity");
    if (arc->previous_out == NONE ? network->nodes[arc->tail].first_out != a
                                  : network->arcs[arc->previous_out].next_out != a)
        return broken(problem, "arc", a, "is not in its tail's list");
    if (arc->previous_in == NONE ? network->nodes[arc->head].first_in != a
                                 : network->arcs[arc->previous_in].next_in != a)
        return broken(problem, "arc", a, "is not in its head's list");
    return STATUS_OK;
}

/* Count the arcs in a node's two lists into *out and *in; stops if a list does not end. */
static enum status check_lists(const struct network *network, uint32_t v, uint64_t *out,
                               uint64_t *in, struct problem *problem)
{
    const struct network_node *node = &network->nodes[v];
    for (uint32_t a = node->first_out; a != NONE; a = network->arcs[a].next_out)
        if (!network_arc_live(network, a) || network->arcs[a].tail != v ||
            ++*out > network->arc_count)
            return broken(problem, "node", v, "its list of leaving arcs is wrong");
    for (uint32_t a = node->first_in; a != NONE; a = network->arcs[a].next_in)
        if (!network_arc_live(network, a) || network->arcs[a].head != v ||
            ++*in > network->arc_count)
            return broken(problem, "node", v, "its list of entering arcs is wrong");
    return STATUS_OK;
}

static enum status check_deltas(const struct network *network, struct problem *problem)
{
    for (uint32_t i = 0; i < network->node_delta_count; i++) {
        uint32_t v = network->node_deltas[i].node;
        if (v >= network->node_limit || network->nodes[v].delta != i)
            return broken(problem, "node delta", i, "its node does not know it");
    }
    for (uint32_t i = 0; i < network->arc_delta_count; i++) {
        uint32_t a = network->arc_deltas[i].arc;
        if (a >= network->arc_limit || network->arcs[a].delta != i)
            return broken(problem, "arc delta", i, "its arc does not know it");
    }
    return STATUS_OK;
}

/* The lengths of the free lists must make up what is not live. */
static enum status check_free_lists(const struct network *network, struct problem *problem)
{
    uint32_t length = 0;
    for (uint32_t v = network->free_node; v != NONE; v = network->nodes[v].first_out)
        if (v >= network->node_limit || network->nodes[v].live ||
            ++length > network->node_limit - network->node_count)
            return broken(problem, "node", v, "does not belong in the free list");
    if (length != network->node_limit - network->node_count)
        return broken(problem, "free list", 0, "misses nodes");
    length = 0;
    for (uint32_t a = network->free_arc; a != NONE; a = network->arcs[a].next_out)
        if (a >= network->arc_limit || network->arcs[a].tail != NONE ||
            network_arc_live(network, a) || ++length > network->arc_limit - network->arc_count)
            return broken(problem, "arc", a, "does not belong in the free list");
    if (length != network->arc_limit - network->arc_count)
        return broken(problem, "free list", 0, "misses arcs");
    return STATUS_OK;
}

static enum status check_sums(const struct network *network, struct problem *problem)
{
    struct network seen = {0};
    for (uint32_t v = 0; v < network->node_limit; v++)
        if (network->nodes[v].live)
            sum_node(&seen, &network->nodes[v], 1);
    for (uint32_t a = 0; a < network->arc_limit; a++)
        if (network_arc_live(network, a))
            sum_arc(&seen, &network->arcs[a], 1);
    const struct network_sums *kept = &network->sums;
    if (kept->supply != seen.sums.supply || kept->supply_magnitude != seen.sums.supply_magnitude)
        return broken(problem, "network", 0, "its sums of supplies are wrong");
    if (kept->lower != seen.sums.lower || kept->capacity != seen.sums.capacity ||
        kept->cost_magnitude < seen.sums.cost_magnitude)
        return broken(problem, "network", 0, "its sums over arcs are wrong");
    return STATUS_OK;
}

enum status network_check(const struct network *network, struct problem *problem)
{
    enum status status = check_free_lists(network, problem);
    uint64_t out = 0;
    uint64_t in = 0;
    uint32_t live = 0;
    for (uint32_t a = 0; a < network->arc_limit && status == STATUS_OK; a++)
        if (network_arc_live(network, a))
            status = check_arc(network, a, problem);
    for (uint32_t v = 0; v < network->node_limit && status == STATUS_OK; v++) {
        if (!network->nodes[v].live)
            continue;
        live++;
        status = check_lists(network, v, &out, &in, problem);
    }
    if (status == STATUS_OK)
        status = check_deltas(network, problem);
    if (status != STATUS_OK)
        return status;
    if (live != network->node_count)
        return broken(problem, "network", 0, "its count of nodes is wrong");
    if (out != network->arc_count || in != network->arc_count)
        return broken(problem, "network", 0, "its count of arcs is wrong");
    return check_sums(network, problem);
}
