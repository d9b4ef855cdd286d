/* flow_optimum.c - see flow_optimum.h. */
#include "tests/flow_optimum.h"

#include <criterion/criterion.h>

#include "solver/solver.h"

void flow_optimum_build(struct flow_graph *graph, const struct flow_graph *like, bool list_all,
                        const struct cluster *cluster, int64_t now_us)
{
    flow_graph_init(graph, &like->mix, like->preemption, like->fairness);
    graph->list_all |= list_all;
    graph->sets_aside = false;
    struct change change = {.cause = CAUSE_MACHINE, .task = NONE};
    for (uint32_t m = 0; m < cluster->machine_count; m++) {
        change.machine = m;
        flow_graph_mark(graph, cluster, &change);
    }
    change = (struct change){.cause = CAUSE_SUBMITTED, .machine = NONE};
    for (uint32_t t = 0; t < cluster->task_limit; t++) {
        change.task = t;
        flow_graph_mark(graph, cluster, &change);
    }
    flow_graph_update(graph, cluster, now_us);
}

cost_t flow_optimum(struct flow_graph *graph)
{
    cost_t cost;
    struct solver *solver = solver_create("lemon-network-simplex");
    struct solution solution;
    struct problem problem = {0};
    cr_assert_eq(network_check(&graph->network, &problem), STATUS_OK, "%s", problem.reason);
    solver_solve(solver, &graph->network, SOLVER_NO_BUDGET, &solution);
    cr_assert_eq(solution.outcome, OUTCOME_OPTIMAL, "%s", solution.reason);
    solver_destroy(solver);
    cr_assert(flow_graph_add_aside(graph, solution.cost, &cost));
    return cost;
}
