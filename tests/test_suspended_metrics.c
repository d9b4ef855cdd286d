/* test_suspended_metrics.c - what metrics make of suspensions, against sums done by hand. */
#include <criterion/criterion.h>
#include <math.h>

#include "costmodels/fixed.h"
#include "costmodels/response_time.h"
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

TestSuite(suspended_metrics, .init = set_up, .fini = tear_down);

#define assert_near(value, wanted) \
    cr_assert(near((value), (wanted)), "%s is %.12g, not %.12g", #value, (value), (wanted))
#define assert_undefined(value) cr_assert(isnan(value), "%s is %g", #value, (value))

static void at(int64_t now_s)
{
    metered_at(&run, now_s * SECOND);
}

static void suspend(const char *job)
{
    metered_decide(&run, DECISION_SUSPEND, job, 0, NONE);
}

static void resume(const char *job)
{
    metered_decide(&run, DECISION_RESUME, job, 0, 0);
}

/* A machine of 2 and 4. For 16 s a is there and runs for 10 of them, the first 4 and the last 6;
 * b has the cpu between. Then 4 s are idle. */
static void lend_the_cpu(void)
{
    metered_machine(&run, "m", "r", 2, 4);
    metered_submit(&run, "a", "first", 1, 2, 2);
    metered_place(&run, "a", 0, 0);
    at(4);
    metered_submit(&run, "b", "second", 1, 2, 1);
    suspend("a");
    metered_place(&run, "b", 0, 0);
    at(10);
    metered_finish(&run, "b", 0);
    resume("a");
    at(16);
    metered_finish(&run, "a", 0);
    at(20);
}

Test(suspended_metrics, cpu_is_used_while_tasks_run_and_memory_while_they_are_there)
{
    lend_the_cpu();
    struct metrics_report report = metered_report(&run);
    assert_near(report.utilisation.resources[RESOURCE_CPU], 32.0 / 40);
    assert_near(report.utilisation.resources[RESOURCE_MEMORY], (2 * 16 + 1 * 6) / 80.0);
    assert_near(report.utilisation.dominant, 16.0 / 20);
    assert_near(report.goodput, 32.0 / 40);
    assert_near(report.work.useful_cpu_s, 32);
    assert_near(report.work.wasted_cpu_s, 0);
    assert_near(report.work.unfinished_cpu_s, 0);
    cr_assert_eq(report.tasks.suspensions, 1);
    cr_assert_eq(report.tasks.suspended, 0);
    cr_assert_eq(report.attempts.started, 2);
    cr_assert_eq(report.attempts.finished, 2);
    cr_assert_eq(report.attempts.maxima.suspensions, 1);
    cr_assert_eq(report.attempts.maxima.starts, 1);
    assert_undefined(report.attempts.restart_latency_ms.mean);
}

Test(suspended_metrics, suspended_time_counts_as_not_running)
{
    lend_the_cpu();
    struct metrics_report report = metered_report(&run);
    assert_near(report.bounded_slowdown.max, 16.0 / 10);
    assert_near(report.bounded_slowdown.p50, 1); /* b: 6 s of 6 */
    assert_near(report.job_completion_s.max, 16);
    assert_near(report.placement_latency_ms.max, 0);
    cr_assert_eq(report.placed, 2);
    assert_near(report.makespan_s, 16);
    double a = 10.0 / 16;
    assert_near(report.fairness.per_task, (a + 1) * (a + 1) / (2 * (a * a + 1)));
}

Test(suspended_metrics, what_an_attempt_did_before_and_after_is_lost_together)
{
    metered_machine(&run, "m", "r", 2, 4);
    metered_submit(&run, "j", NULL, 1, 2, 1);
    metered_place(&run, "j", 0, 0);
    at(3);
    suspend("j");
    at(8);
    resume("j");
    at(10);
    suspend("j");
    at(20);
    metered_decide(&run, DECISION_PREEMPT, "j", 0, NONE);
    struct metrics_report report = metered_report(&run);
    assert_near(report.work.wasted[STOP_PREEMPTED], 2 * 5);
    assert_near(report.work.wasted_cpu_s, 10);
    assert_near(report.work.unfinished_cpu_s, 0);
    assert_near(report.utilisation.resources[RESOURCE_CPU], 10.0 / 40);
    assert_near(report.utilisation.resources[RESOURCE_MEMORY], 20.0 / 80);
    cr_assert_eq(report.tasks.suspensions, 2);
    cr_assert_eq(report.tasks.preemptions, 1);
    at(27);
    metered_place(&run, "j", 0, 0);
    report = metered_report(&run);
    cr_assert_eq(report.attempts.started, 2);
    cr_assert_eq(report.attempts.restarts[STOP_PREEMPTED], 1);
    assert_near(report.attempts.restart_latency_ms.max, 7000);
    at(30);
    metered_finish(&run, "j", 0);
    report = metered_report(&run);
    assert_near(report.work.useful_cpu_s, 6);
    assert_near(report.bounded_slowdown.max, 30.0 / 10); /* of the last attempt, 3 s */
}

Test(suspended_metrics, what_is_suspended_at_the_end_is_neither_done_nor_lost)
{
    metered_machine(&run, "m", "r", 2, 4);
    metered_submit(&run, "ends", NULL, 1, 1, 1);
    metered_submit(&run, "held", NULL, 1, 1, 1);
    metered_place(&run, "ends", 0, 0);
    metered_place(&run, "held", 0, 0);
    at(5);
    suspend("held");
    metered_finish(&run, "ends", 0);
    at(10);
    struct metrics_report report = metered_report(&run);
    cr_assert_eq(report.tasks.running, 0);
    cr_assert_eq(report.tasks.suspended, 1);
    cr_assert_eq(report.tasks.waiting, 0);
    cr_assert_eq(report.tasks.submitted, report.tasks.finished + report.tasks.suspended);
    assert_near(report.work.unfinished_cpu_s, 5);
    assert_near(report.work.wasted_cpu_s, 0);
    assert_undefined(report.makespan_s);
    assert_near(report.success_rate, 0.5); /* nobody will resume it */
    metrics_report(run.metrics, run.engine.cluster, false, &report);
    assert_near(report.success_rate, 1.0); /* somebody may */
    cr_assert_eq(report.jobs_incomplete, 1);
}

Test(suspended_metrics, a_demand_that_changes_while_suspended_is_charged_from_then_on)
{
    metered_machine(&run, "m", "r", 4, 8);
    metered_submit(&run, "j", "t", 1, 1, 1);
    metered_place(&run, "j", 0, 0);
    at(2);
    suspend("j");
    at(4);
    struct event event = {.kind = EVENT_TASK_UPDATED,
                          .time_us = run.now_us,
                          .job = "j",
                          .stage = "",
                          .count = 1,
                          .resources = units(3, 5)};
    cr_assert_eq(engine_apply(&run.engine, &event, NULL), STATUS_OK);
    at(6);
    resume("j");
    at(10);
    metered_finish(&run, "j", 0);
    struct metrics_report report = metered_report(&run);
    assert_near(report.utilisation.resources[RESOURCE_CPU], (2 * 1 + 4 * 3) / 40.0);
    assert_near(report.utilisation.resources[RESOURCE_MEMORY], (4 * 1 + 6 * 5) / 80.0);
    assert_near(report.work.useful_cpu_s, 14);
}

/* Two tenants of equal weight, on 4 and 4: the one suspended keeps 3 of 4 of the memory, the
 * other one waits and has nothing. Then both run, and nobody wants anything. */
Test(suspended_metrics, a_tenant_whose_tasks_are_suspended_wants_more_than_it_has)
{
    metered_machine(&run, "m", "r", 4, 4);
    metered_submit(&run, "a", "first", 1, 4, 3);
    metered_submit(&run, "b", "second", 1, 4, 1);
    metered_place(&run, "a", 0, 0);
    suspend("a");
    at(10);
    struct metrics_report report = metered_report(&run);
    assert_near(report.fairness.contended_s, 10);
    assert_near(report.fairness.contenders, 2);
    assert_near(report.fairness.dominant_share, 0.5);
    assert_near(report.fairness.dominant_share_gap, 0.75);
    assert_near(report.fairness.below_entitlement, 0.5);
    assert_near(report.fairness.share_deviation, (0.25 + 0.5) / 2);
    metered_place(&run, "b", 0, 0);
    at(20);
    report = metered_report(&run);
    assert_near(report.fairness.contended_s, 10);
    metered_finish(&run, "b", 0);
    resume("a");
    at(30);
    report = metered_report(&run);
    assert_near(report.fairness.contended_s, 10);
    metered_finish(&run, "a", 0);
}

Test(suspended_metrics, a_tenant_has_what_its_suspended_task_demands_from_now_on)
{
    metered_machine(&run, "m", "r", 4, 4);
    metered_submit(&run, "a", "first", 1, 4, 1);
    metered_submit(&run, "b", "second", 1, 4, 4);
    metered_place(&run, "a", 0, 0);
    suspend("a");
    at(10);
    struct event event = {.kind = EVENT_TASK_UPDATED,
                          .time_us = run.now_us,
                          .job = "a",
                          .stage = "",
                          .count = 1,
                          .resources = units(4, 3)};
    cr_assert_eq(engine_apply(&run.engine, &event, NULL), STATUS_OK);
    at(20);
    assert_near(metered_report(&run).fairness.dominant_share_gap, (0.25 + 0.75) / 2);
}

Test(suspended_metrics, all_requests_to_a_suspended_service_are_late)
{
    metered_machine(&run, "m", "r", 4, 4);
    struct event event = {.kind = EVENT_TASK_SUBMITTED,
                          .job = "web",
                          .stage = "",
                          .count = 1,
                          .resources = units(1, 1),
                          .latency_us = 50000};
    cr_assert_eq(engine_apply(&run.engine, &event, NULL), STATUS_OK);
    metered_place(&run, "web", 0, 0);
    at(6);
    suspend("web");
    at(8);
    resume("web");
    at(10);
    double slow = (double)response_slow(RESOURCE_UNIT / 4, 50000) / FIXED_ONE;
    struct metrics_report report = metered_report(&run);
    assert_near(report.service_levels.slow_rate, (8 * slow + 2) / 10);
}

Test(suspended_metrics, a_machine_works_while_something_runs_there)
{
    metered_machine(&run, "m", "r", 4, 4);
    metered_submit(&run, "j", NULL, 1, 1, 1);
    metered_place(&run, "j", 0, 0);
    at(5);
    suspend("j");
    at(20);
    struct metrics_report report = metered_report(&run);
    assert_near(report.machines.mean, 5.0 / 20);
    cr_assert_eq(report.machines.ever, 1);
}
