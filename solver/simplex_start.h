/* simplex_start.h - the tree that the network simplex method starts from.
 *
 * A part of the template of simplex_builds.c.
 *
 *  1. Every node gets a way to go: the first arc of a cheap path to a node that demands
 *     something. All of them together are a forest, whose roots are these nodes. It is found by
 *     correcting labels, first in, first out (Bellman 1958, Moore 1959), backwards from there;
 *     negative costs count as 0 and what goes already is ignored. It is of use whatever it is,
 *     so it may stop early.
 *  2. From the leaves on: if a node has nothing to send, or its way has room for more than what
 *     it and those below it have, it hangs on its way, and sends it there. Else it hangs on the
 *     root by an artificial arc.
 *  3. What a node sends to the root it would rather send on its way: a pivot for each such arc
 *     whose reduced cost is negative.
 *
 * All other arcs are empty. So the tree is strongly feasible, and most of its potentials are
 * those of nearest demands already, which pivots without flow would have to find one node at a
 * time. With artificial arcs alone and a pivot for the cheapest arc of each demand, as Kiraly and
 * Kovacs (2012) start, ROAD-like networks took 3 times the pivots, NETGEN-like ones of 2^14 nodes
 * 1.3 times; without step 3 a full cluster of 1,000 machines took 1.5 times as long.
 *
 * Where supplies are vast beside capacities (`heavy`), such a tree would be infeasible for long:
 * artificial arcs hold most of the flow, and each pivot moves a little of it. Then only arcs that
 * have room for all supplies are ways: if they lead from all supplies to demands, the tree is
 * feasible at once. That is Kiraly and Kovacs's start for one source and one sink, for any number.
 * Without it GOTO-like networks took 2 to 8 times as long; always, NETGEN-like ones twice. */

/* Arcs by head: first[v] .. first[v + 1] are where those into v are in `entering`. */
static void BUILD(list_entering)(const struct CORE *core, uint32_t *first, uint32_t *entering)
{
    memset(first, 0, ((size_t)core->node_count + 2) * sizeof *first);
    for (uint32_t a = 0; a < core->arc_count; a++)
        first[core->head[a] + 2]++;
    for (uint32_t v = 0; v < core->node_count; v++)
        first[v + 2] += first[v + 1];
    for (uint32_t a = 0; a < core->arc_count; a++)
        entering[first[core->head[a] + 1]++] = a;
}

/* What step 1 needs. */
struct WAYS {
    uint32_t *way;    /* by node: an arc that leaves it, or NONE */
    cost_t *distance; /* by that way; INT64_MAX if none is known */
    uint32_t *first, *entering;
    uint32_t *queue; /* a ring of node_count places */
    uint32_t queue_first, queue_count;
    bool *queued;
    flow_t *excess;  /* of a node and those below it, as far as they hang on their ways */
    NUMBER room_min; /* of a way */
};

static void BUILD(init_ways)(struct WAYS *ways, const struct CORE *core,
                             const struct simplex_measure *measure)
{
    size_t nodes = core->node_count;
    *ways = (struct WAYS){
        .way = memory_alloc(nodes * sizeof *ways->way),
        .distance = memory_alloc(nodes * sizeof *ways->distance),
        .first = memory_alloc((nodes + 2) * sizeof *ways->first),
        .entering = memory_alloc(core->arc_count * sizeof *ways->entering),
        .queue = memory_alloc(nodes * sizeof *ways->queue),
        .queued = memory_alloc(nodes * sizeof *ways->queued),
        .excess = memory_alloc(nodes * sizeof *ways->excess),
        .room_min = measure->heavy ? (NUMBER)measure->supply : 1,
    };
    for (uint32_t v = 1; v < core->node_count; v++)
        ways->excess[v] = measure->excess[core->ids[v]];
}

static void BUILD(free_ways)(struct WAYS *ways)
{
    memory_free(ways->way);
    memory_free(ways->distance);
    memory_free(ways->first);
    memory_free(ways->entering);
    memory_free(ways->queue);
    memory_free(ways->queued);
    memory_free(ways->excess);
}

static void BUILD(enqueue)(struct WAYS *ways, const struct CORE *core, uint32_t v)
{
    if (ways->queued[v])
        return;
    uint32_t at = ways->queue_first + ways->queue_count++;
    ways->queue[at < core->node_count ? at : at - core->node_count] = v;
    ways->queued[v] = true;
}

static uint32_t BUILD(dequeue)(struct WAYS *ways, const struct CORE *core)
{
    uint32_t v = ways->queue[ways->queue_first++];
    if (ways->queue_first == core->node_count)
        ways->queue_first = 0;
    ways->queue_count--;
    ways->queued[v] = false;
    return v;
}

/* Offer the arcs into v as ways. If the node behind v's own way is queued, v's label is about to
 * fall, and v waits for that (Cherkassky and Goldberg 1999). */
static void BUILD(offer_ways)(struct WAYS *ways, const struct CORE *core, uint32_t v)
{
    if (ways->way[v] != NONE && ways->queued[core->head[ways->way[v]]])
        return;
    for (uint32_t i = ways->first[v]; i < ways->first[v + 1]; i++) {
        uint32_t a = ways->entering[i];
        uint32_t u = core->tail[a];
        cost_t cost = core->cost[a] > 0 ? core->cost[a] : 0;
        if (ways->distance[v] + cost >= ways->distance[u] || core->room[a] < ways->room_min)
            continue;
        ways->distance[u] = ways->distance[v] + cost;
        ways->way[u] = a;
        BUILD(enqueue)(ways, core, u);
    }
}

/* Step 1. Most often 2 arcs are looked at for each there is, so 4 will do. */
static void BUILD(find_ways)(struct WAYS *ways, struct CORE *core)
{
    BUILD(list_entering)(core, ways->first, ways->entering);
    for (uint32_t v = 1; v < core->node_count; v++) {
        ways->way[v] = NONE;
        ways->distance[v] = INT64_MAX;
        if (ways->excess[v] >= 0)
            continue;
        ways->distance[v] = 0;
        BUILD(enqueue)(ways, core, v);
    }
    uint64_t seen = 0;
    while (ways->queue_count > 0 && seen < 4 * (uint64_t)core->arc_count) {
        uint32_t v = BUILD(dequeue)(ways, core);
        BUILD(offer_ways)(ways, core, v);
        seen += ways->first[v + 1] - ways->first[v];
    }
    core->arcs_seen += seen;
}

/* Potentials that have no negative reduced cost but where an arc's cost is negative, if all ways
 * are found: what is left to pay to the nearest demand, negated. Nodes that reach none are as far
 * as the farthest. */
static void BUILD(give_nearest)(const struct WAYS *ways, const struct CORE *core, cost_t *nearest)
{
    cost_t farthest = 0;
    for (uint32_t v = 1; v < core->node_count; v++)
        if (ways->distance[v] != INT64_MAX && ways->distance[v] > farthest)
            farthest = ways->distance[v];
    for (uint32_t v = 1; v < core->node_count; v++)
        nearest[core->ids[v]] = -(ways->distance[v] < farthest ? ways->distance[v] : farthest);
}

/* The ways of the last tree. */
static void BUILD(recall_ways)(struct WAYS *ways, const struct CORE *core,
                               const struct simplex_measure *measure)
{
    for (uint32_t v = 1; v < core->node_count; v++) {
        uint32_t id = measure->tree_arc[core->ids[v]];
        ways->way[v] = id == NONE ? NONE : core->position[id];
    }
}

/* The node behind the way of node v. */
static uint32_t BUILD(behind)(const struct CORE *core, uint32_t way, uint32_t v)
{
    return core->tail[way] == v ? core->head[way] : core->tail[way];
}

/* Fill `order` with all nodes but the root, each before the one behind its way. */
static void BUILD(order_leaves_first)(const struct WAYS *ways, struct CORE *core)
{
    uint32_t *waiting = core->size; /* how many that come by this node are not in order yet */
    uint32_t count = 0;
    memset(waiting, 0, core->node_count * sizeof *waiting);
    for (uint32_t v = 1; v < core->node_count; v++)
        if (ways->way[v] != NONE)
            waiting[BUILD(behind)(core, ways->way[v], v)]++;
    for (uint32_t v = 1; v < core->node_count; v++)
        if (waiting[v] == 0)
            core->order[count++] = v;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t a = ways->way[core->order[i]];
        if (a == NONE)
            continue;
        uint32_t v = BUILD(behind)(core, a, core->order[i]);
        if (--waiting[v] == 0)
            core->order[count++] = v;
    }
    ASSERT(count == core->node_count - 1);
}

/* Can node v send its excess by its way, or get there what it lacks, and could send more? */
static bool BUILD(holds)(const struct WAYS *ways, const struct CORE *core, uint32_t v)
{
    uint32_t a = ways->way[v];
    flow_t excess = ways->excess[v];
    if (a == NONE)
        return false;
    return core->tail[a] == v ? excess >= 0 && excess < core->room[a]
                              : excess < 0 && -excess <= core->room[a];
}

/* Step 2 for one node. What it sends to the root is below the room of artificial arcs, as that is
 * more than all supplies. */
static void BUILD(hang)(struct WAYS *ways, struct CORE *core, uint32_t v)
{
    flow_t excess = ways->excess[v];
    struct NODE *node = &core->nodes[v];
    if (BUILD(holds)(ways, core, v)) {
        uint32_t a = ways->way[v];
        NUMBER down = core->tail[a] == v ? (NUMBER)excess : core->room[a] + (NUMBER)excess;
        *node = (struct NODE){BUILD(behind)(core, a, v), a, core->room[a] - down, down};
        ways->excess[node->parent] += excess;
    } else if (excess >= 0) {
        *node = (struct NODE){ROOT, ARTIFICIAL_TO_ROOT, core->artificial_room - (NUMBER)excess,
                              (NUMBER)excess};
    } else {
        *node = (struct NODE){ROOT, ARTIFICIAL_FROM_ROOT, (NUMBER)-excess,
                              core->artificial_room + (NUMBER)excess};
    }
}

/* Put a node behind its parent in preorder, which is there already, and price its arc at 0. */
static void BUILD(join)(struct CORE *core, uint32_t v)
{
    const struct NODE *node = &core->nodes[v];
    if (node->arc == ARTIFICIAL_TO_ROOT)
        core->potential[v] = 0;
    else if (node->arc == ARTIFICIAL_FROM_ROOT)
        core->potential[v] = core->artificial_cost;
    else if (core->tail[node->arc] == v)
        core->potential[v] = core->potential[node->parent] - core->cost[node->arc];
    else
        core->potential[v] = core->potential[node->parent] + core->cost[node->arc];
    core->depth[v] = core->depth[node->parent] + 1;
    BUILD(chain)(core, v, core->next[node->parent]);
    BUILD(chain)(core, node->parent, v);
}

/* Steps 1 and 2. */
static void BUILD(plant)(struct WAYS *ways, struct CORE *core,
                         const struct simplex_measure *measure)
{
    if (measure->tree_arc) {
        BUILD(recall_ways)(ways, core, measure);
    } else {
        BUILD(find_ways)(ways, core);
        if (!measure->heavy)
            BUILD(give_nearest)(ways, core, measure->nearest);
    }
    BUILD(order_leaves_first)(ways, core);
    core->nodes[ROOT] = (struct NODE){ROOT, ARTIFICIAL_TO_ROOT, 0, 0};
    core->potential[ROOT] = 0;
    core->depth[ROOT] = 0;
    BUILD(chain)(core, ROOT, ROOT);
    for (uint32_t i = 0; i < core->node_count - 1; i++)
        BUILD(hang)(ways, core, core->order[i]);
    for (uint32_t i = core->node_count - 1; i > 0; i--)
        BUILD(join)(core, core->order[i - 1]);
}

/* Step 3. */
static void BUILD(send_by_ways)(struct CORE *core, const uint32_t *arcs, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (BUILD(reduced_cost)(core, arcs[i]) < 0)
            BUILD(pivot)(core, arcs[i]);
}

static void BUILD(start)(struct CORE *core, const struct simplex_measure *measure)
{
    struct WAYS ways;
    BUILD(init_ways)(&ways, core, measure);
    BUILD(plant)(&ways, core, measure);
    uint32_t count = 0;
    for (uint32_t v = 1; v < core->node_count; v++)
        if (core->nodes[v].arc >= ARTIFICIAL_FROM_ROOT && ways.excess[v] != 0 &&
            ways.way[v] != NONE)
            core->order[count++] = ways.way[v];
    BUILD(free_ways)(&ways);
    BUILD(renumber)(core);
    BUILD(send_by_ways)(core, core->order, count);
}
