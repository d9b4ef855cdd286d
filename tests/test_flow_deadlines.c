/* test_flow_deadlines.c - what tasks with deadlines, and services, get from the whole policy
 * with the cost models slo and latency. */
#include <criterion/criterion.h>

#include "tests/engine_fixture.h"
#include "tests/flow_world.h"

#define SECOND_US INT64_C(1000000)
#define MS_US INT64_C(1000)

enum { CRITICAL = 11, PRODUCTION = 9, BATCH = 2, BEST_EFFORT = 0 };

static struct flow_world world;

static void init(const char *model, bool preemption)
{
    const struct policy_options options = {
        .cost_model = model, .solver = "paths", .preemption = preemption};
    flow_world_init(&world, &options, 0);
    world.now_us = 1000 * SECOND_US;
}

/* One task that is due so many seconds after the round (0: never). */
static void submit_due(const char *job, int32_t priority, int64_t left_s)
{
    flow_world_apply(&world,
                     (struct event){.kind = EVENT_TASK_SUBMITTED,
                                    .job = job,
                                    .priority = priority,
                                    .resources = units(1, 1),
                                    .deadline_us = left_s ? world.now_us + left_s * SECOND_US : 0});
}

/* Which of two tasks has the only slot after the round? */
static void check_winner(int32_t a_priority, int64_t a_left_s, int32_t b_priority, int64_t b_left_s,
                         bool a_wins)
{
    for (int order = 0; order < 2; order++) {
        init("slo", false);
        flow_world_add_machine(&world, "m", "r", 1, 1);
        if (order)
            submit_due("b", b_priority, b_left_s);
        submit_due("a", a_priority, a_left_s);
        if (!order)
            submit_due("b", b_priority, b_left_s);
        flow_world_round(&world);
        cr_assert_str_eq(flow_world_place(&world, "a", 0), a_wins ? "m" : "");
        cr_assert_str_eq(flow_world_place(&world, "b", 0), a_wins ? "" : "m");
        flow_world_free(&world);
    }
}

Test(flow_deadlines, sl1_the_one_that_loses_more_by_waiting_goes_first)
{
    check_winner(BATCH, 320, BATCH, 400, true);
}

Test(flow_deadlines, sl2_one_that_is_lost_does_not_go_first)
{
    check_winner(BATCH, 60, BATCH, 400, false);
}

Test(flow_deadlines, sl3_weight_counts)
{
    check_winner(BEST_EFFORT, 320, BATCH, 400, false);
}

Test(flow_deadlines, sl5_a_task_avoids_the_machine_where_a_service_would_suffer)
{
    init("latency", false);
    flow_world_add_machine(&world, "busy", "r", 5, 5);
    flow_world_add_machine(&world, "idle", "r", 5, 5);
    for (uint32_t i = 0; i < 4; i++)
        flow_world_apply(&world, (struct event){.kind = EVENT_TASK_SUBMITTED,
                                                .job = "service",
                                                .index = i,
                                                .priority = PRODUCTION,
                                                .latency_us = 120 * MS_US,
                                                .resources = units(1, 1),
                                                .machine = "busy"});
    flow_world_apply(&world, (struct event){.kind = EVENT_TASK_SUBMITTED,
                                            .job = "there",
                                            .resources = units(1, 1),
                                            .machine = "idle"});
    flow_world_submit(&world, "batch", 4, units(1, 1), NULL, 0);
    flow_world_round(&world);
    for (uint32_t i = 0; i < 4; i++)
        cr_assert_str_eq(flow_world_place(&world, "batch", i), "idle");
    flow_world_free(&world);
}

/* A batch task has run for 200 s and is due in 300 s. */
static void check_preemption(int32_t priority, bool stops)
{
    init("slo", true);
    flow_world_add_machine(&world, "m", "r", 1, 1);
    submit_due("batch", BATCH, 560);
    world.now_us += 60 * SECOND_US; /* so long do tasks wait for their machine */
    flow_world_round(&world);
    cr_assert_str_eq(flow_world_place(&world, "batch", 0), "m");
    world.now_us += 200 * SECOND_US;
    submit_due("urgent", priority, 320);
    flow_world_round(&world);
    cr_assert_str_eq(flow_world_place(&world, "batch", 0), stops ? "" : "m");
    cr_assert_str_eq(flow_world_place(&world, "urgent", 0), stops ? "m" : "");
    flow_world_free(&world);
}

Test(flow_deadlines, sl6_a_critical_task_stops_one_that_loses_less)
{
    check_preemption(CRITICAL, true);
    check_preemption(BATCH, false);
}

/* One has waited for 1,000 seconds, and is late or has no deadline; another one comes that can be
 * saved. */
Test(flow_deadlines, sl7_late_tasks_do_not_starve_those_that_can_be_saved)
{
    for (int late = 0; late < 2; late++) {
        init("slo", false);
        flow_world_add_machine(&world, "m", "r", 1, 1);
        submit_due("old", PRODUCTION, late ? 5 : 0);
        world.now_us += 1000 * SECOND_US;
        submit_due("saved", PRODUCTION, 320);
        flow_world_round(&world);
        cr_assert_str_eq(flow_world_place(&world, "saved", 0), late ? "m" : "");
        cr_assert_str_eq(flow_world_place(&world, "old", 0), late ? "" : "m");
        flow_world_free(&world);
    }
}
