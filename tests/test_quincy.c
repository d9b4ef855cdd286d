/* test_quincy.c - data locality against waiting, by the worked examples of the sources. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "costmodels/cost_model.h"

#define GB 1024
#define SECOND_US INT64_C(1000000)

/* Two racks of three machines: 0 1 2 | 3 4 5. */
static struct machine_facts machines[6];
static uint32_t rack_machines[2][3] = {{0, 1, 2}, {3, 4, 5}};
static struct rack_facts racks[2];
static struct cluster_facts cluster;
static const struct cost_model *quincy;

static void set_up(void)
{
    quincy = cost_model_find("quincy");
    memset(machines, 0, sizeof machines);
    for (uint32_t m = 0; m < 6; m++)
        machines[m] = (struct machine_facts){.rack = m / 3, .up = true, .present = true};
    for (uint32_t r = 0; r < 2; r++)
        racks[r] = (struct rack_facts){
            .machines = rack_machines[r], .machine_count = 3, .present_count = 3};
    cluster = (struct cluster_facts){
        .machines = machines, .machine_count = 6, .racks = racks, .rack_count = 2};
}

TestSuite(quincy, .init = set_up);

/* The input of oracle Q1: 8 GB; rack 0 holds 5 of them, machine 0 holds 3 of those. */
static const struct block_facts q1_blocks[] = {
    {.mib = 3 * GB, .copy_count = 1, .machines = {0}},
    {.mib = 2 * GB, .copy_count = 1, .machines = {1}},
    {.mib = 3 * GB},
};

static struct task_facts q1_task(void)
{
    return (struct task_facts){.machine = NONE, .blocks = q1_blocks, .block_count = 3};
}

static cost_t preference_cost(const struct task_facts *task, enum preference_kind kind, uint32_t id)
{
    struct preference preferences[PREFERENCES_MAX];
    uint32_t count = quincy->preferences(task, &cluster, preferences);
    for (uint32_t i = 0; i < count; i++)
        if (preferences[i].kind == kind && preferences[i].id == id)
            return preferences[i].cost;
    return -1;
}

Test(quincy, q1_costs_of_machine_rack_and_cluster)
{
    struct task_facts task = q1_task();
    cr_assert_eq(preference_cost(&task, PREFERENCE_MACHINE, 0), 8 * GB);
    cr_assert_eq(preference_cost(&task, PREFERENCE_RACK, 0), 11 * GB);
    cr_assert_eq(quincy->anywhere(&task, &cluster), 16 * GB);
}

Test(quincy, q2_waiting_passes_the_machine_and_then_the_cluster)
{
    struct task_facts task = q1_task();
    task.waited_us = 20 * SECOND_US;
    cr_assert_eq(quincy->waiting(&task, &cluster), 10 * GB);
    cr_assert_gt(quincy->waiting(&task, &cluster), preference_cost(&task, PREFERENCE_MACHINE, 0));
    cr_assert_lt(quincy->waiting(&task, &cluster), quincy->anywhere(&task, &cluster));
    task.waited_us = 34 * SECOND_US;
    cr_assert_eq(quincy->waiting(&task, &cluster), 17 * GB);
    cr_assert_gt(quincy->waiting(&task, &cluster), quincy->anywhere(&task, &cluster));
}

Test(quincy, q3_a_run_of_30_seconds_is_worth_22_gb)
{
    struct task_facts task = q1_task();
    task.machine = 0;
    task.ran_us = 30 * SECOND_US;
    cr_assert_eq(quincy->keeping(&task, &cluster), -22 * GB);
}

Test(quincy, q4_a_tenth_of_the_input_is_enough_to_be_preferred)
{
    const struct {
        int64_t here, elsewhere;
        bool preferred;
    } cases[] = {{10, 90, true}, {9, 91, false}, {1, 10, false}, {2, 10, true}, {1, 0, true}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct block_facts blocks[] = {
            {.mib = cases[i].here, .copy_count = 1, .machines = {0}},
            {.mib = cases[i].elsewhere, .copy_count = 1, .machines = {3}},
        };
        struct task_facts task = {.machine = NONE, .blocks = blocks, .block_count = 2};
        cr_assert_eq(preference_cost(&task, PREFERENCE_MACHINE, 0) >= 0, cases[i].preferred,
                     "row %zu", i);
        cr_assert_eq(preference_cost(&task, PREFERENCE_RACK, 0) >= 0, cases[i].preferred, "row %zu",
                     i);
    }
}

Test(quincy, a_block_counts_once_however_many_copies_a_rack_has)
{
    struct block_facts block = {.mib = 10, .copy_count = 3, .machines = {0, 1, 3}};
    struct task_facts task = {.machine = NONE, .blocks = &block, .block_count = 1};
    cr_assert_eq(preference_cost(&task, PREFERENCE_MACHINE, 0), 0);
    cr_assert_eq(preference_cost(&task, PREFERENCE_RACK, 0), 10, "machine 2 has no copy");
    cr_assert_eq(quincy->anywhere(&task, &cluster), 10, "both racks have a copy");
}

Test(quincy, copies_on_lost_machines_do_not_count)
{
    struct task_facts task = q1_task();
    machines[0].up = machines[0].present = false;
    cr_assert_eq(preference_cost(&task, PREFERENCE_MACHINE, 0), -1);
    cr_assert_eq(preference_cost(&task, PREFERENCE_MACHINE, 1), 12 * GB);
    cr_assert_eq(preference_cost(&task, PREFERENCE_RACK, 0), 14 * GB);
    machines[1].up = machines[1].present = false;
    struct preference preferences[PREFERENCES_MAX];
    cr_assert_eq(quincy->preferences(&task, &cluster, preferences), 0);
    cr_assert_eq(quincy->anywhere(&task, &cluster), 16 * GB);
}

Test(quincy, data_of_a_drained_machine_can_be_read)
{
    struct task_facts task = q1_task();
    machines[0].up = false;
    cr_assert_eq(preference_cost(&task, PREFERENCE_MACHINE, 0), -1, "it takes no task");
    cr_assert_eq(preference_cost(&task, PREFERENCE_MACHINE, 1), 9 * GB, "but gives 3 GB");
}

Test(quincy, a_rack_is_cheaper_when_its_worst_machine_has_left)
{
    struct task_facts task = q1_task();
    cr_assert_eq(preference_cost(&task, PREFERENCE_RACK, 0), 11 * GB, "machine 2 holds nothing");
    machines[2].up = machines[2].present = false;
    cr_assert_eq(preference_cost(&task, PREFERENCE_RACK, 0), 9 * GB, "machine 1 holds 2 GB");
    for (uint32_t m = 3; m < 6; m++)
        machines[m].up = machines[m].present = false;
    cr_assert_eq(quincy->anywhere(&task, &cluster), 9 * GB, "no other rack is left");
}

Test(quincy, without_input_everywhere_is_free)
{
    struct block_facts empty = {.mib = 0, .copy_count = 1, .machines = {0}};
    struct preference preferences[PREFERENCES_MAX];
    for (uint32_t count = 0; count < 2; count++) {
        struct task_facts task = {.machine = NONE, .blocks = &empty, .block_count = count};
        cr_assert_eq(quincy->anywhere(&task, &cluster), 0);
        cr_assert_eq(quincy->preferences(&task, &cluster, preferences), 0);
        cr_assert_eq(quincy->waiting(&task, &cluster), 0);
    }
}

Test(quincy, waiting_never_falls_and_keeps_fractions_of_seconds)
{
    cost_t before = 0;
    for (int64_t wait_us = 0; wait_us < INT64_MAX / 3; wait_us = wait_us * 3 + 1000) {
        struct task_facts task = {.machine = NONE, .waited_us = wait_us};
        cr_assert_geq(quincy->waiting(&task, &cluster), before, "at %" PRId64, wait_us);
        cr_assert_lt(quincy->waiting(&task, &cluster), COST_MODEL_MAX);
        before = quincy->waiting(&task, &cluster);
    }
    struct task_facts task = {.machine = NONE, .waited_us = SECOND_US * 3 / 2};
    cr_assert_eq(quincy->waiting(&task, &cluster), 512, "a step of one second");
}

Test(quincy, the_largest_numbers_stay_within_the_limit)
{
    struct block_facts blocks[] = {
        {.mib = BLOCK_MIB_MAX, .copy_count = 1, .machines = {0}},
        {.mib = BLOCK_MIB_MAX, .copy_count = 1, .machines = {1}},
    };
    struct task_facts task = {
        .machine = 0, .ran_us = INT64_MAX, .blocks = blocks, .block_count = 2};
    cr_assert_lt(quincy->anywhere(&task, &cluster), COST_MODEL_MAX);
    cr_assert_gt(quincy->keeping(&task, &cluster), -COST_MODEL_MAX);
}

static cost_t plain_machine_cost(const struct task_facts *task, uint32_t machine)
{
    cost_t cost = 0;
    for (uint32_t b = 0; b < task->block_count; b++) {
        int price = 2;
        for (uint32_t c = 0; c < task->blocks[b].copy_count; c++) {
            uint32_t holder = task->blocks[b].machines[c];
            if (!machines[holder].present)
                continue;
            int from_here = holder == machine ? 0 : 1 + (holder / 3 != machine / 3);
            price = from_here < price ? from_here : price;
        }
        cost += price * task->blocks[b].mib;
    }
    return cost;
}

static cost_t plain_worst(const struct task_facts *task, uint32_t first, uint32_t limit)
{
    cost_t worst = -1;
    for (uint32_t m = first; m < limit; m++)
        if (machines[m].up && plain_machine_cost(task, m) > worst)
            worst = plain_machine_cost(task, m);
    return worst;
}

static void check_against_plain(const struct task_facts *task)
{
    struct preference preferences[PREFERENCES_MAX];
    uint32_t count = quincy->preferences(task, &cluster, preferences);
    cr_assert_leq(count, PREFERENCES_MAX);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t id = preferences[i].id;
        bool rack = preferences[i].kind == PREFERENCE_RACK;
        cr_assert_eq(preferences[i].cost,
                     rack ? plain_worst(task, 3 * id, 3 * id + 3) : plain_machine_cost(task, id));
        cr_assert(rack || machines[id].up);
    }
    cost_t worst = plain_worst(task, 0, 6);
    if (worst >= 0)
        cr_assert_eq(quincy->anywhere(task, &cluster), worst);
    cr_assert_eq(quincy->keeping(task, &cluster), plain_machine_cost(task, task->machine));
}

Test(quincy, agrees_with_counting_block_by_block)
{
    struct random random;
    uint64_t seed = 7;
    random_init(&random, seed);
    fprintf(stderr, "seed %" PRIu64 "\n", seed);
    struct block_facts blocks[40];
    for (int run = 0; run < 500; run++) {
        for (uint32_t m = 0; m < 6; m++) {
            machines[m].present = random_below(&random, 4) > 0;
            machines[m].up = machines[m].present && random_below(&random, 4) > 0;
        }
        struct task_facts task = {.machine = (uint32_t)random_below(&random, 6),
                                  .blocks = blocks,
                                  .block_count = (uint32_t)random_below(&random, 41)};
        for (uint32_t b = 0; b < task.block_count; b++) {
            uint32_t first = (uint32_t)random_below(&random, 6);
            blocks[b] = (struct block_facts){
                .mib = (int64_t)random_below(&random, 1000),
                .copy_count = (uint32_t)random_below(&random, BLOCK_COPIES_MAX + 1),
                .machines = {first, (first + 1) % 6, (first + 4) % 6}};
        }
        check_against_plain(&task);
    }
}
