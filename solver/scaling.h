/* scaling.h - cost scaling: exact, and hardly slower where costs or contention are bad.
 *
 * It goes on from its last optimum if little has changed since, but looks at the whole network
 * several times even then. See scaling.c for the algorithm. */
#ifndef SOLVER_SCALING_H
#define SOLVER_SCALING_H

#include "solver/solver.h"

void *scaling_create(void);
void scaling_destroy(void *state);
void scaling_solve(void *state, const struct network *network, const struct solve_request *request,
                   struct solution *solution);

#endif
