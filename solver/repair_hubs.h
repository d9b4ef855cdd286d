/* repair_hubs.h - what leads to a hub and away from it, without looking at all of it.
 *
 * A hub has two rows. toward[u] is a lower bound on the cost of every hop from u to the hub:
 * of an arc with room, or of a resident at u that could change to its option of the hub.
 * away[w] likewise for hops from the hub to w. Keys hold no prices, so that a shift of prices
 * leaves the rows alone; a key is lowered when a cheaper hop comes up, doubted when a hop goes
 * away, and made exact again when a search looks at it. For each block of vertices the least key +
 * price is kept, again as a lower bound, so that a search skips the blocks that are too far. */
#ifndef SOLVER_REPAIR_HUBS_H
#define SOLVER_REPAIR_HUBS_H

#include "solver/repair_state.h"

/* Give v rows, as yet without hops; false if it has some or there are as many hubs as there may be.
 * O(vertices). */
bool repair_hubs_add(struct repair *repair, uint32_t v);

/* Rows have room for all vertices; to be called when one was added. */
void repair_hubs_reserve(struct repair *repair);

/* Vertex v comes or goes: no hop joins it to any hub. If it is a hub itself, it is none now. */
void repair_hubs_forget(struct repair *repair, uint32_t v);

/* There is a hop of this cost between vertex u and hub number h. */
void repair_hub_toward(struct repair *repair, uint32_t h, uint32_t u, cost_t cost);
void repair_hub_away(struct repair *repair, uint32_t h, uint32_t w, cost_t cost);

/* A resident of source s has come to option o, or o became cheaper: its hops from there. */
void repair_hubs_resident(struct repair *repair, uint32_t s, uint32_t o);

/* Option o of source s leads to a hub, or is a way out of one, and is new or became cheaper:
 * its hops from where the source is. */
void repair_hubs_option(struct repair *repair, uint32_t s, uint32_t o);

/* Hops of source s from vertex u may be gone, or dearer. */
void repair_hubs_doubt(struct repair *repair, uint32_t s, uint32_t u);

/* A half's rooms have changed: its hops, if an end of it is a hub. */
void repair_hubs_half(struct repair *repair, uint32_t v, const struct half *half);

/* price[v] has risen, or fallen. O(hubs). */
void repair_hubs_price_rose(struct repair *repair, uint32_t v);
void repair_hubs_price_fell(struct repair *repair, uint32_t v);

/* The cheapest hop from vertex u to the hub at that vertex, or from there to vertex w, at the
 * present prices of neither; `by` tells it. REPAIR_NO_HOP: there is none. O(hops of u, or of w). */
cost_t repair_hubs_cheapest_toward(const struct repair *repair, uint32_t hub, uint32_t u,
                                   struct hop *by);
cost_t repair_hubs_cheapest_away(const struct repair *repair, uint32_t hub, uint32_t w,
                                 struct hop *by);

#endif
