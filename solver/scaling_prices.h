/* scaling_prices.h - price refinement: perhaps the flow is better than the prices show.
 *
 * Given a flow and prices, lower prices until every residual arc has a reduced cost of at least -e.
 * That is a shortest path problem with lengths of reduced cost + e, and it has a solution unless
 * the flow is not optimal to e. By the algorithm of Goldberg and Radzik (1993):
 *
 *  1. List the nodes with a residual arc of negative length.
 *  2. From the listed nodes, depth first along such arcs; if that closes a cycle there is no
 *     solution.
 *  3. In the topological order thus found: for each such arc lower the head's price until its
 *     length is 0; a head that comes earlier in the order, or not at all, is listed anew.
 *  4. Again from 2, until none is listed.
 *
 * Where there is no solution, or it takes too long, the prices are still better than before: few
 * arcs are left with a negative length, and the next phase has little to push.
 *
 * Bünnagel, Korte and Vygen (1998), and Goldberg (1997), refine prices by topological order and
 * buckets.
 *
 * Included by scaling_core.h, with the types of a width before it. */
#ifndef SOLVER_SCALING_PRICES_H
#define SOLVER_SCALING_PRICES_H

#include "solver/scaling_state.h"

enum visit { VISIT_LISTED = 1, VISIT_OPEN = 2, VISIT_DONE = 4 };

struct refinement {
    price_t slack;    /* e */
    uint32_t *listed; /* nodes that may have an arc of negative length */
    uint32_t *order;  /* nodes as the search was done with them */
    uint32_t *stack;
    uint32_t listed_count, order_count;
    price_t lowest; /* of all prices */
    uint64_t work_max;
};

static inline bool is_short(const struct scaling *s, price_t price, struct half half)
{
    return half.to & HALF_ROOM && reduced_cost(s, price, half) < 0;
}

/* Step 1. */
static void list_violated(struct scaling *s, struct refinement *refinement)
{
    refinement->listed_count = 0;
    refinement->lowest = 0;
    for (uint32_t u = 0; u < s->node_count; u++) {
        price_t price = s->price[u] + refinement->slack;
        s->mark[u] = 0;
        refinement->lowest = s->price[u] < refinement->lowest ? s->price[u] : refinement->lowest;
        for (uint32_t h = s->first[u]; h < s->first[u + 1]; h++) {
            if (!is_short(s, price, s->halves[h]))
                continue;
            refinement->listed[refinement->listed_count++] = u;
            s->mark[u] = VISIT_LISTED;
            break;
        }
    }
    s->work += s->half_count;
}

/* Step 2, from one listed node; false if there is a cycle. */
static bool search_from(struct scaling *s, struct refinement *refinement, uint32_t start)
{
    uint32_t depth = 0;
    refinement->stack[depth++] = start;
    s->mark[start] |= VISIT_OPEN;
    s->next[start] = s->first[start];
    while (depth > 0) {
        uint32_t u = refinement->stack[depth - 1];
        price_t price = s->price[u] + refinement->slack;
        uint32_t begin = s->next[u];
        uint32_t end = s->first[u + 1];
        uint32_t h = begin;
        while (h < end &&
               (!is_short(s, price, s->halves[h]) || s->mark[half_node(s->halves[h])] & VISIT_DONE))
            h++;
        s->work += h - begin + 1;
        s->next[u] = h;
        if (h == end) {
            depth--;
            s->mark[u] = VISIT_DONE;
            refinement->order[refinement->order_count++] = u;
            continue;
        }
        uint32_t v = half_node(s->halves[h]);
        if (s->mark[v] & VISIT_OPEN)
            return false;
        s->mark[v] |= VISIT_OPEN;
        s->next[v] = s->first[v];
        refinement->stack[depth++] = v;
    }
    return true;
}

/* Step 3. */
static void lower_in_order(struct scaling *s, struct refinement *refinement)
{
    refinement->listed_count = 0;
    while (refinement->order_count > 0) {
        uint32_t u = refinement->order[--refinement->order_count];
        price_t price = s->price[u] + refinement->slack;
        s->mark[u] = 0;
        s->work += s->first[u + 1] - s->first[u];
        for (uint32_t h = s->first[u]; h < s->first[u + 1]; h++) {
            struct half half = s->halves[h];
            if (!(half.to & HALF_ROOM))
                continue;
            price_t length = reduced_cost(s, price, half);
            if (length >= 0)
                continue;
            uint32_t v = half_node(half);
            s->price[v] += length;
            if (s->price[v] < refinement->lowest)
                refinement->lowest = s->price[v];
            if (s->mark[v])
                continue;
            s->mark[v] = VISIT_LISTED;
            refinement->listed[refinement->listed_count++] = v;
        }
    }
}

/* True if the prices prove now that the flow is optimal to the slack. In a pass prices fall by at
 * most the cost of a path; false if they could leave the range. */
static bool refine_prices(struct scaling *s, price_t slack, uint64_t work_max)
{
    struct refinement refinement = {.slack = slack,
                                    .listed = s->scratch_a,
                                    .order = s->scratch_b,
                                    .stack = s->queue,
                                    .work_max = s->work + work_max};
    price_t pass_max = (s->cost_max + slack) * s->node_count;
    list_violated(s, &refinement);
    while (refinement.listed_count > 0) {
        if (s->work >= refinement.work_max || refinement.lowest - pass_max < PRICE_MIN)
            return false;
        for (uint32_t i = 0; i < refinement.listed_count; i++)
            if (!(s->mark[refinement.listed[i]] & VISIT_DONE) &&
                !search_from(s, &refinement, refinement.listed[i]))
                return false;
        lower_in_order(s, &refinement);
    }
    return true;
}

#endif
