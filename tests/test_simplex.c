/* test_simplex.c - what is particular to the network simplex method. */
#include <criterion/criterion.h>

#include "solver/certificate.h"
#include "solver/solver.h"
#include "tests/random_network.h"

/* Solve with this solver and budget; the answer is certified. */
static void solve_certified(struct solver *solver, struct network *network, uint64_t budget,
                            uint64_t seed, struct solution *solution)
{
    struct certificate certificate;
    solver_solve(solver, network, budget, solution);
    cr_assert_neq(solution->outcome, OUTCOME_REFUSED, "seed %" PRIu64 ": %s", seed,
                  solution->reason);
    certificate_check(network, solution, &certificate);
    cr_assert_eq(certificate.verdict, VERDICT_HOLDS,
                 "seed %" PRIu64 ", budget %" PRIu64 ": node %u arc %u: %s; see %s", seed, budget,
                 certificate.node, certificate.arc, certificate.reason,
                 random_network_save(network, seed));
}

/* Likewise with a new one and no budget; the answer is what it has cost. */
static cost_t solve_anew(const char *name, struct network *network, uint64_t seed,
                         struct solution *solution)
{
    struct solver *solver = solver_create(name);
    solve_certified(solver, network, SOLVER_NO_BUDGET, seed, solution);
    solver_destroy(solver);
    return solution->cost;
}

static void assert_agrees(const char *reference, struct network *network, uint64_t seed)
{
    struct solution expected;
    struct solution found;
    solve_anew(reference, network, seed, &expected);
    solve_anew("simplex", network, seed, &found);
    cr_assert_eq(found.outcome, expected.outcome, "seed %" PRIu64 ": %s", seed,
                 random_network_save(network, seed));
    cr_assert_eq(found.cost, expected.cost, "seed %" PRIu64 ": %s", seed,
                 random_network_save(network, seed));
}

/* An assignment with ties everywhere: nearly all pivots move nothing, so a method without a rule
 * against it may cycle. */
static void build_ties(struct network *network, struct random *random, uint32_t half)
{
    network_init(network);
    for (uint32_t i = 0; i < half; i++)
        network_add_node(network, 1);
    for (uint32_t i = 0; i < half; i++)
        network_add_node(network, -1);
    for (uint32_t i = 0; i < half; i++) {
        for (uint32_t j = 0; j < half; j++)
            network_add_arc(network, i, half + j, 0, 1, (cost_t)random_below(random, 2));
        network_add_arc(network, half + i, (uint32_t)random_below(random, half), 0, 1, -1);
        network_add_arc(network, i, (i + 1) % half, 0, 1, 0);
    }
}

Test(simplex, ends_however_degenerate_the_network_is, .timeout = 60)
{
    for (uint64_t seed = 0; seed < 300; seed++) {
        struct random random;
        struct network network;
        random_init(&random, seed);
        build_ties(&network, &random, 2 + (uint32_t)(seed % 29));
        assert_agrees("paths", &network, seed);
        network_free(&network);
    }
}

/* No supply at all, costs -1, 0 and 1: all that is to be found is cycles. */
Test(simplex, finds_negative_cycles, .timeout = 60)
{
    for (uint64_t seed = 0; seed < 300; seed++) {
        struct random random;
        struct network network;
        random_init(&random, seed);
        network_init(&network);
        for (uint32_t v = 0; v < 30; v++)
            network_add_node(&network, 0);
        for (uint32_t a = 0; a < 120; a++)
            network_add_arc(&network, (uint32_t)random_below(&random, 30),
                            (uint32_t)random_below(&random, 30), 0,
                            (flow_t)random_below(&random, 3), (cost_t)random_below(&random, 3) - 1);
        assert_agrees("paths", &network, seed);
        network_free(&network);
    }
}

/* Large enough for nodes to be numbered anew many times, with and without a flow. */
static const struct random_shape LARGE_SHAPES[] = {
    {800, 6000, 30, 100},
    {1500, 4000, 5, 1000},
    {300, 9000, 1, 3},
    {700, 5000, 1000, INT64_C(1) << 40},
};

Test(simplex, agrees_on_large_networks, .timeout = 120)
{
    for (uint64_t seed = 0; seed < 80; seed++) {
        struct random random;
        struct network network;
        random_init(&random, seed);
        random_network(&network, &random, &LARGE_SHAPES[seed % COUNT_OF(LARGE_SHAPES)]);
        if (network.sums.supply == 0 && network.node_count > 0)
            assert_agrees("lemon-network-simplex", &network, seed);
        network_free(&network);
    }
}

/* One source, one sink, arcs that are narrow beside the supply, and now and then a wide way. */
static void build_heavy(struct network *network, struct random *random)
{
    uint32_t count = 5 + (uint32_t)random_below(random, 30);
    flow_t supply = 1000 + (flow_t)random_below(random, 1000);
    flow_t wide = random_below(random, 3) ? supply : supply - 1;
    network_init(network);
    for (uint32_t v = 0; v < count; v++)
        network_add_node(network, v == 0 ? supply : v == count - 1 ? -supply : 0);
    for (uint32_t v = 0; v + 1 < count; v++)
        network_add_arc(network, v, v + 1, 0, wide, 50);
    for (uint32_t a = 0; a < 6 * count; a++)
        network_add_arc(network, (uint32_t)random_below(random, count),
                        (uint32_t)random_below(random, count), 0, (flow_t)random_below(random, 30),
                        (cost_t)random_below(random, 100) - 10);
}

Test(simplex, vast_supplies_find_wide_ways, .timeout = 60)
{
    for (uint64_t seed = 0; seed < 500; seed++) {
        struct random random;
        struct network network;
        random_init(&random, seed);
        build_heavy(&network, &random);
        assert_agrees("paths", &network, seed);
        network_free(&network);
    }
}

/* A ring of four nodes with a chord: supply at one end of the chord, demand at the other. */
struct limit_case {
    const char *what;
    flow_t supply, capacity;
    cost_t cost;
};

/* The compact build takes 3 x nodes x cost + 1, supplies + 1, and capacities up to INT32_MAX;
 * capacities that are more than can be of use are no reason to leave it. */
#define COMPACT_COST ((INT32_MAX - 1) / 12)
static const struct limit_case LIMIT_CASES[] = {
    {"the largest compact cost", 3, 4, COMPACT_COST},
    {"one more", 3, 4, COMPACT_COST + 1},
    {"one more, negative", 3, 4, -COMPACT_COST - 1},
    {"the lowest compact cost", 3, 4, -COMPACT_COST},
    {"the largest compact supply", INT32_MAX - 1, INT32_MAX, 1},
    {"one more supply", INT32_MAX, INT32_MAX, 1},
    {"a full ring of the largest compact supply", INT32_MAX - 1, INT32_MAX - 2, 1},
    {"the largest compact capacity", 5, INT32_MAX, -1},
    {"one more capacity", 5, INT64_C(1) + INT32_MAX, -1},
    {"a useless capacity", 5, INT64_C(1) << 60, 1},
    {"a useful capacity", 5, INT64_C(1) << 60, -1},
    {"both at their limits", INT32_MAX - 1, INT32_MAX, COMPACT_COST},
    {"both wide", INT64_C(1) << 40, INT64_C(1) << 40, INT64_C(1) << 20},
};

static void build_ring(struct network *network, const struct limit_case *row)
{
    network_init(network);
    for (uint32_t v = 0; v < 4; v++)
        network_add_node(network, v == 0 ? row->supply : v == 2 ? -row->supply : 0);
    for (uint32_t v = 0; v < 4; v++)
        network_add_arc(network, v, (v + 1) % 4, 0, row->capacity, row->cost);
    network_add_arc(network, 2, 0, 0, row->capacity, row->cost);
    network_add_arc(network, 0, 2, 0, row->capacity / 2, -row->cost);
}

Test(simplex, both_widths_are_right_at_their_limits)
{
    for (uint32_t i = 0; i < COUNT_OF(LIMIT_CASES); i++) {
        struct network network;
        struct solution expected;
        struct solution found;
        build_ring(&network, &LIMIT_CASES[i]);
        solve_anew("paths", &network, i, &expected);
        solve_anew("simplex", &network, i, &found);
        cr_assert_eq(found.outcome, expected.outcome, "%s", LIMIT_CASES[i].what);
        cr_assert_eq(found.cost, expected.cost, "%s", LIMIT_CASES[i].what);
        network_free(&network);
    }
}

/* Every budget from none to enough gives a certified answer; more work never gives a dearer flow
 * once one is complete, as pivots do not raise the cost. */
Test(simplex, every_budget_gives_an_answer, .timeout = 120)
{
    static const struct random_shape SHAPE = {12, 50, 10, 20};
    uint32_t spent = 0;
    for (uint64_t seed = 0; seed < 150; seed++) {
        struct random random;
        struct network network;
        struct solution full;
        struct solution found;
        random_init(&random, seed);
        random_network(&network, &random, &SHAPE);
        if (network.sums.supply == 0) {
            cost_t cost = solve_anew("simplex", &network, seed, &full);
            for (uint64_t budget = 0; budget <= full.work; budget++) {
                struct solver *solver = solver_create("simplex");
                solve_certified(solver, &network, budget, seed, &found);
                cr_assert(found.outcome == full.outcome || found.outcome == OUTCOME_BUDGET_SPENT);
                cr_assert_leq(found.work, full.work);
                cr_assert(found.outcome == OUTCOME_INFEASIBLE || found.cost >= cost);
                cr_assert(found.outcome == OUTCOME_INFEASIBLE || found.bound <= cost);
                spent += found.outcome == OUTCOME_BUDGET_SPENT;
                /* It goes on where it stopped. */
                solve_certified(solver, &network, SOLVER_NO_BUDGET, seed, &found);
                cr_assert_eq(found.outcome, full.outcome);
                cr_assert_eq(found.cost, cost);
                solver_destroy(solver);
            }
        }
        network_free(&network);
    }
    cr_assert_gt(spent, 3000, "%u", spent);
}

/* A large network that has a flow. */
static void build_large(struct network *network)
{
    struct random random;
    struct solution solution;
    random_init(&random, 1);
    for (;;) {
        random_network(network, &random, &LARGE_SHAPES[0]);
        if (network->node_count > 400 && network->sums.supply == 0) {
            solve_anew("paths", network, 1, &solution);
            if (solution.outcome == OUTCOME_OPTIMAL)
                return;
        }
        network_free(network);
    }
}

Test(simplex, does_the_same_work_for_the_same_network)
{
    struct network network;
    struct solution first;
    struct solution second;
    build_large(&network);
    struct solver *solver = solver_create("simplex");
    struct solver *other = solver_create("simplex");
    solver_solve(solver, &network, SOLVER_NO_BUDGET, &first);
    solver_solve(other, &network, SOLVER_NO_BUDGET, &second);
    cr_assert_gt(first.work, 1000);
    cr_assert_eq(first.work, second.work);
    cr_assert_arr_eq(first.flow, second.flow, network.arc_limit * sizeof *first.flow);
    solver_destroy(solver);
    solver_destroy(other);
    network_free(&network);
}

static const struct random_shape LIFE_SHAPES[] = {
    {14, 60, 6, 3},
    {60, 300, 20, 50},
    {40, 250, 1, 1},
    {200, 900, 1000, INT64_C(1) << 45},
};

/* Few changes, so that it starts from its last tree, and many, so that it does not. */
Test(simplex, stays_right_whatever_changes, .timeout = 200)
{
    uint32_t counts[4] = {0};
    for (uint64_t seed = 0; seed < 400; seed++) {
        struct random random;
        struct network network;
        const struct random_shape *shape = &LIFE_SHAPES[seed % COUNT_OF(LIFE_SHAPES)];
        random_init(&random, seed);
        random_network(&network, &random, shape);
        network_add_node(&network, -(flow_t)network.sums.supply);
        struct solver *solver = solver_create("simplex");
        for (uint32_t round = 0; round < 30; round++) {
            struct solution found;
            struct solution expected;
            bool hurried = random_below(&random, 4) == 0;
            solve_certified(solver, &network,
                            hurried ? random_below(&random, 500) : SOLVER_NO_BUDGET, seed, &found);
            counts[found.outcome]++;
            const void *reader = network.delta_reader;
            solve_anew("paths", &network, seed, &expected);
            network.delta_reader = reader; /* as if only the solver under test had seen it */
            if (found.outcome != OUTCOME_BUDGET_SPENT) {
                cr_assert_eq(found.outcome, expected.outcome, "seed %" PRIu64, seed);
                cr_assert_eq(found.cost, expected.cost, "seed %" PRIu64, seed);
            }
            uint64_t changes = random_below(&random, round % 5 == 0 ? 40 : 4);
            for (uint64_t i = 0; i < changes; i++)
                random_network_change(&network, &random, shape);
        }
        solver_destroy(solver);
        network_free(&network);
    }
    cr_assert_gt(counts[OUTCOME_OPTIMAL], 500, "%u", counts[OUTCOME_OPTIMAL]);
    cr_assert_gt(counts[OUTCOME_INFEASIBLE], 500, "%u", counts[OUTCOME_INFEASIBLE]);
    cr_assert_gt(counts[OUTCOME_BUDGET_SPENT], 60, "%u", counts[OUTCOME_BUDGET_SPENT]);
}

Test(simplex, starts_from_its_last_tree_if_little_changed)
{
    struct network network;
    struct solution first;
    struct solution again;
    build_large(&network);
    struct solver *solver = solver_create("simplex");
    solve_certified(solver, &network, SOLVER_NO_BUDGET, 1, &first);
    uint64_t work = first.work;
    uint32_t a = 0;
    while (!network_arc_live(&network, a))
        a++;
    network_change_arc(&network, a, network.arcs[a].lower, network.arcs[a].capacity,
                       network.arcs[a].cost + 1);
    solve_certified(solver, &network, SOLVER_NO_BUDGET, 1, &again);
    cr_assert_lt(again.work, work / 3, "%" PRIu64 " of %" PRIu64, again.work, work);
    solver_destroy(solver);
    network_free(&network);
}
