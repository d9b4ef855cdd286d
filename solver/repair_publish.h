/* repair_publish.h - the flow by arc, as others want to see it. */
#ifndef SOLVER_REPAIR_PUBLISH_H
#define SOLVER_REPAIR_PUBLISH_H

#include "solver/repair_state.h"

/* Write what dirty sources do into repair->flow. O(dirty sources and their options). */
void repair_publish(struct repair *repair);

#endif
