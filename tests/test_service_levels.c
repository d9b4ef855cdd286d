/* test_service_levels.c - violations of deadlines and latency targets, counted by hand. */
#include <criterion/criterion.h>
#include <math.h>

#include "replay/service_levels.h"
#include "scheduler/engine.h"
#include "tests/engine_fixture.h"

static struct engine engine;
static struct service_levels levels;
static int64_t now_us;

static void on_change(void *state, const struct cluster *cluster, const struct change *change)
{
    (void)state;
    service_levels_change(&levels, cluster, change, now_us);
}

static void set_up(void)
{
    engine_init(&engine, &engine_options_default);
    engine_observe(&engine, (struct observer){NULL, on_change});
    levels = (struct service_levels){0};
    now_us = 0;
    add_machine(&engine, "m0", 10, 10);
    add_machine(&engine, "m1", 10, 10);
}

static void tear_down(void)
{
    check_invariants(&engine);
    service_levels_free(&levels);
    engine_free(&engine);
}

TestSuite(service_levels, .init = set_up, .fini = tear_down);

static void go_to(int64_t time_us)
{
    service_levels_advance(&levels, time_us - now_us);
    now_us = time_us;
}

static void submit_one(const char *job, int64_t cpu, int64_t deadline_us, int64_t latency_us,
                       const char *machine)
{
    struct event event = {.kind = EVENT_TASK_SUBMITTED,
                          .time_us = now_us,
                          .job = job,
                          .stage = "",
                          .count = 1,
                          .resources = units(cpu, 1),
                          .machine = machine,
                          .deadline_us = deadline_us,
                          .latency_us = latency_us};
    cr_assert_eq(engine_apply(&engine, &event, NULL), STATUS_OK);
}

static void tell(enum event_kind kind, const char *job)
{
    struct event event = {.kind = kind, .time_us = now_us, .job = job, .stage = "", .count = 1};
    cr_assert_eq(engine_apply(&engine, &event, NULL), STATUS_OK);
}

static struct service_level_ratios ratios(void)
{
    return service_levels_ratios(&levels, engine.cluster, now_us);
}

Test(service_levels, nothing_is_known_of_nothing)
{
    submit_one("free", 1, 0, 0, "m0");
    go_to(100);
    cr_assert_eq(ratios().tasks, 0);
    cr_assert(isnan(ratios().violation_rate));
    cr_assert(isnan(ratios().slow_rate));
}

Test(service_levels, deadlines_are_met_missed_or_not_known)
{
    static const char *const jobs[] = {"early", "exact", "late", "failed", "killed"};
    for (size_t i = 0; i < COUNT_OF(jobs); i++)
        submit_one(jobs[i], 1, 100, 0, "m0");
    submit_one("runs", 1, 100, 0, "m1");
    submit_one("waits", 1, 120, 0, NULL);
    submit_one("large", 99, 100, 0, NULL);
    submit_one("time", 1, 200, 0, NULL);
    submit_one("free", 1, 0, 0, "m1");
    cr_assert_eq(ratios().tasks, 0);
    cr_assert_eq(ratios().undetermined, 9);
    go_to(50);
    tell(EVENT_TASK_FINISHED, "early");
    tell(EVENT_TASK_KILLED, "killed");
    uint32_t failed = cluster_find_task(engine.cluster, "failed", "", 0);
    cr_assert_eq(engine_end_attempt(&engine, failed, engine.cluster->tasks[failed].generation, true,
                                    true, now_us),
                 STATUS_OK);
    go_to(100);
    tell(EVENT_TASK_FINISHED, "exact");
    cr_assert_eq(ratios().tasks, 4);
    go_to(101);
    tell(EVENT_TASK_FINISHED, "late");
    tell(EVENT_TASK_FINISHED, "free");
    struct service_level_ratios now = ratios();
    cr_assert_eq(now.tasks, 7, "and those two that go on");
    cr_assert_float_eq(now.violation_rate, 5. / 7, 1e-12);
    cr_assert_eq(now.undetermined, 2);
    cr_assert_eq(now.late, 1);
    cr_assert_eq(now.unfinished, 4);
    go_to(121);
    now = ratios();
    cr_assert_eq(now.tasks, 8);
    cr_assert_float_eq(now.violation_rate, 6. / 8, 1e-12);
    cr_assert_eq(now.services, 0);
}

Test(service_levels, tardiness_is_of_those_that_finished_and_not_negative)
{
    static const int64_t ends_us[] = {60, 100, 130, 110};
    static const char *const jobs[] = {"early", "exact", "latest", "late"};
    for (size_t i = 0; i < COUNT_OF(jobs); i++)
        submit_one(jobs[i], 1, 100, 0, "m0");
    submit_one("killed", 1, 10, 0, "m0");
    cr_assert(isnan(ratios().tardiness_s.mean));
    for (int64_t time_us = 1; time_us <= 200; time_us++) {
        go_to(time_us);
        for (size_t i = 0; i < COUNT_OF(jobs); i++)
            if (ends_us[i] == time_us)
                tell(EVENT_TASK_FINISHED, jobs[i]);
    }
    tell(EVENT_TASK_KILLED, "killed");
    struct service_level_ratios now = ratios();
    cr_assert_float_eq(now.tardiness_s.mean, (0 + 0 + 30 + 10) / 4e6, 1e-15);
    cr_assert_float_eq(now.tardiness_s.p50, 0, 1e-15);
    cr_assert_float_eq(now.tardiness_s.max, 30e-6, 1e-15);
    cr_assert_eq(now.late, 2);
    cr_assert_eq(now.unfinished, 1);
}

/* exp(-(1 - load) 120 ms / 10 ms) */
static double slow(double load)
{
    return exp(-12 * (1 - load));
}

Test(service_levels, requests_are_late_by_the_load_of_their_machine)
{
    submit_one("web", 2, 0, 120000, "m0");
    go_to(100); /* load 0.2 */
    submit_one("batch", 6, 0, 0, "m0");
    go_to(300); /* 0.8 */
    submit_one("shop", 1, 0, 120000, NULL);
    go_to(310); /* nobody answers in the shop */
    uint32_t shop = cluster_find_task(engine.cluster, "shop", "", 0);
    decide_one(&engine, DECISION_PLACE, shop, 1, now_us);
    go_to(400); /* 0.1 on the other machine */
    double late =
        100 * slow(.2) + 200 * slow(.8) + 10 * (slow(.8) + 1) + 90 * (slow(.8) + slow(.1));
    double all = 100 + 200 + 20 + 180;
    cr_assert_float_eq(ratios().slow_rate, late / all, 1e-9);
    decide_one(&engine, DECISION_MIGRATE, shop, 0, now_us);
    go_to(500); /* both at 0.9 */
    late += 200 * slow(.9);
    all += 200;
    cr_assert_float_eq(ratios().slow_rate, late / all, 1e-9);
    tell(EVENT_TASK_KILLED, "batch");
    tell(EVENT_TASK_KILLED, "shop");
    go_to(600);
    late += 100 * slow(.2);
    all += 100;
    tell(EVENT_TASK_EVICTED, "web");
    go_to(700);
    late += 100;
    all += 100;
    cr_assert_float_eq(ratios().slow_rate, late / all, 1e-9);
    tell(EVENT_TASK_KILLED, "web");
    go_to(900);
    cr_assert_float_eq(ratios().slow_rate, late / all, 1e-9, "no service is left");
    cr_assert_eq(ratios().services, 2);
    cr_assert_eq(levels.running, 0);
    cr_assert_eq(levels.stopped, 0);
    cr_assert(levels.slow_sum == 0);
}
