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

/* The same in steps, for who wants to do something else when it takes long. */
enum repair_progress {
    REPAIR_DONE,
    REPAIR_NO_PATH, /* there is no feasible flow */
    REPAIR_SPENT,   /* ended by the limit; can go on */
};

/* Take the network over; or its deltas, if it is that of the last answer. */
void repair_begin(void *state, const struct network *network, bool continues);

/* Work on, until so much more is done. */
enum repair_progress repair_advance(void *state, uint64_t work);

/* What repair_solve answers when it has come so far. */
void repair_answer(void *state, const struct network *network, enum repair_progress progress,
                   struct solution *solution);

/* All work done so far, since the state was created. */
uint64_t repair_work(const void *state);

/* Take the network over together with an optimal flow, by arc, and potentials that prove it, by
 * node, which another algorithm has found. Changes go on from there. O(nodes + arcs). */
void repair_adopt(void *state, const struct network *network, const flow_t *flow,
                  const cost_t *potential);

/* How many options and arcs make a vertex a hub, and how many hops one side of a search may look
 * at before the other begins; for tests, whose networks are small. Before the first solve. */
void repair_set_limits(void *state, uint32_t hub_min, uint32_t patience);

#endif
