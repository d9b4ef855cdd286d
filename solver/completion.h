/* completion.h - make a flow that is within all bounds meet all supplies, whatever it costs.
 *
 * For a solver that has to stop: what it has not placed yet goes any way there is. */
#ifndef SOLVER_COMPLETION_H
#define SOLVER_COMPLETION_H

#include "solver/solver.h"

struct completion; /* scratch memory */

struct completion *completion_create(void);
void completion_destroy(struct completion *completion); /* NULL is allowed */

/* Change flow (by arc, within bounds) until it meets all supplies; NULL if it could. Else the
 * network is infeasible: the answer is the proof, potentials as solver.h wants them, borrowed
 * until the next call, and the flow is still within bounds.
 * O(nodes^2 x arcs) at worst, about O(arcs) where little is missing and ways are short
 * (Dinic 1970: blocking flows along shortest residual paths). */
const cost_t *completion_run(struct completion *completion, const struct network *network,
                             flow_t *flow);

#endif
