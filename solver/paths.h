/* paths.h - successive shortest paths: slow, plain and short; the reference of all tests.
 *
 * See paths.c for the algorithm. As a solver it starts from nothing at every call. */
#ifndef SOLVER_PATHS_H
#define SOLVER_PATHS_H

#include "solver/solver.h"

void *paths_create(void);
void paths_destroy(void *state);
void paths_solve(void *state, const struct network *network, const struct solve_request *request,
                 struct solution *solution);

#endif
