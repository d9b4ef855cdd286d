/* test_auto.c - repair and cost scaling side by side, on networks that keep repair busy. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "solver/certificate.h"
#include "solver/repair.h"
#include "solver/scaling.h"
#include "solver/solver.h"

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

Test(auto, answers_right_and_the_same_each_time_however_busy)
{
    uint32_t raced = 0;
    for (uint64_t seed = 0; seed < 10; seed++) {
        struct random random;
        struct network network;
        struct solver *solvers[3] = {solver_create("auto"), solver_create("race"),
                                     solver_create("paths")};
        random_init(&random, seed);
        crowd(&network, &random);
        for (uint32_t round = 0; round < 6; round++) {
            struct solution solutions[3];
            for (uint32_t i = 0; i < 3; i++) {
                solver_solve(solvers[i], &network, SOLVER_NO_BUDGET, &solutions[i]);
                assert_certified(solvers[i], &network, &solutions[i]);
                cr_assert_eq(solutions[i].cost, solutions[0].cost, "seed %" PRIu64, seed);
            }
            raced += solutions[0].work > 8 * ((uint64_t)network.arc_count + network.node_count);
            struct solver *again = solver_create("auto");
            struct solver *twin = solver_create("auto");
            struct solution first;
            struct solution second;
            solver_solve(again, &network, SOLVER_NO_BUDGET, &first);
            solver_solve(twin, &network, SOLVER_NO_BUDGET, &second);
            cr_assert_eq(memcmp(first.flow, second.flow, network.arc_limit * sizeof(flow_t)), 0);
            cr_assert_eq(first.work, second.work);
            solver_destroy(again);
            solver_destroy(twin);
            change_costs(&network, &random, 1000);
        }
        for (uint32_t i = 0; i < 3; i++)
            solver_destroy(solvers[i]);
        network_free(&network);
    }
    cr_assert_gt(raced, 10, "%u rounds in which repair was not done at once", raced);
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
        repair_set_hub_min(repair, seed % 2 ? 1000 : 20);
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
