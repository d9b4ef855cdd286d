/* simplex.h - the primal network simplex method, from scratch at every call.
 *
 * Exact on every network within the ranges. See simplex.c. */
#ifndef SOLVER_SIMPLEX_H
#define SOLVER_SIMPLEX_H

#include "solver/solver.h"

void *simplex_create(void);
void simplex_destroy(void *state);
void simplex_solve(void *state, const struct network *network, const struct solve_request *request,
                   struct solution *solution);

#endif
