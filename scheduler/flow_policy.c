/* flow_policy.c - the policy that places by minimum-cost flow: graph, solver, commit.
 *
 * A round: bring the network up to date, solve it, check the certificate, and commit what
 * fits, if need be in several steps (docs/rounds.md). If the solver has no answer, nothing more
 * is decided, and the report says why. */
#include "base/clock.h"
#include "base/memory.h"
#include "scheduler/flow_commit.h"
#include "scheduler/flow_graph.h"
#include "scheduler/policy.h"
#include "solver/certificate.h"

/* Cautious solves end when one places less than this part of what the round has placed. On
 * Google's and Alibaba's traces no round needed more than 11 solves. */
#define LITTLE 64
#define SOLVES_MAX 64

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
    flow_commit_init(&policy->commit, options->moves_max);
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

/* One round as it goes on. */
struct round {
    struct flow_policy *policy;
    const struct cluster *cluster;
    struct decision_list *decisions;
    struct round_report *report;
    struct solution solution;
    cost_t planned;  /* what the decisions so far cost */
    uint64_t lap_ns; /* when the present stage began */
};

/* Solve the network as it is now. False: there is no answer that can be trusted. */
static bool solve(struct round *round)
{
    struct round_report *report = round->report;
    struct solver *solver = round->policy->solver;
    struct network *network = &round->policy->graph.network;
    struct solution *solution = &round->solution;
    solver_solve(solver, network, SOLVER_NO_BUDGET, solution);
    report->solve_ns += clock_lap(&round->lap_ns);
    report->work += solution->work;
    report->solves++;
    if (solution->outcome != OUTCOME_OPTIMAL) {
        bool refused = solution->outcome == OUTCOME_REFUSED;
        report->trouble = refused ? solution->reason : "the network has no feasible flow";
        return false;
    }
    struct certificate certificate;
    solver_prove(solver, network, solution);
    certificate_check(network, solution, &certificate);
    report->certify_ns += clock_lap(&round->lap_ns);
    report->certified = true;
    report->certificate_failed = certificate.verdict != VERDICT_HOLDS;
    return !report->certificate_failed;
}

/* Returns the number of misfits. */
static uint32_t fit(struct round *round)
{
    uint32_t misfits = flow_commit_fit(&round->policy->commit, &round->policy->graph,
                                       round->cluster, round->solution.flow);
    round->report->commit_ns += clock_lap(&round->lap_ns);
    return misfits;
}

/* The optimum did not fit. Solve cautiously (flow_graph_refresh), plan what fits, and so on with
 * the rest; the last answer is left to be finished. False: a solve had no answer. */
static bool solve_cautiously(struct round *round)
{
    struct flow_graph *graph = &round->policy->graph;
    struct flow_commit *commit = &round->policy->commit;
    for (uint64_t placed = 0;; placed += commit->granted) {
        flow_graph_refresh(graph, round->cluster);
        round->report->update_ns += clock_lap(&round->lap_ns);
        if (!solve(round))
            return false;
        fit(round);
        if (commit->granted <= placed / LITTLE || round->report->solves == SOLVES_MAX)
            return true;
        round->planned += flow_commit_plan(commit, graph, round->cluster, round->decisions);
        round->report->commit_ns += clock_lap(&round->lap_ns);
    }
}

static void decide(void *state, const struct cluster *cluster, int64_t now_us,
                   struct decision_list *decisions, struct round_report *report)
{
    struct flow_policy *policy = state;
    struct flow_graph *graph = &policy->graph;
    struct round round = {.policy = policy,
                          .cluster = cluster,
                          .decisions = decisions,
                          .report = report,
                          .lap_ns = clock_ns()};
    flow_graph_update(graph, cluster, now_us);
    flow_commit_begin(&policy->commit, cluster);
    report->update_ns += clock_lap(&round.lap_ns);
    report->nodes = graph->network.node_count;
    report->arcs = graph->network.arc_count;
    if (!solve(&round))
        return;
    report->has_bound =
        graph->bounded && flow_graph_add_aside(graph, round.solution.cost, &report->bound);
    if (fit(&round) && !solve_cautiously(&round))
        return;
    flow_commit_finish(&policy->commit, graph, cluster, round.solution.flow,
                       round.planned + round.solution.cost, decisions, report);
    report->commit_ns += clock_lap(&round.lap_ns);
}

const struct policy_kind policy_flow = {
    .name = "flow",
    .help = "minimum-cost flow over a cost model, certified every round",
    .priced = true,
    .create = create,
    .destroy = destroy,
    .on_change = on_change,
    .decide = decide,
};
