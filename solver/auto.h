/* auto.h - the algorithm that a network needs: changes are repaired; what takes too long is
 * raced by cost scaling. */
#ifndef SOLVER_AUTO_H
#define SOLVER_AUTO_H

#include "solver/solver.h"

/* Decides by work counts: same input, same answer. */
void *auto_create(void);

/* The first of the two that is done wins, so that the flow, where there are several optimal
 * ones, may differ from run to run. */
void *race_create(void);

void auto_destroy(void *state);
void auto_solve(void *state, const struct network *network, const struct solve_request *request,
                struct solution *solution);
void auto_prove(void *state, const struct network *network, struct solution *solution);

#endif
