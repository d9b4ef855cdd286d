/* flow_policy.c - the policy that places by minimum-cost flow: graph, solver, commit.
 *
 * A round: bring the network up to date, solve it, check the certificate, commit what
 * fits, and solve again without what did not. If the solver has no answer, nothing is decided, and
 * the report says why. */
#include "base/clock.h"
#include "base/memory.h"
#include "scheduler/flow_commit.h"
#include "scheduler/flow_graph.h"
#include "scheduler/policy.h"
#include "solver/certificate.h"

/* No round of the traces needed more than 30; every one after the first few moves little. */
#define SOLVES_MAX 64
#define LITTLE 64

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

/* Solve the network as it is now; *lap_ns as for clock_lap. False: there is no answer that can
 * be trusted. */
static bool solve(struct flow_policy *policy, struct solution *solution,
                  struct round_report *report, uint64_t *lap_ns)
{
    const struct network *network = &policy->graph.network;
    solver_solve(policy->solver, &policy->graph.network, SOLVER_NO_BUDGET, solution);
    report->solve_ns += clock_lap(lap_ns);
    report->work += solution->work;
    report->solves++;
    if (solution->outcome != OUTCOME_OPTIMAL) {
        bool refused = solution->outcome == OUTCOME_REFUSED;
        report->trouble = refused ? solution->reason : "the network has no feasible flow";
        return false;
    }
    struct certificate certificate;
    solver_prove(policy->solver, network, solution);
    certificate_check(network, solution, &certificate);
    report->certify_ns += clock_lap(lap_ns);
    report->certified = true;
    report->certificate_failed = certificate.verdict != VERDICT_HOLDS;
    return !report->certificate_failed;
}

/* The rounds of the vector. The first optimum is the bound. If it does not fit, the network
 * is solved cautiously (flow_graph_refresh), what fits is planned, and so on with the rest,
 * until a round of it places little or nothing. */
static void decide(void *state, const struct cluster *cluster, int64_t now_us,
                   struct decision_list *decisions, struct round_report *report)
{
    struct flow_policy *policy = state;
    struct flow_graph *graph = &policy->graph;
    struct flow_commit *commit = &policy->commit;
    struct solution solution;
    cost_t planned = 0;
    uint64_t lap_ns = clock_ns();
    flow_graph_update(graph, cluster, now_us);
    report->update_ns += clock_lap(&lap_ns);
    report->nodes = graph->network.node_count;
    report->arcs = graph->network.arc_count;
    if (!solve(policy, &solution, report, &lap_ns))
        return;
    report->bound = solution.cost;
    report->has_bound = graph->bounded;
    uint32_t misfits = flow_commit_fit(commit, graph, cluster, solution.flow);
    for (uint64_t total = 0; misfits || graph->cautious; total += commit->granted) {
        if (graph->cautious && commit->granted <= total / LITTLE)
            break;
        if (report->solves == SOLVES_MAX)
            break;
        if (graph->cautious)
            planned += flow_commit_plan(commit, graph, cluster, decisions);
        report->commit_ns += clock_lap(&lap_ns);
        flow_graph_refresh(graph, cluster);
        report->update_ns += clock_lap(&lap_ns);
        if (!solve(policy, &solution, report, &lap_ns))
            return;
        misfits = flow_commit_fit(commit, graph, cluster, solution.flow);
    }
    flow_commit_finish(commit, graph, cluster, solution.flow, planned + solution.cost, decisions,
                       report);
    report->commit_ns += clock_lap(&lap_ns);
}

const struct policy_kind policy_flow = {
    .name = "flow",
    .help = "minimum-cost flow over a cost model, certified every round",
    .create = create,
    .destroy = destroy,
    .on_change = on_change,
    .decide = decide,
};
