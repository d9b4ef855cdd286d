/* test_scaling.c - cost scaling: walks around a cycle, and going on from its last answer. */
#include <criterion/criterion.h>

#include "solver/certificate.h"
#include "solver/solver.h"
#include "tests/random_network.h"

/* Large enough that a few changes are few; the narrow and the wide numbers. */
struct size {
    uint32_t nodes, arcs;
    flow_t capacity_max;
    cost_t cost_max;
};

static const struct size SIZES[] = {
    {60, 500, 12, 30},
    {120, 900, 40, 1000},
    {120, 900, 1000, 1000000},
    {80, 600, INT64_C(1) << 34, 50},
    {80, 600, 20, INT64_C(1) << 36},
};

static uint32_t pick_node(const struct network *network, struct random *random)
{
    uint32_t v;
    do
        v = (uint32_t)random_below(random, network->node_limit);
    while (!network_node_live(network, v));
    return v;
}

static uint32_t pick_arc(const struct network *network, struct random *random)
{
    uint32_t a;
    do
        a = (uint32_t)random_below(random, network->arc_limit);
    while (!network_arc_live(network, a));
    return a;
}

static flow_t pick_flow(const struct size *size, struct random *random)
{
    return (flow_t)random_below(random, (uint64_t)size->capacity_max + 1);
}

static cost_t pick_cost(const struct size *size, struct random *random)
{
    return (cost_t)random_below(random, (uint64_t)size->cost_max) - size->cost_max / 5;
}

static void add_random_arc(struct network *network, const struct size *size, struct random *random)
{
    network_add_arc(network, pick_node(network, random), pick_node(network, random), 0,
                    pick_flow(size, random), pick_cost(size, random));
}

static void move_supply(struct network *network, uint32_t from, uint32_t to, flow_t amount)
{
    network_set_supply(network, from, network->nodes[from].supply - amount);
    network_set_supply(network, to, network->nodes[to].supply + amount);
}

/* A node of no supply with dear ways from and to node 0, which can nearly always take what goes
 * nowhere else. */
static uint32_t add_joined_node(struct network *network, const struct size *size,
                                struct random *random)
{
    uint32_t v = network_add_node(network, 0);
    flow_t enough = random_below(random, 300) == 0 ? 0 : 10000 * size->capacity_max;
    network_add_arc(network, 0, v, 0, enough, 3 * size->cost_max);
    network_add_arc(network, v, 0, 0, enough, 3 * size->cost_max);
    return v;
}

static void make_joined(struct network *network, const struct size *size, struct random *random)
{
    network_init(network);
    network_add_node(network, 0);
    for (uint32_t i = 1; i < size->nodes; i++) {
        uint32_t v = add_joined_node(network, size, random);
        move_supply(network, pick_node(network, random), v, pick_flow(size, random));
    }
    for (uint32_t i = 0; i < size->arcs; i++)
        add_random_arc(network, size, random);
}

/* Let one node end, whose id the next takes over. */
static void replace_node(struct network *network, const struct size *size, struct random *random)
{
    uint32_t v = pick_node(network, random);
    if (v == 0)
        return;
    move_supply(network, v, 0, network->nodes[v].supply);
    network_remove_node(network, v);
    v = add_joined_node(network, size, random);
    move_supply(network, 0, v, pick_flow(size, random) - size->capacity_max / 2);
    for (uint32_t i = 0; i < size->arcs / size->nodes; i++)
        network_add_arc(network, v, pick_node(network, random), 0, pick_flow(size, random),
                        pick_cost(size, random));
}

static void change(struct network *network, const struct size *size, struct random *random)
{
    uint32_t a = pick_arc(network, random);
    struct network_arc arc = network->arcs[a];
    bool joins = arc.tail == 0 || arc.head == 0;
    switch (random_below(random, 6)) {
    case 0:
        network_change_arc(network, a, arc.lower, arc.capacity, pick_cost(size, random));
        return;
    case 1:
        if (!joins)
            network_change_arc(network, a, 0, pick_flow(size, random), arc.cost);
        return;
    case 2:
        network_change_arc(network, a, arc.capacity / 3, arc.capacity, arc.cost);
        return;
    case 3:
        if (!joins)
            network_remove_arc(network, a);
        add_random_arc(network, size, random);
        return;
    case 4:
        move_supply(network, pick_node(network, random), pick_node(network, random),
                    pick_flow(size, random));
        return;
    default:
        replace_node(network, size, random);
    }
}

static enum outcome solve_certified(struct solver *solver, struct network *network, uint64_t seed,
                                    struct solution *solution)
{
    struct certificate certificate;
    solver_solve(solver, network, SOLVER_NO_BUDGET, solution);
    solver_prove(solver, network, solution);
    certificate_check(network, solution, &certificate);
    cr_assert_eq(certificate.verdict, VERDICT_HOLDS, "%s, seed %" PRIu64 ": %s",
                 solver_name(solver), seed, random_network_save(network, seed));
    return solution->outcome;
}

/* What a solver says that has never seen the network, and leaves its deltas alone. */
static void solve_anew(const char *name, const struct network *network, uint64_t seed,
                       struct solution *solution)
{
    struct solver *solver = solver_create(name);
    struct network same = *network;
    same.node_delta_count = 0;
    same.arc_delta_count = 0;
    solve_certified(solver, &same, seed, solution);
    solver_destroy(solver);
}

Test(scaling, goes_on_through_long_sequences_of_changes, .timeout = 120)
{
    enum { SEEDS = 60, ROUNDS = 40 };
    uint32_t counts[2] = {0};
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        const struct size *size = &SIZES[seed % COUNT_OF(SIZES)];
        struct random random;
        struct network network;
        struct solver *solver = solver_create("scaling");
        random_init(&random, seed);
        make_joined(&network, size, &random);
        for (uint32_t round = 0; round < ROUNDS; round++) {
            struct solution solution;
            struct solution reference;
            solve_anew("paths", &network, seed, &reference);
            enum outcome outcome = solve_certified(solver, &network, seed, &solution);
            cr_assert_eq(outcome, reference.outcome, "seed %" PRIu64 ", round %u", seed, round);
            cr_assert_eq(solution.cost, reference.cost, "seed %" PRIu64 ", round %u: %s", seed,
                         round, random_network_save(&network, seed));
            counts[outcome == OUTCOME_OPTIMAL]++;
            uint64_t changes = random_below(&random, random_below(&random, 6) == 0 ? 60 : 6);
            for (uint64_t i = 0; i < changes; i++)
                change(&network, size, &random);
        }
        solver_destroy(solver);
        network_free(&network);
    }
    cr_assert_gt(counts[0], 20, "infeasible: %u", counts[0]);
    cr_assert_gt(counts[1], 2000, "optimal: %u", counts[1]);
}

/* Layers of nodes: in expectation a change moves little flow. */
static void make_layers(struct network *network, struct random *random)
{
    enum { LAYERS = 12, WIDTH = 40, DEGREE = 6 };
    network_init(network);
    for (uint32_t v = 0; v < LAYERS * WIDTH; v++)
        network_add_node(network, v < WIDTH ? 3 : v >= (LAYERS - 1) * WIDTH ? -3 : 0);
    for (uint32_t v = 0; v < (LAYERS - 1) * WIDTH; v++) {
        uint32_t next = (v / WIDTH + 1) * WIDTH;
        network_add_arc(network, v, next + v % WIDTH, 0, 3, 500);
        for (uint32_t i = 1; i < DEGREE; i++)
            network_add_arc(network, v, next + (uint32_t)random_below(random, WIDTH), 0, 3,
                            (cost_t)random_below(random, 400));
    }
}

Test(scaling, works_less_after_few_changes)
{
    struct random random;
    struct network network;
    struct solution solution;
    uint64_t going_on = 0;
    uint64_t anew = 0;
    struct solver *solver = solver_create("scaling");
    random_init(&random, 1);
    make_layers(&network, &random);
    solve_certified(solver, &network, 1, &solution);
    for (uint32_t round = 0; round < 50; round++) {
        uint32_t a = (uint32_t)random_below(&random, network.arc_limit);
        network_change_arc(&network, a, 0, 3, (cost_t)random_below(&random, 400));
        struct solution reference;
        solve_anew("scaling", &network, 1, &reference);
        cr_assert_eq(solve_certified(solver, &network, 1, &solution), OUTCOME_OPTIMAL);
        cr_assert_eq(solution.cost, reference.cost);
        going_on += solution.work;
        anew += reference.work;
    }
    cr_assert_lt(going_on, anew / 3, "%" PRIu64 " steps, %" PRIu64 " from nothing", going_on, anew);
    solver_destroy(solver);
    network_free(&network);
}

/* Wide numbers leave prices behind that the narrow ones cannot start from. */
Test(scaling, starts_anew_from_prices_too_far_apart)
{
    enum { LENGTH = 16 };
    struct random random;
    struct network network;
    struct solution solution;
    struct solution reference;
    uint32_t chain[LENGTH];
    struct solver *solver = solver_create("scaling");
    random_init(&random, 1);
    make_layers(&network, &random);
    uint32_t last = network_add_node(&network, 1);
    for (uint32_t i = 0; i < LENGTH; i++) {
        uint32_t next = network_add_node(&network, i == LENGTH - 1 ? -1 : 0);
        chain[i] = network_add_arc(&network, last, next, 0, 1, INT64_C(1) << 51);
        last = next;
    }
    cr_assert_eq(solve_certified(solver, &network, 1, &solution), OUTCOME_OPTIMAL);
    cr_assert_gt(solution.cost, LENGTH * (INT64_C(1) << 51));
    for (uint32_t i = 0; i < LENGTH; i++)
        network_change_arc(&network, chain[i], 0, 1, 1);
    solve_anew("paths", &network, 1, &reference);
    cr_assert_eq(solve_certified(solver, &network, 1, &solution), OUTCOME_OPTIMAL);
    cr_assert_eq(solution.cost, reference.cost);
    solver_destroy(solver);
    network_free(&network);
}

/* Nodes 0 to length - 1 form a cycle that pays a little, beside one arc so dear that the first
 * phase takes all of the cycle for admissible, whatever its prices. A unit walks into the cycle by
 * `approach` more nodes, and when it has been around, the cycle has no room for a second time. */
static void make_cycle(struct network *network, uint32_t length, uint32_t approach, cost_t dear)
{
    network_init(network);
    for (uint32_t v = 0; v < length + approach; v++)
        network_add_node(network, 0);
    for (uint32_t v = 0; v < length; v++)
        network_add_arc(network, v, (v + 1) % length, 0, 1, -1);
    for (uint32_t v = length; v < length + approach; v++)
        network_add_arc(network, v, v == length ? 0 : v - 1, 0, 1, 0);
    uint32_t sink = network_add_node(network, -1);
    network_add_arc(network, 0, sink, 0, 1, dear);
    network_set_supply(network, approach == 0 ? 0 : length + approach - 1, 1);
}

Test(scaling, loses_nothing_on_a_walk_that_meets_itself)
{
    for (uint32_t length = 2; length <= 8; length++)
        for (uint32_t approach = 0; approach <= 8; approach++)
            for (int size = 0; size <= 50; size++) {
                struct network network;
                struct solution solution;
                cost_t dear = INT64_C(1) << size;
                make_cycle(&network, length, approach, dear);
                solve_anew("scaling", &network, 0, &solution);
                cr_assert_eq(solution.outcome, OUTCOME_OPTIMAL);
                cr_assert_eq(solution.cost, dear - length, "cycle of %u, approach of %u, 2^%d",
                             length, approach, size);
                network_free(&network);
            }
}
