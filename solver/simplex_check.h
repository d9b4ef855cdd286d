/* simplex_check.h - is the tree that the network simplex method keeps right? For deep checks.
 *
 * A part of the template of simplex_builds.c. */

#ifdef DEEP_CHECKS
/* The node's arc joins it to its parent, is priced at 0, and can carry more to the parent: the
 * tree is strongly feasible. */
static void BUILD(check_node)(const struct CORE *core, uint32_t v)
{
    const struct NODE *node = &core->nodes[v];
    uint32_t parent = node->parent;
    ASSERT(parent < core->node_count);
    ASSERT(core->depth[v] == core->depth[parent] + 1);
    ASSERT(node->up > 0);
    ASSERT(node->down >= 0);
    if (node->arc >= ARTIFICIAL_FROM_ROOT) {
        ASSERT(parent == ROOT);
        ASSERT(core->potential[v] == (node->arc == ARTIFICIAL_TO_ROOT ? 0 : core->artificial_cost));
        return;
    }
    uint32_t tail = core->tail[node->arc];
    uint32_t head = core->head[node->arc];
    ASSERT((tail == v && head == parent) || (tail == parent && head == v));
    ASSERT(core->cost[node->arc] + core->potential[tail] == core->potential[head]);
}

/* All nodes; the ring is the tree's preorder: each node's parent is the last before it that is
 * less deep. */
static void BUILD(check)(struct CORE *core)
{
    uint32_t *way = core->order; /* the last node of each depth */
    uint32_t count = 1;
    way[0] = ROOT;
    ASSERT(core->depth[ROOT] == 0);
    ASSERT(core->potential[ROOT] == 0);
    for (uint32_t v = core->next[ROOT]; v != ROOT; v = core->next[v]) {
        ASSERT(core->previous[core->next[v]] == v);
        BUILD(check_node)(core, v);
        ASSERT(way[core->depth[v] - 1] == core->nodes[v].parent);
        way[core->depth[v]] = v;
        count++;
    }
    ASSERT(count == core->node_count);
}

/* After every pivot, where that takes little time. */
static void BUILD(check_if_small)(struct CORE *core)
{
    if (core->node_count <= 64)
        BUILD(check)(core);
}
#else
static void BUILD(check)(struct CORE *core)
{
    (void)core;
}

static void BUILD(check_if_small)(struct CORE *core)
{
    (void)core;
}
#endif
