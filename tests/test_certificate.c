/* test_certificate.c - the certificate catches what is wrong and passes what is right. */
#include <criterion/criterion.h>

#include "base/memory.h"
#include "solver/certificate.h"
#include "solver/proof.h"
#include "solver/ranges.h"
#include "tests/random_network.h"

/* 1 -> 2 -> 4 and 1 -> 3 -> 4, where 4 units go; the way over 2 is cheaper and holds 3. */
struct diamond {
    struct network network;
    flow_t flow[4];
    cost_t potential[4];
    struct solution solution;
};

static void init_diamond(struct diamond *diamond)
{
    struct network *network = &diamond->network;
    network_init(network);
    network_add_node(network, 4);
    network_add_node(network, 0);
    network_add_node(network, 0);
    network_add_node(network, -4);
    network_add_arc(network, 0, 1, 0, 3, 1);
    network_add_arc(network, 1, 3, 0, 9, 1);
    network_add_arc(network, 0, 2, 1, 9, 2);
    network_add_arc(network, 2, 3, 0, 9, 2);
    static const flow_t FLOW[4] = {3, 3, 1, 1};
    static const cost_t POTENTIAL[4] = {0, 3, 2, 4};
    for (int i = 0; i < 4; i++) {
        diamond->flow[i] = FLOW[i];
        diamond->potential[i] = POTENTIAL[i];
    }
    diamond->solution = (struct solution){.outcome = OUTCOME_OPTIMAL,
                                          .cost = 10,
                                          .flow = diamond->flow,
                                          .potential = diamond->potential};
}

static struct certificate certify(const struct diamond *diamond)
{
    struct certificate certificate;
    certificate_check(&diamond->network, &diamond->solution, &certificate);
    return certificate;
}

Test(certificate, holds_for_the_right_answer)
{
    struct diamond diamond;
    init_diamond(&diamond);
    struct certificate certificate = certify(&diamond);
    cr_assert_eq(certificate.verdict, VERDICT_HOLDS, "%s", certificate.reason);
    network_free(&diamond.network);
}

Test(certificate, a_broken_bound_is_caught_at_its_arc)
{
    static const struct {
        uint32_t arc;
        flow_t flow;
    } CASES[] = {{0, 4}, {0, -1}, {2, 0}, {1, INT64_MAX}, {3, INT64_MIN}};
    for (uint32_t i = 0; i < COUNT_OF(CASES); i++) {
        struct diamond diamond;
        init_diamond(&diamond);
        diamond.flow[CASES[i].arc] = CASES[i].flow;
        struct certificate certificate = certify(&diamond);
        cr_assert_eq(certificate.verdict, VERDICT_NOT_A_FLOW, "row %u", i);
        cr_assert_eq(certificate.arc, CASES[i].arc, "row %u", i);
        network_free(&diamond.network);
    }
}

Test(certificate, a_broken_balance_is_caught_at_its_node)
{
    struct diamond diamond;
    init_diamond(&diamond);
    diamond.flow[1] = 2;
    struct certificate certificate = certify(&diamond);
    cr_assert_eq(certificate.verdict, VERDICT_NOT_A_FLOW);
    cr_assert_eq(certificate.node, 1);
    network_free(&diamond.network);
}

Test(certificate, a_wrong_cost_is_caught)
{
    static const cost_t COSTS[] = {9, 11, 0, -10, INT64_MAX, INT64_MIN};
    for (uint32_t i = 0; i < COUNT_OF(COSTS); i++) {
        struct diamond diamond;
        init_diamond(&diamond);
        diamond.solution.cost = COSTS[i];
        cr_assert_eq(certify(&diamond).verdict, VERDICT_WRONG_COST, "row %u", i);
        network_free(&diamond.network);
    }
}

Test(certificate, wrong_potentials_are_caught)
{
    static const struct {
        uint32_t node;
        cost_t potential;
    } CASES[] = {{0, -1}, {0, 4}, {1, 2}, {1, 4}, {2, 1}, {3, 5}, {3, INT64_MIN}, {1, INT64_MAX}};
    for (uint32_t i = 0; i < COUNT_OF(CASES); i++) {
        struct diamond diamond;
        init_diamond(&diamond);
        diamond.potential[CASES[i].node] = CASES[i].potential;
        struct certificate certificate = certify(&diamond);
        cr_assert_eq(certificate.verdict, VERDICT_NOT_PROVEN, "row %u", i);
        cr_assert_neq(certificate.arc, NONE, "row %u", i);
        network_free(&diamond.network);
    }
}

Test(certificate, a_dearer_flow_is_disproved_by_a_cycle)
{
    struct diamond diamond;
    cost_t potential[4];
    struct certificate certificate;
    init_diamond(&diamond);
    cr_assert(proof_find(&diamond.network, diamond.flow, potential, &certificate));
    static const flow_t DEARER[4] = {2, 2, 2, 2};
    cr_assert_not(proof_find(&diamond.network, DEARER, potential, &certificate));
    cr_assert_eq(certificate.verdict, VERDICT_NOT_PROVEN);
    cr_assert_neq(certificate.arc, NONE);
    cr_assert_str_eq(certificate.reason,
                     "flow around a cycle of 4 arcs through here costs -2 a unit");
    network_free(&diamond.network);
}

Test(certificate, a_flow_without_its_proof_or_a_refusal_is_not_proven)
{
    struct diamond diamond;
    init_diamond(&diamond);
    diamond.solution.potential = NULL;
    cr_assert_eq(certify(&diamond).verdict, VERDICT_NOT_PROVEN);
    diamond.solution.potential = diamond.potential;
    diamond.solution.flow = NULL;
    cr_assert_eq(certify(&diamond).verdict, VERDICT_NOT_PROVEN);
    diamond.solution.outcome = OUTCOME_REFUSED;
    cr_assert_eq(certify(&diamond).verdict, VERDICT_NOT_PROVEN);
    network_free(&diamond.network);
}

Test(certificate, a_bound_holds_as_far_as_the_potentials_prove_it)
{
    static const flow_t DEARER[4] = {0, 0, 4, 4};
    static const struct {
        cost_t bound;
        cost_t cost;
        cost_t potential[4];
        enum verdict verdict;
    } CASES[] = {
        {10, 16, {0, 3, 2, 4}, VERDICT_HOLDS},      {9, 16, {0, 3, 2, 4}, VERDICT_HOLDS},
        {11, 16, {0, 3, 2, 4}, VERDICT_WRONG_COST}, {10, 15, {0, 3, 2, 4}, VERDICT_WRONG_COST},
        {2, 16, {0, 0, 0, 0}, VERDICT_HOLDS},       {3, 16, {0, 0, 0, 0}, VERDICT_WRONG_COST},
    };
    struct diamond diamond;
    init_diamond(&diamond);
    for (uint32_t i = 0; i < COUNT_OF(CASES); i++) {
        diamond.solution = (struct solution){.outcome = OUTCOME_BUDGET_SPENT,
                                             .cost = CASES[i].cost,
                                             .bound = CASES[i].bound,
                                             .flow = DEARER,
                                             .potential = CASES[i].potential};
        cr_assert_eq(certify(&diamond).verdict, CASES[i].verdict, "row %u: %s", i,
                     certify(&diamond).reason);
    }
    network_free(&diamond.network);
}

Test(certificate, a_wrong_cut_is_caught)
{
    struct diamond diamond;
    init_diamond(&diamond);
    network_set_supply(&diamond.network, 0, 20);
    network_set_supply(&diamond.network, 3, -20);
    diamond.solution.outcome = OUTCOME_INFEASIBLE;
    static const struct {
        cost_t potential[4];
        bool holds;
    } CASES[] = {
        {{1, 0, 0, 0}, true},  {{1, 1, 1, 0}, true},   {{0, 0, 0, -1}, true},
        {{0, 0, 0, 0}, false}, {{1, 1, 1, 1}, false},  {{0, 0, 0, 1}, false},
        {{0, 1, 0, 0}, false}, {{-1, 0, 0, 0}, false}, {{2, 0, 0, 0}, false},
    };
    for (uint32_t i = 0; i < COUNT_OF(CASES); i++) {
        diamond.solution.potential = CASES[i].potential;
        cr_assert_eq(certify(&diamond).verdict == VERDICT_HOLDS, CASES[i].holds, "row %u", i);
    }
    network_free(&diamond.network);
}

Test(certificate, a_feasible_network_has_no_cut)
{
    struct diamond diamond;
    init_diamond(&diamond);
    diamond.solution.outcome = OUTCOME_INFEASIBLE;
    for (int code = 0; code < 81; code++) {
        int rest = code;
        for (int v = 0; v < 4; v++, rest /= 3)
            diamond.potential[v] = rest % 3 - 1;
        cr_assert_eq(certify(&diamond).verdict, VERDICT_NOT_PROVEN, "code %d", code);
    }
    network_free(&diamond.network);
}

Test(certificate, self_loops_are_judged_like_all_arcs)
{
    static const struct {
        cost_t cost;
        flow_t flow;
        bool optimal;
    } CASES[] = {{1, 0, true}, {1, 1, false}, {-1, 5, true}, {-1, 4, false}, {0, 3, true}};
    for (uint32_t i = 0; i < COUNT_OF(CASES); i++) {
        struct network network;
        struct certificate certificate;
        cost_t potential[1];
        network_init(&network);
        network_add_node(&network, 0);
        network_add_arc(&network, 0, 0, 0, 5, CASES[i].cost);
        cr_assert_eq(proof_find(&network, &CASES[i].flow, potential, &certificate),
                     CASES[i].optimal, "row %u", i);
        network_free(&network);
    }
}

/* Every single change of an optimal flow's cost or of one arc's flow must be noticed. */
Test(certificate, no_single_corruption_of_a_random_optimum_passes)
{
    static const struct random_shape SHAPE = {10, 30, 6, 10};
    uint32_t corrupted = 0;
    struct solver *solver = solver_create("paths");
    for (uint64_t seed = 0; seed < 300; seed++) {
        struct random random;
        struct network network;
        struct solution solution;
        struct certificate certificate;
        random_init(&random, seed);
        random_network(&network, &random, &SHAPE);
        solver_solve(solver, &network, SOLVER_NO_BUDGET, &solution);
        flow_t *flow = memory_alloc((network.arc_limit + 1) * sizeof *flow);
        cost_t *potential = memory_alloc((network.node_limit + 1) * sizeof *potential);
        for (uint32_t a = 0; a < network.arc_limit && solution.flow; a++) {
            const struct network_arc *arc = &network.arcs[a];
            if (!network_arc_live(&network, a) || (arc->tail == arc->head && arc->cost == 0))
                continue;
            for (uint32_t i = 0; i < network.arc_limit; i++)
                flow[i] = solution.flow[i];
            flow[a] += random_below(&random, 2) ? 1 : -1;
            struct solution wrong = solution;
            wrong.flow = flow;
            certificate_check(&network, &wrong, &certificate);
            cr_assert_neq(certificate.verdict, VERDICT_HOLDS, "seed %" PRIu64 " arc %u", seed, a);
            cr_assert_not(proof_find(&network, flow, potential, &certificate));
            corrupted++;
        }
        memory_free(flow);
        memory_free(potential);
        network_free(&network);
    }
    solver_destroy(solver);
    cr_assert_gt(corrupted, 500);
}

/* Found potentials agree with a solver on whether a flow is the cheapest. */
Test(certificate, potentials_are_found_exactly_for_optimal_flows)
{
    static const struct random_shape SHAPE = {10, 30, 6, 10};
    struct solver *solver = solver_create("paths");
    uint32_t disproved = 0;
    for (uint64_t seed = 0; seed < 500; seed++) {
        struct random random;
        struct network network;
        struct solution solution;
        struct certificate certificate;
        random_init(&random, seed);
        random_network(&network, &random, &SHAPE);
        solver_solve(solver, &network, SOLVER_NO_BUDGET, &solution);
        cost_t *potential = memory_alloc((network.node_limit + 1) * sizeof *potential);
        if (solution.flow) {
            cr_assert(proof_find(&network, solution.flow, potential, &certificate),
                      "seed %" PRIu64 ": %s", seed, certificate.reason);
            solution.potential = potential;
            certificate_check(&network, &solution, &certificate);
            cr_assert_eq(certificate.verdict, VERDICT_HOLDS, "seed %" PRIu64, seed);
            cost_t before = solution.cost;
            flow_t *flow = memory_alloc((network.arc_limit + 1) * sizeof *flow);
            for (uint32_t a = 0; a < network.arc_limit; a++)
                flow[a] = solution.flow[a];
            for (uint32_t a = 0; a < network.arc_limit; a++)
                if (network_arc_live(&network, a))
                    network_change_arc(&network, a, network.arcs[a].lower, network.arcs[a].capacity,
                                       (cost_t)random_below(&random, 20) - 6);
            cr_assert(ranges_total_cost(&network, flow, &before));
            solver_solve(solver, &network, SOLVER_NO_BUDGET, &solution);
            bool found = proof_find(&network, flow, potential, &certificate);
            cr_assert_eq(found, before == solution.cost, "seed %" PRIu64, seed);
            disproved += !found;
            memory_free(flow);
        }
        memory_free(potential);
        network_free(&network);
    }
    solver_destroy(solver);
    cr_assert_gt(disproved, 50);
}
