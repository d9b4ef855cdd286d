/* test_mesos_drf.c - Mesos's offers as a policy: when tasks start, and where. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "policies/policies.h"
#include "tests/engine_fixture.h"
#include "tests/flow_world.h"

#define SECOND_US INT64_C(1000000)

static struct flow_world world;

static struct policy_options read(const char *policy, uint64_t seed)
{
    const struct policy_kind *kind;
    struct policy_options options = {.seed = seed};
    struct problem problem = {0};
    cr_assert_eq(policy_read(policy, &kind, &options, &problem), STATUS_OK, "%s", problem.reason);
    return options;
}

static void start_with(const char *policy, const struct tenant_definition *tenants, uint32_t count)
{
    struct policy_options options = read(policy, 3);
    flow_world_init_policy_tenants(&world, "mesos-drf", &options, tenants, count);
}

static void start(const char *policy)
{
    start_with(policy, NULL, 0);
}

static void submit_of(const char *tenant, const char *job, uint32_t count, struct resources demand)
{
    flow_world_apply(&world, (struct event){.kind = EVENT_TASK_SUBMITTED,
                                            .job = job,
                                            .tenant = tenant,
                                            .count = count,
                                            .resources = demand});
}

static void finish(const char *job, uint32_t index)
{
    flow_world_apply(&world,
                     (struct event){.kind = EVENT_TASK_FINISHED, .job = job, .index = index});
}

static void change(enum event_kind kind, const char *name)
{
    flow_world_apply(&world, (struct event){.kind = kind, .machine = name});
}

static void round_at(int64_t time_us)
{
    world.now_us = time_us;
    flow_world_round(&world);
}

Test(mesos_drf, a_new_task_is_offered_at_once_and_what_comes_back_after_the_interval)
{
    start("mesos-drf");
    flow_world_add_machine(&world, "m", "r", 2, 2);
    submit_of("a", "a", 3, units(1, 1));
    round_at(10 * SECOND_US);
    cr_assert_str_eq(flow_world_place(&world, "a", 0), "m");
    cr_assert_str_eq(flow_world_place(&world, "a", 1), "m");
    cr_assert_eq(world.report.wake_us, 0, "nothing is left to offer");
    world.now_us = 10 * SECOND_US + 300000;
    finish("a", 0);
    flow_world_round(&world);
    cr_assert_eq(world.decisions.count, 0);
    cr_assert_eq(world.report.wake_us, 11 * SECOND_US);
    round_at(11 * SECOND_US);
    cr_assert_str_eq(flow_world_place(&world, "a", 2), "m");
    flow_world_free(&world);
}

Test(mesos_drf, what_comes_back_as_a_run_is_due_is_in_that_run)
{
    start("mesos-drf:interval=0.5");
    flow_world_add_machine(&world, "m", "r", 1, 1);
    submit_of("a", "a", 2, units(1, 1));
    round_at(SECOND_US);
    world.now_us = 3 * SECOND_US + 500000;
    finish("a", 0);
    flow_world_round(&world);
    cr_assert_str_eq(flow_world_place(&world, "a", 1), "m");
    flow_world_free(&world);
}

/* Tenant a is offered the machine first, and has no use for it. */
Test(mesos_drf, what_one_declines_the_other_is_offered_in_the_next_run_only)
{
    static const struct {
        const char *policy;
        int64_t seen_us; /* by the second */
        int64_t wake_us; /* after both have declined */
    } rows[] = {
        {"mesos-drf", SECOND_US, 5 * SECOND_US},
        {"mesos-drf:refuse=2", SECOND_US, 2 * SECOND_US},
        {"mesos-drf:interval=4", 4 * SECOND_US, 8 * SECOND_US},
        {"mesos-drf:filters=0", SECOND_US, 2 * SECOND_US},
    };
    for (uint32_t i = 0; i < COUNT_OF(rows); i++) {
        start(rows[i].policy);
        flow_world_add_machine(&world, "m0", "r", 9, 9);
        flow_world_submit_running(&world, "full", units(7, 7), "m0");
        submit_of("a", "large", 1, units(4, 4));
        submit_of("b", "small", 1, units(1, 1));
        round_at(0);
        cr_assert_eq(world.decisions.count, 0, "row %u", i);
        cr_assert_eq(world.report.wake_us, rows[i].seen_us, "row %u", i);
        round_at(rows[i].seen_us);
        cr_assert_str_eq(flow_world_place(&world, "small", 0), "m0", "row %u", i);
        flow_world_free(&world);
        start(rows[i].policy);
        flow_world_add_machine(&world, "m0", "r", 9, 9);
        flow_world_submit_running(&world, "full", units(7, 7), "m0");
        submit_of("a", "large", 1, units(4, 4));
        submit_of("b", "large too", 1, units(4, 4));
        round_at(0);
        round_at(rows[i].seen_us);
        cr_assert_eq(world.decisions.count, 0, "row %u", i);
        cr_assert_eq(world.report.wake_us, rows[i].wake_us, "row %u: %" PRId64, i,
                     world.report.wake_us);
        flow_world_free(&world);
    }
}

Test(mesos_drf, a_framework_tries_the_first_of_its_queue_and_some_behind)
{
    for (uint32_t depth = 1; depth <= 3; depth++) {
        char policy[32];
        snprintf(policy, sizeof policy, "mesos-drf:depth=%u", depth);
        start(policy);
        flow_world_add_machine(&world, "m0", "r", 9, 9);
        flow_world_submit_running(&world, "full", units(7, 7), "m0");
        submit_of("a", "large", 2, units(4, 4));
        submit_of("a", "small", 1, units(1, 1));
        round_at(0);
        cr_assert_str_eq(flow_world_place(&world, "small", 0), depth == 3 ? "m0" : "", "depth %u",
                         depth);
        flow_world_free(&world);
    }
}

Test(mesos_drf, whole_machines_go_to_tenants_in_turn)
{
    start("mesos-drf");
    for (uint32_t m = 0; m < 10; m++) {
        char name[16];
        snprintf(name, sizeof name, "m%u", m);
        flow_world_add_machine(&world, name, "r", 4, 4);
    }
    submit_of("a", "a", 100, units(1, 1));
    submit_of("b", "b", 100, units(1, 1));
    round_at(0);
    const struct cluster *cluster = world.engine.cluster;
    cr_assert_eq(cluster->lists[TASK_RUNNING].count, 40);
    for (uint32_t m = 0; m < 10; m++) {
        uint32_t task = cluster->machines[m].first_task;
        uint32_t tenant = cluster->task_facts[task].tenant;
        for (; task != NONE; task = cluster->tasks[task].machine_next)
            cr_assert_eq(cluster->task_facts[task].tenant, tenant);
    }
    cr_assert_eq(cluster->tenant_facts[1].used.amount[RESOURCE_CPU], 20 * RESOURCE_UNIT);
    flow_world_free(&world);
}

Test(mesos_drf, a_limit_holds_and_the_rest_of_the_machine_goes_to_others)
{
    static const struct tenant_definition tenants[] = {
        {.name = "a", .weight = 1000, .limit = {{3 * RESOURCE_UNIT}}, .limited = {true}}};
    start_with("mesos-drf", tenants, 1);
    flow_world_add_machine(&world, "m", "r", 10, 10);
    submit_of("a", "a", 10, units(1, 1));
    submit_of("b", "b", 10, units(1, 1));
    round_at(0);
    const struct cluster *cluster = world.engine.cluster;
    for (int64_t s = 1; s < 20; s++)
        round_at(s * SECOND_US);
    cr_assert_eq(cluster->tenant_facts[1].used.amount[RESOURCE_CPU], 3 * RESOURCE_UNIT);
    cr_assert_eq(cluster->tenant_facts[2].used.amount[RESOURCE_CPU], 7 * RESOURCE_UNIT);
    flow_world_free(&world);
}

Test(mesos_drf, a_drained_machine_keeps_what_runs_and_takes_nothing)
{
    start("mesos-drf");
    flow_world_add_machine(&world, "m0", "r", 4, 4);
    submit_of("a", "a", 2, units(2, 2));
    round_at(0);
    change(EVENT_MACHINE_DRAINED, "m0");
    submit_of("a", "b", 1, units(1, 1));
    finish("a", 0);
    for (int64_t s = 1; s < 10; s++)
        round_at(s * SECOND_US);
    cr_assert_str_eq(flow_world_place(&world, "b", 0), "");
    cr_assert_str_eq(flow_world_place(&world, "a", 1), "m0");
    flow_world_add_machine(&world, "m0", "r", 4, 4);
    flow_world_round(&world);
    cr_assert_str_eq(flow_world_place(&world, "b", 0), "m0", "as an agent that comes");
    flow_world_free(&world);
}

Test(mesos_drf, a_task_larger_than_every_machine_is_no_reason_to_wake)
{
    start("mesos-drf");
    flow_world_add_machine(&world, "m0", "r", 4, 4);
    submit_of("a", "large", 1, units(5, 1));
    round_at(0);
    cr_assert_eq(world.decisions.count, 0);
    cr_assert_eq(world.report.wake_us, 0);
    flow_world_add_machine(&world, "m1", "r", 5, 4);
    flow_world_round(&world);
    cr_assert_str_eq(flow_world_place(&world, "large", 0), "m1");
    flow_world_free(&world);
}

/* A machine is lost with two tasks, and then another one with one; one is removed in 20 s. */
Test(mesos_drf, lost_tasks_wait_for_the_removal_of_their_agent)
{
    start("mesos-drf:removals=0.05");
    flow_world_add_machine(&world, "m0", "r", 2, 2);
    submit_of("a", "a", 2, units(1, 1));
    round_at(0);
    flow_world_add_machine(&world, "m1", "r", 2, 2);
    submit_of("a", "b", 1, units(1, 1));
    round_at(SECOND_US);
    flow_world_add_machine(&world, "m2", "r", 9, 9);
    flow_world_remove_machine(&world, "m0");
    flow_world_remove_machine(&world, "m1");
    round_at(2 * SECOND_US);
    cr_assert_str_eq(flow_world_place(&world, "a", 0), "m2", "the first is removed at once");
    cr_assert_str_eq(flow_world_place(&world, "a", 1), "m2");
    cr_assert_str_eq(flow_world_place(&world, "b", 0), "");
    cr_assert_eq(world.report.wake_us, 22 * SECOND_US);
    round_at(21 * SECOND_US);
    cr_assert_str_eq(flow_world_place(&world, "b", 0), "");
    round_at(22 * SECOND_US);
    cr_assert_str_eq(flow_world_place(&world, "b", 0), "m2");
    flow_world_free(&world);
}

Test(mesos_drf, a_machine_that_comes_back_before_its_removal_is_there_at_once)
{
    start("mesos-drf:removals=0.05");
    flow_world_add_machine(&world, "m0", "r", 2, 2);
    flow_world_add_machine(&world, "m1", "r", 2, 2);
    submit_of("a", "a", 4, units(1, 1));
    round_at(0);
    flow_world_remove_machine(&world, "m0");
    flow_world_remove_machine(&world, "m1");
    round_at(SECOND_US);
    round_at(2 * SECOND_US);
    cr_assert_eq(world.engine.cluster->lists[TASK_RUNNING].count, 0);
    flow_world_add_machine(&world, "m1", "r", 2, 2);
    flow_world_round(&world);
    cr_assert_eq(world.engine.cluster->lists[TASK_RUNNING].count, 2);
    flow_world_free(&world);
}

/* The input is on m1, which is full; m0 has room. m2 is in the rack of m1. */
Test(mesos_drf, a_job_waits_for_its_input_and_then_for_its_rack)
{
    static const struct {
        const char *policy;
        bool rack;     /* m2 has room, too */
        int64_t at_us; /* of the placement */
        const char *place;
    } rows[] = {
        {"mesos-drf:node-wait=0", false, 0, "m0"},
        {"mesos-drf:node-wait=5", false, 5 * SECOND_US, "m0"},
        {"mesos-drf:node-wait=5+rack-wait=5", false, 10 * SECOND_US, "m0"},
        {"mesos-drf:node-wait=5+rack-wait=5", true, 5 * SECOND_US, "m2"},
    };
    for (uint32_t i = 0; i < COUNT_OF(rows); i++) {
        start(rows[i].policy);
        flow_world_add_machine(&world, "m0", "r0", 4, 4);
        flow_world_add_machine(&world, "m1", "r1", 4, 4);
        if (rows[i].rack)
            flow_world_add_machine(&world, "m2", "r1", 4, 4);
        flow_world_submit_running(&world, "full", units(4, 4), "m1");
        struct block block = {.mib = 100, .copy_count = 1, .machines = {"m1"}};
        flow_world_submit(&world, "j", 1, units(1, 1), &block, 1);
        round_at(0);
        for (int64_t now = 0; !*flow_world_place(&world, "j", 0) && now < 30 * SECOND_US;
             now += SECOND_US)
            round_at(now);
        cr_assert_eq(world.now_us, rows[i].at_us, "row %u: %" PRId64, i, world.now_us);
        cr_assert_str_eq(flow_world_place(&world, "j", 0), rows[i].place, "row %u", i);
        flow_world_free(&world);
    }
}

/* With a window of one task. The job is passed over at 0; when there is room beside its input it
 * goes there, and the task behind it, which has none, to one of the other machines in the same
 * round. */
Test(mesos_drf, a_job_that_waits_goes_to_its_input_and_those_behind_it_go_on)
{
    start("mesos-drf:node-wait=60+depth=1");
    flow_world_add_machine(&world, "m1", "r1", 4, 4);
    flow_world_submit_running(&world, "full", units(4, 4), "m1");
    for (uint32_t m = 0; m < 20; m++) {
        char name[16];
        snprintf(name, sizeof name, "empty%u", m);
        flow_world_add_machine(&world, name, "r0", 9, 9);
    }
    struct block block = {.mib = 100, .copy_count = 1, .machines = {"m1"}};
    flow_world_submit(&world, "j", 1, units(4, 4), &block, 1);
    round_at(0);
    flow_world_submit(&world, "behind", 1, units(1, 1), NULL, 0);
    round_at(SECOND_US);
    cr_assert_eq(world.decisions.count, 0);
    finish("full", 0);
    round_at(6 * SECOND_US);
    cr_assert_str_eq(flow_world_place(&world, "j", 0), "m1");
    cr_assert_eq(strncmp(flow_world_place(&world, "behind", 0), "empty", 5), 0);
    flow_world_free(&world);
}

Test(mesos_drf, a_job_does_not_wait_for_input_that_is_nowhere_or_here)
{
    start("mesos-drf");
    flow_world_add_machine(&world, "m0", "r0", 9, 9);
    flow_world_add_machine(&world, "m1", "r1", 4, 4);
    struct block here = {.mib = 100, .copy_count = 1, .machines = {"m1"}};
    flow_world_submit(&world, "here", 4, units(1, 1), &here, 1);
    round_at(0);
    for (uint32_t i = 0; i < 4; i++)
        cr_assert_str_eq(flow_world_place(&world, "here", i), "m1");
    flow_world_remove_machine(&world, "m1");
    flow_world_submit(&world, "gone", 1, units(1, 1), &here, 1);
    flow_world_round(&world);
    cr_assert_str_eq(flow_world_place(&world, "gone", 0), "m0");
    flow_world_free(&world);
}

/* Tenant a has all of a machine of ten when b comes; both have a half by right. */

static void start_revoking(const struct tenant_definition *tenants, uint32_t count)
{
    struct policy_options options = read("mesos-drf:grace=10", 3);
    options.preemption = true;
    flow_world_init_policy_tenants(&world, "mesos-drf", &options, tenants, count);
    flow_world_add_machine(&world, "m", "r", 10, 10);
    submit_of("a", "old", 5, units(1, 1));
    round_at(0);
    submit_of("a", "young", 5, units(1, 1));
    round_at(SECOND_US);
    submit_of("b", "b", 10, units(1, 1));
    round_at(2 * SECOND_US);
    cr_assert_eq(world.decisions.count, 0);
}

static uint32_t running_of(const char *job)
{
    const struct cluster *cluster = world.engine.cluster;
    uint32_t count = 0;
    for (uint32_t i = 0; i < 10; i++)
        count += *flow_world_place(&world, job, i) != 0;
    cr_assert_leq(count, cluster->lists[TASK_RUNNING].count);
    return count;
}

Test(mesos_drf, the_youngest_tasks_end_after_a_grace_for_those_that_starve)
{
    start_revoking(NULL, 0);
    cr_assert_eq(world.report.wake_us, 12 * SECOND_US);
    round_at(11 * SECOND_US);
    cr_assert_eq(running_of("young"), 5);
    round_at(12 * SECOND_US);
    cr_assert_eq(running_of("young"), 0);
    cr_assert_eq(running_of("old"), 5, "its part by right");
    round_at(13 * SECOND_US);
    cr_assert_eq(running_of("b"), 5);
    for (int64_t s = 14; s < 60; s++)
        round_at(s * SECOND_US);
    cr_assert_eq(running_of("b"), 5, "and nothing more is revoked");
    cr_assert_eq(running_of("old"), 5);
    flow_world_free(&world);
}

Test(mesos_drf, what_is_guaranteed_is_not_revoked)
{
    static const struct tenant_definition tenants[] = {
        {.name = "a", .weight = 1000, .guarantee = {{8 * RESOURCE_UNIT}}}};
    start_revoking(tenants, 1);
    for (int64_t s = 3; s < 60; s++)
        round_at(s * SECOND_US);
    cr_assert_eq(running_of("young") + running_of("old"), 8);
    cr_assert_eq(running_of("b"), 2);
    flow_world_free(&world);
}

Test(mesos_drf, a_task_is_not_revoked_that_is_of_its_tenants_part)
{
    struct policy_options options = read("mesos-drf:grace=10", 3);
    options.preemption = true;
    flow_world_init_policy_tenants(&world, "mesos-drf", &options, NULL, 0);
    flow_world_add_machine(&world, "m", "r", 10, 10);
    submit_of("a", "old", 1, units(4, 4));
    round_at(0);
    submit_of("a", "young", 1, units(6, 6));
    round_at(SECOND_US);
    submit_of("b", "b", 10, units(1, 1));
    for (int64_t s = 2; s < 60; s++)
        round_at(s * SECOND_US);
    cr_assert_eq(running_of("young"), 1, "without it a would have 4 of its 5");
    cr_assert_eq(running_of("old"), 0);
    cr_assert_eq(running_of("b"), 4);
    flow_world_free(&world);
}

/* They keep their memory, so that b goes on starving, and a is as far beyond its part. */
Test(mesos_drf, tasks_that_somebody_has_suspended_are_not_revoked)
{
    start_revoking(NULL, 0);
    const struct cluster *cluster = world.engine.cluster;
    world.now_us = 3 * SECOND_US;
    for (uint32_t i = 0; i < 5; i++)
        decide_one(&world.engine, DECISION_SUSPEND, task_of(&world.engine, "young", i), NONE,
                   world.now_us);
    for (int64_t s = 3; s < 60; s++)
        round_at(s * SECOND_US);
    cr_assert_eq(cluster->lists[TASK_SUSPENDED].count, 5);
    cr_assert_eq(running_of("old"), 0);
    cr_assert_eq(running_of("b"), 5);
    flow_world_free(&world);
}

Test(mesos_drf, tasks_are_spared_if_nobody_starves_any_more)
{
    start_revoking(NULL, 0);
    for (uint32_t i = 0; i < 4; i++)
        finish("old", i);
    for (int64_t s = 3; s < 60; s++)
        round_at(s * SECOND_US);
    cr_assert_eq(running_of("young"), 5);
    cr_assert_eq(running_of("b"), 4);
    flow_world_free(&world);
}

/* What happens in a world of chance under the policy, as a number. */
static uint64_t history(const char *policy, uint64_t seed, uint64_t world_seed, bool gpus)
{
    struct policy_options options = read(policy, seed);
    options.preemption = world_seed % 3 == 0;
    flow_world_init_policy_tenants(&world, "mesos-drf", &options, NULL, 0);
    random_init(&world.random, world_seed);
    world.machine_count = 12;
    world.gpus = gpus;
    world.suspensions = world_seed / 2 % 2;
    uint64_t hash = 0;
    for (uint32_t step = 0; step < 600; step++) {
        flow_world_random_event(&world);
        if (random_below(&world.random, 2))
            continue;
        flow_world_round(&world);
        for (uint32_t d = 0; d < world.decisions.count; d++)
            hash = random_mix(hash, (uint64_t)world.decisions.decisions[d].task << 32 |
                                        world.decisions.decisions[d].machine);
    }
    flow_world_free(&world);
    return hash;
}

Test(mesos_drf, the_same_seed_gives_the_same_history)
{
    bool differs = false;
    for (uint64_t w = 0; w < 6; w++) {
        uint64_t first = history("mesos-drf", 1, w, w % 2);
        cr_assert_eq(history("mesos-drf", 1, w, w % 2), first);
        differs = differs || history("mesos-drf", 2, w, w % 2) != first;
    }
    cr_assert(differs, "agents are in random order");
}

/* In debug builds each round checks that the allocator has what the ledger has. */
Test(mesos_drf, random_worlds_keep_to_the_ledger_with_all_options)
{
    static const char *const policies[] = {
        "mesos-drf:refuse=60",
        "mesos-drf:removals=0.1",
        "mesos-drf:depth=1+filters=0",
        "mesos-drf:interval=10+min-cpu=2+min-memory=2",
        "mesos-drf:node-wait=0+rack-wait=0",
    };
    for (uint32_t i = 0; i < COUNT_OF(policies); i++)
        for (uint64_t w = 10; w < 14; w++)
            cr_assert_neq(history(policies[i], 1, w, w % 2), 0, "%s", policies[i]);
}

/* Driven until nothing happens and no round is asked for, nothing waits that fits. */
Test(mesos_drf, in_the_end_nothing_waits_that_a_framework_can_reach)
{
    for (uint64_t seed = 0; seed < 10; seed++) {
        start("mesos-drf:node-wait=0");
        random_init(&world.random, seed);
        world.machine_count = 8;
        for (uint32_t step = 0; step < 150; step++)
            flow_world_random_event(&world);
        int64_t end_us = world.now_us + 60 * SECOND_US;
        do {
            flow_world_round(&world);
            world.now_us = world.report.wake_us;
        } while (world.now_us && world.now_us < end_us);
        const struct cluster *cluster = world.engine.cluster;
        const struct task_list *waiting = &cluster->lists[TASK_WAITING];
        for (uint32_t i = 0; i < waiting->count; i++)
            for (uint32_t m = 0; m < cluster->machine_count; m++)
                cr_assert_not(cluster_fits(cluster, waiting->tasks[i], m), "seed %" PRIu64, seed);
        flow_world_free(&world);
    }
}
