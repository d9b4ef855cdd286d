/* repair_hunt.h - a search under way: what its parts share. */
#ifndef SOLVER_REPAIR_HUNT_H
#define SOLVER_REPAIR_HUNT_H

#include "base/memory.h"
#include "solver/repair_search.h"

/* A search under way. */
struct hunt {
    struct repair *repair;
    const struct search *search;
    struct side *forward, *backward;
    cost_t best; /* the shortest path between the two sides, or the bound */
    uint32_t meeting;
    uint32_t stamp;
};

/* In a heap: the row of this hub goes on, or the residents of this vertex have hops that are not
 * followed yet. */
#define HUNT_AGAIN (UINT32_C(1) << 31)

static inline bool hunt_labelled(const struct hunt *hunt, const struct side *side, uint32_t v)
{
    return hunt->repair->stamps[v][side->backward] >> 1 == hunt->stamp;
}

static inline bool hunt_settled(const struct hunt *hunt, const struct side *side, uint32_t v)
{
    return hunt->repair->stamps[v][side->backward] == (hunt->stamp << 1 | 1);
}

static inline cost_t hunt_distance(const struct hunt *hunt, const struct side *side, uint32_t v)
{
    return hunt->repair->labels[v][side->backward].distance;
}

static inline const struct side *hunt_other(const struct hunt *hunt, const struct side *side)
{
    return side->backward ? hunt->forward : hunt->backward;
}

/* Vertices this far or farther are of no use to the side. */
static inline cost_t hunt_limit(const struct hunt *hunt, const struct side *side)
{
    cost_t most = REPAIR_NO_HOP;
    if (hunt->best != REPAIR_NO_HOP)
        most = hunt->best - hunt_other(hunt, side)->radius;
    return side->flagged < most ? side->flagged : most;
}

/* Hops to vertices this far or farther can not be part of a shorter path, even if the other side
 * has settled those and left the hops for later. */
static inline cost_t hunt_scope(const struct hunt *hunt, const struct side *side)
{
    return side->flagged < hunt->best ? side->flagged : hunt->best;
}

static inline bool queue_is_empty(const struct queue *queue)
{
    return queue->taken == queue->list.count;
}

static inline uint32_t queue_pop(struct queue *queue)
{
    return queue->list.items[queue->taken++];
}

static inline void queue_clear(struct queue *queue)
{
    queue->list.count = 0;
    queue->taken = 0;
}

static inline void list_push(struct list *list, uint32_t v)
{
    array_reserve(list->items, list->room, list->count + 1);
    list->items[list->count++] = v;
}

#endif
