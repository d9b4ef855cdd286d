/* test_metrics.c - what metrics make of small runs, against sums done by hand. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

#include "tests/metered.h"

static struct metered run;

static void set_up(void)
{
    metered_init(&run);
}

static void tear_down(void)
{
    metered_free(&run);
}

TestSuite(metrics, .init = set_up, .fini = tear_down);

#define assert_near(value, wanted) \
    cr_assert(near((value), (wanted)), "%s is %.12g, not %.12g", #value, (value), (wanted))
#define assert_undefined(value) cr_assert(isnan(value), "%s is %g", #value, (value))

Test(metrics, a_full_second_and_nine_idle_ones_are_ten_percent)
{
    metered_machine(&run, "m", "r", 2, 4);
    metered_submit(&run, "j", NULL, 2, 1, 1);
    metered_place(&run, "j", 0, 0);
    metered_place(&run, "j", 1, 0);
    metered_at(&run, SECOND);
    metered_finish(&run, "j", 0);
    metered_finish(&run, "j", 1);
    metered_at(&run, 10 * SECOND);
    struct metrics_report report = metered_report(&run);
    assert_near(report.utilisation.resources[RESOURCE_CPU], 0.1);
    assert_near(report.utilisation.resources[RESOURCE_MEMORY], 0.05);
    assert_undefined(report.utilisation.resources[RESOURCE_GPU]);
    assert_near(report.utilisation.dominant, 0.1);
    assert_near(report.goodput, 0.1);
    assert_near(report.success_rate, 1.0);
    cr_assert_eq(report.end_us - report.start_us, 10 * SECOND);
}

Test(metrics, many_changes_at_one_time_weigh_nothing)
{
    metered_machine(&run, "m", "r", 1, 1);
    metered_submit(&run, "j", NULL, 100, 1, 1);
    for (uint32_t i = 0; i < 100; i++) {
        metered_place(&run, "j", i, 0);
        metered_finish(&run, "j", i);
    }
    metered_at(&run, SECOND);
    struct metrics_report report = metered_report(&run);
    assert_near(report.utilisation.resources[RESOURCE_CPU], 0.0);
    assert_near(report.goodput, 0.0);
    cr_assert_eq(report.tasks.finished, 100);
}

Test(metrics, an_empty_run_has_nothing_defined)
{
    metered_at(&run, SECOND);
    struct metrics_report report = metered_report(&run);
    assert_undefined(report.success_rate);
    assert_undefined(report.utilisation.resources[RESOURCE_CPU]);
    assert_undefined(report.utilisation.dominant);
    assert_undefined(report.utilisation_steady.dominant);
    assert_undefined(report.imbalance);
    assert_undefined(report.free.ratios.fragmentation);
    assert_undefined(report.goodput);
    assert_undefined(report.fairness.per_task);
    assert_undefined(report.fairness.dominant_share);
    assert_undefined(report.fairness.dominant_share_gap);
    assert_undefined(report.locality.machine);
    assert_undefined(report.placement_latency_ms.p50);
    assert_undefined(report.job_completion_s.max);
    assert_undefined(report.bounded_slowdown.mean);
    assert_undefined(report.utilisation_makespan.dominant);
    assert_undefined(report.makespan_s);
    assert_undefined(report.imbalance_variation);
    assert_undefined(report.free.ratios.nearly_full);
    assert_undefined(report.free.ratios.probe_fits);
    assert_undefined(report.free.stranded[RESOURCE_CPU]);
    assert_undefined(report.free.coverage);
    assert_undefined(report.fairness.below_entitlement);
    assert_undefined(report.fairness.share_deviation);
    assert_undefined(report.fairness.contenders);
    assert_undefined(report.placement_survival_ms.p50);
    assert_undefined(report.placement_survival_ms.mean_at_least);
    assert_undefined(report.attempts.restart_latency_ms.mean);
    assert_undefined(report.goodput_in_time);
    cr_assert_eq(report.fairness.tenants, 0);
    cr_assert_eq(report.first_arrival_us, TIME_NEVER);
}

Test(metrics, nothing_placed_is_no_success)
{
    metered_machine(&run, "m", "r", 2, 2);
    metered_submit(&run, "j", "t", 3, 1, 1);
    metered_submit(&run, "large", "t", 1, 9, 1);
    metered_at(&run, SECOND);
    struct metrics_report report = metered_report(&run);
    assert_near(report.success_rate, 0.0);
    cr_assert_eq(report.tasks.waiting, 3);
    cr_assert_eq(report.tasks.infeasible, 1);
    cr_assert_eq(report.tasks.unplaced, 3);
    cr_assert_eq(report.placed, 0);
    metrics_report(run.metrics, run.engine.cluster, false, &report);
    assert_undefined(report.success_rate);
}

Test(metrics, the_steady_window_goes_from_the_first_arrival_to_the_last)
{
    metered_machine(&run, "m", "r", 4, 4);
    metered_at(&run, 10 * SECOND);
    metered_submit(&run, "a", NULL, 1, 2, 1);
    metered_place(&run, "a", 0, 0);
    metered_at(&run, 20 * SECOND);
    metered_submit(&run, "b", NULL, 1, 1, 1);
    metered_at(&run, 40 * SECOND);
    metered_finish(&run, "a", 0);
    struct metrics_report report = metered_report(&run);
    assert_near(report.utilisation.resources[RESOURCE_CPU], 0.5 * 30 / 40);
    assert_near(report.utilisation_steady.resources[RESOURCE_CPU], 0.5);
    assert_near(report.utilisation_steady.dominant, 0.5);
    assert_near(report.utilisation_makespan.resources[RESOURCE_CPU], 0.5);
    cr_assert_eq(report.first_arrival_us, 10 * SECOND);
    cr_assert_eq(report.last_arrival_us, 20 * SECOND);
}

Test(metrics, an_away_machine_has_no_capacity_and_a_drained_one_has)
{
    metered_machine(&run, "m", "r", 1, 1);
    metered_machine(&run, "n", "r", 1, 1);
    metered_submit(&run, "j", NULL, 1, 1, 1);
    metered_place(&run, "j", 0, 0);
    metered_at(&run, SECOND); /* 1 of 2 */
    metered_change_machine(&run, EVENT_MACHINE_DRAINED, "n");
    metered_at(&run, 2 * SECOND); /* 1 of 2 */
    metered_change_machine(&run, EVENT_MACHINE_REMOVED, "n");
    metered_at(&run, 3 * SECOND); /* 1 of 1 */
    struct metrics_report report = metered_report(&run);
    assert_near(report.utilisation.resources[RESOURCE_CPU], 3.0 / 5);
    assert_near(report.utilisation.dominant, (0.5 + 0.5 + 1) / 3);
    assert_near(report.imbalance, (0.5 + 0.5 + 0) / 3);
    assert_near(report.imbalance_variation, (1.0 + 1 + 0) / 3);
}

Test(metrics, packing_onto_full_machines_is_uneven)
{
    for (uint32_t m = 0; m < 1000; m++) {
        char name[16];
        snprintf(name, sizeof name, "m%u", m);
        metered_machine(&run, name, "r", 1, 1);
    }
    metered_submit(&run, "j", NULL, 769, 1, 1);
    for (uint32_t i = 0; i < 769; i++)
        metered_place(&run, "j", i, i);
    metered_at(&run, SECOND);
    struct metrics_report report = metered_report(&run);
    assert_near(report.imbalance, sqrt(0.769 * 0.231));
    cr_assert_float_eq(report.imbalance, 0.4215, 5e-5);
    assert_near(report.utilisation.dominant, 0.769);
}

Test(metrics, work_that_is_lost_is_used_but_not_good)
{
    metered_machine(&run, "m", "r", 1, 1);
    metered_machine(&run, "n", "r", 1, 1);
    metered_submit(&run, "j", NULL, 1, 1, 1);
    metered_place(&run, "j", 0, 0);
    metered_at(&run, 2 * SECOND);
    metered_tell(&run, EVENT_TASK_EVICTED, "j", 0);
    metered_place(&run, "j", 0, 0);
    metered_at(&run, 3 * SECOND);
    metered_decide(&run, DECISION_MIGRATE, "j", 0, 1);
    metered_at(&run, 6 * SECOND);
    metered_decide(&run, DECISION_PREEMPT, "j", 0, NONE);
    metered_place(&run, "j", 0, 0);
    metered_at(&run, 10 * SECOND);
    metered_finish(&run, "j", 0);
    struct metrics_report report = metered_report(&run);
    assert_near(report.utilisation.resources[RESOURCE_CPU], 0.5);
    assert_near(report.goodput, 0.2);
    assert_near(report.work.wasted_cpu_s, 6.0);
    cr_assert_eq(report.tasks.evictions, 1);
    cr_assert_eq(report.tasks.migrations, 1);
    cr_assert_eq(report.tasks.preemptions, 1);
}

Test(metrics, a_demand_that_changes_is_charged_as_it_was)
{
    metered_machine(&run, "m", "r", 4, 4);
    metered_submit(&run, "j", "t", 1, 1, 1);
    metered_place(&run, "j", 0, 0);
    metered_at(&run, 5 * SECOND);
    struct event event = {.kind = EVENT_TASK_UPDATED,
                          .time_us = run.now_us,
                          .job = "j",
                          .stage = "",
                          .count = 1,
                          .resources = units(3, 1)};
    cr_assert_eq(engine_apply(&run.engine, &event, NULL), STATUS_OK);
    metered_at(&run, 10 * SECOND);
    metered_finish(&run, "j", 0);
    struct metrics_report report = metered_report(&run);
    assert_near(report.utilisation.resources[RESOURCE_CPU], (5.0 + 15) / 40);
    assert_near(report.goodput, 0.5);
}

Test(metrics, goodput_is_undefined_where_nobody_asks_for_cpu)
{
    metered_machine(&run, "m", "r", 1, 1);
    metered_submit(&run, "j", NULL, 1, 0, 1);
    metered_place(&run, "j", 0, 0);
    metered_at(&run, SECOND);
    metered_finish(&run, "j", 0);
    assert_undefined(metered_report(&run).goodput);
}

Test(metrics, evictions_tell_which_were_lost_machines_and_retries_are_counted)
{
    metered_machine(&run, "m", "r", 4, 4);
    metered_machine(&run, "n", "r", 4, 4);
    metered_submit(&run, "j", NULL, 4, 1, 1);
    for (uint32_t i = 0; i < 3; i++)
        metered_place(&run, "j", i, 0);
    metered_tell(&run, EVENT_TASK_EVICTED, "j", 0);
    metered_tell(&run, EVENT_TASK_FAILED, "j", 1);
    metered_tell(&run, EVENT_TASK_KILLED, "j", 3);
    metered_change_machine(&run, EVENT_MACHINE_REMOVED, "m");
    cr_assert_eq(metered_report(&run).tasks.backoff, 1);
    metered_at(&run, SECOND);
    engine_end_backoffs(&run.engine, run.now_us);
    struct task_counts tasks = metered_report(&run).tasks;
    cr_assert_eq(tasks.evictions, 2);
    cr_assert_eq(tasks.machine_losses, 1);
    cr_assert_eq(tasks.retries, 1);
    cr_assert_eq(tasks.killed, 1);
    cr_assert_eq(tasks.unplaced, 1, "the killed one never ran; the waiting ones did");
    cr_assert_eq(tasks.waiting, 3);
    assert_near(metered_report(&run).success_rate, 0.0);
}

/* Submit at 0, start and finish as told; on a machine of its own. */
static void live(const char *job, int64_t start_s, int64_t end_s)
{
    metered_at(&run, start_s * SECOND);
    metered_place(&run, job, 0, 0);
    metered_at(&run, end_s * SECOND);
    metered_finish(&run, job, 0);
}

Test(metrics, bounded_slowdown_forgives_short_tasks)
{
    static const struct {
        int64_t wait_s, run_s;
        double slowdown;
    } rows[] = {{90, 10, 10}, {5, 1, 1}, {30, 60, 1.5}, {0, 0, 1}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        metered_free(&run);
        metered_init(&run);
        metered_machine(&run, "m", "r", 1, 1);
        metered_submit(&run, "j", NULL, 1, 1, 1);
        live("j", rows[i].wait_s, rows[i].wait_s + rows[i].run_s);
        struct metrics_report report = metered_report(&run);
        cr_assert(near(report.bounded_slowdown.max, rows[i].slowdown), "row %zu: %g", i,
                  report.bounded_slowdown.max);
        assert_near(report.placement_latency_ms.p50, 1000.0 * (double)rows[i].wait_s);
        assert_near(report.job_completion_s.p50, (double)(rows[i].wait_s + rows[i].run_s));
    }
}

Test(metrics, a_retried_task_waits_from_eligible_to_its_last_finish)
{
    metered_machine(&run, "m", "r", 1, 1);
    metered_submit(&run, "j", NULL, 1, 1, 1);
    metered_at(&run, 10 * SECOND);
    metered_place(&run, "j", 0, 0);
    metered_at(&run, 30 * SECOND);
    metered_tell(&run, EVENT_TASK_FAILED, "j", 0);
    metered_at(&run, 40 * SECOND);
    engine_end_backoffs(&run.engine, run.now_us);
    live("j", 60, 80);
    struct metrics_report report = metered_report(&run);
    assert_near(report.bounded_slowdown.max, 80.0 / 20);
    assert_near(report.placement_latency_ms.max, 10000.0);
    cr_assert_eq(report.placed, 1);
    cr_assert_eq(report.tasks.retries, 1);
}

Test(metrics, a_job_is_complete_when_all_its_tasks_finished)
{
    metered_machine(&run, "m", "r", 8, 8);
    metered_submit(&run, "whole", NULL, 2, 1, 1);
    metered_submit(&run, "half", NULL, 2, 1, 1);
    metered_submit(&run, "dead", NULL, 1, 1, 1);
    metered_place(&run, "whole", 0, 0);
    metered_place(&run, "whole", 1, 0);
    metered_place(&run, "half", 0, 0);
    metered_at(&run, 4 * SECOND);
    metered_finish(&run, "whole", 1);
    metered_finish(&run, "half", 0);
    metered_tell(&run, EVENT_TASK_KILLED, "dead", 0);
    metered_at(&run, 7 * SECOND);
    metered_finish(&run, "whole", 0);
    struct metrics_report report = metered_report(&run);
    cr_assert_eq(report.jobs_complete, 1);
    cr_assert_eq(report.jobs_incomplete, 2);
    assert_near(report.job_completion_s.max, 7.0);
}

Test(metrics, input_is_on_the_machine_in_its_rack_or_remote)
{
    metered_machine(&run, "m", "r", 4, 4);
    metered_machine(&run, "n", "r", 4, 4);
    metered_machine(&run, "o", "s", 4, 4);
    metered_machine(&run, "p", "r", 4, 4);
    metered_change_machine(&run, EVENT_MACHINE_REMOVED, "p");
    struct block blocks[] = {{.mib = 100, .copy_count = 2, .machines = {"m", "o"}},
                             {.mib = 50, .copy_count = 1, .machines = {"n"}},
                             {.mib = 30, .copy_count = 2, .machines = {"o", "nowhere"}},
                             {.mib = 20, .copy_count = 1, .machines = {"p"}}};
    struct event event = {.kind = EVENT_TASK_SUBMITTED,
                          .job = "j",
                          .stage = "",
                          .count = 1,
                          .resources = units(1, 1),
                          .blocks = blocks,
                          .block_count = COUNT_OF(blocks)};
    cr_assert_eq(engine_apply(&run.engine, &event, NULL), STATUS_OK);
    metered_place(&run, "j", 0, 0);
    struct locality_ratios locality = metered_report(&run).locality;
    assert_near(locality.machine, 0.5);
    assert_near(locality.rack, 0.25);
    assert_near(locality.remote, 0.25);
}

Test(metrics, the_makespan_goes_from_the_first_arrival_to_the_last_finish_of_a_closed_batch)
{
    metered_machine(&run, "m", "r", 2, 2);
    metered_at(&run, 5 * SECOND);
    metered_submit(&run, "a", NULL, 2, 1, 1);
    metered_submit(&run, "large", NULL, 1, 9, 1);
    metered_place(&run, "a", 0, 0);
    metered_at(&run, 15 * SECOND);
    metered_finish(&run, "a", 0);
    struct metrics_report report = metered_report(&run);
    assert_undefined(report.makespan_s);
    assert_near(report.utilisation_makespan.resources[RESOURCE_CPU], 0.5);
    metered_at(&run, 20 * SECOND);
    metered_place(&run, "a", 1, 0);
    metered_at(&run, 25 * SECOND);
    assert_undefined(metered_report(&run).makespan_s);
    metered_finish(&run, "a", 1);
    metered_at(&run, 50 * SECOND);
    report = metered_report(&run);
    assert_near(report.makespan_s, 20);
    assert_near(report.utilisation_makespan.resources[RESOURCE_CPU], 15.0 / 40);
    assert_near(report.utilisation_makespan.dominant, 15.0 / 40);
    assert_near(report.utilisation.resources[RESOURCE_CPU], 15.0 / 100);
    assert_near(report.work.tasks_per_s, 2.0 / 50);
    assert_near(report.work.useful_cpus, 15.0 / 50);
}

Test(metrics, a_batch_of_which_nothing_finished_has_no_makespan)
{
    metered_machine(&run, "m", "r", 2, 2);
    metered_submit(&run, "a", NULL, 1, 1, 1);
    metered_place(&run, "a", 0, 0);
    metered_at(&run, SECOND);
    metered_tell(&run, EVENT_TASK_KILLED, "a", 0);
    struct metrics_report report = metered_report(&run);
    assert_undefined(report.makespan_s);
    assert_undefined(report.utilisation_makespan.dominant);
}

/* Of 5 tasks one starts after 1 s and one after 3 s; one is killed after 2 s, one waits for 10 s
 * and more. The infeasible one is not in it. */
Test(metrics, who_was_never_placed_is_in_the_placement_latency)
{
    metered_machine(&run, "m", "r", 2, 2);
    metered_submit(&run, "j", NULL, 4, 1, 1);
    metered_submit(&run, "large", NULL, 1, 9, 1);
    metered_at(&run, SECOND);
    metered_place(&run, "j", 0, 0);
    metered_at(&run, 2 * SECOND);
    metered_tell(&run, EVENT_TASK_KILLED, "j", 1);
    metered_at(&run, 3 * SECOND);
    metered_place(&run, "j", 2, 0);
    metered_tell(&run, EVENT_TASK_EVICTED, "j", 0); /* it waits again, but was placed */
    metered_at(&run, 10 * SECOND);
    struct metrics_report report = metered_report(&run);
    assert_near(report.placement_latency_ms.p50, 1000);
    assert_near(report.placement_latency_ms.max, 3000);
    /* S is 3/4 from 1 s on; at 3 s one of 2: 3/8. */
    assert_near(report.placement_survival_ms.p50, 3000);
    assert_undefined(report.placement_survival_ms.p90);
    assert_near(report.placement_survival_ms.mean_at_least, 1000 + 0.75 * 2000 + 0.375 * 7000);
    cr_assert_eq(report.placed, 2);
    cr_assert_eq(report.tasks.unplaced, 2);
    assert_near(metered_report(&run).placement_survival_ms.p50, 3000);
}

Test(metrics, machines_that_run_tasks_are_counted_over_time)
{
    metered_machine(&run, "m", "r", 2, 2);
    metered_machine(&run, "n", "r", 2, 2);
    metered_machine(&run, "idle", "r", 2, 2);
    metered_submit(&run, "j", NULL, 3, 1, 1);
    metered_place(&run, "j", 0, 0);
    metered_place(&run, "j", 1, 0);
    metered_at(&run, 2 * SECOND);
    metered_finish(&run, "j", 0);
    metered_place(&run, "j", 2, 1);
    metered_at(&run, 3 * SECOND);
    metered_change_machine(&run, EVENT_MACHINE_REMOVED, "n");
    metered_at(&run, 4 * SECOND);
    struct machines_report machines = metered_report(&run).machines;
    cr_assert_eq(machines.ever, 2);
    cr_assert_eq(machines.most, 2);
    assert_near(machines.mean, (1 + 1 + 2 + 1) / 4.0);
}

/* Two tasks do 4 cpu seconds each; one does them in time. */
Test(metrics, goodput_of_deadlines_is_work_of_tasks_that_met_theirs)
{
    metered_machine(&run, "m", "r", 2, 2);
    for (int i = 0; i < 3; i++) {
        struct event event = {.kind = EVENT_TASK_SUBMITTED,
                              .job = (const char *const[]){"in time", "late", "free"}[i],
                              .stage = "",
                              .count = 1,
                              .resources = units(i < 2, 0),
                              .deadline_us = (const int64_t[]){4, 3, 0}[i] * SECOND};
        cr_assert_eq(engine_apply(&run.engine, &event, NULL), STATUS_OK);
        metered_place(&run, event.job, 0, 0);
    }
    metered_at(&run, 2 * SECOND);
    assert_undefined(metered_report(&run).goodput_in_time);
    metered_at(&run, 4 * SECOND);
    metered_finish(&run, "in time", 0);
    metered_finish(&run, "late", 0);
    metered_finish(&run, "free", 0);
    struct metrics_report report = metered_report(&run);
    assert_near(report.goodput, 1);
    assert_near(report.goodput_in_time, 0.5);
}
