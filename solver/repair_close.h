/* repair_close.h - place what is pending, and bring excesses to where units are missing. */
#ifndef SOLVER_REPAIR_CLOSE_H
#define SOLVER_REPAIR_CLOSE_H

#include "solver/repair.h"
#include "solver/repair_state.h"

/* When to end before all is closed. */
struct repair_limit {
    uint64_t work;           /* repair->work has come to this */
    const struct stop *stop; /* somebody has set it; or NULL */
};

/* Close all that is open, or end at the limit, between two searches; another call goes on then.
 * REPAIR_NO_PATH: something can not be closed; repair->failed tells what. */
enum repair_progress repair_close(struct repair *repair, const struct repair_limit *limit);

#endif
