/* repair.h - the incremental minimum-cost flow solver: after changes it mends its last optimum.
 *
 * It is exact, and its work follows the changes, not the network. See repair.c. */
#ifndef SOLVER_REPAIR_H
#define SOLVER_REPAIR_H

#include "solver/solver.h"

void *repair_create(void);
void repair_destroy(void *state);
void repair_solve(void *state, const struct network *network, const struct solve_request *request,
                  struct solution *solution);
void repair_prove(void *state, const struct network *network, struct solution *solution);

/* From how many options and halves on a vertex is a hub (repair_hubs.h); for tests, which
 * have small networks. To be called before the first solve. */
void repair_set_hub_min(void *state, uint32_t count);

#endif
