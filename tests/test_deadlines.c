/* test_deadlines.c - the rule that gives tasks deadlines, and the options that say it. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "cli/deadline_options.h"
#include "replay/feed.h"
#include "tests/trace_fixture.h"

#define SECOND_US INT64_C(1000000)

static struct deadlines made_by(const char *deadlines, const char *latencies)
{
    struct deadline_options options;
    struct deadlines made;
    struct problem problem = {0};
    cr_assert_eq(deadline_options_read(deadlines, latencies, &options, &problem), STATUS_OK, "%s",
                 problem.reason);
    deadlines_init(&made, &options, 1);
    return made;
}

/* A task of a stage, submitted at 100 s and running for 10 s. */
static struct event submission(const struct attempt *attempt, const char *job, const char *stage)
{
    return (struct event){.kind = EVENT_TASK_SUBMITTED,
                          .time_us = 100 * SECOND_US,
                          .job = job,
                          .stage = stage,
                          .count = 1,
                          .attempts = attempt,
                          .attempt_count = 1};
}

Test(deadlines, are_the_slack_times_the_run_after_the_submission)
{
    static const struct {
        const char *rule;
        int64_t run_us, deadline_us;
        bool fails;
    } rows[] = {
        {"slack=1.5", 10 * SECOND_US, 115 * SECOND_US, false},
        {"slack=1.5,floor=60", 10 * SECOND_US, 160 * SECOND_US, false},
        {"floor=60,slack=1.5", 100 * SECOND_US, 250 * SECOND_US, false},
        {"slack=2,share=1", 10 * SECOND_US, 120 * SECOND_US, false},
        {"slack=2,share=0", 10 * SECOND_US, 0, false},
        {"slack=2", TIME_NEVER, 0, false},
        {"slack=2", 10 * SECOND_US, 0, true},
        {"slack=1000000", INT64_C(1) << 61, (INT64_C(1) << 62) - 1, false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct deadlines made = made_by(rows[i].rule, NULL);
        struct attempt attempt = {rows[i].run_us, rows[i].fails};
        struct event event = submission(&attempt, "j", "");
        deadlines_apply(&made, &event);
        cr_assert_eq(event.deadline_us, rows[i].deadline_us, "row %zu", i);
        deadlines_free(&made);
    }
}

Test(deadlines, a_stage_counts_from_the_latest_deadline_before_it)
{
    struct deadlines made = made_by("slack=2", NULL);
    const struct attempt attempts[] = {{10 * SECOND_US, false}, {30 * SECOND_US, false}};
    const char *predecessors[] = {"map", "unknown"};
    struct event event = submission(&attempts[0], "j", "map");
    deadlines_apply(&made, &event);
    cr_assert_eq(event.deadline_us, 120 * SECOND_US);
    event = submission(&attempts[1], "j", "map"); /* a slower task of the same stage */
    event.index = 1;
    deadlines_apply(&made, &event);
    cr_assert_eq(event.deadline_us, 160 * SECOND_US);
    event = submission(&attempts[0], "j", "reduce");
    event.predecessors = predecessors;
    event.predecessor_count = 2;
    deadlines_apply(&made, &event);
    cr_assert_eq(event.deadline_us, 180 * SECOND_US);
    event = submission(&attempts[0], "k", "reduce"); /* of another job: its map is not there */
    event.predecessors = predecessors;
    event.predecessor_count = 2;
    deadlines_apply(&made, &event);
    cr_assert_eq(event.deadline_us, 120 * SECOND_US);
    deadlines_free(&made);
}

Test(deadlines, a_share_of_the_jobs_has_them_and_all_their_tasks)
{
    struct deadlines made = made_by("slack=2,share=0.3", NULL);
    const struct attempt attempt = {10 * SECOND_US, false};
    uint32_t chosen = 0;
    for (uint32_t i = 0; i < 2000; i++) {
        char job[16];
        snprintf(job, sizeof job, "job-%u", i);
        struct event first = submission(&attempt, job, "a");
        struct event second = submission(&attempt, job, "b");
        deadlines_apply(&made, &first);
        deadlines_apply(&made, &second);
        cr_assert_eq(first.deadline_us, second.deadline_us);
        chosen += first.deadline_us > 0;
    }
    cr_assert_gt(chosen, 520); /* 600 expected, 20 is the standard deviation */
    cr_assert_lt(chosen, 680);
    deadlines_free(&made);
}

Test(deadlines, services_are_told_by_their_priority_and_have_none)
{
    struct deadlines made = made_by("slack=2", "10:20,9:100");
    const struct attempt attempt = {10 * SECOND_US, false};
    static const struct {
        int32_t priority;
        int64_t latency_us;
    } rows[] = {{11, 20000}, {10, 20000}, {9, 100000}, {8, 0}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct event event = submission(&attempt, "j", "");
        event.priority = rows[i].priority;
        deadlines_apply(&made, &event);
        cr_assert_eq(event.latency_us, rows[i].latency_us, "row %zu", i);
        cr_assert_eq(event.deadline_us > 0, rows[i].latency_us == 0, "row %zu", i);
    }
    struct event event = submission(&attempt, "j", "");
    event.deadline_us = 7;
    event.latency_us = 5;
    event.priority = 10;
    deadlines_apply(&made, &event);
    cr_assert_eq(event.deadline_us, 7, "what the trace says stays");
    cr_assert_eq(event.latency_us, 5);
    deadlines_free(&made);
}

Test(deadlines, rules_that_are_none_are_refused)
{
    static const char *const deadlines[] = {
        "",          "slack",     "slack=",          "slack=0",         "slack=-1",
        "slack=x",   "floor=60",  "slack=1,",        "slack=1,share=2", "slack=1;floor=2",
        "slack=1,,", "slack=1e9", "slack=2,floor=-", "due=5",
    };
    static const char *const latencies[] = {
        "",
        "10",
        "10:",
        ":20",
        "10:0",
        "10:x",
        "10:20,",
        "x:20",
        "10:86400001",
        "3000000000:1",
        "1:1,2:1,3:1,4:1,5:1,6:1,7:1,8:1,9:1",
    };
    struct deadline_options options;
    for (size_t i = 0; i < COUNT_OF(deadlines); i++) {
        struct problem problem = {0};
        cr_assert_eq(deadline_options_read(deadlines[i], NULL, &options, &problem), STATUS_USAGE,
                     "%s", deadlines[i]);
        cr_assert_gt(strlen(problem.reason), 0);
    }
    for (size_t i = 0; i < COUNT_OF(latencies); i++)
        cr_assert_eq(deadline_options_read(NULL, latencies[i], &options, NULL), STATUS_USAGE, "%s",
                     latencies[i]);
}

Test(deadlines, go_with_the_times_of_a_trace)
{
    struct fixture fixture;
    fixture_init(&fixture);
    fixture_write(&fixture, "trace.csv",
                  "# flowsched trace 1\n"
                  "time_us,event,machine,resources,job,attempts,deadline_us\n"
                  "0,machine_added,m,cpu=1\n"
                  "1000000,task_submitted,,cpu=1,a,400000,3000000\n"
                  "1000000,task_submitted,,cpu=1,b,400000\n");
    char path[128];
    snprintf(path, sizeof path, "%s/trace.csv", fixture.folder);
    struct feed_options options = {
        .path = path,
        .trace = trace_options_all,
        .speedup = 2 * RESOURCE_UNIT,
        .seed = 1,
        .deadlines = {.slack = 3 * RESOURCE_UNIT, .share = RESOURCE_UNIT}};
    struct feed *feed;
    struct problem problem = {0};
    cr_assert_eq(feed_open(&feed, &options, &problem), STATUS_OK, "%s", problem.reason);
    struct event event;
    cr_assert_eq(feed_next(feed, &event, &problem), STATUS_OK);
    cr_assert_eq(event.deadline_us, 0);
    cr_assert_eq(feed_next(feed, &event, &problem), STATUS_OK);
    cr_assert_eq(event.time_us, 500000);
    cr_assert_eq(event.deadline_us, 1500000, "two seconds at twice the speed");
    cr_assert_eq(feed_next(feed, &event, &problem), STATUS_OK);
    cr_assert_eq(event.deadline_us, 500000 + 3 * 200000);
    feed_close(feed);
    fixture_free(&fixture);
}
