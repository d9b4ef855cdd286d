/* test_solvers.c - every solver, on every kind of network, certified. */
#include <criterion/criterion.h>
#include <igraph/igraph.h>

#include "base/memory.h"
#include "solver/certificate.h"
#include "solver/ranges.h"
#include "solver/solver.h"
#include "tests/random_network.h"
#include "tests/shrink.h"
#include "tests/trial.h"

/* The word a test asks a solver for: certified, or refused. */
static enum outcome solve_certified(const char *name, struct network *network, cost_t *cost)
{
    struct solver *solver = solver_create(name);
    struct solution solution;
    struct certificate certificate;
    cr_assert(solver);
    solver_solve(solver, network, SOLVER_NO_BUDGET, &solution);
    if (solution.outcome != OUTCOME_REFUSED) {
        solver_prove(solver, network, &solution);
        certificate_check(network, &solution, &certificate);
        cr_assert_eq(certificate.verdict, VERDICT_HOLDS, "%s: node %u arc %u: %s; see %s", name,
                     certificate.node, certificate.arc, certificate.reason,
                     random_network_save(network, 0));
    }
    *cost = solution.cost;
    solver_destroy(solver);
    return solution.outcome;
}

/* Is there a flow? By igraph's maximum flow from a source that has all supplies: balanced
 * supplies and lower bounds moved into them, so the flow must fill all its arcs. */
static bool feasible_by_igraph(const struct network *network)
{
    igraph_vector_int_t ends;
    igraph_vector_t capacity;
    igraph_t graph;
    igraph_real_t value = 0;
    igraph_integer_t source = network->node_limit;
    double wanted = 0;
    double sum = 0;
    igraph_vector_int_init(&ends, 0);
    igraph_vector_init(&capacity, 0);
    double *excess = memory_alloc((network->node_limit + 1) * sizeof *excess);
    for (uint32_t v = 0; v < network->node_limit; v++)
        excess[v] = network->nodes[v].live ? (double)network->nodes[v].supply : 0;
    for (uint32_t a = 0; a < network->arc_limit; a++) {
        const struct network_arc *arc = &network->arcs[a];
        if (!network_arc_live(network, a) || arc->tail == arc->head)
            continue;
        excess[arc->tail] -= (double)arc->lower;
        excess[arc->head] += (double)arc->lower;
        igraph_vector_int_push_back(&ends, arc->tail);
        igraph_vector_int_push_back(&ends, arc->head);
        igraph_vector_push_back(&capacity, (double)(arc->capacity - arc->lower));
    }
    for (uint32_t v = 0; v < network->node_limit; v++) {
        igraph_vector_int_push_back(&ends, excess[v] > 0 ? source : v);
        igraph_vector_int_push_back(&ends, excess[v] > 0 ? v : source + 1);
        igraph_vector_push_back(&capacity, excess[v] > 0 ? excess[v] : -excess[v]);
        wanted += excess[v] > 0 ? excess[v] : 0;
        sum += excess[v];
    }
    igraph_create(&graph, &ends, source + 2, IGRAPH_DIRECTED);
    igraph_maxflow_value(&graph, &value, source, source + 1, &capacity, NULL);
    igraph_destroy(&graph);
    igraph_vector_int_destroy(&ends);
    igraph_vector_destroy(&capacity);
    memory_free(excess);
    return sum == 0 && value == wanted;
}

static const struct random_shape SHAPES[] = {
    {4, 6, 3, 5},         {8, 24, 10, 20}, {14, 60, 6, 3},
    {20, 40, 1000, 1000}, {6, 40, 1, 1},   {60, 300, 20, 50},
};

/* Small costs beside large ones: some algorithms begin as if the small were none. */
static const struct random_shape DEAR_SHAPES[] = {{14, 60, 6, INT64_C(1) << 36},
                                                  {60, 300, 20, INT64_C(1) << 40}};

static const struct random_shape CLUSTER_SHAPES[] = {
    {16, 0, 8, 1000},
    {16, 0, 8, INT64_C(1) << 38},
    {60, 0, 8, 1 << 20},
    {60, 0, 8, INT64_C(1) << 38},
    {200, 0, 8, INT64_C(1) << 38},
};

/* The network of a seed, and all that is drawn for it later: of each kind and shape in turn. */
static void make_network(struct network *network, struct random *random, uint64_t seed)
{
    uint64_t turn = seed / 3;
    random_init(random, seed);
    if (seed % 3 == 0)
        random_network(network, random, &SHAPES[turn % COUNT_OF(SHAPES)]);
    else if (seed % 3 == 1)
        random_network(network, random, &DEAR_SHAPES[turn % COUNT_OF(DEAR_SHAPES)]);
    else
        random_cluster(network, random, &CLUSTER_SHAPES[turn % COUNT_OF(CLUSTER_SHAPES)]);
}

/* Does a solver answer otherwise than the reference, or without proof? */
static bool is_wrong(struct network *network, void *name)
{
    struct solver *solver = solver_create(name);
    struct solver *reference = solver_create("paths");
    struct solution solution;
    struct solution expected;
    struct certificate certificate;
    solver_solve(solver, network, SOLVER_NO_BUDGET, &solution);
    solver_prove(solver, network, &solution);
    certificate_check(network, &solution, &certificate);
    solver_solve(reference, network, SOLVER_NO_BUDGET, &expected);
    bool wrong = certificate.verdict != VERDICT_HOLDS || solution.outcome != expected.outcome ||
                 solution.cost != expected.cost;
    solver_destroy(solver);
    solver_destroy(reference);
    return wrong;
}

/* All solvers against the reference and the oracle, on one network. */
static void assert_solvers_agree(struct network *network, uint64_t seed, uint32_t counts[2])
{
    cost_t reference;
    enum outcome outcome = solve_certified("paths", network, &reference);
    bool feasible = feasible_by_igraph(network);
    cr_assert_eq(outcome, feasible ? OUTCOME_OPTIMAL : OUTCOME_INFEASIBLE, "seed %" PRIu64 ": %s",
                 seed, random_network_save(network, seed));
    counts[feasible]++;
    for (uint32_t i = 0; i < solver_kind_count(); i++) {
        char *name = memory_copy_text(solver_kind_at(i)->name);
        if (is_wrong(network, name)) {
            shrink_network(network, is_wrong, name);
            cr_assert_fail("%s, seed %" PRIu64 ": %s", name, seed,
                           random_network_save(network, seed));
        }
        memory_free(name);
    }
}

Test(solver, all_agree_with_the_reference_and_the_feasibility_oracle, .timeout = 240)
{
    uint32_t counts[2] = {0};
    for (uint64_t seed = 0; seed < 6000; seed++) {
        struct random random;
        struct network network;
        make_network(&network, &random, seed);
        assert_solvers_agree(&network, seed, counts);
        network_free(&network);
    }
    cr_assert_gt(counts[0], 500, "infeasible networks: %u", counts[0]);
    cr_assert_gt(counts[1], 500, "feasible networks: %u", counts[1]);
}

static void live(struct life *life)
{
    struct random random;
    struct network network;
    make_network(&network, &random, life->seed);
    for (int step = 0; step < 5; step++) {
        if (!life_round(life, &network, SOLVER_NO_BUDGET))
            break;
        for (uint32_t a = 0; a < network.arc_limit; a++)
            if (network_arc_live(&network, a) && random_below(&random, 3) == 0)
                network_change_arc(&network, a, 0, (flow_t)random_below(&random, 9),
                                   (cost_t)random_below(&random, 9) - 3);
    }
    network_free(&network);
}

Test(solver, keeps_right_while_its_network_changes, .timeout = 60)
{
    for (uint32_t i = 0; i < solver_kind_count(); i++) {
        struct trial trial = trial_of_product(solver_kind_at(i)->name);
        uint32_t counts[4] = {0};
        for (uint64_t seed = 0; seed < 400; seed++) {
            const char *wrong = trial_live(&trial, live, seed, counts);
            cr_assert(!wrong, "%s", wrong);
        }
        cr_assert_gt(counts[OUTCOME_OPTIMAL], 400, "%s: %u", trial.solver, counts[OUTCOME_OPTIMAL]);
        cr_assert_gt(counts[OUTCOME_INFEASIBLE], 400, "%s: %u", trial.solver,
                     counts[OUTCOME_INFEASIBLE]);
    }
}

Test(solver, may_be_asked_one_network_after_another, .timeout = 60)
{
    for (uint32_t i = 0; i < solver_kind_count(); i++) {
        struct solver *solver = solver_create(solver_kind_at(i)->name);
        for (uint64_t seed = 0; seed < 300; seed++) {
            struct random random;
            struct network network;
            struct solution solution;
            struct certificate certificate;
            cost_t reference;
            make_network(&network, &random, seed);
            solver_solve(solver, &network, SOLVER_NO_BUDGET, &solution);
            solver_prove(solver, &network, &solution);
            certificate_check(&network, &solution, &certificate);
            cr_assert_eq(certificate.verdict, VERDICT_HOLDS, "%s, seed %" PRIu64,
                         solver_name(solver), seed);
            enum outcome outcome = solve_certified("paths", &network, &reference);
            cr_assert_eq(solution.outcome, outcome, "%s, seed %" PRIu64, solver_name(solver), seed);
            cr_assert_eq(solution.cost, reference, "%s, seed %" PRIu64, solver_name(solver), seed);
            network_free(&network);
        }
        solver_destroy(solver);
    }
}

/* Changes of any kind, mostly few, so that solvers go on from their last answer, to a cluster. */
static void live_in_a_cluster(struct life *life)
{
    struct random random;
    struct network network;
    const struct random_shape *shape = &CLUSTER_SHAPES[life->seed % COUNT_OF(CLUSTER_SHAPES)];
    random_init(&random, life->seed);
    random_cluster(&network, &random, shape);
    for (uint32_t round = 0; round < 10; round++) {
        if (!life_round(life, &network, SOLVER_NO_BUDGET))
            break;
        uint64_t changes = random_below(&random, round % 4 == 3 ? 60 : 6);
        for (uint64_t i = 0; i < changes; i++)
            random_network_change(&network, &random, shape);
    }
    network_free(&network);
}

Test(solver, keeps_right_while_its_cluster_changes, .timeout = 120)
{
    for (uint32_t i = 0; i < solver_kind_count(); i++) {
        struct trial trial = trial_of_product(solver_kind_at(i)->name);
        uint32_t counts[4] = {0};
        for (uint64_t seed = 0; seed < 200; seed++) {
            const char *wrong = trial_live(&trial, live_in_a_cluster, seed, counts);
            cr_assert(!wrong, "%s", wrong);
        }
        cr_assert_gt(counts[OUTCOME_OPTIMAL], 400, "%s: %u", trial.solver, counts[OUTCOME_OPTIMAL]);
    }
}

/* With any budget the answer is certified: optimal, infeasible, or a flow with a bound. */
Test(solver, that_spends_its_budget_gives_a_flow_and_a_bound, .timeout = 60)
{
    for (uint32_t k = 0; k < solver_kind_count(); k++) {
        uint32_t spent = 0;
        for (uint64_t seed = 0; seed < 1000; seed++) {
            struct random random;
            struct network network;
            struct solution solution;
            struct certificate certificate;
            cost_t reference;
            make_network(&network, &random, seed);
            enum outcome outcome = solve_certified("paths", &network, &reference);
            struct solver *solver = solver_create(solver_kind_at(k)->name);
            solver_solve(solver, &network, random_below(&random, 200), &solution);
            solver_prove(solver, &network, &solution);
            certificate_check(&network, &solution, &certificate);
            cr_assert_eq(certificate.verdict, VERDICT_HOLDS, "%s, seed %" PRIu64 ": %s",
                         solver_name(solver), seed, certificate.reason);
            cr_assert_eq(solution.outcome == OUTCOME_INFEASIBLE, outcome == OUTCOME_INFEASIBLE);
            if (solution.outcome == OUTCOME_BUDGET_SPENT) {
                spent++;
                cr_assert_leq(solution.bound, reference);
                cr_assert_geq(solution.cost, reference);
            }
            /* Asked again without a budget, it finishes. */
            solver_solve(solver, &network, SOLVER_NO_BUDGET, &solution);
            cr_assert_eq(solution.outcome, outcome);
            cr_assert_eq(solution.cost, reference);
            solver_destroy(solver);
            network_free(&network);
        }
        cr_assert_eq(spent > 50, solver_kind_at(k)->takes_budget, "%s: %u", solver_kind_at(k)->name,
                     spent);
    }
}

/* Numbers at the ends of the ranges: under the sanitizers no solver may overflow. */
static const struct random_shape HUGE_SHAPES[] = {
    {6, 8, RANGES_FLOW_MAX / 20, 5},
    {6, 8, 5, RANGES_COST_MAX / 8},
    {6, 8, RANGES_FLOW_MAX / 20, RANGES_COST_MAX / 8},
    {12, 30, RANGES_FLOW_MAX / 70, RANGES_COST_MAX / 14},
    {12, 30, 100, INT64_C(1) << 51},
    {12, 30, 1, INT64_C(1) << 47},
};

Test(solver, huge_numbers_are_solved_exactly_or_refused, .timeout = 60)
{
    uint32_t solved[16] = {0};
    cr_assert_leq(solver_kind_count(), COUNT_OF(solved));
    for (uint64_t seed = 0; seed < 1200; seed++) {
        struct random random;
        struct network network;
        random_init(&random, seed);
        random_network(&network, &random, &HUGE_SHAPES[seed % COUNT_OF(HUGE_SHAPES)]);
        cost_t reference;
        enum outcome outcome = solve_certified("paths", &network, &reference);
        for (uint32_t i = 0; i < solver_kind_count(); i++) {
            cost_t cost;
            enum outcome found = solve_certified(solver_kind_at(i)->name, &network, &cost);
            if (found == OUTCOME_REFUSED)
                continue;
            solved[i]++;
            cr_assert_eq(found, outcome, "seed %" PRIu64, seed);
            cr_assert_eq(cost, reference, "seed %" PRIu64, seed);
        }
        network_free(&network);
    }
    for (uint32_t i = 0; i < solver_kind_count(); i++)
        cr_assert_gt(solved[i], 150, "%s solved %u", solver_kind_at(i)->name, solved[i]);
}

/* Two nodes, v first, and an arc from v to the other. */
struct pair_case {
    const char *what;
    flow_t supply, demand, lower, capacity;
    cost_t cost;
    bool within;
};

static const struct pair_case PAIR_CASES[] = {
    {"plain", 1, 1, 0, 5, 1, true},
    {"the largest capacity", 0, 0, 0, RANGES_FLOW_MAX, 1, true},
    {"one more", 0, 0, 0, RANGES_FLOW_MAX + 1, 1, false},
    {"int64's end", 0, 0, 0, INT64_MAX, 1, false},
    {"capacity and supply", 1, 1, 0, RANGES_FLOW_MAX - 1, 1, true},
    {"one more of them", 2, 2, 0, RANGES_FLOW_MAX - 1, 1, false},
    {"the largest supply", RANGES_FLOW_MAX / 2, RANGES_FLOW_MAX / 2, 0, RANGES_FLOW_MAX / 2, 0,
     true},
    {"supplies too large together", RANGES_FLOW_MAX / 2 + 1, RANGES_FLOW_MAX / 2 + 1, 0, 1, 0,
     false},
    {"int64's end as demand", 0, INT64_MAX, 0, 1, 0, false},
    {"lower bound and supply", RANGES_FLOW_MAX / 4, RANGES_FLOW_MAX / 4, RANGES_FLOW_MAX / 2,
     RANGES_FLOW_MAX / 2, 0, true},
    {"too much must move", RANGES_FLOW_MAX / 4 + 1, RANGES_FLOW_MAX / 4 + 1,
     RANGES_FLOW_MAX / 2 + 1, RANGES_FLOW_MAX / 2 + 1, 0, false},
    {"the largest cost", 1, 1, 0, 1, RANGES_COST_MAX / 3, true},
    {"one more of cost", 1, 1, 0, 1, RANGES_COST_MAX / 3 + 1, false},
    {"the lowest cost", 1, 1, 0, 1, -(RANGES_COST_MAX / 3), true},
    {"one less of cost", 1, 1, 0, 1, -(RANGES_COST_MAX / 3) - 1, false},
    {"int64's lowest cost", 1, 1, 0, 1, INT64_MIN, false},
    {"a total of 7 x 2^60, just fits", 21, 21, 0, 21, RANGES_COST_MAX / 3, true},
    {"a total beyond int64", 25, 25, 0, 25, RANGES_COST_MAX / 3, false},
    {"a total below int64", 25, 25, 0, 25, -(RANGES_COST_MAX / 3), false},
};

static void build_pair(struct network *network, const struct pair_case *row)
{
    network_init(network);
    uint32_t v = network_add_node(network, row->supply);
    uint32_t w = network_add_node(network, -row->demand);
    network_add_arc(network, v, w, row->lower, row->capacity, row->cost);
}

Test(ranges, both_sides_of_every_limit)
{
    for (uint32_t i = 0; i < COUNT_OF(PAIR_CASES); i++) {
        struct network network;
        cost_t cost;
        build_pair(&network, &PAIR_CASES[i]);
        enum outcome outcome = solve_certified("paths", &network, &cost);
        cr_assert_eq(outcome != OUTCOME_REFUSED, PAIR_CASES[i].within, "%s", PAIR_CASES[i].what);
        for (uint32_t k = 0; k < solver_kind_count(); k++) {
            enum outcome other = solve_certified(solver_kind_at(k)->name, &network, &cost);
            cr_assert(other == outcome || other == OUTCOME_REFUSED, "%s", PAIR_CASES[i].what);
        }
        network_free(&network);
    }
}

Test(solver, odd_supplies_and_empty_networks_are_answered)
{
    static const struct {
        flow_t supply[2];
        uint32_t nodes;
        enum outcome outcome;
    } CASES[] = {
        {{0, 0}, 0, OUTCOME_OPTIMAL},     {{0, 0}, 1, OUTCOME_OPTIMAL},
        {{0, 0}, 2, OUTCOME_OPTIMAL},     {{1, 0}, 1, OUTCOME_INFEASIBLE},
        {{-1, 0}, 1, OUTCOME_INFEASIBLE}, {{3, -2}, 2, OUTCOME_INFEASIBLE},
        {{2, -3}, 2, OUTCOME_INFEASIBLE}, {{2, -2}, 2, OUTCOME_INFEASIBLE},
    };
    for (uint32_t i = 0; i < COUNT_OF(CASES); i++) {
        for (uint32_t k = 0; k < solver_kind_count(); k++) {
            struct network network;
            cost_t cost;
            network_init(&network);
            for (uint32_t v = 0; v < CASES[i].nodes; v++)
                network_add_node(&network, CASES[i].supply[v]);
            cr_assert_eq(solve_certified(solver_kind_at(k)->name, &network, &cost),
                         CASES[i].outcome, "row %u", i);
            network_free(&network);
        }
    }
}

Test(solver, a_network_emptied_of_its_nodes_is_optimal)
{
    struct network network;
    cost_t cost;
    build_pair(&network, &PAIR_CASES[0]);
    network_remove_node(&network, 0);
    network_remove_node(&network, 1);
    for (uint32_t k = 0; k < solver_kind_count(); k++)
        cr_assert_eq(solve_certified(solver_kind_at(k)->name, &network, &cost), OUTCOME_OPTIMAL);
    network_free(&network);
}

/* More supply nodes than LEMON's cost scaling can square in an int, spread over two sinks. */
Test(solver, many_sources_are_no_trouble, .timeout = 60)
{
    struct network network;
    network_init(&network);
    uint32_t cheap = network_add_node(&network, 0);
    uint32_t sink = network_add_node(&network, -50000);
    network_add_arc(&network, cheap, sink, 0, 20000, 0);
    for (uint32_t i = 0; i < 50000; i++) {
        uint32_t v = network_add_node(&network, 1);
        network_add_arc(&network, v, cheap, 0, 1, i % 7);
        network_add_arc(&network, v, sink, 0, 1, 10);
    }
    cost_t simplex;
    cost_t scaling;
    solve_certified("lemon-network-simplex", &network, &simplex);
    cr_assert_eq(solve_certified("lemon-cost-scaling", &network, &scaling), OUTCOME_OPTIMAL);
    cr_assert_eq(scaling, simplex);
    network_free(&network);
}

Test(solver, deltas_wait_for_an_algorithm_to_see_them)
{
    struct network network;
    struct solution solution;
    build_pair(&network, &PAIR_CASES[0]);
    struct solver *solver = solver_create("paths");
    network_set_supply(&network, 0, 5);
    solver_solve(solver, &network, SOLVER_NO_BUDGET, &solution);
    cr_assert_eq(solution.outcome, OUTCOME_INFEASIBLE);
    cr_assert_eq(network.node_delta_count, 2);
    network_set_supply(&network, 1, -5);
    solver_solve(solver, &network, SOLVER_NO_BUDGET, &solution);
    cr_assert_eq(solution.outcome, OUTCOME_OPTIMAL);
    cr_assert_eq(network.node_delta_count, 0);
    solver_destroy(solver);
    network_free(&network);
}

Test(solver, an_unknown_name_gives_none)
{
    cr_assert_null(solver_create("nonesuch"));
    cr_assert_null(solver_create(""));
    solver_destroy(NULL);
}
