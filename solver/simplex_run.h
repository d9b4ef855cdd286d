/* simplex_run.h - the network simplex method from its start to its end.
 *
 * A part of the template of simplex_builds.c. */

/* Nodes are numbered anew when pivots have touched so many times the nodes and arcs there are: 2
 * and 8 are as good, 1 and 32 are up to 1.5x slower. */
#define TOUCHED_MAX 4

/* The average that a block's size goes by is one over so many pivots. */
#define AVERAGE_OVER 64

/* When to number anew, and how many arcs a search looks at before it takes the best: 1.4 times the
 * square root of their number, which Kiraly and Kovacs (2012) have as well, but for the factor; and
 * as many more as a pivot moves nodes of late: the dearer pivots are, the better they should be
 * chosen. That makes transportation networks of 2^14 nodes 1.6x faster, and others little slower.
 */
struct PACE {
    uint64_t touched_max, next_renumber;
    uint32_t block_min;
    uint64_t moved; /* by pivots, an average; times AVERAGE_OVER */
};

static uint32_t BUILD(square_root)(uint32_t square)
{
    uint64_t root = 0;
    for (uint64_t bit = UINT64_C(1) << 15; bit > 0; bit >>= 1)
        if ((root + bit) * (root + bit) <= square)
            root += bit;
    return (uint32_t)root;
}

static uint64_t BUILD(touched)(const struct CORE *core)
{
    return core->nodes_passed + core->nodes_moved;
}

static void BUILD(init_pace)(struct PACE *pace, const struct CORE *core)
{
    pace->touched_max = TOUCHED_MAX * ((uint64_t)core->arc_count + core->node_count);
    pace->next_renumber = BUILD(touched)(core) + pace->touched_max;
    pace->block_min = 10 + BUILD(square_root)(core->arc_count) / 5 * 7;
    pace->moved = 0;
}

static void BUILD(load)(struct CORE *core, const struct network *network,
                        const struct simplex_measure *measure)
{
    BUILD(load_nodes)(core, network);
    BUILD(reserve_arcs)(core, measure->arc_count);
    core->arc_count = measure->arc_count;
    if (measure->tree_arc)
        array_reserve(core->position, core->position_room, (size_t)network->arc_limit + 1);
    BUILD(load_arcs)(core, network, measure);
    core->artificial_cost = (NUMBER)(measure->cost_max * network->node_count + 1);
    core->artificial_room = (NUMBER)(measure->supply + 1);
    core->search_from = 0;
    core->arcs_seen = 0;
    core->nodes_passed = 0;
    core->nodes_moved = 0;
}

static enum simplex_end BUILD(end)(const struct CORE *core)
{
    for (uint32_t v = 1; v < core->node_count; v++)
        if (core->nodes[v].arc == ARTIFICIAL_FROM_ROOT)
            return SIMPLEX_INFEASIBLE;
    return SIMPLEX_OPTIMAL;
}

/* A pivot, and what it means for the pace. */
static void BUILD(advance)(struct CORE *core, struct PACE *pace, uint32_t entering)
{
    uint64_t moved = core->nodes_moved;
    BUILD(pivot)(core, entering);
    pace->moved += core->nodes_moved - moved;
    pace->moved -= pace->moved / AVERAGE_OVER;
    BUILD(check_if_small)(core);
    if (BUILD(touched)(core) < pace->next_renumber)
        return;
    BUILD(renumber)(core);
    BUILD(check)(core);
    pace->next_renumber = BUILD(touched)(core) + pace->touched_max;
}

static enum simplex_end BUILD(run)(void *state, const struct network *network,
                                   const struct simplex_measure *measure, uint64_t budget,
                                   uint64_t *work)
{
    struct CORE *core = state;
    struct PACE pace;
    BUILD(load)(core, network, measure);
    BUILD(start)(core, measure);
    BUILD(check)(core);
    BUILD(init_pace)(&pace, core);
    for (;;) {
        *work = core->arcs_seen + BUILD(touched)(core);
        if (*work >= budget)
            return SIMPLEX_SPENT;
        uint32_t block = pace.block_min + (uint32_t)(pace.moved / AVERAGE_OVER);
        uint32_t entering = BUILD(find_entering)(core, block);
        if (entering == NONE)
            break;
        BUILD(advance)(core, &pace, entering);
    }
    *work = core->arcs_seen + BUILD(touched)(core);
    BUILD(check)(core);
    return BUILD(end)(core);
}
