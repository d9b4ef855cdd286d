/* simplex_builds.h - the network simplex method in two widths of numbers, from one source text.
 *
 * The compact build has 32-bit costs, potentials and flows, the wide one 64-bit. Both take the
 * same pivots and find the same tree; the compact one moves half the bytes: 1.03x faster with
 * 2^12 nodes, 1.2x to 1.35x with 2^16 (NETGEN-, GRIDGEN- and ROAD-like networks, `flowsched
 * solve --solver simplex --json`, EPYC). */
#ifndef SOLVER_SIMPLEX_BUILDS_H
#define SOLVER_SIMPLEX_BUILDS_H

#include "graph/network.h"

/* What is known of a network before the method starts, lower bounds moved into the supplies. */
struct simplex_measure {
    const flow_t *excess; /* by the network's node: its supply, and what lower bounds bring it */
    flow_t supply;        /* all of these that are positive */
    uint32_t arc_count;   /* arcs that the method sees */
    cost_t cost_max;      /* the largest |cost| of these */
    flow_t room_max;      /* the largest room */
    flow_t useful_room;   /* no arc needs more */
    bool heavy;           /* supplies are vast beside capacities: see simplex_start.h */
    cost_t *nearest;      /* to be filled: by node, potentials of the start (simplex_start.h) */
    /* The tree to start from, or NULL: by node the arc to its parent or NONE, by arc whether it
     * is full. The excess is then what is left besides full arcs. */
    const uint32_t *tree_arc;
    const bool *full;
};

/* Loops, and arcs without room, are decided before. */
static inline bool simplex_takes_arc(const struct network *network, uint32_t a)
{
    const struct network_arc *arc = &network->arcs[a];
    return network_arc_live(network, a) && arc->tail != arc->head && arc->lower < arc->capacity;
}

enum simplex_end { SIMPLEX_OPTIMAL, SIMPLEX_INFEASIBLE, SIMPLEX_SPENT };

struct simplex_build {
    int64_t number_max; /* no cost, potential, reduced cost, flow or room may be more */
    void *(*create)(void);
    void (*destroy)(void *core);
    /* Pivot until the tree is optimal, or the budget spent; *work counts arcs looked at and
     * nodes moved. */
    enum simplex_end (*run)(void *core, const struct network *network,
                            const struct simplex_measure *measure, uint64_t budget, uint64_t *work);
    /* The flow and the potentials of the last run, by the network's ids; live ones only. The
     * flow is within all bounds, and meets all supplies if `complete`. */
    void (*give_flow)(const void *core, const struct network *network, flow_t *flow);
    void (*give_tree)(const void *core, const struct network *network, uint32_t *tree_arc,
                      bool *full);
    void (*give_potentials)(const void *core, cost_t *potential);
    /* Potentials that prove that the last run's network has no flow. */
    void (*give_cut)(const void *core, cost_t *potential);
};

extern const struct simplex_build simplex_compact, simplex_wide;

#endif
