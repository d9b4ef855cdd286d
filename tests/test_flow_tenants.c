/* test_flow_tenants.c - what tenants get from the whole policy with the cost model drf. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/engine_fixture.h"
#include "tests/flow_world.h"

#define SECOND_US INT64_C(1000000)

static struct flow_world world;

static void init(const struct tenant_definition *tenants, uint32_t count, bool preemption)
{
    const struct policy_options options = {
        .cost_model = "drf", .solver = "paths", .preemption = preemption};
    flow_world_init_tenants(&world, &options, tenants, count);
    world.now_us = SECOND_US;
}

/* So many machines more that take one task of one unit each. */
static void add_slots(uint32_t count)
{
    char name[16];
    uint32_t first = world.engine.cluster->machine_count;
    for (uint32_t m = first; m < first + count; m++) {
        snprintf(name, sizeof name, "slot%u", m);
        flow_world_add_machine(&world, name, "r", 1, 1);
    }
}

/* The tenant's job is of the same name. */
static void submit_for(const char *tenant, uint32_t index, uint32_t count, struct resources demand)
{
    flow_world_apply(&world, (struct event){.kind = EVENT_TASK_SUBMITTED,
                                            .job = tenant,
                                            .tenant = tenant,
                                            .index = index,
                                            .count = count,
                                            .resources = demand});
}

static uint32_t count_tasks(const char *tenant, enum task_state state)
{
    const struct cluster *cluster = world.engine.cluster;
    const struct task_list *list = &cluster->lists[state];
    uint32_t id = names_find(&cluster->tenant_names, tenant);
    uint32_t count = 0;
    for (uint32_t i = 0; i < list->count; i++)
        count += cluster_task_tenant(cluster, list->tasks[i]) == id;
    return count;
}

static uint32_t running(const char *tenant)
{
    return count_tasks(tenant, TASK_RUNNING);
}

/* A running task ends, whoever's. */
static void end_any(void)
{
    const struct cluster *cluster = world.engine.cluster;
    const struct task_list *list = &cluster->lists[TASK_RUNNING];
    uint32_t task = list->tasks[random_below(&world.random, list->count)];
    engine_end_attempt(&world.engine, task, cluster->tasks[task].generation, false, false,
                       world.now_us);
}

/* Of 15 cpus and 15 memory, what two tasks of oracle D8 demand in the proportion 2/9 : 1/3, so
 * that any one of them fits and no two do. */
static const struct resources d8_a = {{10 * RESOURCE_UNIT, RESOURCE_UNIT}};
static const struct resources d8_b = {{6 * RESOURCE_UNIT, 15 * RESOURCE_UNIT}};

static void add_d8_slots(void)
{
    char name[16];
    for (uint32_t m = 0; m < 5; m++) {
        snprintf(name, sizeof name, "slot%u", m);
        flow_world_add_machine(&world, name, "r", 15, 15);
    }
}

Test(flow_tenants, d8_five_slots_go_to_the_five_smallest_shares)
{
    init(NULL, 0, false);
    add_d8_slots();
    submit_for("a", 0, 4, d8_a);
    submit_for("b", 0, 4, d8_b);
    flow_world_round(&world);
    cr_assert_eq(running("a"), 3);
    cr_assert_eq(running("b"), 2);
    flow_world_free(&world);
}

/* How many tasks of the tenant can wait at that cost, but for what rounding makes? */
static flow_t count_steps(const struct flow_graph *graph, uint32_t tenant, cost_t cost)
{
    const struct network *network = &graph->network;
    flow_t count = 0;
    uint32_t a = network->nodes[graph->tenants[2 * tenant].node].first_out;
    for (; a != NONE; a = network->arcs[a].next_out)
        if (llabs(network->arcs[a].cost - cost) <= 4)
            count += network->arcs[a].capacity;
    return count;
}

/* To wait costs what the tenant's shares are worth, each that it has before a task once. */
Test(flow_tenants, d9_waiting_costs_what_the_shares_are_worth)
{
    const struct policy_options options = {.cost_model = "drf", .solver = "paths"};
    struct flow_graph graph;
    init(NULL, 0, false);
    flow_world_watch(&world, &graph, &options);
    add_d8_slots();
    submit_for("a", 0, 4, d8_a);
    submit_for("b", 0, 4, d8_b);
    flow_graph_update(&graph, world.engine.cluster, world.now_us);
    const struct cluster *cluster = world.engine.cluster;
    static const char *const names[] = {"a", "b"};
    const int64_t shares[] = {10 * RESOURCE_UNIT / 75, 15 * RESOURCE_UNIT / 75};
    for (uint32_t t = 0; t < COUNT_OF(names); t++) {
        uint32_t tenant = names_find(&cluster->tenant_names, names[t]) + 1;
        for (uint32_t before = 0; before < 4; before++) {
            cost_t worth = cost_mix_tenant_worth(&graph.mix, &cluster->tenant_facts[tenant],
                                                 before * shares[t]);
            cr_assert_eq(count_steps(&graph, tenant, worth), 1, "%s, %u before it", names[t],
                         before);
        }
    }
    flow_graph_free(&graph);
    flow_world_free(&world);
}

/* A has all five slots, and b comes with two tasks. That a gives up its fifth evens out 8/9 of a
 * whole, its fourth 2/3 - 1/3; this against a price of 1/32 (drf.c). Capacity that takes no task
 * makes all shares so small that the price is to them as 0.3 to 1, or 0.4. */
Test(flow_tenants, d10_a_task_is_stopped_for_another_tenant_where_that_evens_out_enough)
{
    static const struct {
        int64_t total; /* shares are 2/9 and 1/3 of 45 / total */
        uint32_t stopped;
    } rows[] = {{432, 2}, {576, 1}, {1300, 0}};
    for (uint32_t i = 0; i < COUNT_OF(rows); i++) {
        init(NULL, 0, true);
        flow_world_add_machine(&world, "ballast", "r", rows[i].total - 75, rows[i].total - 75);
        flow_world_apply(&world,
                         (struct event){.kind = EVENT_MACHINE_DRAINED, .machine = "ballast"});
        add_d8_slots();
        submit_for("a", 0, 5, d8_a);
        flow_world_round(&world);
        cr_assert_eq(running("a"), 5);
        submit_for("b", 0, 2, d8_b);
        for (int round = 0; round < 3; round++) {
            flow_world_round(&world);
            cr_assert_eq(running("a"), 5 - rows[i].stopped, "row %u", i);
            cr_assert_eq(running("b"), rows[i].stopped, "row %u", i);
        }
        flow_world_free(&world);
    }
}

/* Tenants of weights 1 and `weight` on a cluster that the first had alone. */
static void check_weights(uint32_t weight)
{
    enum { SLOTS = 12 };
    const struct tenant_definition tenants[] = {
        {.name = "old", .weight = TENANT_WEIGHT_ONE},
        {.name = "new", .weight = weight * TENANT_WEIGHT_ONE},
    };
    init(tenants, COUNT_OF(tenants), false);
    add_slots(SLOTS);
    submit_for("old", 0, 200, units(1, 1));
    flow_world_round(&world);
    cr_assert_eq(running("old"), SLOTS);
    submit_for("new", 0, 200, units(1, 1));
    flow_world_round(&world);
    cr_assert_eq(running("new"), 0);
    uint32_t fair = SLOTS / (1 + weight);
    for (uint32_t step = 0; step < 100; step++) {
        uint32_t before = running("old");
        world.now_us += SECOND_US;
        end_any();
        flow_world_round(&world);
        uint32_t now = running("old");
        cr_assert_eq(now + running("new"), SLOTS);
        cr_assert(now <= before || now <= fair + 1, "step %u: %u", step, now);
        cr_assert(step < 60 || (now + 1 >= fair && now <= fair + 1), "step %u: %u", step, now);
    }
    flow_world_free(&world);
}

Test(flow_tenants, shares_become_those_of_the_weights_as_tasks_end_one_by_one)
{
    check_weights(1);
    check_weights(2);
    check_weights(3);
}

Test(flow_tenants, what_is_guaranteed_is_served_first)
{
    const struct tenant_definition tenants[] = {
        {.name = "large", .weight = 100 * TENANT_WEIGHT_ONE},
        {.name = "sure", .weight = 1, .guarantee = {{4 * RESOURCE_UNIT}}},
    };
    init(tenants, COUNT_OF(tenants), false);
    add_slots(3);
    submit_for("large", 0, 20, units(1, 1));
    submit_for("sure", 0, 20, units(1, 1));
    flow_world_round(&world);
    cr_assert_eq(running("sure"), 3);
    add_slots(10);
    flow_world_round(&world);
    cr_assert_eq(running("sure"), 4, "not more, with so small a weight: %u", running("sure"));
    cr_assert_eq(running("large"), 9);
    flow_world_free(&world);
}

/* What a tenant and those below it use. */
static int64_t cpus_of(const char *tenant)
{
    const struct cluster *cluster = world.engine.cluster;
    uint32_t id = names_find(&cluster->tenant_names, tenant) + 1;
    int64_t cpus = 0;
    for (uint32_t t = 0; t < cluster->tenant_count; t++)
        if (t == id || cluster->tenant_facts[t].parent == id)
            cpus += cluster->tenant_facts[t].used.amount[RESOURCE_CPU];
    return cpus / RESOURCE_UNIT;
}

Test(flow_tenants, a_limit_holds_though_there_is_room)
{
    const struct tenant_definition tenants[] = {
        {.name = "few", .weight = 1000, .limit = {{3 * RESOURCE_UNIT}}, .limited = {true}},
        {.name = "below", .weight = 1000, .parent = "few"},
    };
    for (int preemption = 0; preemption < 2; preemption++) {
        init(tenants, COUNT_OF(tenants), preemption);
        add_slots(10);
        submit_for("few", 0, 20, units(1, 1));
        submit_for("below", 0, 20, units(1, 1));
        for (uint32_t step = 0; step < 30; step++) {
            world.now_us += SECOND_US;
            flow_world_round(&world);
            cr_assert_eq(cpus_of("few"), 3);
            end_any();
        }
        flow_world_free(&world);
    }
}

Test(flow_tenants, tenants_below_another_share_what_that_has)
{
    const struct tenant_definition tenants[] = {
        {.name = "parent", .weight = 1000},
        {.name = "child", .weight = 1000, .parent = "parent"},
        {.name = "sibling", .weight = 3000, .parent = "parent"},
        {.name = "other", .weight = 1000},
    };
    init(tenants, COUNT_OF(tenants), false);
    add_slots(16);
    submit_for("child", 0, 40, units(1, 1));
    submit_for("sibling", 0, 40, units(1, 1));
    submit_for("other", 0, 40, units(1, 1));
    flow_world_round(&world);
    cr_assert_eq(running("other"), 8, "%u", running("other"));
    cr_assert_eq(running("child"), 2, "%u", running("child"));
    cr_assert_eq(running("sibling"), 6, "%u", running("sibling"));
    flow_world_free(&world);
}

/* Which of a tenant's tasks go is not the queue's order alone: another model of the mix may
 * prefer those that are larger. */
Test(flow_tenants, a_limit_holds_for_tasks_of_several_sizes)
{
    const struct tenant_definition tenants[] = {
        {.name = "few", .weight = 1000, .limit = {{4 * RESOURCE_UNIT}}, .limited = {true}},
    };
    int64_t most = 0;
    for (uint32_t seed = 0; seed < 100; seed++) {
        const struct policy_options options = {.cost_model = "slo,drf", .solver = "paths"};
        flow_world_init_tenants(&world, &options, tenants, 1);
        random_init(&world.random, seed);
        flow_world_add_machine(&world, "m", "r", 40, 40);
        for (uint32_t i = 0; i < 8; i++) {
            world.now_us += SECOND_US;
            flow_world_apply(
                &world,
                (struct event){.kind = EVENT_TASK_SUBMITTED,
                               .job = "few",
                               .tenant = "few",
                               .index = i,
                               .priority = (int32_t)random_below(&world.random, 12),
                               .resources = units(1 + (int64_t)random_below(&world.random, 4), 1)});
            flow_world_round(&world);
            int64_t cpus = cpus_of("few");
            most = cpus > most ? cpus : most;
            if (random_below(&world.random, 2) && world.engine.cluster->lists[TASK_RUNNING].count)
                end_any();
        }
        flow_world_free(&world);
    }
    cr_assert_leq(most, 4, "%d", (int)most);
}
