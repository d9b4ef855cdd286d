/* test_flow_graph.c - the network kept from round to round, against one built from nothing. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "scheduler/flow_graph.h"
#include "tests/engine_fixture.h"
#include "tests/flow_optimum.h"
#include "tests/flow_world.h"

#define SECOND_US INT64_C(1000000)

/* The graph's optimum and that of one built now, which may list all machines. */
static void compare(struct flow_graph *graph, bool list_all, const struct flow_world *world,
                    bool exact)
{
    struct flow_graph fresh;
    flow_optimum_build(&fresh, graph, list_all, world->engine.cluster, world->now_us);
    cost_t kept = flow_optimum(graph);
    cost_t expected = flow_optimum(&fresh);
    if (exact)
        cr_assert_eq(kept, expected, "%" PRId64 ", from nothing %" PRId64, kept, expected);
    else
        cr_assert_geq(kept, expected);
    if (graph->list_all)
        cr_assert_eq(graph->network.node_count, fresh.network.node_count);
    flow_graph_free(&fresh);
}

struct variant {
    const char *model;
    bool preemption, fairness, equal_demands;
};

/* Drive a world at random; before each of its rounds, bring a graph of the variant up to
 * date and compare it with one built from nothing. */
static void drive(const struct variant *variant, bool list_all, bool exact, uint64_t seed)
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
    world.suspensions = seed % 2;
    flow_world_watch(&world, &graph, &options);
    uint32_t aside = 0, shown = 0;
    for (int step = 0; step < 300; step++) {
        flow_world_random_event(&world);
        if (random_below(&world.random, 3))
            continue;
        flow_graph_update(&graph, world.engine.cluster, world.now_us);
        aside += graph.aside_count > 0;
        shown += graph.aside_count < graph.task_in_count;
        compare(&graph, list_all, &world, exact);
        flow_world_round(&world);
    }
    cr_assert_gt(shown, 5, "%u rounds", shown);
    cr_assert(graph.sets_aside ? aside > 10 : aside == 0, "%u rounds", aside);
    flow_graph_free(&graph);
    flow_world_free(&world);
}

Test(flow_graph, kept_up_to_date_it_equals_one_built_from_nothing)
{
    /* With several classes and short lists, which machines are listed makes a difference. */
    const struct variant variants[] = {
        {"quincy", false, false, true},
        {"quincy", false, true, true},
        {"quincy", true, false, false},
        {"quincy", true, true, false},
        {"load_spreading", false, false, true},
        {"load_spreading", false, true, true},
        {"load_spreading", true, false, false},
        {"load_spreading", true, true, true},
        {"drf", false, false, true},
        {"drf", false, true, true},
        {"drf", true, false, false},
        {"drf,quincy", false, false, true},
        {"cpu_mem", false, false, true},
        {"cpu_mem,quincy:3", false, false, true},
        {"cpu_mem", true, false, false},
        {"packing", false, false, true},
        {"packing,drf:10,quincy:3", true, false, false},
    };
    for (uint32_t i = 0; i < 4 * COUNT_OF(variants); i++)
        drive(&variants[i / 4], false, true, 50 + i);
}

Test(flow_graph, short_lists_lose_nothing_against_listing_every_machine)
{
    static const char *const models[] = {"quincy", "load_spreading"};
    for (uint64_t seed = 0; seed < 6; seed++) {
        const struct variant equal = {models[seed % 2], false, false, true};
        const struct variant different = {models[seed % 2], false, false, false};
        drive(&equal, true, true, seed);
        drive(&different, true, false, seed);
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
    flow_world_watch(world, graph, &options);
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
    char job[16];
    for (uint32_t i = 0; i < 50; i++) {
        snprintf(job, sizeof job, "j%u", i);
        flow_world_submit(&world, job, 1, units(1, 1), &block, 1);
    }
    count_deltas(&graph, &world);
    flow_world_remove_machine(&world, "m1999");
    uint32_t other = count_deltas(&graph, &world);
    cr_assert_leq(other, 10, "%u", other);
    flow_world_remove_machine(&world, "m5");
    uint32_t holder = count_deltas(&graph, &world);
    cr_assert_gt(holder, 50, "each job must do without it: %u", holder);
    compare(&graph, false, &world, true);
    flow_graph_free(&graph);
    flow_world_free(&world);
}

/* Many jobs of one task on a full cluster, of which all but a few are killed. */
static void grow_and_shrink(struct flow_world *world, struct flow_graph *graph, uint32_t jobs)
{
    char job[16], tenant[16];
    for (uint32_t i = 0; i < jobs; i++) {
        world->now_us += SECOND_US / 500;
        snprintf(job, sizeof job, "g%u", i);
        snprintf(tenant, sizeof tenant, "t%u", i % 7);
        flow_world_apply(world, (struct event){.kind = EVENT_TASK_SUBMITTED,
                                               .job = job,
                                               .tenant = tenant,
                                               .priority = (int32_t)(i % 4),
                                               .resources = units(1 + i % 2, 1)});
    }
    flow_graph_update(graph, world->engine.cluster, world->now_us);
    for (uint32_t i = 0; i < jobs; i++) {
        snprintf(job, sizeof job, "g%u", i);
        if (i % 400 != 7 && !*flow_world_place(world, job, 0))
            flow_world_apply(world, (struct event){.kind = EVENT_TASK_KILLED, .job = job});
    }
}

static void check_rebuild(const struct variant *variant, uint64_t seed)
{
    struct policy_options options = {.cost_model = variant->model,
                                     .solver = "lemon-network-simplex",
                                     .preemption = variant->preemption,
                                     .fairness = variant->fairness};
    struct flow_world world;
    struct flow_graph graph;
    flow_world_init(&world, &options, seed);
    world.machine_count = 8;
    world.suspensions = true;
    flow_world_watch(&world, &graph, &options);
    flow_world_add_machine(&world, "full", "r", 4, 4);
    flow_world_add_machine(&world, "too", "s", 8, 8);
    for (uint32_t i = 0; i < 40; i++)
        flow_world_random_event(&world);
    flow_world_round(&world);
    grow_and_shrink(&world, &graph, 30000);
    if (graph.sets_aside) /* who wait on a full cluster need no ids */
        cr_assert_lt(graph.network.arc_limit, 8192);
    else
        cr_assert_gt(graph.network.arc_limit, 60000);
    flow_graph_update(&graph, world.engine.cluster, world.now_us);
    cr_assert_lt(graph.network.arc_limit, 8192, "%u ids", graph.network.arc_limit);
    compare(&graph, false, &world, true);
    for (uint32_t step = 0; step < 60; step++) {
        flow_world_random_event(&world);
        flow_graph_update(&graph, world.engine.cluster, world.now_us);
        /* With short lists, which machines are listed makes a difference. */
        compare(&graph, false, &world, variant->preemption);
        if (step % 4 == 0)
            flow_world_round(&world);
    }
    cr_assert_lt(graph.network.arc_limit, 8192, "it stays so");
    flow_graph_free(&graph);
    flow_world_free(&world);
}

Test(flow_graph, one_that_grew_and_shrank_is_built_anew_and_decides_the_same)
{
    const struct variant variants[] = {
        {"quincy", false, false, false},
        {"quincy", true, true, false},
        {"load_spreading", false, false, false},
        {"packing,drf:10,quincy:3", true, false, false},
    };
    for (uint32_t v = 0; v < COUNT_OF(variants); v++)
        check_rebuild(&variants[v], v);
}

Test(flow_graph, built_anew_it_still_knows_who_came_first)
{
    const struct policy_options options = {.cost_model = "quincy",
                                           .solver = "lemon-network-simplex"};
    struct flow_world world;
    struct flow_graph graph;
    flow_world_init(&world, &options, 0);
    flow_world_watch(&world, &graph, &options);
    flow_world_add_machine(&world, "full", "r", 4, 4);
    flow_world_submit_running(&world, "load", units(4, 4), "full");
    flow_world_submit(&world, "leaves", 1, units(1, 1), NULL, 0);
    struct event event = {.kind = EVENT_TASK_SUBMITTED, .job = "j", .resources = units(1, 1)};
    flow_world_apply(&world, event);
    flow_world_apply(&world, (struct event){.kind = EVENT_TASK_KILLED, .job = "leaves"});
    event.index = 1;
    flow_world_apply(&world, event);
    uint32_t first = cluster_find_task(world.engine.cluster, "j", "", 0);
    uint32_t second = cluster_find_task(world.engine.cluster, "j", "", 1);
    cr_assert_lt(second, first, "it has the id of the one that left");
    grow_and_shrink(&world, &graph, 30000);
    flow_graph_update(&graph, world.engine.cluster, world.now_us);
    cr_assert_lt(graph.network.arc_limit, 8192);
    const struct flow_bundle *bundle = &graph.bundles[graph.tasks[first].bundle];
    cr_assert_eq(bundle->task_count, 2);
    cr_assert_eq(bundle->first_task, first);
    cr_assert_eq(bundle->last_task, second);
    flow_graph_free(&graph);
    flow_world_free(&world);
}
