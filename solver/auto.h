/* auto.h - the algorithm that a network needs: repair, simplex or scaling.
 *
 * Decides by the network's shape, and by work done: same input, same answer. */
#ifndef SOLVER_AUTO_H
#define SOLVER_AUTO_H

#include "solver/solver.h"

void *auto_create(void);
void auto_destroy(void *state);
void auto_solve(void *state, const struct network *network, const struct solve_request *request,
                struct solution *solution);
void auto_prove(void *state, const struct network *network, struct solution *solution);

/* After how many steps for each node and arc repair and simplex give up; for tests, whose networks
 * are all easy. */
void auto_set_limits(void *state, uint64_t repair_work, uint64_t simplex_work);

#endif
