/* test_family.c - networks of the classic families: what was asked for, solvable, the like of
 * their namesakes. */
#include <criterion/criterion.h>
#include <string.h>

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
}

static const struct family_options SIZES[] = {
    {.nodes = 64, .seed = 0},
    {.nodes = 64, .seed = 7, .degree = 4},
    {.nodes = 250, .seed = 1},
    {.nodes = 250, .seed = 2, .degree = 5, .cost_max = 1},
    {.nodes = 1000, .seed = 1},
    {.nodes = 1000, .seed = 2, .degree = 4, .cost_max = FAMILY_COST_MAX},
    {.nodes = 4096, .seed = 3},
};

/* A road is two arcs. */
static uint32_t arcs_wanted(const struct family *family, const struct family_options *options)
{
    uint32_t arcs = options->nodes * (options->degree ? options->degree : family->degree);
    return strcmp(family->name, "road") == 0 ? arcs - arcs % 2 : arcs;
}

Test(family, networks_are_as_asked_for_and_have_a_certified_optimum, .timeout = 60)
{
    for (uint32_t f = 0; f < family_count(); f++) {
        const struct family *family = family_at(f);
        cr_assert_eq(family_find(family->name), family);
        for (uint32_t i = 0; i < COUNT_OF(SIZES); i++) {
            struct network network;
            build(family->name, &SIZES[i], &network);
            check_network(family->name, &SIZES[i], &network);
            cr_assert_eq(network.arc_count, arcs_wanted(family, &SIZES[i]), "%s", family->name);
            cr_assert_eq(measure(&network).components, 1, "%s row %u", family->name, i);
            solve(&network, family->name);
            network_free(&network);
        }
    }
}

Test(family, small_networks_have_an_optimum_or_are_refused, .timeout = 60)
{
    uint32_t built = 0;
    uint32_t refused = 0;
    for (uint32_t i = 0; i < 40 * 9 * family_count(); i++) {
        const struct family *family = family_at(i % family_count());
        struct family_options options = {.nodes = 2 + i / family_count() % 40, .seed = i};
        options.degree = i / family_count() / 40;
        struct network network;
        struct problem problem = {0};
        enum status status = family_build(family, &options, &network, &problem);
        if (status == STATUS_OK) {
            built++;
            check_network(family->name, &options, &network);
            cr_assert_eq(network.arc_count, arcs_wanted(family, &options), "%s", family->name);
            solve(&network, family->name);
        } else {
            refused++;
            cr_assert_eq(status, STATUS_USAGE, "%s, row %u", family->name, i);
            cr_assert(strstr(problem.reason, "take"), "%s, row %u", family->name, i);
            cr_assert_eq(network.node_count, 0);
        }
        network_free(&network);
    }
    cr_assert_gt(built, 1000, "%u", built);
    cr_assert_gt(refused, 400, "%u", refused);
}

static const struct family_options NUMBERS[] = {
    {.nodes = 200, .seed = 1, .supply = 100},
    {.nodes = 200, .seed = 1, .supply = 100, .cost_max = 3, .capacity_max = 2},
    {.nodes = 200, .seed = 1, .supply = 500, .capacity_max = 1000000},
    {.nodes = 200, .seed = 1, .supply = 100, .cost_max = FAMILY_COST_MAX},
    {.nodes = 200, .seed = 1, .supply = 100, .capacity_max = FAMILY_CAPACITY_MAX},
};

Test(family, supplies_costs_and_capacities_can_be_chosen)
{
    for (uint32_t f = 0; f < family_count(); f++) {
        const char *name = family_at(f)->name;
        for (uint32_t i = 0; i < COUNT_OF(NUMBERS); i++) {
            struct network network;
            struct family_options options = NUMBERS[i];
            if (strcmp(name, "assignment") == 0)
                options.supply = options.capacity_max = 0;
            /* Few roads of little capacity cannot carry more. */
            if (strcmp(name, "road") == 0 && options.capacity_max == 2)
                options.supply = 2;
            build(name, &options, &network);
            check_network(name, &options, &network);
            if (options.supply > 0)
                cr_assert(network.sums.supply_magnitude == 2 * (wide_t)options.supply, "%s", name);
            uint32_t above = 0;
            for (uint32_t a = 0; a < network.arc_limit; a++)
                above +=
                    options.capacity_max > 0 && network.arcs[a].capacity > options.capacity_max;
            /* At most those that ensure the flow. */
            cr_assert_leq(above, 250, "%s row %u", name, i);
            solve(&network, name);
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

/* Without the dear way around there may be no flow, but with it there is one at no more than
 * four times the largest cost. */
Test(family, gridgen_is_a_grid_with_a_way_around)
{
    struct network network;
    build("gridgen", &(struct family_options){.nodes = 901, .seed = 4}, &network);
    uint32_t around = 0;
    uint32_t streets = 0;
    for (uint32_t a = 0; a < network.arc_limit; a++) {
        const struct network_arc *arc = &network.arcs[a];
        if (arc->tail == 900 || arc->head == 900) {
            around++;
            cr_assert_eq(arc->cost, 20000);
            cr_assert_eq(arc->capacity, 30000);
            const struct network_node *end =
                &network.nodes[arc->tail == 900 ? arc->head : arc->tail];
            cr_assert_eq(end->supply > 0, arc->head == 900);
            cr_assert_neq(end->supply, 0);
            continue;
        }
        /* In the grid: even rows lead right and odd ones left, columns down and up. */
        if (around == 0 && arc->head == arc->tail + 1)
            streets += arc->tail / 30 % 2 == 0;
        else if (around == 0 && arc->head + 1 == arc->tail)
            streets += arc->tail / 30 % 2 == 1;
        else if (around == 0 && arc->head == arc->tail + 30)
            streets += arc->tail % 2 == 0;
        else if (around == 0 && arc->head + 30 == arc->tail)
            streets += arc->tail % 2 == 1;
        cr_assert_leq(arc->capacity, 1000);
        cr_assert_leq(arc->cost, 10000);
    }
    cr_assert_eq(around, 60);
    cr_assert_eq(streets, 2 * 30 * 29);
    cr_assert_lt(solve(&network, "gridgen"), 4 * 10000 * 30000);
    network_free(&network);
}

/* The cut is what makes it hard: at the optimum, most of what comes to the sink fills the arc
 * it comes by. */
Test(family, goto_fills_the_arcs_across_its_cut)
{
    struct network network;
    struct solution solution;
    build("goto", &(struct family_options){.nodes = 1003, .seed = 4}, &network);
    uint32_t sink = 1002;
    cr_assert_gt(network.nodes[0].supply, 1000);
    cr_assert(network.sums.supply_magnitude == 2 * (wide_t)network.nodes[0].supply);
    cr_assert_eq(network.nodes[sink].supply, -network.nodes[0].supply);
    uint32_t path = 0;
    for (uint32_t a = 0; a < network.arc_limit; a++) {
        const struct network_arc *arc = &network.arcs[a];
        path += arc->capacity == network.nodes[0].supply && arc->head == arc->tail + 1;
    }
    cr_assert_eq(path, 1002);
    struct solver *solver = solver_create("lemon-cost-scaling");
    solver_solve(solver, &network, SOLVER_NO_BUDGET, &solution);
    flow_t full = 0;
    for (uint32_t a = network.nodes[sink].first_in; a != NONE; a = network.arcs[a].next_in)
        if (solution.flow[a] == network.arcs[a].capacity)
            full += solution.flow[a];
    cr_assert_gt(2 * full, network.nodes[0].supply, "%" PRId64, full);
    solver_destroy(solver);
    network_free(&network);
}

static uint32_t count_arc(const struct network *network, uint32_t tail, uint32_t head)
{
    uint32_t count = 0;
    for (uint32_t a = network->nodes[tail].first_out; a != NONE; a = network->arcs[a].next_out)
        count += network->arcs[a].head == head;
    return count;
}

Test(family, roads_go_both_ways_and_never_cross)
{
    struct network network;
    uint32_t width = 30;
    build("road", &(struct family_options){.nodes = 915, .seed = 4, .degree = 5}, &network);
    uint32_t longest = 0;
    for (uint32_t a = 0; a < network.arc_limit; a += 2) {
        const struct network_arc *arc = &network.arcs[a];
        cr_assert_eq(arc[1].tail, arc->head);
        cr_assert_eq(arc[1].head, arc->tail);
        cr_assert_eq(arc[1].cost, arc->cost);
        cr_assert_eq(arc[1].capacity, arc->capacity);
        cr_assert_eq(arc->capacity % 250, 0);
        cr_assert_eq(count_arc(&network, arc->tail, arc->head), 1);
        longest = arc->cost > longest ? (uint32_t)arc->cost : longest;
        uint32_t low = arc->tail < arc->head ? arc->tail : arc->head;
        uint32_t high = arc->tail < arc->head ? arc->head : arc->tail;
        uint32_t apart = high - low;
        uint32_t columns =
            low % width > high % width ? low % width - high % width : high % width - low % width;
        cr_assert_leq(columns, 1);
        cr_assert(apart == 1 || (apart >= width - 1 && apart <= width + 1), "arc %u", a);
        /* The other diagonal of the cell is no road. */
        if (apart == width + 1)
            cr_assert_eq(count_arc(&network, low + 1, high - 1), 0);
    }
    cr_assert_gt(longest, 8000);
    struct inspect_statistics statistics = measure(&network);
    cr_assert_eq(statistics.strong_components, 1);
    cr_assert_eq(statistics.sources, 2);
    cr_assert_eq(statistics.sinks, 2);
    network_free(&network);
}

Test(family, transport_and_assignment_are_bipartite)
{
    static const char *const NAMES[] = {"transport", "assignment"};
    for (uint32_t i = 0; i < COUNT_OF(NAMES); i++) {
        struct network network;
        build(NAMES[i], &(struct family_options){.nodes = 300, .seed = 4}, &network);
        for (uint32_t v = 0; v < 300; v++) {
            flow_t supply = network.nodes[v].supply;
            cr_assert(v < 150 ? supply > 0 : supply < 0, "%s: node %u", NAMES[i], v);
            cr_assert(i == 0 || supply == 1 || supply == -1);
        }
        for (uint32_t a = 0; a < network.arc_limit; a++) {
            cr_assert_lt(network.arcs[a].tail, 150);
            cr_assert_geq(network.arcs[a].head, 150);
            cr_assert(i == 0 || network.arcs[a].capacity == 1);
        }
        cr_assert_not(measure(&network).parallel_arcs);
        network_free(&network);
    }
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
     "10 sources and 10 sinks take a supply of at least 10"},
    {"gridgen", {.nodes = 4}, STATUS_USAGE, "gridgen takes at least 5 nodes"},
    {"gridgen",
     {.nodes = 101, .degree = 1},
     STATUS_USAGE,
     "101 nodes take at least 200 arcs here, not 101: a larger degree"},
    {"goto",
     {.nodes = 1000, .degree = 3},
     STATUS_USAGE,
     "1000 nodes take at least 3009 arcs here, not 3000: a larger degree"},
    {"road",
     {.nodes = 100, .degree = 1},
     STATUS_USAGE,
     "100 nodes take from 198 to 522 arcs here, not 100"},
    {"road",
     {.nodes = 100, .degree = 6},
     STATUS_USAGE,
     "100 nodes take from 198 to 522 arcs here, not 600"},
    {"transport",
     {.nodes = 101, .supply = 50},
     STATUS_USAGE,
     "50 sources and 51 sinks take a supply of at least 51"},
    {"transport",
     {.nodes = 20, .degree = 6},
     STATUS_USAGE,
     "20 nodes take at most 100 arcs here, not 120"},
    {"assignment", {.nodes = 33}, STATUS_USAGE, "an assignment takes an even number of nodes"},
    {"assignment",
     {.nodes = 32, .supply = 15},
     STATUS_USAGE,
     "in an assignment every supply and capacity is 1"},
    {"assignment",
     {.nodes = 32, .capacity_max = 2},
     STATUS_USAGE,
     "in an assignment every supply and capacity is 1"},
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
        cr_assert_str_eq(problem.reason, REFUSALS[i].reason, "row %u: %s", i, problem.reason);
        cr_assert_eq(network.node_count, 0, "row %u", i);
        network_free(&network);
    }
}
