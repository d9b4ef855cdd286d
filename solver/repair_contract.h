/* repair_contract.h - what becomes of a vertex: contracted into another (repair_state.h), or a hub
 * (repair_hubs.h). */
#ifndef SOLVER_REPAIR_CONTRACT_H
#define SOLVER_REPAIR_CONTRACT_H

#include "solver/repair_state.h"

/* Contract the touched vertices that can be. */
void repair_contract_touched(struct repair *repair);

/* Bring a contracted vertex back, without its arc, whose flow becomes excess of the vertex and
 * is missing at the arc's head. */
void repair_expand(struct repair *repair, uint32_t v);

/* The arc that a contracted vertex stands for costs that much now. O(its listers). */
void repair_reprice_contracted(struct repair *repair, uint32_t v, cost_t cost);

/* Make it a hub, if it is large enough. O(everything), if so. */
void repair_promote(struct repair *repair, uint32_t v);

#endif
