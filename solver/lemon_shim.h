/* lemon_shim.h - three solvers of the LEMON graph library behind the solver's boundary.
 *
 * They start from nothing at every call, count no work and heed no budget. Networks beyond what
 * LEMON's own arithmetic bears are refused: see lemon_shim.cc. */
#ifndef SOLVER_LEMON_SHIM_H
#define SOLVER_LEMON_SHIM_H

#include "solver/solver.h"

void *lemon_create(void);
void lemon_destroy(void *state);
void lemon_network_simplex(void *state, const struct network *network,
                           const struct solve_request *request, struct solution *solution);
void lemon_cost_scaling(void *state, const struct network *network,
                        const struct solve_request *request, struct solution *solution);
void lemon_capacity_scaling(void *state, const struct network *network,
                            const struct solve_request *request, struct solution *solution);

#endif
