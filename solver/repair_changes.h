/* repair_changes.h - from the network's deltas to what the incremental solver keeps. */
#ifndef SOLVER_REPAIR_CHANGES_H
#define SOLVER_REPAIR_CHANGES_H

#include "solver/repair_state.h"

/* Take over the network's deltas. Lengths are >= 0 again afterwards; pending units, excesses
 * and what is missing are left to the caller. O(deltas), and the searches that arcs between
 * vertices need. */
void repair_apply(struct repair *repair);

/* Drop what has been closed from the lists of pending sources and of open vertices. */
void repair_forget_closed(struct repair *repair);

#endif
