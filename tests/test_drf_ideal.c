/* test_drf_ideal.c - progressive filling: who has what in the end, and whose turn comes when. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "policies/policies.h"
#include "tests/engine_fixture.h"
#include "tests/flow_world.h"

#define TENANTS 3

static struct flow_world world;

static void start(const struct tenant_definition *tenants, uint32_t count)
{
    struct policy_options options = {0};
    flow_world_init_policy_tenants(&world, "drf-ideal", &options, tenants, count);
}

static void submit_of(const char *tenant, const char *job, uint32_t count, struct resources demand)
{
    flow_world_apply(&world, (struct event){.kind = EVENT_TASK_SUBMITTED,
                                            .job = job,
                                            .tenant = tenant,
                                            .count = count,
                                            .resources = demand});
}

static uint32_t tenant_of(const char *name)
{
    return names_find(&world.engine.cluster->tenant_names, name) + 1;
}

static uint32_t running_of(const char *name)
{
    const struct cluster *cluster = world.engine.cluster;
    const struct task_list *running = &cluster->lists[TASK_RUNNING];
    uint32_t count = 0;
    for (uint32_t i = 0; i < running->count; i++)
        count += cluster->task_facts[running->tasks[i]].tenant == tenant_of(name);
    return count;
}

/* Tenants with more tasks than fit, on one machine. */
static const struct {
    const char *oracle;
    int64_t cpu, memory;
    uint32_t tenant_count;
    uint32_t weights[TENANTS]; /* in thousandths */
    int64_t demands[TENANTS][2];
    uint32_t runs[TENANTS];
} pooled[] = {
    {"D1", 9, 18, 2, {1000, 1000}, {{1, 4}, {3, 1}}, {3, 2}},
    {"D2", 900, 1800, 2, {1000, 1000}, {{1, 4}, {3, 1}}, {300, 200}},
    {"D3", 900, 1800, 2, {1000, 2000}, {{1, 4}, {3, 1}}, {180, 240}},
    {"D4", 900, 1800, 2, {2000, 1000}, {{1, 4}, {3, 1}}, {415, 140}},
    {"D5", 30, 30, 2, {1000, 1000}, {{1, 3}, {1, 1}}, {5, 15}},
    {"D6", 9, 18, 2, {1000, 1000}, {{1, 4}, {3, 4}}, {2, 2}},
    {"D7", 12, 1, 3, {1000, 1000, 2000}, {{1, 0}, {1, 0}, {1, 0}}, {3, 3, 6}},
};

Test(drf_ideal, d1_to_d7_progressive_filling_ends_where_it_should)
{
    static const char *const names[TENANTS] = {"A", "B", "C"};
    for (uint32_t i = 0; i < COUNT_OF(pooled); i++) {
        struct tenant_definition tenants[TENANTS];
        for (uint32_t t = 0; t < pooled[i].tenant_count; t++)
            tenants[t] =
                (struct tenant_definition){.name = names[t], .weight = pooled[i].weights[t]};
        start(tenants, pooled[i].tenant_count);
        flow_world_add_machine(&world, "m", "r", pooled[i].cpu, pooled[i].memory);
        for (uint32_t t = 0; t < pooled[i].tenant_count; t++)
            submit_of(names[t], names[t], 1000,
                      units(pooled[i].demands[t][0], pooled[i].demands[t][1]));
        flow_world_round(&world);
        for (uint32_t t = 0; t < pooled[i].tenant_count; t++)
            cr_expect_eq(running_of(names[t]), pooled[i].runs[t], "%s: %s has %u", pooled[i].oracle,
                         names[t], running_of(names[t]));
        flow_world_free(&world);
    }
}

Test(drf_ideal, d1_takes_turns_and_of_equals_the_tenant_known_first)
{
    start(NULL, 0);
    flow_world_add_machine(&world, "m", "r", 9, 18);
    submit_of("A", "a", 9, units(1, 4));
    submit_of("B", "b", 9, units(3, 1));
    flow_world_round(&world);
    static const char order[] = "ABABA";
    cr_assert_eq(world.decisions.count, COUNT_OF(order) - 1);
    const struct cluster *cluster = world.engine.cluster;
    for (uint32_t i = 0; i < world.decisions.count; i++) {
        uint32_t tenant = cluster->task_facts[world.decisions.decisions[i].task].tenant;
        cr_assert_eq(tenant, tenant_of(order[i] == 'A' ? "A" : "B"), "decision %u", i);
    }
    flow_world_free(&world);
}

Test(drf_ideal, shares_follow_what_ends_and_what_ran_already)
{
    start(NULL, 0);
    flow_world_add_machine(&world, "m", "r", 8, 8);
    submit_of("A", "a", 8, units(1, 1));
    flow_world_round(&world);
    submit_of("B", "b", 8, units(1, 1));
    for (uint32_t i = 0; i < 4; i++) {
        flow_world_apply(&world,
                         (struct event){.kind = EVENT_TASK_FINISHED, .job = "a", .index = i});
        submit_of("A", "more", 1, units(1, 1));
        flow_world_round(&world);
        flow_world_apply(&world, (struct event){.kind = EVENT_TASK_KILLED, .job = "more"});
        cr_assert_eq(running_of("B"), i + 1, "what A leaves goes to B, step %u", i);
    }
    flow_world_free(&world);
}

/* Two groups, one of two tenants and one of one: half for each group. */
Test(drf_ideal, a_tenants_children_share_what_is_its_own)
{
    static const struct tenant_definition tenants[] = {
        {.name = "g", .weight = 1000},
        {.name = "h", .weight = 1000},
        {.name = "g1", .weight = 1000, .parent = "g"},
        {.name = "g2", .weight = 2000, .parent = "g"},
    };
    start(tenants, COUNT_OF(tenants));
    flow_world_add_machine(&world, "m", "r", 24, 24);
    submit_of("h", "h", 24, units(1, 1));
    submit_of("g1", "g1", 24, units(1, 1));
    submit_of("g2", "g2", 24, units(1, 1));
    submit_of("g", "g", 24, units(1, 1));
    flow_world_round(&world);
    cr_expect_eq(running_of("h"), 12);
    cr_expect_eq(running_of("g"), 3, "own tasks are as a child of weight one");
    cr_expect_eq(running_of("g1"), 3);
    cr_expect_eq(running_of("g2"), 6);
    flow_world_free(&world);
}

Test(drf_ideal, limits_of_a_tenant_and_of_those_above_it_hold)
{
    static const struct tenant_definition tenants[] = {
        {.name = "g", .weight = 1000, .limit = {{9 * RESOURCE_UNIT}}, .limited = {true}},
        {.name = "a",
         .weight = 1000,
         .parent = "g",
         .limit = {{3 * RESOURCE_UNIT}},
         .limited = {true}},
        {.name = "b", .weight = 1000, .parent = "g"},
    };
    start(tenants, COUNT_OF(tenants));
    flow_world_add_machine(&world, "m", "r", 100, 100);
    submit_of("a", "a", 20, units(2, 1));
    submit_of("a", "unlimited", 5, units(0, 1));
    submit_of("b", "b", 20, units(2, 1));
    submit_of("c", "c", 30, units(1, 1));
    flow_world_round(&world);
    cr_expect_eq(running_of("a"), 6, "one of two cpus, and all that demand none");
    cr_expect_eq(running_of("b"), 3);
    cr_expect_eq(running_of("c"), 30);
    flow_world_apply(&world, (struct event){.kind = EVENT_TASK_FINISHED, .job = "a"});
    flow_world_round(&world);
    cr_expect_eq(running_of("a"), 6, "the next one has its place");
    flow_world_free(&world);
}

Test(drf_ideal, who_lacks_what_is_guaranteed_comes_first)
{
    static const struct tenant_definition tenants[] = {
        {.name = "a", .weight = 1000},
        {.name = "b", .weight = 1000, .guarantee = {{6 * RESOURCE_UNIT}}},
    };
    start(tenants, COUNT_OF(tenants));
    flow_world_add_machine(&world, "m", "r", 10, 10);
    submit_of("a", "a", 10, units(1, 1));
    submit_of("b", "b", 10, units(1, 1));
    flow_world_round(&world);
    cr_expect_eq(running_of("a"), 4);
    cr_expect_eq(running_of("b"), 6);
    flow_world_free(&world);
    start(tenants, COUNT_OF(tenants));
    flow_world_add_machine(&world, "m", "r", 10, 10);
    submit_of("a", "a", 10, units(0, 1));
    submit_of("b", "b", 10, units(0, 1));
    flow_world_round(&world);
    cr_expect_eq(running_of("a"), 5, "no cpu is asked for");
    flow_world_free(&world);
}

Test(drf_ideal, within_a_tenant_who_came_first_and_then_who_fits)
{
    start(NULL, 0);
    flow_world_add_machine(&world, "m", "r", 10, 10);
    submit_of("A", "large", 2, units(6, 1));
    submit_of("A", "small", 9, units(1, 1));
    flow_world_round(&world);
    cr_expect_str_eq(flow_world_place(&world, "large", 0), "m");
    cr_expect_str_eq(flow_world_place(&world, "large", 1), "");
    for (uint32_t i = 0; i < 9; i++)
        cr_expect_str_eq(flow_world_place(&world, "small", i), i < 4 ? "m" : "", "%u", i);
    flow_world_free(&world);
}

/* Unless its tasks no longer fit, no tenant is more than one task behind one that was given a
 * task: with tasks and machines of one size, for all tenants at the end. */
Test(drf_ideal, tenants_are_within_one_task_of_each_other)
{
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct random random;
        random_init(&random, seed);
        start(NULL, 0);
        for (uint32_t m = 0; m < 5; m++) {
            char name[16];
            snprintf(name, sizeof name, "m%u", m);
            flow_world_add_machine(&world, name, "r", 6, 6);
        }
        uint32_t wanted[TENANTS], most = 0;
        static const char *const names[TENANTS] = {"A", "B", "C"};
        for (uint32_t t = 0; t < TENANTS; t++) {
            wanted[t] = 1 + (uint32_t)random_below(&random, 30);
            submit_of(names[t], names[t], wanted[t], units(1, 1));
        }
        flow_world_round(&world);
        for (uint32_t t = 0; t < TENANTS; t++)
            most = running_of(names[t]) > most ? running_of(names[t]) : most;
        for (uint32_t t = 0; t < TENANTS; t++)
            cr_expect(running_of(names[t]) == wanted[t] || running_of(names[t]) + 1 >= most,
                      "seed %" PRIu64 ": %s has %u of %u", seed, names[t], running_of(names[t]),
                      wanted[t]);
        flow_world_free(&world);
    }
}

static bool below(const struct cluster *cluster, uint32_t tenant, uint32_t above)
{
    while (tenant != NONE && tenant != above)
        tenant = cluster->tenant_facts[tenant].parent;
    return tenant != NONE;
}

/* Would the task keep the limits of its tenant and those above it? */
static bool within_limits(const struct cluster *cluster, uint32_t task)
{
    const struct task_facts *facts = &cluster->task_facts[task];
    for (uint32_t t = 0; t < cluster->tenant_count; t++) {
        const struct tenant_facts *tenant = &cluster->tenant_facts[t];
        if (!below(cluster, facts->tenant, t))
            continue;
        struct resources used = facts->demand;
        for (uint32_t other = 0; other < cluster->tenant_count; other++)
            if (below(cluster, other, t))
                resources_add(&used, &cluster->tenant_facts[other].used);
        for (int r = 0; r < RESOURCE_COUNT; r++)
            if (tenant->limited[r] && facts->demand.amount[r] > 0 &&
                used.amount[r] > tenant->limit.amount[r])
                return false;
    }
    return true;
}

/* How many waiting tasks fit on a machine, but not within a limit? One that does is an error. */
static uint32_t held_back(uint64_t seed)
{
    const struct cluster *cluster = world.engine.cluster;
    const struct task_list *waiting = &cluster->lists[TASK_WAITING];
    uint32_t count = 0;
    for (uint32_t i = 0; i < waiting->count; i++)
        for (uint32_t m = 0; m < cluster->machine_count; m++) {
            if (!cluster_fits(cluster, waiting->tasks[i], m))
                continue;
            cr_assert_not(within_limits(cluster, waiting->tasks[i]), "seed %" PRIu64, seed);
            count++;
        }
    return count;
}

Test(drf_ideal, nothing_waits_that_fits_and_keeps_its_limits)
{
    static const struct tenant_definition tenants[] = {
        {.name = "t0", .weight = 1000, .limit = {{4 * RESOURCE_UNIT}}, .limited = {true}},
        {.name = "t1", .weight = 1000, .parent = "t0"},
        {.name = "t2", .weight = 1000, .limit = {{0, RESOURCE_UNIT}}, .limited = {false, true}},
    };
    uint32_t count = 0;
    for (uint64_t seed = 0; seed < 10; seed++) {
        start(tenants, COUNT_OF(tenants));
        random_init(&world.random, seed);
        world.machine_count = 8;
        world.gpus = seed % 2;
        world.suspensions = seed / 2 % 2;
        for (uint32_t step = 0; step < 400; step++) {
            flow_world_random_event(&world);
            if (random_below(&world.random, 3))
                continue;
            flow_world_round(&world);
            count += held_back(seed);
        }
        flow_world_free(&world);
    }
    cr_assert_gt(count, 0, "limits hold nothing back");
}
