/* test_replay.c - the loop of virtual time over small native traces, with the flow policy. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "policies/policies.h"
#include "replay/replay.h"
#include "tests/trace_fixture.h"

static struct fixture fixture;
static struct replay replay;

struct log {
    int64_t rounds[64]; /* their times */
    uint32_t placed[64];
    uint32_t round_count;
};
static struct log log_of_rounds;

static void on_round(void *state, const struct cluster *cluster, const struct round_record *record)
{
    (void)cluster;
    struct log *log = state;
    cr_assert_lt(log->round_count, COUNT_OF(log->rounds));
    log->rounds[log->round_count] = record->time_us;
    log->placed[log->round_count++] = record->placed;
}

static void set_up(void)
{
    fixture_init(&fixture);
    log_of_rounds = (struct log){0};
}

static void tear_down(void)
{
    cr_assert_eq(replay.invariants_violated, 0, "%s", replay.violation);
    cr_assert_eq(replay.certificates_failed, 0);
    cr_assert_eq(replay.engine.rejected_decisions, 0);
    replay_free(&replay);
    fixture_free(&fixture);
}

TestSuite(replay, .init = set_up, .fini = tear_down);

static struct replay_options plain_options(const char *path)
{
    return (struct replay_options){
        .feed = {.path = path, .trace = trace_options_all, .speedup = RESOURCE_UNIT, .seed = 1},
        .policy = policy_kind_find("flow"),
        .policy_options = {.cost_model = "load_spreading", .solver = "paths", .seed = 1},
        .engine = engine_options_default,
        .check_invariants = true,
    };
}

#define HEADER              \
    "# flowsched trace 1\n" \
    "time_us,event,machine,resources,job,stage,count,attempts,predecessors\n"

/* Replay the rows; `change` may alter the options. */
static const struct cluster *run(const char *rows, void (*change)(struct replay_options *))
{
    char text[4096];
    char path[128];
    snprintf(text, sizeof text, "%s%s", HEADER, rows);
    fixture_write(&fixture, "trace.csv", text);
    snprintf(path, sizeof path, "%s/trace.csv", fixture.folder);
    struct replay_options options = plain_options(path);
    if (change)
        change(&options);
    struct problem problem = {0};
    cr_assert_eq(replay_init(&replay, &options, &problem), STATUS_OK, "%s", problem.reason);
    replay_watch(&replay, (struct replay_watcher){.state = &log_of_rounds, .on_round = on_round});
    cr_assert_eq(replay_run(&replay, &problem), STATUS_OK, "%s", problem.reason);
    return replay.engine.cluster;
}

Test(replay, capacity_freed_at_a_time_is_used_at_that_time)
{
    const struct cluster *cluster = run("0,machine_added,m,cpu=1\n"
                                        "0,task_submitted,,cpu=1,a,,1,100\n"
                                        "100,task_submitted,,cpu=1,b,,1,100\n",
                                        NULL);
    cr_assert_eq(cluster->ended[TASK_FINISHED], 2);
    cr_assert_eq(replay.now_us, 200);
}

Test(replay, a_task_of_no_duration_ends_when_it_starts_and_leaves_nothing_used)
{
    const struct cluster *cluster = run("0,machine_added,m,cpu=1\n"
                                        "5,task_submitted,,cpu=1,a,,3,0\n",
                                        NULL);
    cr_assert_eq(cluster->ended[TASK_FINISHED], 3);
    cr_assert(resources_zero(&cluster->used));
    cr_assert_eq(replay.now_us, 5);
}

Test(replay, what_a_round_did_is_no_reason_for_another)
{
    run("0,machine_added,m,cpu=2\n"
        "0,task_submitted,,cpu=1,a,,4,100\n",
        NULL);
    cr_assert_eq(log_of_rounds.round_count, 2);
    cr_assert_eq(log_of_rounds.rounds[0], 0);
    cr_assert_eq(log_of_rounds.rounds[1], 100);
}

static void set_round_time(struct replay_options *options)
{
    options->round_us = 1000;
}

Test(replay, rounds_keep_their_distance)
{
    run("0,machine_added,m,cpu=9\n"
        "0,task_submitted,,cpu=1,a,,1,9000\n"
        "10,task_submitted,,cpu=1,b,,1,9000\n"
        "20,task_submitted,,cpu=1,c,,1,9000\n"
        "5000,task_submitted,,cpu=1,d,,1,1\n",
        set_round_time);
    const int64_t times[] = {0, 1000, 5000};
    cr_assert_eq(log_of_rounds.round_count, COUNT_OF(times));
    for (size_t i = 0; i < COUNT_OF(times); i++)
        cr_assert_eq(log_of_rounds.rounds[i], times[i]);
    cr_assert_eq(log_of_rounds.placed[1], 2);
}

static void set_solver_time(struct replay_options *options)
{
    options->solver_time = SOLVER_TIME_FIXED;
    options->solver_time_us = 50;
}

Test(replay, what_happens_during_a_solve_comes_first_and_stale_decisions_are_dropped)
{
    const struct cluster *cluster = run("0,machine_added,m,cpu=2\n"
                                        "0,task_submitted,,cpu=1,a,,1,100\n"
                                        "0,task_submitted,,cpu=1,b,,1,100\n"
                                        "20,task_killed,,,b\n",
                                        set_solver_time);
    cr_assert_eq(replay.engine.stale_decisions, 1);
    cr_assert_eq(cluster->ended[TASK_KILLED], 1);
    cr_assert_eq(cluster->ended[TASK_FINISHED], 1);
    cr_assert_eq(replay.now_us, 150);
}

Test(replay, stages_run_one_after_the_other)
{
    const struct cluster *cluster = run("0,machine_added,m,cpu=9\n"
                                        "0,task_submitted,,cpu=1,j,C,1,30,A;B\n"
                                        "0,task_submitted,,cpu=1,j,A,2,100\n"
                                        "50,task_submitted,,cpu=1,j,B,1,200,A\n",
                                        NULL);
    cr_assert_eq(cluster->ended[TASK_FINISHED], 4);
    cr_assert_eq(replay.now_us, 100 + 200 + 30);
}

Test(replay, a_predecessor_that_never_comes_is_let_go_when_the_trace_ends)
{
    const struct cluster *cluster = run("0,machine_added,m,cpu=1\n"
                                        "7,task_submitted,,cpu=1,j,B,1,10,A\n"
                                        "40,machine_added,n,cpu=1\n",
                                        NULL);
    cr_assert_eq(replay.absent_dependencies, 1);
    cr_assert_eq(cluster->ended[TASK_FINISHED], 1);
    cr_assert_eq(replay.now_us, 50);
}

Test(replay, a_replay_stops_where_the_records_end)
{
    const struct cluster *cluster = run("0,machine_added,m,cpu=1\n"
                                        "0,task_submitted,,cpu=1,a,,2,100\n"
                                        "150,records_end\n",
                                        NULL);
    cr_assert_eq(replay.now_us, 150);
    cr_assert_eq(cluster->ended[TASK_FINISHED], 1);
    cr_assert_eq(cluster->lists[TASK_RUNNING].count, 1);
}

Test(replay, what_waits_for_room_that_never_comes_ends_the_replay)
{
    const struct cluster *cluster = run("0,machine_added,m,cpu=1\n"
                                        "0,task_submitted,,cpu=1,a,,2,never\n"
                                        "0,task_submitted,,cpu=2,c,,1,10\n",
                                        NULL);
    cr_assert_eq(cluster->lists[TASK_RUNNING].count, 1);
    cr_assert_eq(cluster->lists[TASK_WAITING].count, 1);
    cr_assert_eq(cluster->lists[TASK_INFEASIBLE].count, 1);
}

static void set_failures(struct replay_options *options)
{
    options->failure_rate = 86400 * RESOURCE_UNIT; /* one a second */
}

Test(replay, injected_failures_lose_work_and_no_task)
{
    const struct cluster *cluster = run("0,machine_added,m,cpu=4\n"
                                        "0,machine_added,n,cpu=4\n"
                                        "0,task_submitted,,cpu=1,a,,20,500000\n",
                                        set_failures);
    cr_assert_gt(replay.failures.injected, 0);
    cr_assert_eq(cluster->ended[TASK_FINISHED], 20);
    cr_assert_gt(replay.now_us, 20 * 500000 / 8);
}

static void set_no_retries(struct replay_options *options)
{
    options->engine.max_retries = 1;
}

Test(replay, recorded_failures_are_retried_within_the_limit)
{
    const struct cluster *cluster = run("0,machine_added,m,cpu=4\n"
                                        "0,task_submitted,,cpu=1,once,,1,10:fails;20\n"
                                        "0,task_submitted,,cpu=1,twice,,1,10:fails;10:fails;20\n",
                                        set_no_retries);
    cr_assert_eq(cluster->ended[TASK_FINISHED], 1);
    cr_assert_eq(cluster->ended[TASK_FAILED], 1);
}

static void set_speed(struct replay_options *options)
{
    options->feed.speedup = 10 * RESOURCE_UNIT;
}

Test(replay, a_speedup_divides_times_and_durations)
{
    const struct cluster *cluster = run("1000,machine_added,m,cpu=1\n"
                                        "1500,task_submitted,,cpu=1,a,,1,3000\n",
                                        set_speed);
    cr_assert_eq(cluster->ended[TASK_FINISHED], 1);
    cr_assert_eq(replay.now_us, 1000 + 50 + 300);
}

static void set_load(struct replay_options *options)
{
    options->feed.load = RESOURCE_UNIT / 2;
}

Test(replay, a_load_stretches_the_time_between_submissions_and_no_run)
{
    /* 2 x 1000 us of work on 1 cpu over 1000 us: load 2, so times stretch by 4. */
    const struct cluster *cluster = run("0,machine_added,m,cpu=1\n"
                                        "0,task_submitted,,cpu=1,a,,1,1000\n"
                                        "1000,task_submitted,,cpu=1,b,,1,1000\n",
                                        set_load);
    cr_assert_eq(cluster->ended[TASK_FINISHED], 2);
    cr_assert_eq(replay.now_us, 4000 + 1000);
}
