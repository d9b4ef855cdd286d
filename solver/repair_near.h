/* repair_near.h - the shortest hops from a vertex, kept from one search to the next.
 *
 * On a full cluster a vertex has a hundred hops that move its residents, of which one or two have
 * length 0, and searches that end at distance 0 or 1 look at all of them, at each of hundreds of
 * vertices. So the shortest are kept, with a bound for the others. The length of a hop from u is
 * its cost + price[to] - price[u]; what is kept is ordered by cost + price[to], which changes with
 * the prices of others only. They mostly rise, as searches shift them forward, and then the bound
 * stays one; what they fall by is counted for all together.
 *
 * A search that comes to u follows the hops kept, and all of them when its radius comes to where
 * the others may be. A batch of 1,000 changes on 12,500 full machines looks at half as many hops,
 * filling them from nothing at 0.4 as many, in 0.85 and 0.65 of the time. A list is made only when
 * it is asked for a second time: most vertices change before.
 *
 * A list is kept up when units come and go. It is void when the options of a resident change; all
 * are if prices change other than by a search, or have fallen too far in all. */
#ifndef SOLVER_REPAIR_NEAR_H
#define SOLVER_REPAIR_NEAR_H

#include "solver/repair_state.h"

/* The list of vertex u, made anew unless it holds; the hops looked at are added to *work. NULL: it
 * was asked for the first time. O(1), or O(hops of u). */
const struct near *repair_near(struct repair *repair, uint32_t u, uint64_t *work);

/* Units of source s have left option o. O(1). */
void repair_near_left(struct repair *repair, uint32_t s, uint32_t o);

/* They use option o now. O(options of s). */
void repair_near_came(struct repair *repair, uint32_t s, uint32_t o);

/* There is to be a new list of vertex u. */
void repair_near_forget(struct repair *repair, uint32_t u);

/* Likewise of all vertices where source s has units: its options have changed. */
void repair_near_forget_source(struct repair *repair, uint32_t s);

/* Any price may have changed. */
void repair_near_forget_all(struct repair *repair);

#endif
