/* network.h - a directed network with supplies, capacities and costs, and its changes.
 *
 * Nodes and arcs have stable ids: an id stays with its node or arc until that is removed,
 * then it may be given out again. Parallel arcs are allowed (they make convex costs), and
 * so are self-loops, lower bounds and negative costs. The network knows no task and no
 * algorithm.
 *
 * Every change is kept as a delta: for each node and arc touched since the last
 * network_clear_deltas, what it was before. So changes merge by themselves: what was added
 * and removed again leaves no delta, and two changes of one arc are one. */
#ifndef GRAPH_NETWORK_H
#define GRAPH_NETWORK_H

#include "base/status.h"

struct network_node {
    flow_t supply;      /* positive: flow starts here; negative: it ends here */
    uint32_t first_out; /* heads of the lists of arcs, NONE if empty; for a free id, */
    uint32_t first_in;  /* first_out links the free list */
    uint32_t delta;     /* index into the node deltas, or NONE */
    bool live;
};

struct network_arc {
    uint32_t tail, head;             /* tail is NONE for a free id */
    flow_t lower, capacity;          /* 0 <= lower <= capacity */
    cost_t cost;                     /* per unit of flow */
    uint32_t next_out, previous_out; /* in the tail's list; next_out links free ids */
    uint32_t next_in, previous_in;   /* in the head's list */
    uint32_t delta;                  /* index into the arc deltas, or NONE */
    uint32_t unused[3];              /* so that an arc is one line of the cache, not parts of two */
};

/* What a node was at the last network_clear_deltas; what it is now, the network tells.
 * existed false: it is new (or was removed and its id given out again counts as existed). */
struct node_delta {
    uint32_t node;
    bool existed;
    flow_t supply;
};

/* Likewise for an arc. If it existed with other ends, it was removed and its id given out
 * again. */
struct arc_delta {
    uint32_t arc;
    bool existed;
    uint32_t tail, head;
    flow_t lower, capacity;
    cost_t cost;
};

/* Over all live nodes and arcs, kept with every change. None can overflow: there are fewer
 * than 2^32 terms below 2^64. */
struct network_sums {
    wide_t supply, supply_magnitude, lower, capacity;
    uint64_t cost_magnitude; /* no |cost| is larger; all may be smaller, after a change */
};

struct network {
    struct network_node *nodes; /* by id, up to node_limit; free ids among them */
    struct network_arc *arcs;   /* by id, up to arc_limit */
    uint32_t node_limit, node_room, node_count, free_node; /* count: live ones */
    uint32_t arc_limit, arc_room, arc_count, free_arc;
    uint64_t *live_arcs; /* a bit by arc, so that loops read nothing of free ones */
    uint32_t live_arc_room;
    struct node_delta *node_deltas; /* may hold records that turned out void: see below */
    struct arc_delta *arc_deltas;
    struct network_sums sums;
    const void *delta_reader; /* who has seen the state that deltas are told against, or NULL */
    uint32_t node_delta_count, node_delta_room;
    uint32_t arc_delta_count, arc_delta_room;
};

void network_init(struct network *network);
void network_free(struct network *network);

/* A new node without arcs. O(1). */
uint32_t network_add_node(struct network *network, flow_t supply);

/* Remove a live node and all its arcs. O(its arcs). */
void network_remove_node(struct network *network, uint32_t node);

void network_set_supply(struct network *network, uint32_t node, flow_t supply);

/* A new arc between live nodes; 0 <= lower <= capacity. O(1). */
uint32_t network_add_arc(struct network *network, uint32_t tail, uint32_t head, flow_t lower,
                         flow_t capacity, cost_t cost);

/* Remove a live arc. O(1). Its id may be given out again by the next network_add_arc. */
void network_remove_arc(struct network *network, uint32_t arc);

/* Give a live arc other bounds or cost; no delta if nothing differs. O(1). */
void network_change_arc(struct network *network, uint32_t arc, flow_t lower, flow_t capacity,
                        cost_t cost);

/* Make sums.cost_magnitude the largest |cost| there is. O(arcs). */
void network_measure_costs(struct network *network);

bool network_node_live(const struct network *network, uint32_t node);

static inline bool network_arc_live(const struct network *network, uint32_t arc)
{
    return arc < network->arc_limit && (network->live_arcs[arc / 64] >> arc % 64 & 1) != 0;
}

/* The first live arc from id `a` on, or NONE: for loops over all. */
static inline uint32_t network_next_arc(const struct network *network, uint32_t a)
{
    if (a >= network->arc_limit)
        return NONE;
    uint32_t last = (network->arc_limit - 1) / 64;
    uint32_t at = a / 64;
    uint64_t word = network->live_arcs[at] >> a % 64 << a % 64;
    while (word == 0 && at < last)
        word = network->live_arcs[++at];
    return word == 0 ? NONE : at * 64 + (uint32_t)__builtin_ctzll(word);
}

/* Drop the delta records that say nothing: added and removed again, or changed back. Called
 * once before a solver reads node_deltas and arc_deltas. O(deltas). */
void network_merge_deltas(struct network *network);

/* The present state becomes the one that deltas are told against; `reader` has seen it, so it
 * needs no more than the deltas next time, if it is still network.delta_reader then.
 * O(deltas). */
void network_clear_deltas(struct network *network, const void *reader);

/* STATUS_OK, or STATUS_BAD_INPUT with the id and the broken rule of the structure
 * (lists, counts, bounds). O(nodes + arcs); for tests. */
enum status network_check(const struct network *network, struct problem *problem);

#endif
