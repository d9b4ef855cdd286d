/* flow_policy.c - the policy that places by minimum-cost flow: graph, solver, commit.
 *
 * A round: bring the network up to date, solve it, check the certificate, commit what
 * fits. If the solver has no answer, nothing is decided, and the report says why. */
#include "base/clock.h"
#include "base/memory.h"
#include "scheduler/flow_commit.h"
#include "scheduler/flow_graph.h"
#include "scheduler/policy.h"
#include "solver/certificate.h"

struct flow_policy {
    struct flow_graph graph;
    struct solver *solver;
    struct flow_commit commit;
};

static enum status create(void **state, const struct policy_options *options,
                          struct problem *problem)
{
    *state = NULL;
    struct cost_mix mix;
    enum status status = cost_mix_read(&mix, options->cost_model, problem);
    if (status != STATUS_OK)
        return status;
    struct solver *solver = solver_create(options->solver);
    if (!solver)
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                           "--solver %s: unknown; `flowsched list` names those there are",
                           options->solver);
    struct flow_policy *policy = memory_alloc(sizeof *policy);
    policy->solver = solver;
    flow_graph_init(&policy->graph, &mix, options->preemption, options->fairness);
    flow_commit_init(&policy->commit);
    *state = policy;
    return STATUS_OK;
}

static void destroy(void *state)
{
    struct flow_policy *policy = state;
    flow_graph_free(&policy->graph);
    flow_commit_free(&policy->commit);
    solver_destroy(policy->solver);
    memory_free(policy);
}

static void on_change(void *state, const struct cluster *cluster, const struct change *change)
{
    struct flow_policy *policy = state;
    flow_graph_mark(&policy->graph, cluster, change);
}

static void decide(void *state, const struct cluster *cluster, int64_t now_us,
                   struct decision_list *decisions, struct round_report *report)
{
    struct flow_policy *policy = state;
    struct network *network = &policy->graph.network;
    flow_graph_update(&policy->graph, cluster, now_us);
    struct solution solution;
    uint64_t start_ns = clock_ns();
    solver_solve(policy->solver, network, SOLVER_NO_BUDGET, &solution);
    report->solve_ns = clock_ns() - start_ns;
    report->work = solution.work;
    report->nodes = network->node_count;
    report->arcs = network->arc_count;
    if (solution.outcome == OUTCOME_OPTIMAL) {
        struct certificate certificate;
        solver_prove(policy->solver, network, &solution);
        certificate_check(network, &solution, &certificate);
        report->certified = true;
        report->certificate_failed = certificate.verdict != VERDICT_HOLDS;
    } else {
        bool refused = solution.outcome == OUTCOME_REFUSED;
        report->trouble = refused ? solution.reason : "the network has no feasible flow";
    }
    if (report->trouble || report->certificate_failed)
        return;
    struct flow_optimum optimum = {solution.flow, solution.cost};
    flow_commit_round(&policy->commit, &policy->graph, cluster, &optimum, decisions, report);
}

const struct policy_kind policy_flow = {
    .name = "flow",
    .help = "minimum-cost flow over a cost model, certified every round",
    .create = create,
    .destroy = destroy,
    .on_change = on_change,
    .decide = decide,
};
