/* scaling.c - minimum-cost flow by cost scaling.
 *
 * A flow is optimal to e if with some prices every residual arc has a reduced cost
 * cost + price[tail] - price[head] of at least -e. Costs are integers; so if it is optimal to
 * anything less than 1/n, with n nodes, it is optimal.
 *
 *  1. Multiply all costs by a power of two above n, so that e can be an integer. Begin with no flow
 *     beyond the lower bounds, prices of 0 and some e; or, if little has changed since the last
 *     optimum, with its flow and prices and an e of 1 (scaling_load.h, scaling_settle.h).
 *  2. Make the flow optimal to e (scaling_refine.h): saturate the arcs that violate it, and push
 *     what is then too much somewhere along admissible arcs, those of negative reduced cost, to
 *     where it is missing, lowering prices by e and more where there is no such arc. Now and then
 *     lower all prices at once, so that admissible arcs lead to what is missing
 *     (scaling_update.h); this also finds out if there is no flow at all, with its proof.
 *  3. Divide e by 16. Refine the prices (scaling_prices.h): perhaps the flow is optimal to the new
 *     e already, then divide again; else again from 2.
 *  4. When the flow is optimal to 1, in scaled costs, round the prices to units of the network's
 *     costs and refine them once more: they are the potentials that prove it.
 *
 * Invariants: flows keep their bounds; within step 2 every residual arc has a reduced cost >= -e.
 * See scaling_core.h for why prices stay in range.
 *
 * Goldberg and Tarjan (1990); global updates and price refinement after Goldberg (1997) and
 * Bünnagel, Korte and Vygen (1998), walks after Goldberg (2008) and Király and Kovács (2012).
 * Unlike theirs: the first e is far below the largest cost, as most networks are easier than the
 * worst, and grows if that was too bold; step 2 saturates only arcs that violate e, not all that
 * are admissible. What a phase does is little then, mostly.
 *
 * The algorithm is compiled twice (scaling_width.h): for 32-bit costs and capacities, in half the
 * memory, and for all that ranges.h allows. The first gives up when it leaves its range, and the
 * other goes on from there. */
#include "solver/scaling.h"

#include "base/memory.h"
#include "solver/completion.h"
#include "solver/ranges.h"
#include "solver/scaling_width.h"

/* Few changes are one for so many nodes and arcs. Where a tenth of all tasks end and as many
 * arrive, going on took 0.9 to 1.4 times as long as from nothing, in clusters that are not
 * overfull: row churn of the command in scaling_settle.h. */
#define CHANGES_PART 32

struct scaling_solver {
    void *narrow;
    void *wide;
    struct completion *completion;
    flow_t *flow;
    cost_t *potential;
    uint32_t flow_room, potential_room;
    bool holds; /* the flow and the potentials are an optimum of the last call's network */
};

void *scaling_create(void)
{
    struct scaling_solver *solver = memory_alloc(sizeof *solver);
    solver->narrow = SCALING_NARROW.create();
    solver->wide = SCALING_WIDE.create();
    solver->completion = completion_create();
    return solver;
}

void scaling_destroy(void *state)
{
    struct scaling_solver *solver = state;
    SCALING_NARROW.destroy(solver->narrow);
    SCALING_WIDE.destroy(solver->wide);
    completion_destroy(solver->completion);
    memory_free(solver->flow);
    memory_free(solver->potential);
    memory_free(solver);
}

/* The budget is spent: what is left goes any way there is. */
static void complete(struct scaling_solver *solver, const struct network *network,
                     struct solution *solution)
{
    const cost_t *cut = completion_run(solver->completion, network, solver->flow);
    if (!cut) {
        ranges_set_feasible(network, solver->flow, solver->potential, solution);
        return;
    }
    solution->outcome = OUTCOME_INFEASIBLE;
    solution->potential = cut;
}

/* Has so little changed that the last answer is a better start than none? */
static bool is_like_last(const struct network *network)
{
    uint64_t changes = (uint64_t)network->node_delta_count + network->arc_delta_count;
    return changes <= ((uint64_t)network->node_count + network->arc_count) / CHANGES_PART;
}

/* An arc whose id was another's begins without flow. */
static void drop_flow(struct scaling_solver *solver, const struct network *network)
{
    for (uint32_t i = 0; i < network->arc_delta_count; i++) {
        const struct arc_delta *delta = &network->arc_deltas[i];
        const struct network_arc *arc = &network->arcs[delta->arc];
        if (delta->tail != arc->tail || delta->head != arc->head)
            solver->flow[delta->arc] = 0;
    }
}

void scaling_solve(void *state, const struct network *network, const struct solve_request *request,
                   struct solution *solution)
{
    struct scaling_solver *solver = state;
    array_reserve(solver->flow, solver->flow_room, (size_t)network->arc_limit + 1);
    array_reserve(solver->potential, solver->potential_room, network->node_limit);
    bool warm = request->continues && solver->holds && is_like_last(network);
    if (warm)
        drop_flow(solver, network);
    struct scaling_task task = {.network = network,
                                .warm = warm,
                                .budget = request->budget,
                                .flow = solver->flow,
                                .potential = solver->potential};
    enum scaling_end end = SCALING_NARROW.run(solver->narrow, &task);
    if (end == SCALING_OUT_OF_RANGE)
        end = SCALING_WIDE.run(solver->wide, &task);
    solver->holds = end == SCALING_OPTIMAL;
    solution->work = task.work;
    solution->potential = solver->potential;
    switch (end) {
    case SCALING_OPTIMAL:
        ranges_set_optimal(network, solver->flow, solution);
        return;
    case SCALING_INFEASIBLE:
        solution->outcome = OUTCOME_INFEASIBLE;
        return;
    case SCALING_SPENT:
        solution->outcome = OUTCOME_BUDGET_SPENT;
        if (request->optimum_only)
            solution->potential = NULL;
        else
            complete(solver, network, solution);
        return;
    case SCALING_OUT_OF_RANGE:
        *solution =
            (struct solution){.outcome = OUTCOME_REFUSED,
                              .reason = "scaling takes fewer than 2^30 nodes and 2^31 arcs"};
    }
}
