/* test_exhaustive.c - every solver on every small network of some kinds.
 *
 * What is right is found without any algorithm: by trying all flows. */
#include <criterion/criterion.h>

#include "base/random.h"
#include "solver/certificate.h"
#include "solver/solver.h"
#include "tests/random_network.h"
#include "tests/shrink.h"

#define ARCS_MAX 4

/* All networks with so many nodes and arcs, each arc one of the arcs listed, in any order with
 * repetition, and supplies from -supply to supply that sum to 0. */
struct kind {
    uint32_t nodes, arcs;
    flow_t supply, lower_max, capacity_max;
    cost_t cost_max; /* costs go from minus this to this */
    bool loops;
};

static const struct kind KINDS[] = {
    {2, 2, 2, 1, 2, 1, true}, {3, 2, 1, 1, 2, 1, true},  {3, 3, 1, 0, 1, 1, false},
    {3, 3, 1, 1, 1, 1, true}, {3, 4, 1, 0, 1, 1, false}, {4, 3, 1, 0, 1, 1, false},
};

/* The cheapest way to meet all supplies, by trying each arc's flows from the a-th on. */
static bool try_flows(const struct network *network, uint32_t a, flow_t *excess, cost_t cost,
                      cost_t *best, bool found)
{
    if (a == network->arc_limit) {
        for (uint32_t v = 0; v < network->node_limit; v++)
            if (excess[v] != 0)
                return found;
        if (!found || cost < *best)
            *best = cost;
        return true;
    }
    const struct network_arc *arc = &network->arcs[a];
    for (flow_t flow = arc->lower; flow <= arc->capacity; flow++) {
        excess[arc->tail] -= flow;
        excess[arc->head] += flow;
        found = try_flows(network, a + 1, excess, cost + flow * arc->cost, best, found);
        excess[arc->tail] += flow;
        excess[arc->head] -= flow;
    }
    return found;
}

/* Is this solver right about this network? */
static bool is_wrong(struct network *network, void *context)
{
    struct solver *solver = context;
    struct solution solution;
    struct certificate certificate;
    flow_t excess[4];
    cost_t best = 0;
    for (uint32_t v = 0; v < network->node_limit; v++)
        excess[v] = network->nodes[v].live ? network->nodes[v].supply : 0;
    bool feasible = try_flows(network, 0, excess, 0, &best, false);
    solver_solve(solver, network, SOLVER_NO_BUDGET, &solution);
    if (solution.outcome != (feasible ? OUTCOME_OPTIMAL : OUTCOME_INFEASIBLE))
        return true;
    solver_prove(solver, network, &solution);
    certificate_check(network, &solution, &certificate);
    return certificate.verdict != VERDICT_HOLDS || (feasible && solution.cost != best);
}

/* The arcs that a kind of network may have. */
static uint32_t list_arcs(const struct kind *kind, struct network_arc *arcs)
{
    uint32_t count = 0;
    for (uint32_t tail = 0; tail < kind->nodes; tail++)
        for (uint32_t head = 0; head < kind->nodes; head++)
            for (flow_t lower = 0; lower <= kind->lower_max; lower++)
                for (flow_t capacity = 1; capacity <= kind->capacity_max; capacity++)
                    for (cost_t cost = -kind->cost_max; cost <= kind->cost_max; cost++)
                        if ((tail != head || kind->loops) && lower <= capacity)
                            arcs[count++] = (struct network_arc){.tail = tail,
                                                                 .head = head,
                                                                 .lower = lower,
                                                                 .capacity = capacity,
                                                                 .cost = cost};
    return count;
}

/* The next multiset of arcs, as indices that do not fall; false after the last. */
static bool next_choice(uint32_t *choice, uint32_t arcs, uint32_t kinds)
{
    for (uint32_t i = 0; i < arcs; i++) {
        if (choice[i] + 1 == kinds)
            continue;
        choice[i]++;
        for (uint32_t j = 0; j < i; j++)
            choice[j] = choice[i];
        return true;
    }
    return false;
}

static bool next_supplies(flow_t *supply, const struct kind *kind)
{
    for (uint32_t v = 0; v < kind->nodes; v++) {
        if (supply[v]++ < kind->supply)
            return true;
        supply[v] = -kind->supply;
    }
    return false;
}

static uint64_t try_supplies(struct network *network, const struct kind *kind,
                             struct solver *solver)
{
    flow_t supply[4];
    uint64_t count = 0;
    for (uint32_t v = 0; v < kind->nodes; v++)
        supply[v] = -kind->supply;
    do {
        flow_t sum = 0;
        for (uint32_t v = 0; v < kind->nodes; v++)
            sum += supply[v];
        if (sum != 0)
            continue;
        for (uint32_t v = 0; v < kind->nodes; v++)
            network_set_supply(network, v, supply[v]);
        count++;
        if (is_wrong(network, solver)) {
            shrink_network(network, is_wrong, solver);
            cr_assert_fail("%s: %s", solver_name(solver), random_network_save(network, 0));
        }
    } while (next_supplies(supply, kind));
    return count;
}

static uint64_t try_kind(const struct kind *kind, const char *name)
{
    struct network_arc arcs[128];
    uint32_t choice[ARCS_MAX] = {0};
    uint32_t arc_kinds = list_arcs(kind, arcs);
    cr_assert_leq(arc_kinds, COUNT_OF(arcs));
    uint64_t count = 0;
    struct solver *solver = solver_create(name);
    struct network network;
    network_init(&network);
    for (uint32_t v = 0; v < kind->nodes; v++)
        network_add_node(&network, 0);
    do {
        /* One network all the way, so that the incremental ones are given changes. */
        for (uint32_t a = 0; a < network.arc_limit; a++)
            network_remove_arc(&network, a);
        for (uint32_t i = 0; i < kind->arcs; i++) {
            const struct network_arc *arc = &arcs[choice[i]];
            network_add_arc(&network, arc->tail, arc->head, arc->lower, arc->capacity, arc->cost);
        }
        count += try_supplies(&network, kind, solver);
    } while (next_choice(choice, kind->arcs, arc_kinds));
    solver_destroy(solver);
    network_free(&network);
    return count;
}

Test(exhaustive, every_small_network_is_solved_right, .timeout = 300)
{
    uint64_t count = 0;
    for (uint32_t s = 0; s < solver_kind_count(); s++)
        for (uint32_t k = 0; k < COUNT_OF(KINDS); k++)
            count += try_kind(&KINDS[k], solver_kind_at(s)->name);
    cr_assert_gt(count, 450000 * (uint64_t)solver_kind_count(), "%" PRIu64, count);
}

/* A test that fails for networks with something dear in them. */
static bool has_a_dear_arc(struct network *network, void *context)
{
    for (uint32_t a = 0; a < network->arc_limit; a++)
        if (network_arc_live(network, a) && network->arcs[a].cost > *(const cost_t *)context)
            return true;
    return false;
}

Test(shrink, leaves_what_makes_it_fail_and_nothing_else)
{
    uint32_t tried = 0;
    for (uint64_t seed = 0; seed < 50; seed++) {
        struct random random;
        struct network network;
        cost_t dear = 7;
        random_init(&random, seed);
        random_network(&network, &random, &(struct random_shape){8, 24, 10, 20});
        if (has_a_dear_arc(&network, &dear)) {
            shrink_network(&network, has_a_dear_arc, &dear);
            tried++;
            cr_assert_eq(network.arc_count, 1);
            cr_assert_leq(network.node_count, 2);
            cr_assert_eq(network.sums.capacity, 0);
            network_measure_costs(&network);
            cr_assert_eq(network.sums.cost_magnitude, 8);
        }
        network_free(&network);
    }
    cr_assert_gt(tried, 20);
}
