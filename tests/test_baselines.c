/* test_baselines.c - what every policy promises, and what the simple ones do. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policies/policies.h"
#include "tests/baseline_world.h"
#include "tests/engine_fixture.h"
#include "tests/flow_world.h"

#define SECOND_US INT64_C(1000000)

static struct policy_options standard(const char *policy)
{
    struct policy_options options = {.cost_model = "quincy", .solver = "auto", .seed = 7};
    policy_set_standard(policy_kind_find(policy), &options);
    return options;
}

/* Rounds at random: flow_world_round checks that nothing is rejected or oversubscribed. */
static uint64_t drive(const char *policy, bool gpus, uint64_t seed, bool work_conserving)
{
    struct flow_world world;
    struct policy_options options = standard(policy);
    flow_world_init_policy(&world, policy, &options, seed);
    world.machine_count = 8;
    world.gpus = gpus;
    world.suspensions = seed / 2 % 2;
    uint64_t placed = 0;
    for (uint32_t step = 0; step < 400; step++) {
        flow_world_random_event(&world);
        if (random_below(&world.random, 3))
            continue;
        flow_world_round(&world);
        placed += world.decisions.count;
        if (work_conserving)
            cr_assert_not(baseline_world_something_fits(&world), "%s, seed %" PRIu64 ", step %u",
                          policy, seed, step);
    }
    flow_world_free(&world);
    return placed;
}

Test(baselines, every_policy_keeps_to_the_ledger_whatever_happens)
{
    for (uint32_t i = 0; i < policy_kind_count(); i++) {
        const char *policy = policy_kind_at(i)->name;
        uint64_t placed = 0;
        for (uint64_t seed = 0; seed < 4; seed++)
            placed += drive(policy, seed % 2, 40 + seed, false);
        fprintf(stderr, "%s: %" PRIu64 " decisions\n", policy, placed);
        cr_assert(strcmp(policy, "noop") ? placed > 100 : placed == 0);
    }
}

Test(baselines, those_that_place_whatever_fits_leave_nothing_that_fits)
{
    static const char *const policies[] = {"fifo", "random", "bestfit-l2",
                                           "borg", "srtf",   "tetris"};
    for (uint32_t i = 0; i < COUNT_OF(policies); i++)
        for (uint64_t seed = 0; seed < 6; seed++)
            drive(policies[i], seed % 2, 60 + seed, true);
}

static void empty_machines(struct flow_world *world)
{
    const struct cluster *cluster = world->engine.cluster;
    while (cluster->lists[TASK_RUNNING].count)
        flow_world_kill(world, cluster->lists[TASK_RUNNING].tasks[0]);
    while (cluster->lists[TASK_SUSPENDED].count)
        flow_world_kill(world, cluster->lists[TASK_SUSPENDED].tasks[0]);
}

/* Rounds at random, and then all machines are emptied again and again, until nothing starts. */
static void drive_to_the_end(const char *policy, bool gpus, uint64_t seed)
{
    struct flow_world world;
    baseline_world_init(&world, policy, false, seed);
    world.machine_count = 8;
    world.gpus = gpus;
    world.suspensions = seed / 2 % 2;
    for (uint32_t step = 0; step < 300; step++) {
        flow_world_random_event(&world);
        if (random_below(&world.random, 3) == 0)
            flow_world_round(&world);
    }
    do {
        empty_machines(&world);
        world.now_us += 11 * SECOND_US;
        flow_world_round(&world);
    } while (world.engine.cluster->lists[TASK_RUNNING].count);
    cr_assert_not(baseline_world_something_fits(&world), "%s, seed %" PRIu64, policy, seed);
    flow_world_free(&world);
}

static const char *const patient[] = {
    "fifo", "random", "bestfit-l2", "borg", "kube", "sparrow", "sparrow:probes=1.5",
};

Test(baselines, no_task_that_could_run_is_forgotten)
{
    for (uint32_t i = 0; i < COUNT_OF(patient); i++)
        for (uint64_t seed = 0; seed < 8; seed++)
            drive_to_the_end(patient[i], seed % 2, 80 + seed);
}

/* As with decisions that arrive too late. */
Test(baselines, what_was_decided_and_not_done_is_decided_again)
{
    for (uint32_t i = 0; i < COUNT_OF(patient); i++) {
        struct flow_world world;
        baseline_world_init(&world, patient[i], false, 1);
        flow_world_add_machine(&world, "m0", "r", 10, 10);
        flow_world_submit(&world, "j", 2, units(5, 5), NULL, 0);
        world.kind->decide(world.policy, world.engine.cluster, world.now_us, &world.decisions,
                           &world.report);
        cr_assert_eq(world.decisions.count, 2, "%s", patient[i]);
        flow_world_round(&world);
        cr_assert_str_eq(flow_world_place(&world, "j", 0), "m0", "%s", patient[i]);
        cr_assert_str_eq(flow_world_place(&world, "j", 1), "m0", "%s", patient[i]);
        flow_world_free(&world);
    }
}

static struct flow_world world;

static void set_up(const char *policy, uint32_t machines)
{
    struct policy_options options = standard(policy);
    flow_world_init_policy(&world, policy, &options, 3);
    world.now_us = SECOND_US;
    char name[16];
    for (uint32_t m = 0; m < machines; m++) {
        snprintf(name, sizeof name, "m%u", m);
        flow_world_add_machine(&world, name, "r", 10, 10);
    }
}

Test(baselines, fifo_takes_who_came_first_and_passes_over_what_does_not_fit)
{
    set_up("fifo", 2);
    flow_world_submit(&world, "large", 2, units(8, 1), NULL, 0);
    flow_world_submit(&world, "larger", 1, units(9, 1), NULL, 0);
    flow_world_submit(&world, "small", 3, units(1, 1), NULL, 0);
    flow_world_round(&world);
    cr_assert_str_eq(flow_world_place(&world, "large", 0), "m0");
    cr_assert_str_eq(flow_world_place(&world, "large", 1), "m1");
    cr_assert_str_eq(flow_world_place(&world, "larger", 0), "");
    cr_assert_str_eq(flow_world_place(&world, "small", 0), "m0");
    cr_assert_str_eq(flow_world_place(&world, "small", 1), "m0");
    cr_assert_str_eq(flow_world_place(&world, "small", 2), "m1");
    flow_world_apply(&world, (struct event){.kind = EVENT_TASK_KILLED, .job = "large"});
    flow_world_submit(&world, "later", 1, units(9, 1), NULL, 0);
    flow_world_apply(&world, (struct event){.kind = EVENT_TASK_KILLED, .job = "small", .index = 0});
    flow_world_round(&world);
    cr_assert_str_eq(flow_world_place(&world, "larger", 0), "m0", "it came before the later one");
    cr_assert_str_eq(flow_world_place(&world, "later", 0), "");
    flow_world_free(&world);
}

Test(baselines, random_takes_all_machines_that_fit_alike)
{
    enum { MACHINES = 40, TASKS = 4000 };
    for (int crowded = 0; crowded < 2; crowded++) {
        uint32_t counts[MACHINES] = {0};
        set_up("random", MACHINES);
        /* Found by counting rather than by trying, where only the last machines have room. */
        if (crowded)
            for (uint32_t m = 0; m + 2 < MACHINES; m++) {
                char job[16], name[16];
                snprintf(job, sizeof job, "full%u", m);
                snprintf(name, sizeof name, "m%u", m);
                flow_world_submit_running(&world, job, units(10, 10), name);
            }
        for (uint32_t t = 0; t < TASKS; t++) {
            char job[16];
            snprintf(job, sizeof job, "j%u", t);
            flow_world_submit(&world, job, 1, units(1, 1), NULL, 0);
            flow_world_round(&world);
            const char *place = flow_world_place(&world, job, 0);
            cr_assert_str_not_empty(place);
            counts[atoi(place + 1)]++;
            flow_world_apply(&world, (struct event){.kind = EVENT_TASK_KILLED, .job = job});
        }
        uint32_t expected = crowded ? TASKS / 2 : TASKS / MACHINES;
        uint32_t slack = crowded ? 160 : 50; /* five standard deviations */
        for (uint32_t m = crowded ? MACHINES - 2 : 0; m < MACHINES; m++)
            cr_assert(counts[m] + slack > expected && counts[m] < expected + slack, "m%u: %u", m,
                      counts[m]);
        flow_world_free(&world);
    }
}

/* Machines of which 8 of 10 and 2 of 10 are used. */
Test(baselines, t5_bestfit_l2_takes_the_fullest_machine)
{
    set_up("bestfit-l2", 2);
    flow_world_submit_running(&world, "much", units(8, 8), "m1");
    flow_world_submit_running(&world, "little", units(2, 2), "m0");
    flow_world_submit(&world, "j", 2, units(1, 1), NULL, 0);
    flow_world_round(&world);
    cr_assert_str_eq(flow_world_place(&world, "j", 0), "m1");
    cr_assert_str_eq(flow_world_place(&world, "j", 1), "m1");
    flow_world_submit(&world, "k", 1, units(1, 1), NULL, 0);
    flow_world_round(&world);
    cr_assert_str_eq(flow_world_place(&world, "k", 0), "m0");
    flow_world_free(&world);
}
