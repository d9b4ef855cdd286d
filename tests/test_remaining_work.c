/* test_remaining_work.c - what jobs have left to do, against a count from nothing. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

#include "policies/remaining_work.h"
#include "tests/engine_fixture.h"
#include "tests/flow_world.h"

#define SECOND_US INT64_C(1000000)

static struct flow_world world;
static struct remaining_work work;

static void on_change(void *state, const struct cluster *cluster, const struct change *change)
{
    remaining_work_see(state, cluster, change);
}

static void set_up(void)
{
    flow_world_init_policy(&world, "fifo", &(struct policy_options){.seed = 1}, 5);
    world.engine.options.clairvoyant = true;
    world.machine_count = 8;
    world.suspensions = true;
    remaining_work_init(&work);
    engine_observe(&world.engine, (struct observer){&work, on_change});
}

static void tear_down(void)
{
    remaining_work_free(&work);
    flow_world_free(&world);
}

TestSuite(remaining_work, .init = set_up, .fini = tear_down);

static double work_of(const char *job)
{
    const struct cluster *cluster = world.engine.cluster;
    return remaining_work_of_job(&work, cluster, names_find(&cluster->job_names, job));
}

/* Tasks of a run time that the trace knows. */
static void submit_known(const char *job, uint32_t count, struct resources demand, int64_t run_us)
{
    struct attempt attempt = {run_us, false};
    flow_world_apply(&world, (struct event){.kind = EVENT_TASK_SUBMITTED,
                                            .job = job,
                                            .count = count,
                                            .resources = demand,
                                            .attempts = &attempt,
                                            .attempt_count = 1});
}

Test(remaining_work, t2_is_run_time_times_demand_over_all_tasks_that_are_left)
{
    flow_world_add_machine(&world, "m0", "r", 16, 64);
    submit_known("j1", 10, units(4, 8), 10 * SECOND_US);
    submit_known("j2", 2, units(2, 24), 10 * SECOND_US);
    cr_assert_float_eq(work_of("j1"), 37.5, 1e-9);
    cr_assert_float_eq(work_of("j2"), 10, 1e-9);
    flow_world_round(&world);
    cr_assert_str_eq(flow_world_place(&world, "j1", 0), "m0");
    cr_assert_float_eq(work_of("j1"), 37.5, 1e-9, "tasks that run have not ended");
    flow_world_apply(&world, (struct event){.kind = EVENT_TASK_FINISHED, .job = "j1"});
    flow_world_apply(&world, (struct event){.kind = EVENT_TASK_KILLED, .job = "j1", .index = 9});
    cr_assert_float_eq(work_of("j1"), 30, 1e-9);
    flow_world_apply(
        &world,
        (struct event){
            .kind = EVENT_TASK_UPDATED, .job = "j1", .index = 8, .resources = units(8, 16)});
    cr_assert_float_eq(work_of("j1"), 33.75, 1e-9);
}

Test(remaining_work, a_run_without_an_end_counts_as_a_day_and_an_unknown_one_as_the_mean)
{
    flow_world_add_machine(&world, "m0", "r", 10, 10);
    submit_known("forever", 2, units(1, 0), TIME_NEVER);
    cr_assert_float_eq(work_of("forever"), 2 * 0.1 * 86400, 1e-6);
    flow_world_submit(&world, "unknown", 20, units(0, 5), NULL, 0);
    cr_assert_float_eq(work_of("unknown"), 20 * 0.5 * 300, 10, "nothing is learned");
    flow_world_submit(&world, "other", 10, units(0, 0), NULL, 0);
    flow_world_round(&world);
    world.now_us += 7 * SECOND_US;
    for (uint32_t i = 0; i < 10; i++)
        flow_world_apply(&world,
                         (struct event){.kind = EVENT_TASK_FINISHED, .job = "other", .index = i});
    cr_assert_float_eq(work_of("unknown"), 20 * 0.5 * 7, 1e-9, "all runs so far took 7 s");
    cr_assert_eq(work_of("other"), 0);
}

Test(remaining_work, the_part_of_a_stage_that_has_ended_counts_every_end)
{
    flow_world_add_machine(&world, "m0", "r", 10, 10);
    flow_world_submit(&world, "j", 4, units(1, 1), NULL, 0);
    flow_world_round(&world);
    const struct cluster *cluster = world.engine.cluster;
    uint32_t stage = cluster->task_facts[cluster_find_task(cluster, "j", "", 0)].stage;
    cr_assert_eq(remaining_work_ended(&work, cluster, stage), 0);
    flow_world_apply(&world, (struct event){.kind = EVENT_TASK_FINISHED, .job = "j", .index = 2});
    cr_assert_eq(remaining_work_ended(&work, cluster, stage), 0.25);
    flow_world_apply(&world, (struct event){.kind = EVENT_TASK_KILLED, .job = "j", .index = 0});
    cr_assert_eq(remaining_work_ended(&work, cluster, stage), 0.5);
    flow_world_apply(&world, (struct event){.kind = EVENT_TASK_EVICTED, .job = "j", .index = 1});
    cr_assert_eq(remaining_work_ended(&work, cluster, stage), 0.5);
    flow_world_submit(&world, "k", 1, units(1, 1), NULL, 0);
    flow_world_apply(&world, (struct event){.kind = EVENT_TASK_SUBMITTED,
                                            .job = "j",
                                            .index = 4,
                                            .count = 4,
                                            .resources = units(1, 1)});
    cr_assert_eq(remaining_work_ended(&work, cluster, stage), 0.25, "there are eight now");
}

/* The definition, task by task. */
static double counted(const struct cluster *cluster, uint32_t job)
{
    double sum = 0;
    for (uint32_t state = 0; state < TASK_LIVE_COUNT; state++)
        for (uint32_t i = 0; i < cluster->lists[state].count; i++) {
            const struct task_facts *task = &cluster->task_facts[cluster->lists[state].tasks[i]];
            if (task->job != job)
                continue;
            double run_us = (double)runtimes_mean(&cluster->runtimes, task);
            for (int r = 0; r < RESOURCE_COUNT; r++)
                if (cluster->capacity.amount[r])
                    sum += fmin(run_us, (double)REMAINING_RUN_MAX_US) / 1e6 *
                           ((double)task->demand.amount[r] / (double)cluster->capacity.amount[r]);
        }
    return sum;
}

Test(remaining_work, follows_whatever_happens)
{
    uint32_t some = 0, ended = 0;
    for (uint32_t step = 0; step < 3000; step++) {
        flow_world_random_event(&world);
        if (random_below(&world.random, 3) == 0) {
            char job[16];
            snprintf(job, sizeof job, "k%u", step);
            int64_t run_us = 1 + (int64_t)random_below(&world.random, 1000 * SECOND_US);
            submit_known(job, 1 + (uint32_t)random_below(&world.random, 3), units(1, 2),
                         step % 20 ? run_us : TIME_NEVER);
        }
        if (random_below(&world.random, 2))
            flow_world_round(&world);
        if (step % 10)
            continue;
        const struct cluster *cluster = world.engine.cluster;
        for (uint32_t job = 0; job < cluster->job_count; job++) {
            double wanted = counted(cluster, job);
            double work_left = remaining_work_of_job(&work, cluster, job);
            cr_assert_float_eq(work_left, wanted, 1e-9 * (1 + wanted),
                               "step %u, job %u: %g, not %g", step, job, work_left, wanted);
            some += wanted > 0;
            ended += wanted == 0;
        }
    }
    cr_assert(some > 1000 && ended > 1000, "%u, %u", some, ended);
}
