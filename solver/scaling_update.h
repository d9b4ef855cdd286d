/* scaling_update.h - the global update of the cost scaling algorithm: lower all prices at once so
 * that each excess has a way of admissible arcs to a deficit.
 *
 *  1. Residual arcs have a length in units of the precision e: 0 if the reduced cost r is negative,
 *     else r / e + 1, rounded down. Lowering the tail's price by so many e makes an arc admissible.
 *  2. Find the distance of nodes to the nearest deficit, backwards from all deficits at once, in
 *     buckets by distance (Dial 1969), until all excesses have been reached.
 *  3. Lower each price by its node's distance in e, but by no more than that of the last excess.
 *
 * Distances that differ by at most an arc's length keep its reduced cost at -e or above. If an
 * excess cannot be reached, then what can reach no deficit is a set of nodes which proves that
 * there is no flow: no residual arc leaves it, and it has excess.
 *
 * Goldberg 1997, section 5; buckets hold a window of distances here, what is beyond waits in the
 * last of them until the window moves there.
 *
 * Included by scaling_core.h, with the types of a width before it. */
#ifndef SOLVER_SCALING_UPDATE_H
#define SOLVER_SCALING_UPDATE_H

#include "solver/scaling_state.h"

#define WINDOW_MIN 64
#define WINDOW_MAX 16384

/* Nodes that are reached but not settled. */
struct frontier {
    uint32_t *buckets; /* the first node of each, or NONE */
    uint32_t *after;   /* by node: its neighbours in the bucket */
    uint32_t *before;
    price_t base;    /* the distance of the first bucket */
    uint32_t window; /* how many distances have a bucket; one more bucket holds all beyond */
    uint32_t at;     /* none is in a bucket before */
    uint32_t count;
};

/* A distance that no node has. */
static inline price_t unreached(void)
{
    return -PRICE_MIN;
}

static inline uint32_t bucket_of(const struct frontier *frontier, price_t distance)
{
    price_t offset = distance - frontier->base;
    return offset < frontier->window ? (uint32_t)offset : frontier->window;
}

static inline void frontier_add(struct frontier *frontier, uint32_t v, price_t distance)
{
    uint32_t *bucket = &frontier->buckets[bucket_of(frontier, distance)];
    frontier->after[v] = *bucket;
    frontier->before[v] = NONE;
    if (*bucket != NONE)
        frontier->before[*bucket] = v;
    *bucket = v;
    frontier->count++;
}

static inline void frontier_remove(struct frontier *frontier, uint32_t v, price_t distance)
{
    uint32_t after = frontier->after[v];
    uint32_t before = frontier->before[v];
    if (before == NONE)
        frontier->buckets[bucket_of(frontier, distance)] = after;
    else
        frontier->after[before] = after;
    if (after != NONE)
        frontier->before[after] = before;
    frontier->count--;
}

/* Let the window begin at the nearest node beyond it. */
static void move_window(struct scaling *s, struct frontier *frontier)
{
    uint32_t v = frontier->buckets[frontier->window];
    frontier->buckets[frontier->window] = NONE;
    price_t nearest = unreached();
    for (uint32_t u = v; u != NONE; u = frontier->after[u])
        if (s->distance[u] < nearest)
            nearest = s->distance[u];
    frontier->base = nearest;
    frontier->at = 0;
    frontier->count = 0;
    while (v != NONE) {
        uint32_t after = frontier->after[v];
        frontier_add(frontier, v, s->distance[v]);
        v = after;
    }
}

/* Take out a nearest node; there is one. */
static uint32_t frontier_pop(struct scaling *s, struct frontier *frontier)
{
    while (frontier->buckets[frontier->at] == NONE || frontier->at == frontier->window) {
        if (frontier->at == frontier->window)
            move_window(s, frontier);
        else
            frontier->at++;
    }
    uint32_t v = frontier->buckets[frontier->at];
    frontier_remove(frontier, v, s->distance[v]);
    return v;
}

/* Step 1, for all arcs into node v, which is settled. */
static void look_back(struct scaling *s, struct frontier *frontier, uint32_t v)
{
    price_t distance = s->distance[v];
    price_t price = s->price[v];
    for (uint32_t h = s->first[v]; h < s->first[v + 1]; h++) {
        struct half half = s->halves[h];
        if (!(half.to & HALF_BACK))
            continue;
        uint32_t u = half_node(half);
        if (s->distance[u] <= distance)
            continue;
        price_t reduced = s->price[u] - price - scaled_cost(s, half);
        price_t farther = distance + (reduced < 0 ? 0 : (reduced >> s->precision) + 1);
        if (farther >= s->distance[u])
            continue;
        if (s->distance[u] != unreached())
            frontier_remove(frontier, u, s->distance[u]);
        s->distance[u] = farther;
        frontier_add(frontier, u, farther);
    }
    s->work += s->first[v + 1] - s->first[v];
}

static void frontier_start(struct scaling *s, struct frontier *frontier)
{
    uint32_t window = s->node_count;
    window = window < WINDOW_MIN ? WINDOW_MIN : window > WINDOW_MAX ? WINDOW_MAX : window;
    *frontier = (struct frontier){
        .buckets = s->buckets, .after = s->scratch_a, .before = s->scratch_b, .window = window};
    memset(s->buckets, 0xff, (window + 1) * sizeof *s->buckets);
}

/* False if there is no flow: the nodes that prove it are unreached(). */
static bool update_prices(struct scaling *s)
{
    struct frontier frontier;
    uint32_t excesses = 0;
    price_t radius = 0;
    frontier_start(s, &frontier);
    for (uint32_t v = 0; v < s->node_count; v++) {
        s->distance[v] = s->excess[v] < 0 ? 0 : unreached();
        if (s->excess[v] < 0)
            frontier_add(&frontier, v, 0);
        excesses += s->excess[v] > 0;
    }
    while (excesses > 0 && frontier.count > 0) {
        uint32_t v = frontier_pop(s, &frontier);
        radius = s->distance[v];
        excesses -= s->excess[v] > 0;
        look_back(s, &frontier, v);
    }
    if (excesses > 0)
        return false;
    for (uint32_t v = 0; v < s->node_count; v++) {
        price_t distance = s->distance[v] < radius ? s->distance[v] : radius;
        s->price[v] -= distance << s->precision;
    }
    memcpy(s->next, s->first, s->node_count * sizeof *s->next);
    s->work += s->node_count;
    return true;
}

#endif
