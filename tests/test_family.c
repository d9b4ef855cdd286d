/* test_family.c - networks of the classic families: what was asked for, solvable, the like of
 * their namesakes. */
#include <criterion/criterion.h>

#include "base/memory.h"
#include "bench/family.h"
#include "graph/inspect.h"
#include "solver/certificate.h"
#include "solver/ranges.h"

static void build(const char *name, const struct family_options *options, struct network *network)
{
    struct problem problem = {0};
    const struct family *family = family_find(name);
    cr_assert(family, "%s", name);
    enum status status = family_build(family, options, network, &problem);
    cr_assert_eq(status, STATUS_OK, "%s, %u nodes, degree %u, seed %" PRIu64 ": %s", name,
                 options->nodes, options->degree, options->seed, problem.reason);
}

/* The cost of the optimum, which there must be, and whose certificate must hold. */
static cost_t solve(struct network *network, const char *name)
{
    struct solver *solver = solver_create("lemon-network-simplex");
    struct solution solution;
    struct certificate certificate;
    solver_solve(solver, network, SOLVER_NO_BUDGET, &solution);
    cr_assert_eq(solution.outcome, OUTCOME_OPTIMAL, "%s: %d", name, solution.outcome);
    solver_prove(solver, network, &solution);
    certificate_check(network, &solution, &certificate);
    cr_assert_eq(certificate.verdict, VERDICT_HOLDS, "%s: %s", name, certificate.reason);
    cost_t cost = solution.cost;
    solver_destroy(solver);
    return cost;
}

static struct inspect_statistics measure(const struct network *network)
{
    struct inspect_statistics statistics;
    struct problem problem;
    cr_assert_eq(inspect_measure(network, &statistics, &problem), STATUS_OK);
    return statistics;
}

static bool same_network(const struct network *one, const struct network *other)
{
    if (one->node_limit != other->node_limit || one->arc_limit != other->arc_limit)
        return false;
    for (uint32_t v = 0; v < one->node_limit; v++)
        if (one->nodes[v].supply != other->nodes[v].supply)
            return false;
    for (uint32_t a = 0; a < one->arc_limit; a++) {
        const struct network_arc *x = &one->arcs[a];
        const struct network_arc *y = &other->arcs[a];
        if (x->tail != y->tail || x->head != y->head || x->capacity != y->capacity ||
            x->cost != y->cost)
            return false;
    }
    return true;
}

/* What every family promises of every network. */
static void check_network(const char *name, const struct family_options *options,
                          struct network *network)
{
    struct problem problem;
    cost_t cost_max = options->cost_max ? options->cost_max : 10000;
    bool super_node = strcmp(name, "gridgen") == 0;
    cr_assert_eq(network_check(network, &problem), STATUS_OK, "%s: %s", name, problem.reason);
    cr_assert_eq(network->node_count, options->nodes, "%s", name);
    cr_assert_eq(network->node_delta_count + network->arc_delta_count, 0, "%s", name);
    cr_assert_null(ranges_check(network), "%s", name);
    cr_assert(network->sums.supply == 0, "%s", name);
    cr_assert(network->sums.supply_magnitude > 0, "%s", name);
    cr_assert(network->sums.lower == 0, "%s", name);
    for (uint32_t a = 0; a < network->arc_limit; a++) {
        const struct network_arc *arc = &network->arcs[a];
        cr_assert_neq(arc->tail, arc->head, "%s: arc %u", name, a);
        cr_assert_gt(arc->capacity, 0, "%s: arc %u", name, a);
        cr_assert_gt(arc->cost, 0, "%s: arc %u", name, a);
        cr_assert_leq(arc->cost, super_node ? 2 * cost_max : cost_max, "%s: arc %u", name, a);
    }
    cr_assert_eq(measure(network).components, 1, "%s, %u nodes, degree %u, seed %" PRIu64, name,
                 options->nodes, options->degree, options->seed);
}

static const struct family_options SIZES[] = {
    {.nodes = 64, .seed = 0},   {.nodes = 64, .seed = 7, .degree = 4},
    {.nodes = 250, .seed = 1},  {.nodes = 250, .seed = 2, .degree = 5, .cost_max = 1},
    {.nodes = 1000, .seed = 1}, {.nodes = 1000, .seed = 2, .cost_max = FAMILY_COST_MAX},
    {.nodes = 4096, .seed = 3},
};

Test(family, networks_are_as_asked_for_and_have_a_certified_optimum, .timeout = 60)
{
    for (uint32_t f = 0; f < family_count(); f++) {
        const struct family *family = family_at(f);
        cr_assert_eq(family_find(family->name), family);
        for (uint32_t i = 0; i < COUNT_OF(SIZES); i++) {
            uint32_t degree = SIZES[i].degree ? SIZES[i].degree : family->degree;
            struct network network;
            build(family->name, &SIZES[i], &network);
            check_network(family->name, &SIZES[i], &network);
            cr_assert_eq(network.arc_count, SIZES[i].nodes * degree, "%s", family->name);
            solve(&network, family->name);
            network_free(&network);
        }
    }
}

Test(family, a_seed_gives_one_network_and_another_seed_another)
{
    for (uint32_t f = 0; f < family_count(); f++) {
        const char *name = family_at(f)->name;
        struct network one;
        struct network again;
        struct network other;
        build(name, &(struct family_options){.nodes = 300, .seed = 5}, &one);
        build(name, &(struct family_options){.nodes = 300, .seed = 5}, &again);
        build(name, &(struct family_options){.nodes = 300, .seed = 6}, &other);
        cr_assert(same_network(&one, &again), "%s", name);
        cr_assert_not(same_network(&one, &other), "%s", name);
        network_free(&one);
        network_free(&again);
        network_free(&other);
    }
}

Test(family, netgen_has_sources_first_sinks_last_and_no_parallel_arcs)
{
    struct network network;
    build("netgen", &(struct family_options){.nodes = 1000, .supply = 500000, .capacity_max = 7},
          &network);
    uint32_t skeleton = 0;
    for (uint32_t v = 0; v < 1000; v++) {
        const struct network_node *node = &network.nodes[v];
        cr_assert_eq(node->supply > 0, v < 32, "node %u", v);
        cr_assert(node->supply >= 0 || v >= 968, "node %u", v);
        cr_assert(v >= 32 || node->first_in == NONE, "node %u", v);
        cr_assert(v < 968 || node->first_out == NONE, "node %u", v);
    }
    for (uint32_t a = 0; a < network.arc_limit; a++)
        if (network.arcs[a].capacity > 7)
            skeleton += network.arcs[a].cost == 10000;
    cr_assert_geq(skeleton, 936);
    cr_assert_leq(skeleton, 936 + 3 * 32);
    cr_assert(network.sums.supply_magnitude == 1000000);
    cr_assert_not(measure(&network).parallel_arcs);
    network_free(&network);
}

Test(family, netgen_can_have_every_arc_there_is)
{
    struct network network;
    build("netgen", &(struct family_options){.nodes = 4, .degree = 1}, &network);
    cr_assert_eq(network.arc_count, 4);
    solve(&network, "netgen");
    network_free(&network);
}

static const struct {
    const char *family;
    struct family_options options;
    enum status status;
    const char *reason;
} REFUSALS[] = {
    {"netgen", {.nodes = 1}, STATUS_USAGE, "netgen takes at least 2 nodes"},
    {"netgen",
     {.nodes = 10, .degree = 1},
     STATUS_USAGE,
     "10 nodes take at least 11 arcs here, not 10: a larger degree"},
    {"netgen",
     {.nodes = 16, .degree = 12},
     STATUS_USAGE,
     "16 nodes take at most 136 arcs here, not 192"},
    {"netgen",
     {.nodes = 100, .supply = 9},
     STATUS_USAGE,
     "10 sources take a supply of at least 10"},
    {"netgen",
     {.nodes = 1u << 24, .degree = 5},
     STATUS_TOO_LARGE,
     "16777216 nodes of degree 5 have more than 67108864 arcs"},
};

Test(family, what_there_is_no_network_for_is_refused)
{
    cr_assert_null(family_find("nonesuch"));
    for (uint32_t i = 0; i < COUNT_OF(REFUSALS); i++) {
        struct network network;
        struct problem problem = {0};
        enum status status =
            family_build(family_find(REFUSALS[i].family), &REFUSALS[i].options, &network, &problem);
        cr_assert_eq(status, REFUSALS[i].status, "row %u", i);
        cr_assert_str_eq(problem.reason, REFUSALS[i].reason, "row %u", i);
        cr_assert_eq(network.node_count, 0, "row %u", i);
        network_free(&network);
    }
}
