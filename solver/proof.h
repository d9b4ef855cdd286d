/* proof.h - potentials for a flow that comes without: from a file, from another program.
 *
 * Knows no solver; the certificate checks what it finds. */
#ifndef SOLVER_PROOF_H
#define SOLVER_PROOF_H

#include "solver/certificate.h"

/* Check that it is a flow, and find potentials that prove it the cheapest, or a residual cycle
 * of negative cost that disproves it. potential has node_limit entries to be filled.
 * O(nodes x arcs) at worst (Bellman 1958, Ford 1956). */
bool proof_find(const struct network *network, const flow_t *flow, cost_t *potential,
                struct certificate *certificate);

#endif
