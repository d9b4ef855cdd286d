/* completion.c - see completion.h.
 *
 *  1. What the supplies are short of or have left at a node is its deficit or excess.
 *  2. Breadth first from all excess nodes, on residual arcs: a node's level is its distance.
 *  3. From each excess node, depth first along arcs that go one level down, to nodes with a
 *     deficit; send what fits. An arc that led nowhere is not tried again at this level
 *     graph: next_arcs remembers how far each node has come.
 *  4. Again from 2 until no deficit can be reached. If excess is left then, the reached
 *     nodes are a set whose supply exceeds what can leave it.
 *
 * Dinic 1970; Ahuja, Magnanti and Orlin, Network Flows (1993), section 7.5. */
#include "solver/completion.h"

#include "base/assert.h"
#include "base/memory.h"

/* Where a node's turn is: first its leaving arcs, then its entering ones. */
struct cursor {
    uint32_t arc;
    bool entering;
};

struct completion {
    flow_t *excess;
    uint32_t *level; /* NONE: not reached */
    uint32_t *queue;
    struct cursor *next_arcs;
    uint32_t *path; /* arcs from the start to where the search is */
    cost_t *cut;
    uint32_t excess_room, level_room, queue_room, next_room, path_room, cut_room;
};

struct completion *completion_create(void)
{
    return memory_alloc(sizeof(struct completion));
}

void completion_destroy(struct completion *completion)
{
    if (!completion)
        return;
    memory_free(completion->excess);
    memory_free(completion->level);
    memory_free(completion->queue);
    memory_free(completion->next_arcs);
    memory_free(completion->path);
    memory_free(completion->cut);
    memory_free(completion);
}

/* Step 1. */
static void start(struct completion *completion, const struct network *network, const flow_t *flow)
{
    size_t nodes = network->node_limit;
    array_reserve(completion->excess, completion->excess_room, nodes);
    array_reserve(completion->level, completion->level_room, nodes);
    array_reserve(completion->queue, completion->queue_room, nodes);
    array_reserve(completion->next_arcs, completion->next_room, nodes);
    array_reserve(completion->path, completion->path_room, nodes);
    array_reserve(completion->cut, completion->cut_room, nodes);
    for (uint32_t v = 0; v < network->node_limit; v++)
        completion->excess[v] = network->nodes[v].live ? network->nodes[v].supply : 0;
    for (uint32_t a = network_next_arc(network, 0); a != NONE;
         a = network_next_arc(network, a + 1)) {
        completion->excess[network->arcs[a].tail] -= flow[a];
        completion->excess[network->arcs[a].head] += flow[a];
    }
}

/* How much more can leave node u by the arc, one of whose ends it is. */
static flow_t room(const struct network *network, const flow_t *flow, struct cursor at)
{
    const struct network_arc *arc = &network->arcs[at.arc];
    return at.entering ? flow[at.arc] - arc->lower : arc->capacity - flow[at.arc];
}

static uint32_t other_end(const struct network *network, struct cursor at)
{
    const struct network_arc *arc = &network->arcs[at.arc];
    return at.entering ? arc->tail : arc->head;
}

static struct cursor first_arc(const struct network *network, uint32_t v)
{
    const struct network_node *node = &network->nodes[v];
    if (node->first_out != NONE)
        return (struct cursor){node->first_out, false};
    return (struct cursor){node->first_in, true};
}

/* The arc after this one at node v; its arc is NONE after the last. */
static struct cursor following(const struct network *network, uint32_t v, struct cursor at)
{
    const struct network_arc *arc = &network->arcs[at.arc];
    if (at.entering)
        return (struct cursor){arc->next_in, true};
    if (arc->next_out != NONE)
        return (struct cursor){arc->next_out, false};
    return (struct cursor){network->nodes[v].first_in, true};
}

/* Step 2; true if a node with a deficit was reached. */
static bool set_levels(struct completion *completion, const struct network *network,
                       const flow_t *flow)
{
    uint32_t count = 0;
    bool found = false;
    for (uint32_t v = 0; v < network->node_limit; v++) {
        completion->level[v] = NONE;
        completion->next_arcs[v] = first_arc(network, v);
        if (completion->excess[v] <= 0)
            continue;
        completion->level[v] = 0;
        completion->queue[count++] = v;
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t u = completion->queue[i];
        found = found || completion->excess[u] < 0;
        for (struct cursor at = completion->next_arcs[u]; at.arc != NONE;
             at = following(network, u, at)) {
            uint32_t v = other_end(network, at);
            if (completion->level[v] != NONE || room(network, flow, at) == 0)
                continue;
            completion->level[v] = completion->level[u] + 1;
            completion->queue[count++] = v;
        }
    }
    return found;
}

/* Move at node u to the next arc that goes a level down; false if there is none left. */
static bool find_step(struct completion *completion, const struct network *network,
                      const flow_t *flow, uint32_t u)
{
    struct cursor *at = &completion->next_arcs[u];
    while (at->arc != NONE) {
        uint32_t v = other_end(network, *at);
        if (room(network, flow, *at) > 0 && completion->level[v] == completion->level[u] + 1)
            return true;
        *at = following(network, u, *at);
    }
    return false;
}

/* Send from s along the path of `length` nodes' present arcs to node t. */
static void send(struct completion *completion, const struct network *network, flow_t *flow,
                 uint32_t length, uint32_t t)
{
    uint32_t s = length ? completion->path[0] : t;
    flow_t amount = -completion->excess[t];
    if (completion->excess[s] < amount)
        amount = completion->excess[s];
    for (uint32_t i = 0; i < length; i++) {
        flow_t most = room(network, flow, completion->next_arcs[completion->path[i]]);
        if (most < amount)
            amount = most;
    }
    ASSERT(amount > 0);
    for (uint32_t i = 0; i < length; i++) {
        struct cursor at = completion->next_arcs[completion->path[i]];
        flow[at.arc] += at.entering ? -amount : amount;
    }
    completion->excess[s] -= amount;
    completion->excess[t] += amount;
}

/* Step 3, for one node with excess. */
static void empty_node(struct completion *completion, const struct network *network, flow_t *flow,
                       uint32_t s)
{
    uint32_t length = 0;
    uint32_t u = s;
    while (completion->excess[s] > 0) {
        if (completion->excess[u] < 0) {
            send(completion, network, flow, length, u);
            length = 0;
            u = s;
        } else if (find_step(completion, network, flow, u)) {
            completion->path[length++] = u;
            u = other_end(network, completion->next_arcs[u]);
        } else if (length > 0) {
            u = completion->path[--length]; /* nothing behind that arc */
            completion->next_arcs[u] = following(network, u, completion->next_arcs[u]);
        } else {
            return;
        }
    }
}

const cost_t *completion_run(struct completion *completion, const struct network *network,
                             flow_t *flow)
{
    start(completion, network, flow);
    while (set_levels(completion, network, flow))
        for (uint32_t v = 0; v < network->node_limit; v++)
            if (completion->excess[v] > 0)
                empty_node(completion, network, flow, v);
    bool feasible = true;
    for (uint32_t v = 0; v < network->node_limit; v++) {
        feasible = feasible && completion->excess[v] <= 0;
        completion->cut[v] = completion->level[v] != NONE;
    }
    return feasible ? NULL : completion->cut;
}
