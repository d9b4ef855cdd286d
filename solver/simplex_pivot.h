/* simplex_pivot.h - one pivot of the network simplex method.
 *
 * A part of the template of simplex_builds.c. The steps are those of simplex.c. */

/* A tree arc with room that the entering arc closes to a cycle: side 0 goes from the entering
 * arc's tail to where the two ways to the root meet, side 1 likewise from its head. */
struct CYCLE {
    uint32_t arc;       /* that enters */
    uint32_t end[2];    /* its tail and head */
    uint32_t length[2]; /* of core->path[]; the node where they meet belongs to none */
    NUMBER amount;      /* what can go around: along the entering arc, up side 1, down side 0 */
    int side;           /* of the arc that leaves: its lower node's */
    uint32_t leaving;   /* the lower node's place in core->path[side]; NONE: no arc leaves, for */
                        /* the entering one is filled */
};

/* Step 1. The arc of the most negative reduced cost in the first block that has any, or NONE. */
static uint32_t BUILD(find_entering)(struct CORE *core, uint32_t block)
{
    const uint32_t *tail = core->tail;
    const uint32_t *head = core->head;
    const NUMBER *cost = core->cost;
    const NUMBER *potential = core->potential;
    uint32_t count = core->arc_count;
    uint32_t a = core->search_from;
    uint32_t found = NONE;
    NUMBER least = 0;
    for (uint32_t seen = 0; seen < count && found == NONE;) {
        uint32_t end = count - a < block ? count : a + block;
        seen += end - a;
        core->arcs_seen += end - a;
        for (; a < end; a++) {
            NUMBER reduced = cost[a] + potential[tail[a]] - potential[head[a]];
            if (reduced >= least)
                continue;
            least = reduced;
            found = a;
        }
        if (a == count)
            a = 0;
    }
    core->search_from = a;
    return found;
}

/* The node above v. Nodes are numbered such that this is mostly v - 1. To guess that, and be right,
 * takes no load; the empty asm keeps compilers from making one load of both cases: */
static uint32_t BUILD(climb)(const struct CORE *core, uint32_t v)
{
    uint32_t parent = core->nodes[v].parent;
    if (parent != v - 1)
        return parent;
    v--;
    __asm__("" : "+r"(v));
    return v;
}

/* Step 2. */
static void BUILD(close_cycle)(struct CORE *core, struct CYCLE *cycle)
{
    uint32_t *path0 = core->path[0];
    uint32_t *path1 = core->path[1];
    uint32_t v0 = cycle->end[0];
    uint32_t v1 = cycle->end[1];
    uint32_t depth0 = core->depth[v0];
    uint32_t depth1 = core->depth[v1];
    for (; depth0 > depth1; depth0--) {
        *path0++ = v0;
        v0 = BUILD(climb)(core, v0);
    }
    for (; depth1 > depth0; depth1--) {
        *path1++ = v1;
        v1 = BUILD(climb)(core, v1);
    }
    while (v0 != v1) {
        *path0++ = v0;
        *path1++ = v1;
        v0 = BUILD(climb)(core, v0);
        v1 = BUILD(climb)(core, v1);
    }
    cycle->length[0] = (uint32_t)(path0 - core->path[0]);
    cycle->length[1] = (uint32_t)(path1 - core->path[1]);
    core->nodes_passed += cycle->length[0] + cycle->length[1];
}

/* Step 3. Of the arcs that are filled first, the last one of the cycle as seen from where its
 * sides meet, in the direction of the flow. */
static void BUILD(find_leaving)(const struct CORE *core, struct CYCLE *cycle)
{
    cycle->amount = core->room[cycle->arc];
    cycle->leaving = NONE;
    for (uint32_t i = 0; i < cycle->length[0]; i++) {
        NUMBER down = core->nodes[core->path[0][i]].down;
        if (down >= cycle->amount)
            continue;
        cycle->amount = down;
        cycle->leaving = i;
        cycle->side = 0;
    }
    for (uint32_t i = 0; i < cycle->length[1]; i++) {
        NUMBER up = core->nodes[core->path[1][i]].up;
        if (up > cycle->amount)
            continue;
        cycle->amount = up;
        cycle->leaving = i;
        cycle->side = 1;
    }
}

/* Step 4. */
static void BUILD(send)(struct CORE *core, const struct CYCLE *cycle)
{
    if (cycle->amount == 0)
        return;
    for (uint32_t i = 0; i < cycle->length[0]; i++) {
        struct NODE *node = &core->nodes[core->path[0][i]];
        node->down -= cycle->amount;
        node->up += cycle->amount;
    }
    for (uint32_t i = 0; i < cycle->length[1]; i++) {
        struct NODE *node = &core->nodes[core->path[1][i]];
        node->up -= cycle->amount;
        node->down += cycle->amount;
    }
}

/* Step 5, the arcs: the leaving one rests, the entering one and those on the way from it to the
 * leaving one hang the other way round. */
static void BUILD(exchange_arcs)(struct CORE *core, const struct CYCLE *cycle)
{
    const uint32_t *path = core->path[cycle->side];
    uint32_t lower = path[cycle->leaving];
    struct NODE *nodes = core->nodes;
    uint32_t leaving = nodes[lower].arc;
    if (leaving < ARTIFICIAL_FROM_ROOT) {
        core->room[leaving] = nodes[lower].up + nodes[lower].down;
        BUILD(turn_to)(core, leaving, cycle->side == 0 ? lower : nodes[lower].parent);
    }
    for (uint32_t i = cycle->leaving; i > 0; i--) {
        const struct NODE *child = &nodes[path[i - 1]];
        nodes[path[i]] = (struct NODE){path[i - 1], child->arc, child->down, child->up};
    }
    NUMBER back = core->room[cycle->arc] - cycle->amount;
    uint32_t parent = cycle->end[!cycle->side];
    nodes[path[0]] = cycle->side == 0 ? (struct NODE){parent, cycle->arc, back, cycle->amount}
                                      : (struct NODE){parent, cycle->arc, cycle->amount, back};
}

/* How a subtree moves: potentials and depths of its nodes change by the same. */
struct SHIFT {
    NUMBER potential;
    uint32_t depth; /* modulo 2^32 */
    uint32_t count; /* nodes moved so far */
};

/* Shift node v; the answer is the next one in preorder. As for climb, that is mostly v + 1. */
static inline uint32_t BUILD(shift)(struct CORE *core, struct SHIFT *by, uint32_t v)
{
    uint32_t next = core->next[v];
    core->potential[v] += by->potential;
    core->depth[v] += by->depth;
    by->count++;
    if (next != v + 1)
        return next;
    v++;
    __asm__("" : "+r"(v));
    return v;
}

/* Step 5, the nodes: of the subtree below the leaving arc the upper end of the entering one is
 * the new top. In preorder then come the nodes that were below the top, then its former parent
 * with what else was below that, and so on, up to the leaving arc: of each a part before and a
 * part behind what has been moved already. */
static void BUILD(move_subtree)(struct CORE *core, const struct CYCLE *cycle)
{
    const uint32_t *path = core->path[cycle->side];
    uint32_t onto = cycle->end[!cycle->side];
    uint32_t level = core->depth[path[0]];
    NUMBER reduced =
        core->cost[cycle->arc] + core->potential[cycle->end[0]] - core->potential[cycle->end[1]];
    struct SHIFT by = {cycle->side == 0 ? -reduced : reduced, core->depth[onto] + 1 - level, 0};
    uint32_t last = NONE;                  /* of the new preorder, so far */
    uint32_t before_moved = path[0];       /* in the old one, what is before it */
    uint32_t behind = core->next[path[0]]; /* and behind */
    for (uint32_t i = 0; i <= cycle->leaving; i++, level--, by.depth += 2) {
        uint32_t v = path[i];
        uint32_t before = core->previous[v];
        if (i > 0)
            BUILD(chain)(core, last, v);
        while (v != before_moved)
            v = BUILD(shift)(core, &by, v);
        BUILD(shift)(core, &by, v);
        last = v;
        if (core->depth[behind] > level)
            BUILD(chain)(core, last, behind);
        while (core->depth[behind] > level) {
            last = behind;
            behind = BUILD(shift)(core, &by, behind);
        }
        before_moved = before;
    }
    BUILD(chain)(core, before_moved, behind);
    BUILD(chain)(core, last, core->next[onto]);
    BUILD(chain)(core, onto, path[0]);
    core->nodes_moved += by.count;
}

/* Steps 2 to 5. */
static void BUILD(pivot)(struct CORE *core, uint32_t entering)
{
    struct CYCLE cycle = {.arc = entering, .end = {core->tail[entering], core->head[entering]}};
    BUILD(close_cycle)(core, &cycle);
    BUILD(find_leaving)(core, &cycle);
    BUILD(send)(core, &cycle);
    if (cycle.leaving == NONE) {
        BUILD(turn_to)(core, entering, cycle.end[1]);
        return;
    }
    BUILD(move_subtree)(core, &cycle);
    BUILD(exchange_arcs)(core, &cycle);
}
