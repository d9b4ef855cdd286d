/* certificate.h - is this answer right? Found out without any solver's help.
 *
 * Shares no code with a solver. Uses 128-bit sums, so that nothing overflows. */
#ifndef SOLVER_CERTIFICATE_H
#define SOLVER_CERTIFICATE_H

#include "solver/solver.h"

enum verdict {
    VERDICT_HOLDS,      /* the solution is what it claims to be */
    VERDICT_NOT_A_FLOW, /* a bound or a node's balance is broken */
    VERDICT_WRONG_COST, /* the flow does not cost what is claimed, or the bound is not one */
    VERDICT_NOT_PROVEN, /* the potentials do not prove it; `arc` shows where */
};

struct certificate {
    enum verdict verdict;
    uint32_t node, arc; /* where it breaks, or NONE */
    char reason[200];   /* for a person; says what breaks there, without the ids */
};

/* Check an optimal solution (flow, potentials, cost), an infeasible one (the cut), or one whose
 * budget is spent (flow, cost, potentials, bound).
 * O(nodes + arcs). */
void certificate_check(const struct network *network, const struct solution *solution,
                       struct certificate *certificate);

/* Only whether it is a flow: bounds and balances. O(nodes + arcs). */
bool certificate_check_flow(const struct network *network, const flow_t *flow,
                            struct certificate *certificate);

#endif
