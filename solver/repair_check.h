/* repair_check.h - is what the incremental solver keeps right? For tests and deep checks. */
#ifndef SOLVER_REPAIR_CHECK_H
#define SOLVER_REPAIR_CHECK_H

#include "solver/repair_state.h"

/* NULL, or a static text that says which rule is broken: roles and slots against the network,
 * lists against each other, excesses against flows, lengths of all residual hops, rows of the
 * hubs. O(nodes + arcs + options x hubs). */
const char *repair_check(const struct repair *repair);

#endif
