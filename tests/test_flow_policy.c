/* test_flow_policy.c - what the flow policy decides, on the real engine. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "policies/policies.h"
#include "tests/engine_fixture.h"
#include "tests/flow_world.h"

#define GB 1024
#define SECOND_US INT64_C(1000000)

static const struct policy_options quincy = {.cost_model = "quincy", .solver = "paths"};

static void init(struct flow_world *world, const char *model, bool preemption)
{
    struct policy_options options = {
        .cost_model = model, .solver = "paths", .preemption = preemption};
    flow_world_init(world, &options, 0);
}

/* The cluster and the task of oracle Q1: 8 GB of input, of which rack r0 holds 5 and its
 * machine m0 holds 3; every machine has one slot. */
static void init_q1(struct flow_world *world)
{
    flow_world_init(world, &quincy, 0);
    flow_world_add_machine(world, "m0", "r0", 1, 1);
    flow_world_add_machine(world, "m1", "r0", 1, 1);
    flow_world_add_machine(world, "m2", "r0", 1, 1);
    flow_world_add_machine(world, "far", "r1", 1, 1);
}

static void submit_q1(struct flow_world *world)
{
    const struct block blocks[] = {
        {.mib = 3 * GB, .copy_count = 1, .machines = {"m0"}},
        {.mib = 2 * GB, .copy_count = 1, .machines = {"m1"}},
        {.mib = 3 * GB},
    };
    flow_world_submit(world, "j", 1, units(1, 1), blocks, COUNT_OF(blocks));
}

static void round_at(struct flow_world *world, int64_t now_us)
{
    world->now_us = now_us;
    flow_world_round(world);
}

Test(flow_policy, the_machine_with_the_data_wins)
{
    struct flow_world world;
    init_q1(&world);
    submit_q1(&world);
    round_at(&world, 15 * SECOND_US);
    cr_assert_str_empty(flow_world_place(&world, "j", 0), "to wait costs 7.5 GB, to run 8");
    cr_assert(world.report.undecided);
    cr_assert_eq(world.report.bound, 15 * GB / 2 + 1, "of two equal choices the task runs");
    round_at(&world, 17 * SECOND_US);
    cr_assert_str_eq(flow_world_place(&world, "j", 0), "m0");
    cr_assert_eq(world.report.bound, 8 * GB);
    cr_assert_not(world.report.undecided);
    flow_world_free(&world);
}

Test(flow_policy, q2_waits_for_its_rack_and_runs_anywhere_after_34_seconds)
{
    struct flow_world world;
    init_q1(&world);
    flow_world_submit_running(&world, "a", units(1, 1), "m0");
    flow_world_submit_running(&world, "b", units(1, 1), "m1");
    flow_world_submit_running(&world, "c", units(1, 1), "m2");
    submit_q1(&world);
    round_at(&world, 20 * SECOND_US);
    round_at(&world, 31 * SECOND_US);
    cr_assert_str_empty(flow_world_place(&world, "j", 0));
    round_at(&world, 34 * SECOND_US);
    cr_assert_str_eq(flow_world_place(&world, "j", 0), "far");
    flow_world_free(&world);
}

Test(flow_policy, q1_another_machine_of_the_rack_once_waiting_costs_more)
{
    struct flow_world world;
    init_q1(&world);
    flow_world_submit_running(&world, "a", units(1, 1), "m0");
    flow_world_submit_running(&world, "b", units(1, 1), "m1");
    submit_q1(&world);
    round_at(&world, 21 * SECOND_US);
    cr_assert_str_empty(flow_world_place(&world, "j", 0), "rack 11 GB, waiting 10.5");
    round_at(&world, 23 * SECOND_US);
    cr_assert_str_eq(flow_world_place(&world, "j", 0), "m2");
    flow_world_free(&world);
}

Test(flow_policy, a_lost_machine_sends_its_task_back_and_a_new_round_places_it)
{
    struct flow_world world;
    init_q1(&world);
    submit_q1(&world);
    round_at(&world, 17 * SECOND_US);
    flow_world_remove_machine(&world, "m0");
    cr_assert_str_empty(flow_world_place(&world, "j", 0));
    round_at(&world, 60 * SECOND_US);
    cr_assert_str_eq(flow_world_place(&world, "j", 0), "m1", "it holds 2 GB");
    flow_world_free(&world);
}

Test(flow_policy, preemption_gives_a_full_cluster_to_what_has_waited_long)
{
    for (int preemption = 0; preemption < 2; preemption++) {
        struct flow_world world;
        init(&world, "quincy", preemption);
        flow_world_add_machine(&world, "small", "r", 1, 1);
        flow_world_submit_running(&world, "old", units(1, 1), "small");
        flow_world_submit(&world, "waits", 1, units(1, 1), NULL, 0);
        round_at(&world, 100 * SECOND_US);
        cr_assert_str_empty(flow_world_place(&world, "waits", 0), "100 s of run are worth more");
        flow_world_add_machine(&world, "new", "r", 1, 1);
        flow_world_submit_running(&world, "young", units(1, 1), "new");
        flow_world_round(&world);
        cr_assert_str_eq(flow_world_place(&world, "waits", 0), preemption ? "new" : "");
        cr_assert_str_eq(flow_world_place(&world, "young", 0), preemption ? "" : "new");
        cr_assert_str_eq(flow_world_place(&world, "old", 0), "small");
        flow_world_free(&world);
    }
}

Test(flow_policy, a_task_too_large_for_the_place_stops_nobody)
{
    struct flow_world world;
    init(&world, "quincy", true);
    flow_world_add_machine(&world, "m", "r", 4, 4);
    flow_world_submit(&world, "large", 1, units(4, 4), NULL, 0);
    flow_world_submit_running(&world, "small", units(1, 1), "m");
    flow_world_submit_running(&world, "other", units(1, 1), "m");
    for (int round = 1; round < 5; round++) {
        world.now_us = round * SECOND_US;
        flow_world_round(&world);
        cr_assert_str_empty(flow_world_place(&world, "large", 0));
        cr_assert_str_eq(flow_world_place(&world, "small", 0), "m");
    }
    flow_world_free(&world);
}

static uint32_t running_on(const struct flow_world *world, uint32_t machine)
{
    return world->engine.cluster->machine_facts[machine].running;
}

Test(flow_policy, load_spreading_spreads_evenly)
{
    struct flow_world world;
    init(&world, "load_spreading", false);
    const char *const names[] = {"a", "b", "c", "d"};
    for (uint32_t m = 0; m < 4; m++)
        flow_world_add_machine(&world, names[m], "r", 8, 8);
    flow_world_submit(&world, "first", 3, units(1, 1), NULL, 0);
    flow_world_round(&world);
    flow_world_submit(&world, "then", 11, units(1, 1), NULL, 0);
    flow_world_round(&world);
    for (uint32_t m = 0; m < 4; m++)
        cr_assert(running_on(&world, m) == 3 || running_on(&world, m) == 4);
    flow_world_free(&world);
}

Test(flow_policy, load_spreading_moves_a_task_only_where_it_levels_more_than_ten)
{
    struct flow_world world;
    init(&world, "load_spreading", true);
    flow_world_add_machine(&world, "full", "r", 20, 20);
    flow_world_submit(&world, "j", 12, units(1, 1), NULL, 0);
    flow_world_round(&world);
    flow_world_add_machine(&world, "new", "r", 20, 20);
    for (int round = 0; round < 3; round++) {
        flow_world_round(&world);
        cr_assert_eq(running_on(&world, 1), 1);
    }
    flow_world_free(&world);
}

Test(flow_policy, tasks_of_different_shapes_share_a_machine_exactly)
{
    struct flow_world world;
    init(&world, "quincy", false);
    flow_world_add_machine(&world, "m", "r", 10, 10);
    flow_world_submit(&world, "cpu", 4, units(3, 1), NULL, 0);
    flow_world_submit(&world, "mem", 4, units(1, 3), NULL, 0);
    world.now_us = SECOND_US;
    for (int round = 0; round < 8; round++)
        flow_world_round(&world);
    struct resources room = cluster_machine_free(world.engine.cluster, 0);
    struct resources cpu = units(3, 1), memory = units(1, 3);
    cr_assert_not(resources_fit(&cpu, &room));
    cr_assert_not(resources_fit(&memory, &room));
    flow_world_free(&world);
}

static struct resources gpu_percents(int64_t percents)
{
    return (struct resources){{[RESOURCE_GPU] = percents * (RESOURCE_UNIT / 100)}};
}

/* 0.6 of one GPU are free, and all of the other. What saves most is granted first: 0.5 on
 * the first, 0.6 on the second, and then 0.4 there. In the order of the tasks' ids, 0.4 would
 * go to the first, and 0.6 would have no room. */
Test(flow_policy, tasks_get_the_devices_that_were_planned_whatever_the_order_of_decisions)
{
    struct flow_world world;
    flow_world_init(&world, &quincy, 0);
    struct event machine = {
        .kind = EVENT_MACHINE_ADDED, .machine = "m", .resources = gpu_percents(200), .count = 1};
    engine_apply(&world.engine, &machine, NULL);
    flow_world_submit_running(&world, "there", gpu_percents(40), "m");
    const struct block far = {.mib = 10 * GB};
    flow_world_submit(&world, "last", 1, gpu_percents(40), &far, 1);
    flow_world_submit(&world, "first", 1, gpu_percents(50), NULL, 0);
    flow_world_submit(&world, "second", 1, gpu_percents(60), NULL, 0);
    round_at(&world, 60 * SECOND_US);
    cr_assert_eq(world.report.misfits, 0);
    cr_assert_eq(running_on(&world, 0), 4);
    flow_world_free(&world);
}

/* Only the flow knows labels: one task may run on either machine, the other on one. */
Test(flow_policy, a_task_leaves_the_machine_to_the_one_that_may_run_nowhere_else)
{
    static const char *const labels[] = {"gpu=T4", "gpu=P100"};
    static const char *const constraints[] = {"gpu=T4|P100", "gpu=T4", "gpu=V100"};
    struct flow_world world;
    flow_world_init(&world, &quincy, 0);
    for (uint32_t m = 0; m < COUNT_OF(labels); m++) {
        struct event event = {.kind = EVENT_MACHINE_ADDED,
                              .machine = labels[m],
                              .resources = units(1, 1),
                              .labels = labels[m],
                              .count = 1};
        engine_apply(&world.engine, &event, NULL);
    }
    for (uint32_t t = 0; t < COUNT_OF(constraints); t++) {
        struct event event = {.kind = EVENT_TASK_SUBMITTED,
                              .job = constraints[t],
                              .stage = "",
                              .resources = units(1, 1),
                              .constraint = constraints[t],
                              .count = 1};
        engine_apply(&world.engine, &event, NULL);
    }
    round_at(&world, SECOND_US);
    cr_assert_str_eq(flow_world_place(&world, "gpu=T4", 0), "gpu=T4");
    cr_assert_str_eq(flow_world_place(&world, "gpu=T4|P100", 0), "gpu=P100");
    cr_assert_str_empty(flow_world_place(&world, "gpu=V100", 0));
    flow_world_free(&world);
}

/* The network knows what fits into a rack, but not which of its machines a task may run on. */
Test(flow_policy, a_task_goes_to_the_machine_of_its_rack_that_it_may_run_on)
{
    static const char *const names[] = {"a", "b", "c"};
    for (uint32_t variant = 0; variant < 2 * COUNT_OF(names); variant++) {
        struct flow_world world;
        init(&world, "quincy", variant % 2);
        uint32_t allowed = variant / 2;
        flow_world_add_machine(&world, "far", "s", 1, 1);
        for (uint32_t m = 0; m < COUNT_OF(names); m++)
            flow_world_apply(&world, (struct event){.kind = EVENT_MACHINE_ADDED,
                                                    .machine = names[m],
                                                    .rack = "r",
                                                    .labels = m == allowed ? "gpu=T4" : "",
                                                    .resources = units(1, 1)});
        const struct block block = {
            .mib = GB, .copy_count = 1, .machines = {names[(allowed + 1) % 3]}};
        flow_world_apply(&world, (struct event){.kind = EVENT_TASK_SUBMITTED,
                                                .job = "j",
                                                .resources = units(1, 1),
                                                .constraint = "gpu=T4",
                                                .blocks = &block,
                                                .block_count = 1});
        round_at(&world, 60 * SECOND_US);
        cr_assert_str_eq(flow_world_place(&world, "j", 0), names[allowed], "variant %u", variant);
        flow_world_free(&world);
    }
}

Test(flow_policy, fairness_shares_the_places_among_jobs)
{
    struct policy_options options = {
        .cost_model = "quincy", .solver = "paths", .fairness = true, .preemption = true};
    struct flow_world world;
    flow_world_init(&world, &options, 0);
    flow_world_add_machine(&world, "m", "r", 9, 9);
    flow_world_submit(&world, "greedy", 9, units(1, 1), NULL, 0);
    world.now_us = SECOND_US;
    flow_world_round(&world);
    cr_assert_eq(running_on(&world, 0), 9, "alone, it has everything");
    flow_world_submit(&world, "small", 2, units(1, 1), NULL, 0);
    flow_world_submit(&world, "late", 9, units(1, 1), NULL, 0);
    for (int round = 0; round < 4; round++)
        flow_world_round(&world);
    const struct job *jobs = world.engine.cluster->jobs;
    cr_assert_eq(running_on(&world, 0), 9);
    cr_assert_eq(jobs[1].counts[TASK_RUNNING], 2);
    cr_assert_leq(jobs[0].counts[TASK_RUNNING], 4);
    cr_assert_leq(jobs[2].counts[TASK_RUNNING], 4);
    flow_world_free(&world);
}

Test(flow_policy, fairness_lets_jobs_run_that_no_machine_suits_on_average)
{
    struct policy_options options = {.cost_model = "quincy", .solver = "paths", .fairness = true};
    struct flow_world world;
    flow_world_init(&world, &options, 0);
    flow_world_add_machine(&world, "cpus", "r", 8, 1);
    flow_world_add_machine(&world, "memory", "r", 1, 8);
    flow_world_submit(&world, "a", 1, units(8, 1), NULL, 0);
    flow_world_submit(&world, "b", 1, units(1, 8), NULL, 0);
    world.now_us = SECOND_US;
    flow_world_round(&world);
    cr_assert_str_eq(flow_world_place(&world, "a", 0), "cpus");
    cr_assert_str_eq(flow_world_place(&world, "b", 0), "memory");
    flow_world_free(&world);
}

Test(flow_policy, unknown_names_are_refused)
{
    void *policy;
    struct problem problem;
    struct policy_options model = {.cost_model = "none", .solver = "paths"};
    struct policy_options solver = {.cost_model = "quincy", .solver = "none"};
    const struct policy_kind *flow = policy_kind_find("flow");
    cr_assert_eq(flow->create(&policy, &model, &problem), STATUS_USAGE);
    cr_assert_eq(flow->create(&policy, &solver, &problem), STATUS_USAGE);
    cr_assert_null(policy);
}

/* Everybody runs in the end: with all machines back, what waits is placed and ends. */
static void run_all(struct flow_world *world)
{
    const struct cluster *cluster = world->engine.cluster;
    char name[16];
    for (uint32_t m = 0; m < world->machine_count; m++) {
        snprintf(name, sizeof name, "m%u", m);
        uint32_t machine = names_find(&cluster->machine_names, name);
        if (machine == NONE || cluster->machines[machine].state != MACHINE_UP)
            flow_world_add_machine(world, name, "r0", 8, 8);
    }
    const struct task_list *waiting = &cluster->lists[TASK_WAITING];
    const struct task_list *running = &cluster->lists[TASK_RUNNING];
    const struct task_list *suspended = &cluster->lists[TASK_SUSPENDED];
    uint32_t rounds_max = 20 + waiting->count + cluster->lists[TASK_BACKOFF].count;
    for (uint32_t round = 0; round < rounds_max; round++) {
        world->now_us += 86400 * SECOND_US;
        engine_end_backoffs(&world->engine, world->now_us);
        flow_world_round(world);
        while (suspended->count)
            flow_world_kill(world, suspended->tasks[0]);
        while (running->count) {
            uint32_t task = running->tasks[0];
            engine_end_attempt(&world->engine, task, cluster->tasks[task].generation, false, false,
                               world->now_us);
        }
    }
    cr_assert_eq(waiting->count, 0, "%u tasks wait for ever", waiting->count);
    cr_assert_eq(cluster->lists[TASK_BACKOFF].count, 0);
}

Test(flow_policy, long_random_histories_oversubscribe_nothing_and_strand_nobody)
{
    static const char *const models[] = {
        "quincy", "load_spreading", "drf", "slo", "cpu_mem", "slo:1000,drf:100,quincy:10,packing",
        "latency"};
    for (uint32_t variant = 0; variant < 128; variant++) {
        struct policy_options options = {.cost_model = models[variant % COUNT_OF(models)],
                                         .solver = variant & 8 ? "lemon-network-simplex" : "paths",
                                         .preemption = variant & 2,
                                         .fairness = variant & 4};
        uint64_t seed = 1000 + variant;
        fprintf(stderr, "%s, %s%s%s%s, seed %" PRIu64 "\n", options.cost_model, options.solver,
                options.preemption ? ", preemption" : "", options.fairness ? ", fairness" : "",
                variant & 16 ? ", GPUs" : "", seed);
        struct flow_world world;
        flow_world_init(&world, &options, seed);
        world.machine_count = 8;
        world.gpus = variant & 16;
        world.suspensions = variant & 32;
        for (int step = 0; step < (variant & 8 ? 600 : 60); step++) {
            flow_world_random_event(&world);
            if (random_below(&world.random, 3) == 0)
                flow_world_round(&world);
        }
        run_all(&world);
        flow_world_free(&world);
    }
}
