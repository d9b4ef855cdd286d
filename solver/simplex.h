/* simplex.h - the primal network simplex method.
 *
 * Exact on every network within the ranges. Where little has changed since the last call it
 * starts from its last tree. See simplex.c. */
#ifndef SOLVER_SIMPLEX_H
#define SOLVER_SIMPLEX_H

#include "solver/solver.h"

void *simplex_create(void);
void simplex_destroy(void *state);
void simplex_solve(void *state, const struct network *network, const struct solve_request *request,
                   struct solution *solution);

#endif
