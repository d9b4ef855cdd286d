/* certificate.h - is this answer right? Found out without any solver's help.
 *
 * Shares no code with a solver. Uses 128-bit sums, so that nothing overflows. */
#ifndef SOLVER_CERTIFICATE_H
#define SOLVER_CERTIFICATE_H

#include "solver/solver.h"

enum verdict {
    VERDICT_HOLDS,      /* the solution is what it claims to be */
    VERDICT_NOT_A_FLOW, /* a bound or a node's balance is broken */
    VERDICT_WRONG_COST, /* the flow does not cost what is claimed */
    VERDICT_NOT_PROVEN, /* the potentials do not prove it; `arc` shows where */
};

struct certificate {
    enum verdict verdict;
    uint32_t node, arc; /* where it breaks, or NONE */
    char reason[200];   /* for a person; says what breaks there, without the ids */
};

/* Check an optimal solution (flow, potentials, cost) or an infeasible one (the cut).
 * O(nodes + arcs). */
void certificate_check(const struct network *network, const struct solution *solution,
                       struct certificate *certificate);

/* For a flow that comes without potentials (a file): check that it is a flow, and find
 * potentials that prove it the cheapest, or a residual cycle of negative cost that disproves
 * it. potential has node_limit entries to be filled. O(nodes x arcs) at worst (Bellman 1958,
 * Ford 1956). */
bool certificate_find_potentials(const struct network *network, const flow_t *flow,
                                 cost_t *potential, struct certificate *certificate);

#endif
