/* test_borg.c - Borg's scores on worked examples. */
#include <criterion/criterion.h>

#include "policies/policies.h"
#include "tests/baseline_world.h"
#include "tests/engine_fixture.h"

static struct flow_world world;

/* Two machines of 10 cpu and 10 memory, of which so much is used, and where a task goes. */
struct choice {
    struct resources used[2];
    struct resources demand;
    const char *policy;
    const char *place;
};

static void check_choice(const struct choice *row, uint32_t index)
{
    baseline_world_init(&world, row->policy, false, 1);
    flow_world_add_machine(&world, "m0", "r", 10, 10);
    flow_world_add_machine(&world, "m1", "r", 10, 10);
    flow_world_submit_running(&world, "a", row->used[0], "m0");
    flow_world_submit_running(&world, "b", row->used[1], "m1");
    baseline_world_submit(&world, "j", row->demand, 0);
    flow_world_round(&world);
    cr_assert_str_eq(flow_world_place(&world, "j", 0), row->place, "row %u", index);
    flow_world_free(&world);
}

/* Free after the first row's task, in parts: m0 .2 and .7 for .4 and .8, m1 .6 and .3 for .8 and
 * .4. So m0 would strand .1 more and m1 .1 less, though m0 gets fuller by the sum of squares. */
Test(borg, the_machine_is_taken_where_least_is_stranded)
{
    static const struct choice rows[] = {
        {{{{6, 2}}, {{2, 6}}}, {{2, 1}}, "borg", "m1"},
        {{{{6, 2}}, {{2, 6}}}, {{2, 1}}, "bestfit-l2", "m0"},
        {{{{6, 2}}, {{2, 6}}}, {{1, 2}}, "borg", "m0"},
        /* As much stranded: the fuller one. */
        {{{{0, 0}}, {{5, 5}}}, {{1, 1}}, "borg", "m1"},
        {{{{5, 5}}, {{0, 0}}}, {{1, 1}}, "borg", "m0"},
        /* m0 adds 1000^.6 - 1000^.5 twice, m1 1000^.1 - 1: E-PVM spreads. */
        {{{{5, 5}}, {{0, 0}}}, {{1, 1}}, "borg:score=1", "m1"},
        {{{{0, 0}}, {{5, 5}}}, {{1, 1}}, "borg:score=1", "m0"},
        /* m0 strands .1 less and leaves 1.0; m1 strands .1 more and leaves .3. */
        {{{{4, 5}}, {{8, 8}}}, {{1, 0}}, "borg", "m0"},
        /* Weighed alike, fullness wins. */
        {{{{4, 5}}, {{8, 8}}}, {{1, 0}}, "borg:fill=1", "m1"},
    };
    for (uint32_t i = 0; i < COUNT_OF(rows); i++) {
        struct choice row = rows[i];
        for (int m = 0; m < 2; m++)
            for (int r = 0; r < RESOURCE_COUNT; r++)
                row.used[m].amount[r] *= RESOURCE_UNIT;
        for (int r = 0; r < RESOURCE_COUNT; r++)
            row.demand.amount[r] *= RESOURCE_UNIT;
        check_choice(&row, i);
    }
}

/* A GPU that is free where no cpu is left is stranded. */
Test(borg, a_task_without_gpu_leaves_machines_with_gpus_alone)
{
    for (int swapped = 0; swapped < 2; swapped++) {
        baseline_world_init(&world, "borg", false, 1);
        for (int m = 0; m < 2; m++) {
            struct resources capacity = units(10, 10);
            capacity.amount[RESOURCE_GPU] = m == swapped ? 2 * RESOURCE_UNIT : 0;
            flow_world_apply(&world, (struct event){.kind = EVENT_MACHINE_ADDED,
                                                    .machine = m ? "m1" : "m0",
                                                    .resources = capacity});
        }
        baseline_world_submit(&world, "j", units(5, 5), 0);
        flow_world_round(&world);
        cr_assert_str_eq(flow_world_place(&world, "j", 0), swapped ? "m0" : "m1");
        flow_world_free(&world);
    }
}

Test(borg, priority_goes_before_arrival_and_arrival_decides_among_equals)
{
    baseline_world_init(&world, "borg", false, 1);
    flow_world_add_machine(&world, "m0", "r", 2, 2);
    baseline_world_submit(&world, "first", units(1, 1), 1);
    baseline_world_submit(&world, "second", units(1, 1), 1);
    baseline_world_submit(&world, "urgent", units(1, 1), 9);
    flow_world_round(&world);
    cr_assert_str_eq(flow_world_place(&world, "urgent", 0), "m0");
    cr_assert_str_eq(flow_world_place(&world, "first", 0), "m0");
    cr_assert_str_eq(flow_world_place(&world, "second", 0), "");
    flow_world_free(&world);
}

Test(borg, a_score_that_is_not_one_is_refused)
{
    struct policy_options options = {0};
    const struct policy_kind *kind;
    struct problem problem = {0};
    void *state = &world;
    cr_assert_eq(policy_read("borg:score=0.5", &kind, &options, &problem), STATUS_OK);
    cr_assert_eq(kind->create(&state, &options, &problem), STATUS_USAGE);
    cr_assert_null(state);
    cr_assert_eq(policy_read("borg:score=2", &kind, &options, &problem), STATUS_USAGE);
}
