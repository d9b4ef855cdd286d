/* repair_follow.h - the hops of a vertex that a search has come to, in either direction. */
#ifndef SOLVER_REPAIR_FOLLOW_H
#define SOLVER_REPAIR_FOLLOW_H

#include "solver/repair_hunt.h"

/* The side has reached v by this hop: label it, unless it was reached before by a way that is no
 * longer. O(1), and a push into the heap. */
void repair_reach(struct hunt *hunt, struct side *side, uint32_t v, cost_t distance,
                  struct hop hop);

/* v is at the present distance. */
void repair_reach_near(struct hunt *hunt, struct side *side, uint32_t v);

/* Settle v, at the present distance: follow its halves, or the row of a hub. */
void repair_settle(struct hunt *hunt, struct side *side, uint32_t v);

/* Then its residents, or backward its listers. */
void repair_follow_back(struct hunt *hunt, struct side *side, uint32_t v);

/* The hops of residents that were left out. There will be a new list next time. */
void repair_follow_later(struct hunt *hunt, struct side *side, uint32_t v);

/* Go on with the rows of a hub that the side has settled: reach what is as near as the present
 * distance, or a little farther each time, and come back when the next is. */
void repair_scan_hub(struct hunt *hunt, struct side *side, uint32_t v);

/* Ask for what is read of the vertices that are settled next, and of those whose residents or
 * listers are followed next. */
void repair_fetch_near(const struct repair *repair, const struct side *side);
void repair_fetch_halted(const struct repair *repair, const struct side *side);

#endif
