/* test_kube.c - kube-scheduler: whom it places where, and whom it stops for that. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policies/kube_preemption.h"
#include "policies/policies.h"
#include "tests/baseline_world.h"
#include "tests/engine_fixture.h"

#define SECOND_US INT64_C(1000000)

static struct flow_world world;

static void add_machines(uint32_t count, int64_t cpu, int64_t memory)
{
    char name[16];
    for (uint32_t m = 0; m < count; m++) {
        snprintf(name, sizeof name, "m%u", m);
        flow_world_add_machine(&world, name, "r", cpu, memory);
    }
}

/* The nodes of test_kube_score: m0 of 8 cpu and 32 memory, m1 of 4 and 8. A task of 1 and 4 makes
 * m0 score as k1 or as k2, and m1 as k3. */
Test(kube, k1_k2_k3_the_machine_of_the_largest_score_is_taken)
{
    static const struct {
        const char *policy;
        int64_t cpu, memory; /* used on m0 */
        const char *place;
    } rows[] = {
        {"kube", 2, 4, "m0"},             /* 68 + 93 against 62 + 87 */
        {"kube", 5, 12, "m1"},            /* 37 + 87 against 62 + 87 */
        {"kube:strategy=1", 5, 12, "m0"}, /* 62 + 87 against 37 + 87 */
        {"kube:strategy=2", 5, 12, "m0"}, /* 63 + 87 against 38 + 87 */
        {"kube:strategy=2+ratio-0=10+ratio-100=0", 5, 12, "m1"},
        {"kube:balanced=0", 2, 4, "m0"},          /* 68 against 62 */
        {"kube:fit=0", 5, 12, ""},                /* 87 each: either */
        {"kube:fit=0", 2, 4, "m0"},               /* 93 against 87 */
        {"kube:memory=0+balanced=0", 2, 4, "m1"}, /* 62 against 75 */
        {"kube:cpu=0+balanced=0", 2, 4, "m0"},    /* 75 against 50 */
    };
    for (uint32_t i = 0; i < COUNT_OF(rows); i++) {
        baseline_world_init(&world, rows[i].policy, false, 1);
        flow_world_add_machine(&world, "m0", "r", 8, 32);
        flow_world_add_machine(&world, "m1", "r", 4, 8);
        flow_world_submit_running(&world, "a", units(rows[i].cpu, rows[i].memory), "m0");
        baseline_world_submit(&world, "j", units(1, 4), 0);
        flow_world_round(&world);
        const char *place = flow_world_place(&world, "j", 0);
        cr_assert(*place && (!*rows[i].place || !strcmp(place, rows[i].place)), "row %u: %s", i,
                  place);
        flow_world_free(&world);
    }
}

/* Five of six machines are alike; each gets a fifth of the tasks. They are taken back at once, so
 * that who was taken last is looked at anew. */
Test(kube, k5_each_machine_of_the_largest_score_is_as_likely)
{
    enum { TASKS = 5000, MACHINES = 6 };
    uint32_t counts[MACHINES] = {0}, again = 0, last = 0;
    baseline_world_init(&world, "kube", false, 11);
    add_machines(MACHINES, 10, 10);
    flow_world_submit_running(&world, "much", units(5, 5), "m2");
    for (uint32_t t = 0; t < TASKS; t++) {
        flow_world_submit(&world, "j", 1, units(1, 1), NULL, 0);
        flow_world_round(&world);
        uint32_t machine = (uint32_t)atoi(flow_world_place(&world, "j", 0) + 1);
        counts[machine]++;
        again += machine == last;
        last = machine;
        baseline_world_kill(&world, "j");
    }
    /* Five standard deviations of 1000 are 141. */
    for (uint32_t m = 0; m < MACHINES; m++)
        cr_assert(m == 2 ? counts[m] == 0 : counts[m] > 859 && counts[m] < 1141, "m%u: %u", m,
                  counts[m]);
    cr_assert(again > 859 && again < 1141, "%u", again);
    flow_world_free(&world);
}

/* Of 300 machines m200 is the emptiest. Half of them are searched at a time, in turns. */
Test(kube, a_search_of_some_of_the_nodes_goes_on_where_the_last_one_ended)
{
    baseline_world_init(&world, "kube:nodes=50", false, 1);
    add_machines(300, 10, 10);
    for (uint32_t m = 0; m < 300; m++) {
        char job[16], name[16];
        snprintf(job, sizeof job, "a%u", m);
        snprintf(name, sizeof name, "m%u", m);
        if (m != 200)
            flow_world_submit_running(&world, job, units(4, 4), name);
    }
    for (uint32_t t = 0; t < 6; t++) {
        char job[16];
        snprintf(job, sizeof job, "j%u", t);
        baseline_world_submit(&world, job, units(1, 1), 0);
        flow_world_round(&world);
        uint32_t machine = (uint32_t)atoi(flow_world_place(&world, job, 0) + 1);
        if (t % 2)
            cr_assert_eq(machine, 200, "search %u: m%u", t, machine);
        else
            cr_assert_lt(machine, 150, "search %u: m%u", t, machine);
    }
    flow_world_free(&world);
}

/* Each task of nothing counts as a 320th of the cpu: eight of them take more than two percent. */
Test(kube, tasks_that_ask_for_nothing_count_for_the_score_as_long_as_they_run)
{
    baseline_world_init(&world, "kube", false, 1);
    add_machines(2, 10, 10);
    for (uint32_t t = 0; t < 16; t++) {
        char job[16];
        snprintf(job, sizeof job, "a%u", t);
        flow_world_submit_running(&world, job, units(0, 0), t < 8 ? "m0" : "m1");
    }
    for (uint32_t t = 0; t < 8; t++) {
        char job[16];
        snprintf(job, sizeof job, "a%u", t);
        baseline_world_kill(&world, job);
    }
    for (uint32_t t = 0; t < 5; t++) { /* m1 is as full after eight */
        char job[16];
        snprintf(job, sizeof job, "b%u", t);
        baseline_world_submit(&world, job, units(0, 0), 0);
    }
    flow_world_round(&world);
    for (uint32_t t = 0; t < 5; t++) {
        char job[16];
        snprintf(job, sizeof job, "b%u", t);
        cr_assert_str_eq(flow_world_place(&world, job, 0), "m0", "%s", job);
    }
    flow_world_free(&world);
}

/* So in one round they are spread: by chance alone, some machine would get 20 more than another. */
Test(kube, tasks_that_ask_for_nothing_count_in_the_round_that_places_them)
{
    enum { MACHINES = 10, TASKS = 1000 };
    baseline_world_init(&world, "kube", false, 1);
    add_machines(MACHINES, 10, 10);
    flow_world_submit(&world, "j", TASKS, units(0, 0), NULL, 0);
    flow_world_round(&world);
    for (uint32_t m = 0; m < MACHINES; m++) {
        uint32_t running = world.engine.cluster->machine_facts[m].running;
        cr_assert(running > TASKS / MACHINES - 6 && running < TASKS / MACHINES + 6, "m%u: %u", m,
                  running);
    }
    flow_world_free(&world);
}

Test(kube, a_task_that_fits_nowhere_is_tried_again_when_it_may_be)
{
    baseline_world_init(&world, "kube", false, 1);
    add_machines(1, 10, 10);
    flow_world_submit_running(&world, "a", units(10, 10), "m0");
    baseline_world_submit(&world, "j", units(4, 4), 0);
    flow_world_round(&world);
    cr_assert_eq(world.report.wake_us, 0, "nothing can help");
    baseline_world_kill(&world, "a");
    flow_world_round(&world);
    cr_assert_str_eq(flow_world_place(&world, "j", 0), "", "it is backed off");
    cr_assert_eq(world.report.wake_us, 2 * SECOND_US);
    baseline_world_submit(&world, "k", units(4, 4), 0);
    flow_world_round(&world);
    cr_assert_str_eq(flow_world_place(&world, "k", 0), "m0", "it has just come");
    world.now_us = world.report.wake_us;
    flow_world_round(&world);
    cr_assert_str_eq(flow_world_place(&world, "j", 0), "m0");
    flow_world_free(&world);
}

Test(kube, tolls_are_compared_by_priority_sum_count_and_start)
{
    static const struct kube_toll rising[] = {
        {-5, 900, 9, 1}, {3, 10, 9, 1}, {3, 20, 1, 9}, {3, 20, 2, 9}, {3, 20, 2, 8}, {4, 1, 1, 99},
    };
    for (uint32_t i = 0; i < COUNT_OF(rising); i++)
        for (uint32_t k = 0; k < COUNT_OF(rising); k++)
            cr_assert_eq(kube_toll_less(&rising[i], &rising[k]), i < k, "%u and %u", i, k);
}

Test(kube, a_tenth_of_the_machines_and_at_least_a_hundred_are_compared)
{
    static const struct {
        uint32_t machines, percentage, count;
    } rows[] = {
        {50, 10, 100}, {1000, 10, 100}, {1010, 10, 101}, {12477, 10, 1247}, {500, 100, 500}};
    for (uint32_t i = 0; i < COUNT_OF(rows); i++)
        cr_assert_eq(kube_candidates_wanted(rows[i].machines, rows[i].percentage), rows[i].count);
}

/* A task that runs: so much of both resources of a machine of 10 and 10. */
struct guest {
    int64_t size;
    int32_t priority;
    int64_t start_s;
};

#define GUESTS_MAX 4

/* Who runs on m0 and m1, in the order in which they came, and who has to go for one of priority 5:
 * a bit for each, m0's first. */
struct displacement {
    const char *why;
    struct guest guests[2][GUESTS_MAX];
    int64_t size;
    const char *place;
    uint32_t victims;
};

static void check_displacement(const struct displacement *row, uint64_t seed)
{
    char job[16];
    baseline_world_init(&world, "kube", true, seed);
    add_machines(2, 10, 10);
    for (int64_t second = 0; second < 10; second++)
        for (uint32_t g = 0; g < 2 * GUESTS_MAX; g++) {
            const struct guest *guest = &row->guests[g / GUESTS_MAX][g % GUESTS_MAX];
            if (!guest->size || guest->start_s != second)
                continue;
            snprintf(job, sizeof job, "g%u", g);
            world.now_us = second * SECOND_US;
            baseline_world_submit_running(&world, job, units(guest->size, guest->size),
                                          guest->priority, g < GUESTS_MAX ? "m0" : "m1");
        }
    world.now_us = 10 * SECOND_US;
    baseline_world_submit(&world, "j", units(row->size, row->size), 5);
    flow_world_round(&world);
    cr_assert_str_eq(flow_world_place(&world, "j", 0), row->place, "%s", row->why);
    for (uint32_t g = 0; g < 2 * GUESTS_MAX; g++) {
        snprintf(job, sizeof job, "g%u", g);
        if (row->guests[g / GUESTS_MAX][g % GUESTS_MAX].size)
            cr_assert_eq(!*flow_world_place(&world, job, 0), row->victims >> g & 1, "%s: %s",
                         row->why, job);
    }
    cr_assert_eq(world.report.wake_us, row->victims ? world.now_us + 1 : 0, "%s", row->why);
    flow_world_free(&world);
}

Test(kube, preemption_takes_the_machine_and_the_victims_that_matter_least)
{
    static const struct displacement rows[] = {
        {"equal priority", {{{10, 5, 0}}, {{10, 6, 0}}}, 5, "", 0},
        {"too little of lower priority", {{{5, 5, 0}, {5, 1, 0}}, {{10, 9, 0}}}, 6, "", 0},
        {"the lowest highest", {{{10, 4, 0}}, {{5, 3, 0}, {5, 3, 0}}}, 10, "m1", 0x30},
        {"not the lowest sum", {{{5, 1, 0}, {5, 4, 0}}, {{5, 3, 0}, {5, 3, 0}}}, 10, "m1", 0x30},
        {"then the smallest sum", {{{5, 3, 0}, {5, 2, 0}}, {{5, 3, 0}, {5, 1, 0}}}, 10, "m1", 0x30},
        {"one is less than two", {{{10, 3, 0}}, {{5, 3, 0}, {5, -9, 0}}}, 10, "m0", 0x1},
        {"also below nothing", {{{10, -3, 0}}, {{5, -3, 0}, {5, -3, 0}}}, 10, "m0", 0x1},
        {"then who came last", {{{10, 3, 7}}, {{10, 3, 2}}}, 10, "m0", 0x1},
        {"whoever came last", {{{10, 3, 2}}, {{10, 3, 7}}}, 10, "m1", 0x10},
        {"of the highest, the first",
         {{{5, 3, 2}, {5, 3, 8}}, {{5, 3, 4}, {5, 3, 3}}},
         10,
         "m1",
         0x30},
        {"those of lower priority do not count",
         {{{5, 3, 6}, {5, 1, 0}}, {{5, 3, 5}, {5, 1, 9}}},
         10,
         "m0",
         0x3},
        {"no more than needed", {{{4, 1, 0}, {4, 2, 0}, {2, 3, 0}}, {{10, 9, 0}}}, 4, "m0", 0x1},
        {"the higher stays, though it is smaller",
         {{{8, 1, 0}, {2, 2, 0}}, {{10, 9, 0}}},
         2,
         "m0",
         0x1},
        {"who has run longest stays", {{{5, 1, 4}, {5, 1, 1}}, {{10, 9, 0}}}, 5, "m0", 0x1},
    };
    for (uint32_t i = 0; i < COUNT_OF(rows); i++)
        for (uint64_t seed = 0; seed < 4; seed++) /* wherever the search begins */
            check_displacement(&rows[i], seed);
}

Test(kube, without_the_replays_leave_nobody_is_stopped)
{
    baseline_world_init(&world, "kube", false, 1);
    add_machines(1, 10, 10);
    baseline_world_submit_running(&world, "low", units(10, 10), 1, "m0");
    baseline_world_submit(&world, "high", units(1, 1), 9);
    flow_world_round(&world);
    cr_assert_eq(world.decisions.count, 0);
    flow_world_free(&world);
}

Test(kube, what_victims_leave_over_is_room_for_others)
{
    baseline_world_init(&world, "kube", true, 1);
    add_machines(1, 10, 10);
    baseline_world_submit_running(&world, "low", units(10, 10), 1, "m0");
    baseline_world_submit(&world, "middle", units(6, 6), 1);
    flow_world_round(&world);
    baseline_world_submit(&world, "high", units(4, 4), 9);
    world.now_us += 5 * SECOND_US;
    flow_world_round(&world);
    cr_assert_str_eq(flow_world_place(&world, "high", 0), "m0");
    cr_assert_str_eq(flow_world_place(&world, "low", 0), "");
    world.now_us = world.report.wake_us;
    flow_world_round(&world);
    cr_assert_str_eq(flow_world_place(&world, "middle", 0), "m0");
    flow_world_free(&world);
}

/* Is there a machine that could take the task without those of lower priority? Not of GPUs. */
static bool could_displace(const struct cluster *cluster, uint32_t task)
{
    for (uint32_t m = 0; m < cluster->machine_count; m++) {
        struct resources room = cluster_machine_free(cluster, m);
        for (uint32_t t = cluster->machines[m].first_task; t != NONE;
             t = cluster->tasks[t].machine_next)
            if (cluster->task_facts[t].priority < cluster->task_facts[task].priority)
                resources_add(&room, &cluster->task_facts[t].demand);
        if (cluster->machine_facts[m].up && resources_fit(&cluster->task_facts[task].demand, &room))
            return true;
    }
    return false;
}

/* The flush comes after 300 seconds and up to 30 more; victims are tried at once. */
static void settle(void)
{
    world.now_us += 331 * SECOND_US;
    do
        flow_world_round(&world);
    while (world.decisions.count);
}

Test(kube, whatever_happens_nobody_waits_for_ever_who_could_displace_another)
{
    const struct cluster *cluster;
    for (uint64_t seed = 0; seed < 12; seed++) {
        baseline_world_init(&world, "kube:backoff=0+backoff-max=0", true, seed);
        world.machine_count = 8;
        world.suspensions = seed % 2;
        cluster = world.engine.cluster;
        for (uint32_t step = 0; step < 300; step++) {
            flow_world_random_event(&world);
            if (random_below(&world.random, 3) == 0)
                flow_world_round(&world);
            if (step % 30)
                continue;
            settle();
            for (uint32_t i = 0; i < cluster->lists[TASK_WAITING].count; i++)
                cr_assert_not(could_displace(cluster, cluster->lists[TASK_WAITING].tasks[i]),
                              "seed %" PRIu64 ", step %u", seed, step);
        }
        flow_world_free(&world);
    }
}

Test(kube, with_gpus_and_labels_preemption_keeps_to_the_ledger)
{
    uint64_t stopped = 0;
    for (uint64_t seed = 0; seed < 12; seed++) {
        baseline_world_init(&world, seed % 2 ? "kube:gpu=2" : "kube:nodes=0", true, seed);
        world.machine_count = 8;
        world.gpus = true;
        world.suspensions = seed / 2 % 2;
        for (uint32_t step = 0; step < 400; step++) {
            flow_world_random_event(&world);
            if (random_below(&world.random, 3) == 0)
                flow_world_round(&world);
            for (uint32_t i = 0; i < world.decisions.count; i++)
                stopped += world.decisions.decisions[i].kind == DECISION_PREEMPT;
        }
        flow_world_free(&world);
    }
    cr_assert_gt(stopped, 100, "%" PRIu64, stopped);
}

Test(kube, without_back_off_nothing_waits_that_fits)
{
    for (uint64_t seed = 0; seed < 8; seed++) {
        baseline_world_init(&world, "kube:backoff=0+backoff-max=0", false, seed);
        world.machine_count = 8;
        world.gpus = seed % 2;
        world.suspensions = seed / 2 % 2;
        for (uint32_t step = 0; step < 400; step++) {
            flow_world_random_event(&world);
            if (random_below(&world.random, 3))
                continue;
            flow_world_round(&world);
            cr_assert_not(baseline_world_something_fits(&world), "seed %" PRIu64 ", step %u", seed,
                          step);
        }
        flow_world_free(&world);
    }
}

Test(kube, an_option_that_is_to_be_whole_is_refused_in_parts)
{
    struct policy_options options = {0};
    const struct policy_kind *kind;
    struct problem problem = {0};
    void *state = &world;
    cr_assert_eq(policy_read("kube:cpu=1.5", &kind, &options, &problem), STATUS_OK);
    cr_assert_eq(kind->create(&state, &options, &problem), STATUS_USAGE);
    cr_assert_null(state);
    cr_assert_eq(policy_read("kube:backoff=0.5", &kind, &options, &problem), STATUS_OK);
    cr_assert_eq(kind->create(&state, &options, &problem), STATUS_OK);
    kind->destroy(state);
}
