/* scaling_settle.h - where the cost scaling algorithm begins, given the flow and the prices of an
 * earlier answer to a network that has changed since.
 *
 *  1. Node by node, let the neighbours' prices bound the price: from below by the residual arcs
 *     that leave the node, from above by those that enter it. Move a price outside of its bounds to
 *     the nearer one; if the bounds have crossed, to between them. Where they have not, no reduced
 *     cost of the node's arcs is negative then; nodes that are new get a price that fits.
 *  2. Count the nodes that are not settled: with an excess or deficit, or with crossed bounds.
 *  3. If they are few, begin with the finest precision there is: the rest of the network is optimal
 *     to it already. One phase then does it all. If they are many, take the precision that a start
 *     from nothing takes, as steps of the finest would be too many.
 *
 * Step 1 is price refinement (scaling_prices.h) of one pass, in both directions. Gog et al.
 * (Firmament, 2016, section 5.2) let cost scaling go on from its last answer too. Unlike theirs,
 * the precision is not that of the largest violation. With any change that would be about the cost
 * of an arc, and each phase from there looks at the whole network several times.
 *
 * By `flowsched bench solver --solver scaling --rows task,batch,churn,waiting --count 3`, clusters
 * 50, 90, 100 and 110 % full, times beside those from nothing: 1,001 changes 0.6, 0.8, 0.4 and
 * 0.33; one change 0.4 to 0.06; costs of 15,000 waiting tasks 0.13.
 *
 * Included by scaling_core.h, with the types of a width before it. */
#ifndef SOLVER_SCALING_SETTLE_H
#define SOLVER_SCALING_SETTLE_H

#include "solver/scaling_state.h"

#define UNSETTLED_PART 32 /* few are one for so many nodes */

/* Steps 1 and 2 for one node: is it settled? */
static bool settle(struct scaling *s, uint32_t u)
{
    price_t low = PRICE_MIN;
    price_t high = -PRICE_MIN;
    for (uint32_t h = s->first[u]; h < s->first[u + 1]; h++) {
        struct half half = s->halves[h];
        price_t level = s->price[half_node(half)] - scaled_cost(s, half);
        if (half.to & HALF_ROOM && level > low)
            low = level;
        if (half.to & HALF_BACK && level < high)
            high = level;
    }
    price_t least = low < high ? low : high;
    price_t most = low < high ? high : low;
    if (s->price[u] < least)
        s->price[u] = least;
    else if (s->price[u] > most)
        s->price[u] = most;
    return low <= high && s->excess[u] == 0;
}

/* Are few nodes left that are not settled? */
static bool settle_all(struct scaling *s)
{
    uint32_t unsettled = 0;
    for (uint32_t v = 0; v < s->node_count; v++)
        unsettled += !settle(s, v);
    s->work += s->half_count;
    return unsettled <= s->node_count / UNSETTLED_PART;
}

#endif
