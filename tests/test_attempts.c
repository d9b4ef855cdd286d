/* test_attempts.c - what stopped attempts, what that cost, and what followed. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

#include "base/random.h"
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

TestSuite(attempts, .init = set_up, .fini = tear_down);

#define assert_near(value, wanted) \
    cr_assert(near((value), (wanted)), "%s is %.12g, not %.12g", #value, (value), (wanted))

Test(attempts, are_told_by_what_stopped_them)
{
    static const enum stop order[] = {STOP_PREEMPTED, STOP_MIGRATED,     STOP_EVICTED,
                                      STOP_FAILED,    STOP_MACHINE_LOST, STOP_KILLED};
    metered_machine(&run, "m", "r", 2, 2);
    metered_machine(&run, "n", "r", 2, 2);
    metered_submit(&run, "j", NULL, 1, 2, 1);
    metered_place(&run, "j", 0, 0);
    /* The i-th attempt runs i seconds, and then: */
    for (size_t i = 0; i < COUNT_OF(order); i++) {
        metered_at(&run, run.now_us + (int64_t)(i + 1) * SECOND);
        if (order[i] == STOP_PREEMPTED)
            metered_decide(&run, DECISION_PREEMPT, "j", 0, NONE);
        else if (order[i] == STOP_MIGRATED)
            metered_decide(&run, DECISION_MIGRATE, "j", 0, 1);
        else if (order[i] == STOP_EVICTED)
            metered_tell(&run, EVENT_TASK_EVICTED, "j", 0);
        else if (order[i] == STOP_FAILED)
            metered_tell(&run, EVENT_TASK_FAILED, "j", 0);
        else if (order[i] == STOP_MACHINE_LOST)
            metered_change_machine(&run, EVENT_MACHINE_REMOVED, "m");
        else
            metered_tell(&run, EVENT_TASK_KILLED, "j", 0);
        metered_at(&run, run.now_us + SECOND); /* the back-off, too */
        engine_end_backoffs(&run.engine, run.now_us);
        if (order[i] != STOP_KILLED && order[i] != STOP_MIGRATED)
            metered_place(&run, "j", 0, order[i] == STOP_MACHINE_LOST ? 1 : 0);
    }
    struct metrics_report report = metered_report(&run);
    const struct attempts_report *attempts = &report.attempts;
    /* The second after the move belongs to the attempt that it began. */
    static const double wasted_s[] = {
        [STOP_PREEMPTED] = 1, [STOP_MIGRATED] = 2,     [STOP_EVICTED] = 4,
        [STOP_FAILED] = 4,    [STOP_MACHINE_LOST] = 5, [STOP_KILLED] = 6};
    for (int stop = 0; stop < STOP_COUNT; stop++) {
        cr_assert_eq(attempts->stops[stop], 1, "%s", stop_name((enum stop)stop));
        cr_assert_eq(attempts->restarts[stop], stop != STOP_KILLED, "%s",
                     stop_name((enum stop)stop));
        cr_assert(near(report.work.wasted[stop], 2 * wasted_s[stop]), "%s: %g",
                  stop_name((enum stop)stop), report.work.wasted[stop]);
    }
    cr_assert_eq(attempts->started, 6);
    cr_assert_eq(attempts->finished, 0);
    assert_near(report.work.wasted_cpu_s, 44);
    assert_near(report.work.useful_cpu_s, 0);
    assert_near(report.work.unfinished_cpu_s, 0);
    assert_near(attempts->restart_latency_ms.max, 1000);
    assert_near(attempts->restart_latency_ms.mean, 1000);
}

Test(attempts, the_task_that_had_most_is_told)
{
    metered_machine(&run, "m", "r", 4, 4);
    metered_machine(&run, "n", "r", 4, 4);
    metered_submit(&run, "a", NULL, 1, 1, 1);
    metered_submit(&run, "b", NULL, 1, 1, 1);
    metered_place(&run, "b", 0, 0);
    metered_decide(&run, DECISION_SUSPEND, "b", 0, NONE);
    metered_decide(&run, DECISION_RESUME, "b", 0, 0);
    metered_decide(&run, DECISION_SUSPEND, "b", 0, NONE);
    metered_tell(&run, EVENT_TASK_EVICTED, "b", 0);
    for (int i = 0; i < 3; i++) {
        metered_place(&run, "a", 0, 0);
        metered_decide(&run, DECISION_MIGRATE, "a", 0, 1);
        metered_decide(&run, DECISION_PREEMPT, "a", 0, NONE);
    }
    metered_tell(&run, EVENT_TASK_KILLED, "a", 0);
    struct attempt_maxima maxima = metered_report(&run).attempts.maxima;
    cr_assert_eq(maxima.starts, 6);
    cr_assert_eq(maxima.migrations, 3);
    cr_assert_eq(maxima.preemptions, 3);
    cr_assert_eq(maxima.suspensions, 2);
    cr_assert_eq(maxima.evictions, 1);
    cr_assert_eq(maxima.failures, 0);
}

enum { MACHINES = 6, JOBS = 40, STEPS = 3000 };

static void stop_or_finish(struct random *random, const char *job, uint32_t task)
{
    const struct cluster *cluster = run.engine.cluster;
    uint32_t machine = (cluster->task_facts[task].machine + 1) % MACHINES;
    switch (random_below(random, 6)) {
    case 0:
        metered_decide(&run, DECISION_PREEMPT, job, 0, NONE);
        break;
    case 1:
        if (cluster_fits(cluster, task, machine))
            metered_decide(&run, DECISION_MIGRATE, job, 0, machine);
        break;
    case 2:
        metered_tell(&run, EVENT_TASK_EVICTED, job, 0);
        break;
    case 3:
        metered_tell(&run, EVENT_TASK_FAILED, job, 0);
        break;
    case 4:
        metered_tell(&run, EVENT_TASK_KILLED, job, 0);
        break;
    default:
        metered_finish(&run, job, 0);
    }
}

static void stop_suspended(struct random *random, const char *job)
{
    static const enum event_kind kinds[] = {EVENT_TASK_EVICTED, EVENT_TASK_KILLED};
    if (random_below(random, 3) == 0)
        metered_decide(&run, DECISION_PREEMPT, job, 0, NONE);
    else
        metered_tell(&run, kinds[random_below(random, COUNT_OF(kinds))], job, 0);
}

static void random_step(struct random *random)
{
    const struct cluster *cluster = run.engine.cluster;
    char job[16];
    char name[16];
    uint32_t m = (uint32_t)random_below(random, MACHINES);
    snprintf(job, sizeof job, "j%d", (int)random_below(random, JOBS));
    snprintf(name, sizeof name, "m%" PRIu32, m);
    uint32_t task = task_of(&run.engine, job, 0);
    if (random_below(random, 60) == 0) {
        if (cluster->machines[m].state != MACHINE_AWAY)
            metered_change_machine(&run, EVENT_MACHINE_REMOVED, name);
        metered_machine(&run, name, "r", 5, 5);
    } else if (task == NONE) {
        metered_submit(&run, job, NULL, 1, 1 + (int64_t)random_below(random, 3), 1);
    } else if (cluster->tasks[task].state == TASK_RUNNING && random_below(random, 4) == 0) {
        metered_decide(&run, DECISION_SUSPEND, job, 0, NONE);
    } else if (cluster->tasks[task].state == TASK_RUNNING) {
        stop_or_finish(random, job, task);
    } else if (cluster->tasks[task].state == TASK_SUSPENDED && random_below(random, 3) == 0) {
        stop_suspended(random, job);
    } else if (cluster_can_resume(cluster, task)) {
        metered_decide(&run, DECISION_RESUME, job, 0, cluster->task_facts[task].machine);
    } else if (cluster->tasks[task].state == TASK_WAITING && cluster_fits(cluster, task, m)) {
        metered_place(&run, job, 0, m);
    }
    engine_end_backoffs(&run.engine, run.now_us);
}

/* CPU seconds of the attempts that run or are suspended, counted from the tasks. */
static double unfinished_cpu_s(void)
{
    const struct cluster *cluster = run.engine.cluster;
    double sum = 0;
    for (uint32_t t = 0; t < cluster->task_limit; t++) {
        struct task_facts facts = cluster_task_facts(cluster, t, run.now_us);
        if (cluster->tasks[t].state < TASK_LIVE_COUNT && facts.machine != NONE)
            sum += (double)facts.demand.amount[RESOURCE_CPU] / RESOURCE_UNIT *
                   (double)facts.ran_us / 1e6;
    }
    return sum;
}

Test(attempts, all_work_is_useful_wasted_or_goes_on)
{
    struct random random;
    random_init(&random, 23);
    for (uint32_t m = 0; m < MACHINES; m++) {
        char name[16];
        snprintf(name, sizeof name, "m%" PRIu32, m);
        metered_machine(&run, name, "r", 5, 5);
    }
    for (int step = 0; step < STEPS; step++) {
        metered_at(&run, run.now_us + (int64_t)random_below(&random, 3) * SECOND / 7);
        random_step(&random);
    }
    struct metrics_report report = metered_report(&run);
    const struct attempts_report *attempts = &report.attempts;
    uint64_t stops = 0;
    uint64_t restarts = 0;
    for (int stop = 0; stop < STOP_COUNT; stop++) {
        cr_assert_gt(attempts->stops[stop], 0, "%s", stop_name((enum stop)stop));
        stops += attempts->stops[stop];
        restarts += attempts->restarts[stop];
    }
    cr_assert_eq(attempts->started,
                 attempts->finished + stops + report.tasks.running + report.tasks.suspended);
    cr_assert_gt(report.tasks.suspended, 0);
    cr_assert_gt(report.tasks.suspensions, 100);
    cr_assert_eq(attempts->started, report.placed + restarts);
    cr_assert_eq(attempts->finished, report.tasks.finished);
    cr_assert_eq(attempts->stops[STOP_PREEMPTED], report.tasks.preemptions);
    cr_assert_eq(attempts->stops[STOP_MIGRATED], report.tasks.migrations);
    cr_assert_eq(attempts->stops[STOP_EVICTED] + attempts->stops[STOP_MACHINE_LOST],
                 report.tasks.evictions);
    cr_assert_float_eq(report.work.unfinished_cpu_s, unfinished_cpu_s(), 1e-6, "%g, not %g",
                       report.work.unfinished_cpu_s, unfinished_cpu_s());
    cr_assert_gt(report.work.unfinished_cpu_s, 0);
}
