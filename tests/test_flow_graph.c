/* test_flow_graph.c - the network kept from round to round, against one built from nothing. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "scheduler/flow_graph.h"
#include "solver/solver.h"
#include "tests/engine_fixture.h"
#include "tests/flow_world.h"

#define SECOND_US INT64_C(1000000)

static void mark(void *graph, const struct cluster *cluster, const struct change *change)
{
    flow_graph_mark(graph, cluster, change);
}

/* A network of the cluster as it is now. */
static void build(struct flow_graph *graph, const struct flow_graph *like,
                  const struct cost_mix *model, const struct cluster *cluster, int64_t now_us)
{
    flow_graph_init(graph, model, like->preemption, like->fairness);
    struct change change = {.cause = CAUSE_MACHINE, .task = NONE};
    for (uint32_t m = 0; m < cluster->machine_count; m++) {
        change.machine = m;
        flow_graph_mark(graph, cluster, &change);
    }
    change = (struct change){.cause = CAUSE_SUBMITTED, .machine = NONE};
    for (uint32_t t = 0; t < cluster->task_limit; t++) {
        change.task = t;
        flow_graph_mark(graph, cluster, &change);
    }
    flow_graph_update(graph, cluster, now_us);
}

static cost_t optimum(struct flow_graph *graph)
{
    struct solver *solver = solver_create("lemon-network-simplex");
    struct solution solution;
    struct problem problem = {0};
    cr_assert_eq(network_check(&graph->network, &problem), STATUS_OK, "%s", problem.reason);
    solver_solve(solver, &graph->network, SOLVER_NO_BUDGET, &solution);
    cr_assert_eq(solution.outcome, OUTCOME_OPTIMAL, "%s", solution.reason);
    solver_destroy(solver);
    return solution.cost;
}

/* The graph's optimum and that of one built now with `model`, which it may be the same. */
static void compare(struct flow_graph *graph, const struct cost_mix *model,
                    const struct flow_world *world, bool exact)
{
    struct flow_graph fresh;
    build(&fresh, graph, model, world->engine.cluster, world->now_us);
    cost_t kept = optimum(graph);
    cost_t expected = optimum(&fresh);
    if (exact)
        cr_assert_eq(kept, expected, "%" PRId64 ", from nothing %" PRId64, kept, expected);
    else
        cr_assert_geq(kept, expected);
    if (graph->preemption || graph->mix.has_machine_units) /* both list all machines */
        cr_assert_eq(graph->network.node_count, fresh.network.node_count);
    flow_graph_free(&fresh);
}

struct variant {
    const char *model;
    bool preemption, fairness, equal_demands;
};

/* Drive a world at random; before each of its rounds, bring a graph of the variant up to
 * date and compare it with one of `model` built from nothing. */
static void drive(const struct variant *variant, const struct cost_mix *model, bool exact,
                  uint64_t seed)
{
    fprintf(stderr, "%s, preemption %d, fairness %d, equal %d, seed %" PRIu64 "\n", variant->model,
            variant->preemption, variant->fairness, variant->equal_demands, seed);
    struct policy_options options = {.cost_model = variant->model,
                                     .solver = "lemon-network-simplex",
                                     .preemption = variant->preemption,
                                     .fairness = variant->fairness};
    struct flow_world world;
    struct flow_graph graph;
    flow_world_init(&world, &options, seed);
    world.machine_count = 8;
    world.equal_demands = variant->equal_demands;
    struct cost_mix mix = cost_mix_of(cost_model_find(variant->model));
    flow_graph_init(&graph, &mix, variant->preemption, variant->fairness);
    engine_observe(&world.engine, (struct observer){&graph, mark});
    for (int step = 0; step < 300; step++) {
        flow_world_random_event(&world);
        if (random_below(&world.random, 3))
            continue;
        flow_graph_update(&graph, world.engine.cluster, world.now_us);
        compare(&graph, model, &world, exact);
        flow_world_round(&world);
    }
    flow_graph_free(&graph);
    flow_world_free(&world);
}

Test(flow_graph, kept_up_to_date_it_equals_one_built_from_nothing)
{
    /* With several classes and short lists, which machines are listed makes a difference. */
    const struct variant variants[] = {
        {"quincy", false, false, true},          {"quincy", false, true, true},
        {"quincy", true, false, false},          {"quincy", true, true, false},
        {"load_spreading", false, false, false}, {"load_spreading", false, true, false},
        {"load_spreading", true, false, false},  {"load_spreading", true, true, true},
    };
    for (uint32_t i = 0; i < COUNT_OF(variants); i++) {
        struct cost_mix mix = cost_mix_of(cost_model_find(variants[i].model));
        drive(&variants[i], &mix, true, 50 + i);
    }
}

static cost_t nothing(const struct machine_facts *machine, uint32_t running)
{
    (void)machine;
    (void)running;
    return 0;
}

Test(flow_graph, short_lists_lose_nothing_against_listing_every_machine)
{
    struct cost_model model = *cost_model_find("quincy");
    model.machine_unit = nothing; /* makes a class list all machines */
    struct cost_mix all = cost_mix_of(&model);
    const struct variant equal = {"quincy", false, false, true};
    const struct variant different = {"quincy", false, false, false};
    for (uint64_t seed = 0; seed < 3; seed++) {
        drive(&equal, &all, true, seed);
        drive(&different, &all, false, seed);
    }
}

/* Update, and count what changed in the network since the last time. */
static uint32_t count_deltas(struct flow_graph *graph, const struct flow_world *world)
{
    flow_graph_update(graph, world->engine.cluster, world->now_us);
    network_merge_deltas(&graph->network);
    uint32_t count = graph->network.node_delta_count + graph->network.arc_delta_count;
    network_clear_deltas(&graph->network, NULL);
    return count;
}

static void init_large(struct flow_world *world, struct flow_graph *graph)
{
    const struct policy_options options = {.cost_model = "quincy",
                                           .solver = "lemon-network-simplex"};
    flow_world_init(world, &options, 0);
    struct cost_mix mix = cost_mix_of(cost_model_find("quincy"));
    flow_graph_init(graph, &mix, false, false);
    engine_observe(&world->engine, (struct observer){graph, mark});
    char name[16], rack[16];
    for (uint32_t m = 0; m < 2000; m++) {
        snprintf(name, sizeof name, "m%u", m);
        snprintf(rack, sizeof rack, "r%u", m / 40);
        flow_world_add_machine(world, name, rack, 2, 2);
    }
    count_deltas(graph, world);
}

/* Some running task ends. */
static void finish_one(struct flow_world *world)
{
    const struct cluster *cluster = world->engine.cluster;
    uint32_t task = cluster->lists[TASK_RUNNING].tasks[0];
    uint32_t generation = cluster->tasks[task].generation;
    cr_assert_eq(engine_end_attempt(&world->engine, task, generation, false, false, world->now_us),
                 STATUS_OK);
}

Test(flow_graph, a_small_change_on_a_large_cluster_is_a_small_delta)
{
    struct flow_world world;
    struct flow_graph graph;
    init_large(&world, &graph);
    flow_world_submit(&world, "load", 3000, units(1, 1), NULL, 0);
    world.now_us = SECOND_US;
    flow_world_round(&world);
    count_deltas(&graph, &world);
    cr_assert_eq(graph.network.node_count, 1, "nothing waits: only the sink is left");
    for (uint32_t i = 0; i < 20; i++) {
        char job[16];
        snprintf(job, sizeof job, "new%u", i);
        const struct block block = {.mib = 100, .copy_count = 2, .machines = {"m1990", "m1999"}};
        flow_world_submit(&world, job, 1, units(1, 1), &block, 1);
        uint32_t submitted = count_deltas(&graph, &world);
        cr_assert_leq(submitted, 150, "%u", submitted); /* its two racks have 40 machines each */
        finish_one(&world);
        uint32_t finished = count_deltas(&graph, &world);
        cr_assert_leq(finished, 10, "%u", finished);
        world.now_us += SECOND_US;
        flow_world_round(&world);
        uint32_t placed = count_deltas(&graph, &world);
        cr_assert_leq(placed, 150, "%u", placed);
    }
    flow_graph_free(&graph);
    flow_world_free(&world);
}

Test(flow_graph, on_a_full_cluster_only_the_cost_of_waiting_changes)
{
    struct flow_world world;
    struct flow_graph graph;
    init_large(&world, &graph);
    flow_world_submit(&world, "load", 4100, units(1, 1), NULL, 0);
    world.now_us = SECOND_US;
    flow_world_round(&world);
    count_deltas(&graph, &world);
    for (uint32_t i = 0; i < 10; i++) {
        world.now_us += SECOND_US;
        uint32_t waited = count_deltas(&graph, &world);
        cr_assert_leq(waited, 100, "%u", waited);
        finish_one(&world);
        uint32_t finished = count_deltas(&graph, &world);
        cr_assert_leq(finished, 10, "%u", finished);
        world.now_us += SECOND_US;
        flow_world_round(&world);
        uint32_t placed = count_deltas(&graph, &world);
        cr_assert_leq(placed, 120, "%u", placed);
    }
    flow_graph_free(&graph);
    flow_world_free(&world);
}

Test(flow_graph, the_loss_of_a_machine_changes_only_costs_that_differ)
{
    struct flow_world world;
    struct flow_graph graph;
    init_large(&world, &graph);
    const struct block block = {.mib = 100000, .copy_count = 2, .machines = {"m5", "m6"}};
    flow_world_submit(&world, "j", 50, units(1, 1), &block, 1);
    count_deltas(&graph, &world);
    flow_world_remove_machine(&world, "m1999");
    uint32_t other = count_deltas(&graph, &world);
    cr_assert_leq(other, 10, "%u", other);
    flow_world_remove_machine(&world, "m5");
    uint32_t holder = count_deltas(&graph, &world);
    cr_assert_gt(holder, 50, "each task must do without it: %u", holder);
    compare(&graph, &graph.mix, &world, true);
    flow_graph_free(&graph);
    flow_world_free(&world);
}
