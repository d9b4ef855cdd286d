/* repair_dive.h - a quick look for a path of length 0 from a source to where units are missing. */
#ifndef SOLVER_REPAIR_DIVE_H
#define SOLVER_REPAIR_DIVE_H

#include "solver/repair_search.h"

/* Look for a path of length 0 from pending units of source s to a vertex that misses some;
 * repair_push takes it. Prices stay as they are. That none is found does not mean that there is
 * none: vertices in which an earlier look got stuck are passed by, until repair_dive_afresh, and
 * hubs are not followed except to where units are missing. O(hops of vertices not seen before). */
bool repair_dive(struct repair *repair, uint32_t s, struct found *found);

/* Prices have moved, or much has been placed: look everywhere again. */
void repair_dive_afresh(struct repair *repair);

#endif
