/* solver.h - what every minimum-cost flow algorithm answers to.
 *
 * A solver holds scratch memory and, if it is incremental, its last solution between
 * calls. Any solver may be asked any network. It knows nodes and arcs, no task.
 *
 * A new solver is one file and one row in solver.c's table. */
#ifndef SOLVER_SOLVER_H
#define SOLVER_SOLVER_H

#include "graph/network.h"

enum outcome {
    OUTCOME_OPTIMAL,
    OUTCOME_INFEASIBLE,   /* no flow meets all supplies and bounds */
    OUTCOME_BUDGET_SPENT, /* a flow that meets them, and a bound on what is cheaper */
    OUTCOME_REFUSED,      /* numbers outside what the solver can do exactly; see reason */
};

#define SOLVER_NO_BUDGET UINT64_MAX

/* What an algorithm is told beside the network. */
struct solve_request {
    /* The most work that it may do, in its own count of steps; it may end a little over it,
     * where it ends a search or makes its flow feasible. */
    uint64_t budget;
    /* The network is that of its last call, changed as its deltas tell; if not, whatever it
     * kept is of no use. */
    bool continues;
    /* Only an optimum is of use, or the news that there is none: if the budget is spent, the
     * answer need not have a flow and potentials. */
    bool optimum_only;
};

/* What a solve found. Arrays are indexed by the network's ids up to node_limit and
 * arc_limit, entries of free ids are 0, and they are borrowed until the next call on the
 * same solver.
 *
 * Potentials prove the answer. Optimal: for every arc with residual room,
 * cost + potential[tail] - potential[head] >= 0 (Ahuja, Magnanti and Orlin 1993, theorem
 * 9.3). Infeasible: potentials p, each -1, 0 or 1, for which
 *     sum of supply(v) * p(v)  >  sum over arcs of the most that flow * (p(tail) - p(head))
 * can be within the arc's bounds; for a flow that meets all supplies the two sides would
 * be equal. Nodes with 1, the others 0: a set whose supply exceeds what can leave it (Gale
 * 1957, Hoffman 1960). -1 everywhere: more is demanded in all than there is. Budget spent: no flow
 * costs less than the bound, by ranges_lower_bound of these potentials. */
struct solution {
    enum outcome outcome;
    cost_t cost;             /* of the flow, if there is one */
    cost_t bound;            /* no flow costs less; the cost itself, if optimal */
    const flow_t *flow;      /* by arc; NULL if infeasible or refused */
    const cost_t *potential; /* by node; NULL if refused, and perhaps until solver_prove */
    uint64_t work;           /* the algorithm's own count of steps, same for same input; */
                             /* 0 if it does not count */
    const char *reason;      /* if refused: a static text */
};

struct solver; /* one algorithm with its memory */

struct solver_kind {
    const char *name;
    const char *help;
    void *(*create)(void);
    void (*destroy)(void *state);
    /* The network's deltas are merged; a solver that starts from nothing ignores them. The
     * network is within the ranges, has a node, and its supplies sum to 0; `solution` comes
     * zeroed. */
    void (*solve)(void *state, const struct network *network, const struct solve_request *request,
                  struct solution *solution);
    /* Fill in the potentials of the last answer; NULL if solve always does. */
    void (*prove)(void *state, const struct network *network, struct solution *solution);
    bool takes_budget; /* else it knows only the end */
};

/* The table, in the order of `flowsched list`. */
uint32_t solver_kind_count(void);
const struct solver_kind *solver_kind_at(uint32_t index);

/* A solver by name, or NULL if there is none of that name. */
struct solver *solver_create(const char *name);
void solver_destroy(struct solver *solver); /* NULL is allowed */
const char *solver_name(const struct solver *solver);
bool solver_takes_budget(const struct solver *solver);

/* Solve within the budget, or SOLVER_NO_BUDGET, or regardless of it if the solver takes none. What
 * every algorithm relies on is checked first, so that none can overflow: a network outside the
 * ranges (solver/ranges.h) is OUTCOME_REFUSED. Supplies that do not sum to 0, and a network without
 * nodes, are answered here as well. The network's deltas are merged before, and cleared once the
 * algorithm has seen them. */
void solver_solve(struct solver *solver, struct network *network, uint64_t budget,
                  struct solution *solution);

/* Fill in the potentials of the last answer of this solver to this network, unchanged since:
 * an incremental solver does not keep them for every node. O(nodes + arcs). */
void solver_prove(struct solver *solver, const struct network *network, struct solution *solution);

#endif
