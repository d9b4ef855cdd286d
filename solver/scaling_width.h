/* scaling_width.h - what the cost scaling algorithm is asked, and what it answers, for numbers of
 * either width.
 *
 * The algorithm is written once, in scaling_core.h and what that includes, and compiled for
 * each width: see scaling_narrow.c and scaling_wide.c. */
#ifndef SOLVER_SCALING_WIDTH_H
#define SOLVER_SCALING_WIDTH_H

#include "solver/solver.h"

enum scaling_end {
    SCALING_OPTIMAL,     /* the flow is, and the potentials prove it */
    SCALING_INFEASIBLE,  /* the potentials prove it */
    SCALING_SPENT,       /* a flow within all bounds, that may miss supplies; some potentials */
    SCALING_OUT_OF_RANGE /* the width's numbers do not hold the network, or no longer its prices; */
                         /* the flow and the potentials are what has been found so far, if any */
};

struct scaling_task {
    const struct network *network;
    uint64_t budget;
    uint64_t work;     /* halves of arcs looked at, over all runs */
    bool warm;         /* flow and potential hold where to start; if not, all arcs are at their */
                       /* lower bounds and all prices are 0 */
    flow_t *flow;      /* by arc of the network, within bounds */
    cost_t *potential; /* by node of the network, within 2^62 */
};

struct scaling_width {
    void *(*create)(void);
    void (*destroy)(void *core);
    enum scaling_end (*run)(void *core, struct scaling_task *task);
};

extern const struct scaling_width SCALING_NARROW; /* 32-bit costs and capacities, 64-bit prices */
extern const struct scaling_width SCALING_WIDE;   /* all that ranges.h allows */

#endif
