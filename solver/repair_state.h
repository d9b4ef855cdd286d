/* repair_state.h - what the incremental solver keeps of a network between solves.
 *
 * The network is split in two. A source is a node with supply and no arc into it: a task, or
 * a class of tasks with supply k. It is not a node here, only a list of options, one for each
 * of its arcs. All other nodes are vertices; their arcs among each other are held twice, as
 * halves, one at each end. A unit of a source that uses an option is a resident of the
 * option's vertex; the vertex also knows all sources that list it.
 *
 * So residual paths hop from vertex to vertex in two ways: along a half with room, or by
 * moving a resident from one of its source's options to another.
 *
 * price[v] is minus the node's potential: where v is connected to the place where flow ends,
 * what a unit at v costs from there on. The length of a hop from u to v is its cost + price[v]
 * - price[u], and it is never negative: the flow is the cheapest for the supplies it meets.
 *
 * A vertex that only passes units on, whose one leaving arc can never be full, is contracted
 * into that arc's head: options that lead to it count as options of the head.
 *
 * A hub is a vertex that more options or halves lead to than one would scan: the sink, a
 * cluster's aggregator. See repair_hubs.h. */
#ifndef SOLVER_REPAIR_STATE_H
#define SOLVER_REPAIR_STATE_H

#include "base/heap.h"
#include "graph/network.h"

/* Nodes with an arc that costs more than this are vertices, not sources, and an arc that does
 * is not contracted: so an option costs at most twice as much, which fits 32 bits. */
#define REPAIR_OPTION_COST_MAX (INT64_C(1) << 29)

/* A price beyond this makes the solver start from nothing. */
#define REPAIR_PRICE_MAX (INT64_C(1) << 61)

/* The price of what is farther than all vertices are. */
#define REPAIR_FAR (INT64_C(1) << 62)

/* No hop, as the key of a row. */
#define REPAIR_NO_HOP INT64_MAX

struct option {
    uint32_t vertex; /* where it leads; through a contracted vertex, what that leads to */
    int32_t cost;
};

/* What a search need not know of an option. */
struct option_arc {
    uint32_t arc;
    uint32_t via;   /* the arc's head as a vertex; the option's own, unless contracted */
    uint32_t place; /* position among that vertex's listers; links free spans */
};

/* What searches look at: its options in repair.options, those to hubs first. */
struct source {
    uint32_t first, count, hub_count;
    uint32_t multi; /* index of a struct multi, or NONE for a source of at most one unit */
};

/* What they need not know of a source. */
struct stock {
    flow_t supply;
    flow_t pending; /* units of it that are not placed */
    uint32_t node;
    uint32_t room;   /* of its options */
    bool in_pending; /* stands in repair.pending_sources */
    bool dirty;      /* stands in repair.dirty_sources */
    uint32_t lost;   /* of its options; stands in repair.losers if there are any */
};

/* Where the unit of a source is. */
struct current {
    uint32_t vertex; /* or NOWHERE; or MULTI: see the source's flows */
    int32_t cost;
};

/* Two vertices without node, hops and change: what a search finds there is dismissed by the price
 * or looked at again, so that its inner loops need not ask first. */
#define NOWHERE 0
#define MULTI 1
#define FALSE_VERTICES 2

/* What a source of more than one unit has beside, by position among its options. */
struct share {
    flow_t flow, capacity;
    uint32_t resident_at;
};

struct multi {
    struct share *shares;
    uint32_t room;
    uint32_t next_free;
};

/* One end's view of an arc between vertices. */
struct half {
    uint32_t other; /* the vertex at the other end */
    uint32_t twin;  /* position of the other half there */
    uint32_t arc;
    bool leaves;    /* this is the arc's tail */
    cost_t cost;    /* from here to there */
    flow_t out, in; /* residual room from here to there, and back */
};

struct resident {
    uint32_t source, option;
};

/* An option that leads to the vertex: which one of the source's, tells option_arc.place. One that
 * is gone leaves a hole for the next to fill, so that no other source has to be told. */
struct lister {
    uint32_t source; /* NO_SOURCE: a hole */
    int32_t cost;    /* of the option; of a hole, where the next is, or -1 */
};

/* A source without node, option and unit. */
#define NO_SOURCE 0

/* What searches look at, and edits of options and residents, comes first and fills a line of the
 * cache; the rest is another. */
struct vertex {
    struct half *halves;
    struct resident *residents;
    struct lister *listers; /* for a contracted vertex: of options that pass it */
    uint32_t half_count, resident_count, lister_count;
    uint32_t resident_room, lister_room;
    int32_t first_hole;    /* among the listers, or -1 */
    uint32_t option_count; /* options that lead here, also through contracted vertices */
    uint32_t arcs_in;      /* from vertices */
    uint32_t into;         /* contracted into that vertex, or NONE */
    uint32_t first_child;  /* of the vertices that are contracted into this one, or NONE */

    uint32_t hub;     /* index of a struct hub, or NONE */
    bool in_deficits; /* stands in repair.deficits */
    bool in_excesses; /* stands in repair.excesses */
    bool touched;     /* its contraction must be looked at again */
    bool fresh;       /* new, and without a price yet */
    flow_t excess;    /* positive: must leave; negative: is missing */
    cost_t offset;    /* of the arc by which it is contracted */
    flow_t inflow;    /* the most that its listers can send; counted only while arcs_in is 0 */
    uint32_t half_room;
    uint32_t node;
    uint32_t out_arc; /* by which it is contracted */
    uint32_t next_child, previous_child;
    uint32_t unused[3]; /* so that it is two whole lines */
};

_Static_assert(sizeof(struct vertex) == 128, "a vertex fills two lines");

/* What a search asks of a vertex as soon as it reaches it. */
enum mark {
    MARK_HUB = 1,
    MARK_EXCESS = 2,  /* excess > 0 */
    MARK_DEFICIT = 4, /* excess < 0 */
};

/* Lower bounds on the costs of the hops to or from a hub, by the vertex at the other end,
 * whether they are exact, and for each block of vertices the least length, less the hub's
 * price. */
struct row {
    cost_t *cost, *block;
    bool *exact;
    uint32_t cost_room, block_room, exact_room;
};

struct hub {
    uint32_t vertex;
    struct row toward, away;
};
#define HUB_BLOCK 64

/* By which hop a side of a search has reached a vertex. The hop leads from `from` to the vertex;
 * on the backward side, from the vertex to `from`. */
struct hop {
    uint32_t from;   /* NONE: here the side began */
    uint32_t source; /* the hop moves units of it, or NONE: it is a half; LAZY: see below */
    uint32_t leave;  /* the option they leave; NONE: the only one in use */
    uint32_t enter;  /* the option they take, NONE: the cheapest there; or the position of the */
                     /* half where the hop begins */
};

struct label {
    cost_t distance;
    struct hop hop;
};

/* The hop is the cheapest to or from the hub `from`, and is found only if it is needed. */
#define LAZY (NONE - 1)

/* One of the shortest hops from a vertex among those that move its residents. */
struct near_hop {
    cost_t cost;
    uint32_t to, source, leave, enter;
};

/* Those hops, as many as there is room for: see repair_near.h. */
#define NEAR_MAX 7
struct near {
    bool asked; /* it has been asked for before it is made */
    uint32_t count;
    cost_t cut;    /* all others cost at least this, less what prices have fallen since: */
    cost_t fallen; /* repair.fallen then */
    struct near_hop hops[NEAR_MAX];
};

struct list {
    uint32_t *items;
    uint32_t count, room;
};

/* First in, first out. */
struct queue {
    struct list list;
    uint32_t taken; /* of its items */
};

/* One side of a search. */
struct side {
    struct heap heap;
    struct queue near;   /* vertices at the present distance, to be settled */
    struct queue halted; /* settled, of which residents or listers are still to be followed */
    struct list late;    /* hubs at the present distance */
    struct list settled;
    bool backward;
    bool available; /* it has where to begin and did not run out before a path was found */
    bool started;
    uint32_t seed;  /* the vertex where it begins, or NONE */
    cost_t radius;  /* all vertices nearer are settled; the present distance */
    cost_t flagged; /* distance of the nearest vertex that ends the search, or no hop */
    uint32_t flag;  /* that vertex */
    cost_t stride;  /* how much farther than needed rows are followed */
    uint64_t work;  /* hops looked at */
};

struct repair {
    const struct network *network; /* during a call */

    uint32_t *role; /* by node: index of its vertex, or of its source with SOURCE_BIT; NONE */
    uint32_t *slot; /* by arc: its option, or its half's position at the tail; NONE */
    uint32_t role_room, slot_room;

    cost_t *price;  /* by vertex */
    uint8_t *marks; /* by vertex: of enum mark */
    struct vertex *vertices;
    uint32_t vertex_count, vertex_room;
    uint32_t *free_vertices;
    uint32_t free_vertex_count, free_vertex_room;

    struct source *sources;
    struct stock *stocks;    /* by source */
    struct current *current; /* by source */
    uint32_t *chosen;        /* by source: the option in use, or NONE */
    uint32_t *resident_at;   /* by source: its position among the vertex's residents */
    uint32_t *shown;         /* by source: the arc that the published flow uses, or NONE */
    uint32_t source_count, source_room;
    uint32_t *free_sources;
    uint32_t free_source_count, free_source_room;
    struct multi *multis;
    uint32_t multi_count, multi_room, free_multi;

    struct option *options;
    struct option_arc *option_arcs;
    uint32_t option_count, option_room;
    uint32_t free_spans[64]; /* by their room: the first option of one */

    struct hub *hubs;
    uint32_t hub_count, hub_room;
    uint32_t hub_min; /* options and halves that make a vertex a hub */
    uint32_t
        patience; /* hops that a side may look at before the one that was told to wait begins */

    uint32_t missing_count; /* vertices that miss units; repair.deficits has others too */
    uint32_t sink;          /* the vertex that demands at least half of everything, or NONE */

    struct list losers; /* sources with options whose arcs are gone, while they are let go */
    struct list vertex_changes; /* deltas of arcs between vertices, while they are taken over */
    uint32_t *pending_sources, *excesses, *deficits, *touched, *dirty_sources;
    uint32_t *fresh; /* vertices, as long as they are */
    uint32_t fresh_count, fresh_room;
    uint32_t pending_source_count, pending_source_room, excess_count, excess_room;
    uint32_t deficit_count, deficit_room, touched_count, touched_room;
    uint32_t dirty_source_count, dirty_source_room;

    struct side forward, backward;
    /* By vertex, forward and backward: 2 x number of the search that has labelled it, and 1 if it
     * is settled. Apart from the labels, for mostly it is all that one asks for, and the stamps of
     * all vertices stay in the cache. */
    uint32_t (*stamps)[2];
    struct label (*labels)[2];
    uint32_t stamp_room, label_room;
    struct near *near;   /* by vertex */
    uint32_t *near_eras; /* by vertex: its list holds as long as this is repair.era */
    uint32_t near_room;
    uint32_t era;  /* never 0 */
    cost_t fallen; /* the most that a price can have fallen by in all searches so far */
    uint32_t search_count;
    uint64_t work; /* hops looked at */

    flow_t *flow; /* by arc: what was published */
    wide_t cost;  /* of it */
    uint32_t flow_room;
    bool strained;     /* a price left its range */
    bool from_nothing; /* the last call took the whole network over */

    /* What the last search was for, if it found no path. */
    struct {
        bool backward;
        uint32_t source;
    } failed;
};

#define SOURCE_BIT (UINT32_C(1) << 31)

#endif
