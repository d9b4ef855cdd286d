/* scaling_state.h - the residual network of the cost scaling algorithm.
 *
 * Each arc has two halves, one in the row of each of its ends: in its tail's row one that can
 * carry more flow, in its head's row one that can take flow back. A row is scanned many times
 * for each time that flow is pushed, so that what a scan looks at is kept apart: 8 bytes in the
 * narrow width, where the node at the other end has two marks beside it: whether this half
 * has room, and whether its mate has. Only a push touches the rest.
 *
 * Included by scaling_core.h, with the types of a width before it. */
#ifndef SOLVER_SCALING_STATE_H
#define SOLVER_SCALING_STATE_H

#include <string.h>

#include "base/memory.h"
#include "solver/scaling_width.h"

#define HALF_ROOM (1u << 31) /* marks in `to` */
#define HALF_BACK (1u << 30)
#define HALF_NODE (HALF_BACK - 1)

struct half {
    uint32_t to; /* the node at the other end, with marks */
    arc_cost_t cost;
};

struct mate {
    uint32_t half; /* the other half of the arc */
    room_t room;   /* how much more can go this way */
};

struct scaling {
    uint32_t node_count, half_count;
    uint32_t node_room, half_room, dense_room, place_room;
    uint32_t *first;     /* by node, and one more: where its row begins */
    uint32_t *next;      /* where the scan of the row goes on */
    price_t *price;      /* scaled */
    flow_t *excess;      /* or deficit, if negative */
    price_t *distance;   /* of the global update */
    uint32_t *scratch_a; /* of whatever runs */
    uint32_t *scratch_b;
    uint32_t *queue; /* a ring of nodes with excess */
    uint8_t *mark;
    struct half *halves; /* row by row */
    struct mate *mates;
    uint32_t *dense; /* by node of the network: the node here, or NONE */
    uint32_t *place; /* by arc of the network: its half in its tail's row, or NONE */
    uint32_t *buckets;
    uint32_t queue_first, queue_count;
    price_t multiplier;    /* of costs, a power of two */
    int scale;             /* its logarithm */
    int precision;         /* the logarithm of e, to which the flow is to be optimal */
    int precision_max;     /* the coarsest that the first phase may choose */
    price_t cost_max;      /* scaled */
    uint64_t work, budget; /* in halves looked at */
    bool warm;             /* flow and prices began as those of an earlier answer */
    uint32_t relabel_work; /* of a relabeling, beside its row: that of an average row */
};

static inline uint32_t half_node(struct half half)
{
    return half.to & HALF_NODE;
}

static inline price_t scaled_cost(const struct scaling *s, struct half half)
{
    return (price_t)half.cost * s->multiplier;
}

/* The reduced cost of a half in the row of a node of this price. */
static inline price_t reduced_cost(const struct scaling *s, price_t price, struct half half)
{
    return scaled_cost(s, half) + price - s->price[half_node(half)];
}

/* Move flow from node u along half h of its row. */
static inline void push(struct scaling *s, uint32_t u, uint32_t h, flow_t amount)
{
    struct mate *there = &s->mates[h];
    struct half *half = &s->halves[h];
    uint32_t v = half_node(*half);
    struct mate *back = &s->mates[there->half];
    struct half *back_half = &s->halves[there->half];
    there->room -= (room_t)amount;
    if (back->room == 0) {
        half->to |= HALF_BACK;
        back_half->to |= HALF_ROOM;
    }
    if (there->room == 0) {
        half->to &= ~HALF_ROOM;
        back_half->to &= ~HALF_BACK;
    }
    back->room += (room_t)amount;
    s->excess[u] -= amount;
    s->excess[v] += amount;
}

#endif
