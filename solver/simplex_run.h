/* simplex_run.h - the network simplex method from its start to its end.
 *
 * A part of the template of simplex_builds.c. */

/* Nodes are numbered anew when walks have touched so many times the nodes and arcs there are. */
#define NODES_SEEN_MAX 4

/* The average that block_size goes by is one over so many pivots. */
#define AVERAGE_OVER 64

static uint32_t BUILD(square_root)(uint32_t square)
{
    uint64_t root = 0;
    for (uint64_t bit = UINT64_C(1) << 15; bit > 0; bit >>= 1)
        if ((root + bit) * (root + bit) <= square)
            root += bit;
    return (uint32_t)root;
}

/* How many arcs the search for an entering one looks at before it takes the best: 1.4 times the
 * square root of their number, as Kiraly and Kovacs (2012) have it within a factor, and as many
 * more as a pivot touches nodes of late: the dearer a pivot, the better it should be chosen. */
static uint32_t BUILD(block_size)(const struct CORE *core, uint32_t base)
{
    return base + (uint32_t)(core->nodes_by_pivot / AVERAGE_OVER);
}

static void BUILD(load)(struct CORE *core, const struct network *network,
                        const struct simplex_measure *measure)
{
    BUILD(load_nodes)(core, network);
    BUILD(load_arcs)(core, network, measure);
    core->artificial_cost = (NUMBER)(measure->cost_max * network->node_count + 1);
    core->artificial_room = (NUMBER)(measure->supply + 1);
    core->search_from = 0;
    core->arcs_seen = 0;
    core->nodes_seen = 0;
    core->nodes_by_pivot = 0;
}

static enum simplex_end BUILD(end)(const struct CORE *core)
{
    for (uint32_t v = 1; v < core->node_count; v++)
        if (core->nodes[v].arc == ARTIFICIAL_FROM_ROOT)
            return SIMPLEX_INFEASIBLE;
    return SIMPLEX_OPTIMAL;
}

/* Steps 1 to 6. */
static enum simplex_end BUILD(run)(void *state, const struct network *network,
                                   const struct simplex_measure *measure, uint64_t budget,
                                   uint64_t *work)
{
    struct CORE *core = state;
    BUILD(load)(core, network, measure);
    BUILD(start)(core, measure);
    BUILD(check)(core);
    uint64_t renumber_at = NODES_SEEN_MAX * ((uint64_t)core->arc_count + core->node_count);
    uint64_t renumber_after = renumber_at;
    uint32_t base = BUILD(square_root)(core->arc_count) * 7 / 5 + 10;
    for (;;) {
        *work = core->arcs_seen + core->nodes_seen;
        if (*work >= budget)
            return SIMPLEX_SPENT;
        uint32_t entering = BUILD(find_entering)(core, BUILD(block_size)(core, base));
        if (entering == NONE)
            break;
        uint64_t nodes_seen = core->nodes_seen;
        BUILD(pivot)(core, entering);
        core->nodes_by_pivot += core->nodes_seen - nodes_seen;
        core->nodes_by_pivot -= core->nodes_by_pivot / AVERAGE_OVER;
        if (core->nodes_seen >= renumber_at) {
            BUILD(renumber)(core);
            BUILD(check)(core);
            renumber_at = core->nodes_seen + renumber_after;
        }
    }
    *work = core->arcs_seen + core->nodes_seen;
    BUILD(check)(core);
    return BUILD(end)(core);
}
