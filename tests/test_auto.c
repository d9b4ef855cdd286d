/* test_auto.c - the choice of an algorithm, and how one takes over from another. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "bench/family.h"
#include "solver/auto.h"
#include "solver/certificate.h"
#include "solver/repair.h"
#include "solver/scaling.h"
#include "solver/solver.h"
#include "tests/random_network.h"
#include "tests/trial.h"

#define TASKS 150
#define MACHINES 50

/* Tasks that all want the same few machines, as many as there are slots. */
static void crowd(struct network *network, struct random *random)
{
    network_init(network);
    uint32_t sink = network_add_node(network, -TASKS);
    for (uint32_t m = 0; m < MACHINES; m++) {
        uint32_t machine = network_add_node(network, 0);
        network_add_arc(network, machine, sink, 0, TASKS / MACHINES, 0);
    }
    for (uint32_t t = 0; t < TASKS; t++) {
        uint32_t task = network_add_node(network, 1);
        for (uint32_t m = 1; m <= MACHINES; m++)
            network_add_arc(network, task, m, 0, 1, (cost_t)random_below(random, 10 * m));
    }
}

static void change_costs(struct network *network, struct random *random, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t a = (uint32_t)random_below(random, network->arc_limit);
        network_change_arc(network, a, 0, network->arcs[a].capacity,
                           (cost_t)random_below(random, 500));
    }
}

static void assert_certified(struct solver *solver, struct network *network,
                             struct solution *solution)
{
    struct certificate certificate;
    solver_prove(solver, network, solution);
    certificate_check(network, solution, &certificate);
    cr_assert_eq(certificate.verdict, VERDICT_HOLDS, "%s", certificate.reason);
}

/* A network of a kind by a seed, and its changes: twice the same. */
struct town {
    struct network network;
    struct random random;
    const struct random_shape *shape; /* NULL: a crowd */
};

static void build(struct town *town, const struct random_shape *shape, uint64_t seed)
{
    random_init(&town->random, seed);
    town->shape = shape;
    if (shape)
        random_network(&town->network, &town->random, shape);
    else
        crowd(&town->network, &town->random);
}

static void change(struct town *town, uint32_t count)
{
    if (!town->shape)
        change_costs(&town->network, &town->random, count);
    for (uint32_t i = 0; town->shape && i < count; i++)
        random_network_change(&town->network, &town->random, town->shape);
}

/* Mostly a few changes, so that repair takes over, and now and then many. */
static void live(struct life *life, const struct random_shape *shape)
{
    struct town town;
    build(&town, shape, life->seed);
    for (uint32_t round = 0; round < 12; round++) {
        if (!life_round(life, &town.network, SOLVER_NO_BUDGET))
            break;
        change(&town, round % 6 == 5 ? 1000 : 1 + (uint32_t)(life->seed % 3));
    }
    network_free(&town.network);
}

static void live_at_random(struct life *life)
{
    static const struct random_shape SHAPES[] = {
        {12, 40, 10, 20}, {60, 300, 30, 100}, {300, 2000, 1000, INT64_C(1) << 40}};
    live(life, &SHAPES[life->seed % COUNT_OF(SHAPES)]);
}

static void live_in_a_crowd(struct life *life)
{
    live(life, NULL);
}

/* Likewise in a crowd, counting the rounds in which repair was not done at once. */
static void live_and_count(struct life *life)
{
    struct town town;
    uint32_t *given_up = life->trial->context;
    build(&town, NULL, life->seed);
    for (uint32_t round = 0; round < 12; round++) {
        if (!life_round(life, &town.network, SOLVER_NO_BUDGET))
            break;
        uint64_t size = (uint64_t)town.network.arc_count + town.network.node_count;
        *given_up += life->answer.work > size;
        change(&town, round % 6 == 5 ? 1000 : 1 + (uint32_t)(life->seed % 3));
    }
    network_free(&town.network);
}

static void allow_little(void *state, uint32_t simplex_work)
{
    auto_set_limits(state, 1, simplex_work);
}

Test(auto, answers_right_where_repair_has_to_give_up, .timeout = 60)
{
    uint32_t given_up = 0;
    uint32_t counts[4] = {0};
    struct trial trial = trial_of_kind("auto", allow_little, 1000);
    trial.context = &given_up;
    for (uint64_t seed = 0; seed < 20; seed++) {
        const char *wrong = trial_live(&trial, live_and_count, seed, counts);
        cr_assert(!wrong, "%s", wrong);
    }
    cr_assert_gt(given_up, 20, "%u rounds in which repair was not done at once", given_up);
    cr_assert_eq(counts[OUTCOME_REFUSED], 0);
}

Test(auto, answers_right_whatever_the_network_and_its_changes, .timeout = 120)
{
    uint32_t counts[4] = {0};
    struct trial trial = trial_of_product("auto");
    for (uint64_t seed = 0; seed < 320; seed++) {
        const char *wrong =
            trial_live(&trial, seed < 300 ? live_at_random : live_in_a_crowd, seed, counts);
        cr_assert(!wrong, "%s", wrong);
    }
    cr_assert_gt(counts[OUTCOME_OPTIMAL], 1000, "%u", counts[OUTCOME_OPTIMAL]);
}

Test(auto, does_the_same_for_the_same_network_and_changes)
{
    static const struct random_shape SHAPE = {300, 2000, 30, 100};
    for (uint64_t seed = 0; seed < 40; seed++) {
        struct town towns[2];
        struct solver *solvers[2] = {solver_create("auto"), solver_create("auto")};
        for (uint32_t i = 0; i < 2; i++)
            build(&towns[i], seed % 2 ? &SHAPE : NULL, seed);
        for (uint32_t round = 0; round < 8; round++) {
            struct solution solutions[2];
            for (uint32_t i = 0; i < 2; i++)
                solver_solve(solvers[i], &towns[i].network, SOLVER_NO_BUDGET, &solutions[i]);
            cr_assert_eq(solutions[0].outcome, solutions[1].outcome);
            cr_assert_eq(solutions[0].work, solutions[1].work);
            if (solutions[0].outcome == OUTCOME_OPTIMAL)
                cr_assert_eq(memcmp(solutions[0].flow, solutions[1].flow,
                                    towns[0].network.arc_limit * sizeof(flow_t)),
                             0);
            for (uint32_t i = 0; i < 2; i++)
                change(&towns[i], round % 4 == 3 ? 500 : 2);
        }
        for (uint32_t i = 0; i < 2; i++) {
            solver_destroy(solvers[i]);
            network_free(&towns[i].network);
        }
    }
}

/* A family that is not of the shape that repair is made for. */
static void build_family(struct network *network, const char *name, uint32_t nodes)
{
    struct problem problem;
    struct family_options options = {.nodes = nodes, .seed = 1};
    cr_assert_eq(family_build(family_find(name), &options, network, &problem), STATUS_OK);
}

Test(auto, small_changes_are_repaired_soon)
{
    struct random random;
    struct network network;
    struct solution solution;
    uint64_t works[8];
    struct solver *solver = solver_create("auto");
    random_init(&random, 1);
    build_family(&network, "netgen", 1000);
    for (uint32_t round = 0; round < 8; round++) {
        solver_solve(solver, &network, SOLVER_NO_BUDGET, &solution);
        cr_assert_eq(solution.outcome, OUTCOME_OPTIMAL);
        assert_certified(solver, &network, &solution);
        works[round] = solution.work;
        uint32_t a = (uint32_t)random_below(&random, network.arc_limit);
        network_change_arc(&network, a, 0, network.arcs[a].capacity, network.arcs[a].cost + 1);
    }
    for (uint32_t round = 0; round < 5; round++)
        cr_assert_geq(works[round], network.arc_count); /* simplex looks at each arc */
    for (uint32_t round = 5; round < 8; round++)
        cr_assert_lt(works[round], network.arc_count / 4, "%" PRIu64, works[round]);
    solver_destroy(solver);
    network_free(&network);
}

static uint64_t work_of(struct solver *solver, struct network *network)
{
    struct solution solution;
    solver_solve(solver, network, SOLVER_NO_BUDGET, &solution);
    cr_assert_eq(solution.outcome, OUTCOME_OPTIMAL);
    return solution.work;
}

static void make_dearer(struct network *network, uint32_t a)
{
    network_change_arc(network, a, 0, network->arcs[a].capacity, network->arcs[a].cost + 1);
}

/* Rounds with small changes of another network do not count. */
Test(auto, repair_takes_over_after_rounds_of_the_same_network)
{
    struct network networks[2];
    struct solver *solver = solver_create("auto");
    for (uint32_t i = 0; i < 2; i++) {
        build_family(&networks[i], "netgen", 1000);
        work_of(solver, &networks[i]);
        for (uint32_t round = 0; round < (i == 0 ? 3 : 4); round++) {
            make_dearer(&networks[i], round);
            cr_assert_geq(work_of(solver, &networks[i]), networks[i].arc_count); /* of simplex */
        }
    }
    make_dearer(&networks[1], 4);
    cr_assert_lt(work_of(solver, &networks[1]), networks[1].arc_count / 4);
    solver_destroy(solver);
    for (uint32_t i = 0; i < 2; i++)
        network_free(&networks[i]);
}

/* Small changes, and a round with a budget: repair answers that, and then gives up. */
static void live_with_a_budget(struct life *life)
{
    struct network network;
    uint64_t *works = life->trial->context;
    build_family(&network, "netgen", 1000);
    for (uint32_t round = 0; round < 10; round++) {
        if (!life_round(life, &network, round == 4 ? 0 : SOLVER_NO_BUDGET))
            break;
        works[round] = life->answer.work;
        make_dearer(&network, round);
    }
    network_free(&network);
}

Test(auto, repair_takes_over_after_rounds_that_simplex_answered)
{
    uint64_t works[10] = {0};
    uint32_t counts[4] = {0};
    struct trial trial = trial_of_kind("auto", allow_little, 4000);
    trial.context = works;
    const char *wrong = trial_live(&trial, live_with_a_budget, 0, counts);
    cr_assert(!wrong, "%s", wrong);
    cr_assert_eq(counts[OUTCOME_BUDGET_SPENT], 1);
    for (uint32_t round = 5; round < 9; round++)
        cr_assert_geq(works[round], 8000, "%u: %" PRIu64, round, works[round]); /* of simplex */
    cr_assert_lt(works[9], 2000, "%" PRIu64, works[9]);
}

Test(auto, scaling_answers_where_simplex_gives_up)
{
    struct network network;
    struct solution solution = {0};
    struct solution expected;
    struct solver *simplex = solver_create("simplex");
    struct solve_request whole = {.budget = SOLVER_NO_BUDGET};
    void *solver = auto_create();
    auto_set_limits(solver, 40, 2);
    build_family(&network, "gridgen", 500);
    solver_solve(simplex, &network, SOLVER_NO_BUDGET, &expected);
    cr_assert_gt(expected.work, 2 * ((uint64_t)network.node_count + network.arc_count));
    for (uint32_t round = 0; round < 3; round++) {
        auto_solve(solver, &network, &whole, &solution);
        cr_assert_eq(solution.outcome, OUTCOME_OPTIMAL);
        cr_assert_eq(solution.cost, expected.cost);
        whole.continues = true; /* nothing has changed, but repair is to take it over */
    }
    cr_assert_lt(solution.work, network.arc_count);
    auto_destroy(solver);
    solver_destroy(simplex);
    network_free(&network);
}

Test(auto, repair_goes_on_from_what_another_algorithm_found)
{
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct random random;
        struct network network;
        struct solution found = {0};
        struct solution solution = {0};
        void *scaling = scaling_create();
        void *repair = repair_create();
        struct solver *paths = solver_create("paths");
        repair_set_limits(repair, seed % 2 ? 1000 : 20, seed % 4 < 2 ? 3000 : 20);
        random_init(&random, seed);
        crowd(&network, &random);
        struct solve_request whole = {.budget = SOLVER_NO_BUDGET};
        scaling_solve(scaling, &network, &whole, &found);
        cr_assert_eq(found.outcome, OUTCOME_OPTIMAL);
        repair_adopt(repair, &network, found.flow, found.potential);
        repair_answer(repair, &network, REPAIR_DONE, &solution);
        cr_assert_eq(solution.cost, found.cost);
        network_clear_deltas(&network, NULL);
        change_costs(&network, &random, 20);
        network_merge_deltas(&network);
        struct solve_request next = {.budget = SOLVER_NO_BUDGET, .continues = true};
        solution = (struct solution){0};
        repair_solve(repair, &network, &next, &solution);
        struct solution expected;
        solver_solve(paths, &network, SOLVER_NO_BUDGET, &expected);
        cr_assert_eq(solution.cost, expected.cost);
        solver_destroy(paths);
        repair_destroy(repair);
        scaling_destroy(scaling);
        network_free(&network);
    }
}
