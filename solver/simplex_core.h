/* simplex_core.h - what the network simplex method keeps: a spanning tree, and the arcs.
 *
 * A part of the template of simplex_builds.c, which includes it once for each width of numbers;
 * hence no include guard.
 *
 * Node 0 is the root, which the network does not have. From it an artificial arc can lead to a
 * node that does not get what it demands, at a cost that no path has; from a node that does not
 * get rid of what it supplies, or that nothing else holds, another can lead to the root, for
 * nothing. Artificial arcs are in the tree only: one that leaves it is gone.
 *
 * An arc outside the tree is empty or full. It is kept in the direction in which it has room: a
 * full one from head to tail, at the negated cost. So all are alike to the search for the arc
 * that enters the tree, and there is no state to look up. The flow of an arc in the tree is kept
 * with the node below it, as the room in both directions: walks in the tree touch nodes only.
 *
 * Nodes are numbered anew now and then, in preorder with the largest subtree first (Sleator and
 * Tarjan's heavy paths, 1983): then the nodes of a subtree lie side by side, and so do most of
 * those on the way from a node to the root. */

/* A node's place in the tree. */
struct NODE {
    uint32_t parent;
    uint32_t arc;    /* to the parent or from it, or ARTIFICIAL_* */
    NUMBER up, down; /* how much more can go to the parent by it, and how much from there */
};

struct CORE {
    /* By node. The tree's preorder is a ring: the nodes below v follow it in `next`, up to the
     * first that is no deeper than v. */
    struct NODE *nodes;
    uint32_t *depth, *next, *previous;
    NUMBER *potential;
    uint32_t *ids; /* the network's; NONE for the root */
    uint32_t node_count, node_room;
    /* By arc, in the direction in which it has room; in the tree, in either. */
    uint32_t *tail, *head;
    NUMBER *cost;
    NUMBER *room;      /* its capacity, when it is outside the tree */
    uint32_t *arc_ids; /* the network's */
    uint32_t arc_count, arc_room;
    NUMBER artificial_cost; /* of an artificial arc from the root */
    NUMBER artificial_room; /* more than ever goes by one of them */
    uint32_t search_from;   /* where the search for an entering arc goes on */
    uint64_t arcs_seen, nodes_passed, nodes_moved; /* in searches, cycles, subtrees */
    /* Scratch. */
    uint32_t *path[2]; /* the two sides of a cycle */
    uint32_t *order, *size, *number;
    struct NODE *new_nodes;
    NUMBER *new_potential;
    uint32_t *new_ids;
    uint32_t *number_of; /* nodes, by the network's id */
    uint32_t *position;  /* arcs, likewise; NONE if it is not here; only where a tree is recalled */
    uint32_t number_of_room, position_room;
};

static void *BUILD(create)(void)
{
    return memory_alloc(sizeof(struct CORE));
}

static void BUILD(free_nodes)(struct CORE *core)
{
    memory_free(core->nodes);
    memory_free(core->depth);
    memory_free(core->next);
    memory_free(core->previous);
    memory_free(core->potential);
    memory_free(core->ids);
    memory_free(core->path[0]);
    memory_free(core->path[1]);
    memory_free(core->order);
    memory_free(core->size);
    memory_free(core->number);
    memory_free(core->new_nodes);
    memory_free(core->new_potential);
    memory_free(core->new_ids);
}

static void BUILD(free_arcs)(struct CORE *core)
{
    memory_free(core->tail);
    memory_free(core->head);
    memory_free(core->cost);
    memory_free(core->room);
    memory_free(core->arc_ids);
}

static void BUILD(destroy)(void *state)
{
    struct CORE *core = state;
    BUILD(free_nodes)(core);
    BUILD(free_arcs)(core);
    memory_free(core->number_of);
    memory_free(core->position);
    memory_free(core);
}

/* Room for so many nodes; what was there is lost. */
static void BUILD(reserve_nodes)(struct CORE *core, size_t count)
{
    if (count <= core->node_room)
        return;
    BUILD(free_nodes)(core);
    core->nodes = memory_alloc(count * sizeof *core->nodes);
    core->depth = memory_alloc(count * sizeof *core->depth);
    core->next = memory_alloc(count * sizeof *core->next);
    core->previous = memory_alloc(count * sizeof *core->previous);
    core->potential = memory_alloc(count * sizeof *core->potential);
    core->ids = memory_alloc(count * sizeof *core->ids);
    core->path[0] = memory_alloc(count * sizeof *core->path[0]);
    core->path[1] = memory_alloc(count * sizeof *core->path[1]);
    core->order = memory_alloc(count * sizeof *core->order);
    core->size = memory_alloc(count * sizeof *core->size);
    core->number = memory_alloc(count * sizeof *core->number);
    core->new_nodes = memory_alloc(count * sizeof *core->new_nodes);
    core->new_potential = memory_alloc(count * sizeof *core->new_potential);
    core->new_ids = memory_alloc(count * sizeof *core->new_ids);
    core->node_room = (uint32_t)count;
}

/* Likewise for arcs. */
static void BUILD(reserve_arcs)(struct CORE *core, size_t count)
{
    if (count <= core->arc_room)
        return;
    BUILD(free_arcs)(core);
    core->tail = memory_alloc(count * sizeof *core->tail);
    core->head = memory_alloc(count * sizeof *core->head);
    core->cost = memory_alloc(count * sizeof *core->cost);
    core->room = memory_alloc(count * sizeof *core->room);
    core->arc_ids = memory_alloc(count * sizeof *core->arc_ids);
    core->arc_room = (uint32_t)count;
}

/* The second follows the first in preorder. */
static void BUILD(chain)(struct CORE *core, uint32_t first, uint32_t second)
{
    core->next[first] = second;
    core->previous[second] = first;
}

/* Keep a resting arc in the direction in which it has room, which is away from `tail`. */
static void BUILD(turn_to)(struct CORE *core, uint32_t a, uint32_t tail)
{
    if (core->tail[a] == tail)
        return;
    core->head[a] = core->tail[a];
    core->tail[a] = tail;
    core->cost[a] = -core->cost[a];
}

static NUMBER BUILD(reduced_cost)(const struct CORE *core, uint32_t a)
{
    return core->cost[a] + core->potential[core->tail[a]] - core->potential[core->head[a]];
}

static void BUILD(load_nodes)(struct CORE *core, const struct network *network)
{
    uint32_t count = 1;
    BUILD(reserve_nodes)(core, (size_t)network->node_count + 1);
    array_reserve(core->number_of, core->number_of_room, network->node_limit);
    core->ids[ROOT] = NONE;
    for (uint32_t v = 0; v < network->node_limit; v++) {
        if (!network_node_live(network, v))
            continue;
        core->number_of[v] = count;
        core->ids[count++] = v;
    }
    core->node_count = count;
}

/* Arcs that are neighbours in the network often have a node in common, and so are good or bad
 * together. A step through the arcs mixes them: the best of a block is then the best of many
 * nodes' (Kiraly and Kovacs 2012 step by the mean degree). */
static uint32_t BUILD(mixing_step)(const struct CORE *core)
{
    return 2 * (core->arc_count / core->node_count) + 1;
}

static void BUILD(load_arc)(struct CORE *core, const struct network_arc *arc, uint32_t a,
                            flow_t room_max)
{
    flow_t room = arc->capacity - arc->lower;
    core->tail[a] = core->number_of[arc->tail];
    core->head[a] = core->number_of[arc->head];
    core->cost[a] = (NUMBER)arc->cost;
    core->room[a] = (NUMBER)(room < room_max ? room : room_max);
}

/* All arcs are empty, or where a tree is recalled some are full. */
static void BUILD(load_arcs)(struct CORE *core, const struct network *network,
                             const struct simplex_measure *measure)
{
    uint32_t step = BUILD(mixing_step)(core);
    uint32_t lap = 0;
    uint64_t at = 0;
    if (measure->tree_arc)
        memset(core->position, 0xff, (size_t)network->arc_limit * sizeof *core->position);
    for (uint32_t id = network_next_arc(network, 0); id != NONE;
         id = network_next_arc(network, id + 1)) {
        if (!simplex_takes_arc(network, id))
            continue;
        uint32_t a = (uint32_t)at;
        BUILD(load_arc)(core, &network->arcs[id], a, measure->room_max);
        core->arc_ids[a] = id;
        if (measure->tree_arc) {
            core->position[id] = a;
            if (measure->full[id])
                BUILD(turn_to)(core, a, core->head[a]);
        }
        at += step;
        if (at >= core->arc_count)
            at = ++lap;
    }
}

/* Move node `v` and all that is kept of it to its new number. */
static void BUILD(place)(struct CORE *core, uint32_t v)
{
    uint32_t number = core->number[v];
    struct NODE node = core->nodes[v];
    if (v != ROOT)
        node.parent = core->number[node.parent];
    core->new_nodes[number] = node;
    core->new_potential[number] = core->potential[v];
    core->new_ids[number] = core->ids[v];
}

/* The nodes' new numbers: of the nodes below v those of its largest child come first. */
static void BUILD(find_numbers)(struct CORE *core)
{
    uint32_t *size = core->size;
    uint32_t *largest = core->path[0];
    uint32_t *following = core->path[1]; /* the number of v's next child but the largest */
    for (uint32_t v = 0; v < core->node_count; v++) {
        size[v] = 1;
        largest[v] = NONE;
    }
    for (uint32_t v = core->previous[ROOT]; v != ROOT; v = core->previous[v]) {
        uint32_t parent = core->nodes[v].parent;
        size[parent] += size[v];
        if (largest[parent] == NONE || size[v] >= size[largest[parent]])
            largest[parent] = v;
    }
    uint32_t v = ROOT;
    core->number[ROOT] = ROOT;
    do {
        if (v != ROOT) {
            uint32_t parent = core->nodes[v].parent;
            if (largest[parent] == v) {
                core->number[v] = core->number[parent] + 1;
            } else {
                core->number[v] = following[parent];
                following[parent] += size[v];
            }
        }
        following[v] = core->number[v] + 1 + (largest[v] == NONE ? 0 : size[largest[v]]);
        v = core->next[v];
    } while (v != ROOT);
}

/* Number all nodes anew. O(nodes + arcs). */
static void BUILD(renumber)(struct CORE *core)
{
    BUILD(find_numbers)(core);
    for (uint32_t v = 0; v < core->node_count; v++)
        BUILD(place)(core, v);
    struct NODE *nodes = core->nodes;
    NUMBER *potential = core->potential;
    uint32_t *ids = core->ids;
    core->nodes = core->new_nodes;
    core->potential = core->new_potential;
    core->ids = core->new_ids;
    core->new_nodes = nodes;
    core->new_potential = potential;
    core->new_ids = ids;
    for (uint32_t v = 0; v < core->node_count; v++) {
        core->depth[v] = v == ROOT ? 0 : core->depth[core->nodes[v].parent] + 1;
        BUILD(chain)(core, v, v + 1 < core->node_count ? v + 1 : ROOT);
    }
    for (uint32_t a = 0; a < core->arc_count; a++) {
        core->tail[a] = core->number[core->tail[a]];
        core->head[a] = core->number[core->head[a]];
    }
}

/* Is the arc kept in the network's direction? */
static bool BUILD(forwards)(const struct CORE *core, const struct network *network, uint32_t a)
{
    return core->ids[core->tail[a]] == network->arcs[core->arc_ids[a]].tail;
}

static void BUILD(give_flow)(const void *state, const struct network *network, flow_t *flow)
{
    const struct CORE *core = state;
    for (uint32_t a = 0; a < core->arc_count; a++)
        flow[core->arc_ids[a]] += BUILD(forwards)(core, network, a) ? 0 : core->room[a];
    for (uint32_t v = 1; v < core->node_count; v++) {
        const struct NODE *node = &core->nodes[v];
        if (node->arc >= ARTIFICIAL_FROM_ROOT)
            continue;
        const struct network_arc *arc = &network->arcs[core->arc_ids[node->arc]];
        flow[core->arc_ids[node->arc]] =
            arc->lower + (core->ids[v] == arc->tail ? node->down : node->up);
    }
}

/* The tree and the full arcs; entries of the network's ids that were not live are untouched. */
static void BUILD(give_tree)(const void *state, const struct network *network, uint32_t *tree_arc,
                             bool *full)
{
    const struct CORE *core = state;
    for (uint32_t a = 0; a < core->arc_count; a++)
        full[core->arc_ids[a]] = !BUILD(forwards)(core, network, a);
    for (uint32_t v = 1; v < core->node_count; v++) {
        uint32_t a = core->nodes[v].arc;
        bool artificial = a >= ARTIFICIAL_FROM_ROOT;
        tree_arc[core->ids[v]] = artificial ? NONE : core->arc_ids[a];
        if (!artificial)
            full[core->arc_ids[a]] = false;
    }
}

static void BUILD(give_potentials)(const void *state, cost_t *potential)
{
    const struct CORE *core = state;
    for (uint32_t v = 1; v < core->node_count; v++)
        potential[core->ids[v]] = core->potential[v];
}

/* Whom artificial arcs supply, against all others. */
static void BUILD(give_cut)(const void *state, cost_t *potential)
{
    const struct CORE *core = state;
    for (uint32_t v = core->next[ROOT]; v != ROOT; v = core->next[v]) {
        const struct NODE *node = &core->nodes[v];
        potential[core->ids[v]] = node->parent == ROOT ? node->arc == ARTIFICIAL_TO_ROOT
                                                       : potential[core->ids[node->parent]];
    }
}
