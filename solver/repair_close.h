/* repair_close.h - place what is pending, and bring excesses to where units are missing. */
#ifndef SOLVER_REPAIR_CLOSE_H
#define SOLVER_REPAIR_CLOSE_H

#include "solver/repair.h"
#include "solver/repair_state.h"

/* Close all that is open, or end when repair->work has come to `work_max`, between two searches;
 * another call goes on then.
 * REPAIR_NO_PATH: something can not be closed; repair->failed tells what. */
enum repair_progress repair_close(struct repair *repair, uint64_t work_max);

#endif
