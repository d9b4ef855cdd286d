/* test_defects.c - defects of published comparisons, each with the replay that shows it.
 *
 * A comparison of policies is worth nothing if the loop around them favours one. Its usual
 * defects, each named by its test: a placement charged twice or leaked by a rejection, a task
 * given up because there was no room at once, a run of no duration that never ends, means over
 * events instead of time, rounds at other times for other policies, columns of a trace taken
 * for others, and a perfect score for a schedule without tasks. Whatever policies there are,
 * each is replayed. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "policies/policies.h"
#include "replay/metrics.h"
#include "replay/replay.h"
#include "tests/metered.h"
#include "tests/trace_fixture.h"

enum { ROUNDS_MAX = 64 };

struct trial {
    struct fixture fixture;
    struct replay replay;
    struct metrics *metrics;
    struct metrics_report report;
    int64_t round_times_us[ROUNDS_MAX];
    uint32_t round_count;
};

static void on_time(void *state, const struct cluster *cluster, int64_t now_us)
{
    struct trial *trial = state;
    metrics_advance(trial->metrics, cluster, now_us);
}

static void on_round(void *state, const struct cluster *cluster, const struct round_record *record)
{
    (void)cluster;
    struct trial *trial = state;
    cr_assert_lt(trial->round_count, ROUNDS_MAX);
    trial->round_times_us[trial->round_count++] = record->time_us;
}

#define HEADER              \
    "# flowsched trace 1\n" \
    "time_us,event,machine,resources,job,stage,count,attempts\n"

/* A policy that makes tasks wait on purpose, before it tries them again or until it has heard from
 * a machine, is asked not to. */
static void set_impatient(const struct policy_kind *kind, struct policy_options *options)
{
    policy_set_standard(kind, options);
    for (uint32_t i = 0; i < kind->option_count; i++)
        if (strcmp(kind->options[i].name, "backoff") == 0 ||
            strcmp(kind->options[i].name, "usage") == 0)
            options->values[i] = 0;
}

static void replay_text(struct trial *trial, const struct policy_kind *policy, const char *text,
                        int64_t round_us)
{
    char path[128];
    *trial = (struct trial){.metrics = metrics_create()};
    fixture_init(&trial->fixture);
    fixture_write(&trial->fixture, "trace.csv", text);
    snprintf(path, sizeof path, "%s/trace.csv", trial->fixture.folder);
    struct replay_options options = {
        .feed = {.path = path, .trace = trace_options_all, .speedup = RESOURCE_UNIT, .seed = 1},
        .policy = policy,
        .policy_options = {.cost_model = "quincy", .solver = "auto", .seed = 1},
        .engine = engine_options_default,
        .round_us = round_us,
        .check_invariants = true,
    };
    options.engine.clairvoyant = policy->clairvoyant;
    set_impatient(policy, &options.policy_options);
    struct problem problem = {0};
    cr_assert_eq(replay_init(&trial->replay, &options, &problem), STATUS_OK, "%s", problem.reason);
    engine_observe(&trial->replay.engine, (struct observer){trial->metrics, metrics_on_change});
    replay_watch(&trial->replay,
                 (struct replay_watcher){.state = trial, .on_time = on_time, .on_round = on_round});
    cr_assert_eq(replay_run(&trial->replay, &problem), STATUS_OK, "%s", problem.reason);
    cr_assert_eq(trial->replay.invariants_violated, 0, "%s", trial->replay.violation);
    metrics_report(trial->metrics, trial->replay.engine.cluster, true, &trial->report);
}

static void replay_rows(struct trial *trial, const struct policy_kind *policy, const char *rows,
                        int64_t round_us)
{
    char text[4096];
    snprintf(text, sizeof text, "%s%s", HEADER, rows);
    replay_text(trial, policy, text, round_us);
}

static void free_trial(struct trial *trial)
{
    metrics_destroy(trial->metrics);
    replay_free(&trial->replay);
    fixture_free(&trial->fixture);
}

static bool places(const struct policy_kind *policy)
{
    return strcmp(policy->name, "noop") != 0;
}

/* A machine of 11 units and 20 tasks of one, each after the one before: a loop that charges
 * twice and releases once runs 10 of them, and 10 have no room on an idle machine. */
Test(defects, double_charge_leaves_no_machine_full_of_nothing)
{
    char rows[2048];
    int length = snprintf(rows, sizeof rows, "0,machine_added,m,cpu=11\n");
    for (int i = 0; i < 20; i++)
        length += snprintf(rows + length, sizeof rows - (size_t)length,
                           "%d,task_submitted,,cpu=1,j%d,,1,10\n", 10 * i, i);
    for (uint32_t p = 0; p < policy_kind_count(); p++) {
        struct trial trial;
        if (!places(policy_kind_at(p)))
            continue;
        replay_rows(&trial, policy_kind_at(p), rows, 0);
        const char *name = policy_kind_at(p)->name;
        cr_assert_eq(trial.report.tasks.finished, 20, "%s", name);
        cr_assert(resources_zero(&trial.replay.engine.cluster->used), "%s", name);
        cr_assert(near(trial.report.utilisation.resources[RESOURCE_CPU], 1.0 / 11), "%s", name);
        cr_assert(near(trial.report.placement_latency_ms.max, 0), "%s", name);
        free_trial(&trial);
    }
}

Test(defects, leak_on_rejection_takes_no_room)
{
    struct engine engine;
    engine_init(&engine, &engine_options_default);
    add_machine(&engine, "m", 2, 2);
    submit(&engine, "j", 4, 0);
    for (uint32_t i = 0; i < 4; i++) /* the last two are rejected, again and again */
        for (int times = 0; times < 3; times++)
            if (state_of(&engine, task_of(&engine, "j", i)) == TASK_WAITING)
                decide_one(&engine, DECISION_PLACE, task_of(&engine, "j", i), 0, 0);
    cr_assert_eq(engine.rejected_decisions, 6);
    cr_assert_eq(engine.cluster->used.amount[RESOURCE_CPU], 2 * RESOURCE_UNIT);
    for (uint32_t i = 0; i < 4; i++) {
        if (i >= 2)
            decide_one(&engine, DECISION_PLACE, task_of(&engine, "j", i), 0, 1);
        struct event event = {.kind = EVENT_TASK_FINISHED,
                              .time_us = 1,
                              .job = "j",
                              .stage = "",
                              .index = i,
                              .count = 1};
        cr_assert_eq(engine_apply(&engine, &event, NULL), STATUS_OK);
    }
    cr_assert_eq(engine.rejected_decisions, 6, "what was freed is free");
    cr_assert(resources_zero(&engine.cluster->used));
    check_invariants(&engine);
    engine_free(&engine);
}

/* The second task finds no room when it comes; there is some a moment later. */
Test(defects, no_retry_gives_up_no_task_that_waits)
{
    for (uint32_t p = 0; p < policy_kind_count(); p++) {
        struct trial trial;
        if (!places(policy_kind_at(p)))
            continue;
        replay_rows(&trial, policy_kind_at(p),
                    "0,machine_added,m,cpu=1\n"
                    "0,task_submitted,,cpu=1,a,,1,1000\n"
                    "1,task_submitted,,cpu=1,b,,1,1000\n",
                    0);
        const char *name = policy_kind_at(p)->name;
        cr_assert_eq(trial.report.tasks.finished, 2, "%s", name);
        cr_assert_eq(trial.report.tasks.failed, 0, "%s", name);
        cr_assert(near(trial.report.success_rate, 1), "%s", name);
        /* At once; by mesos-drf what was freed is offered a second after the first round. */
        double makespan_s = strcmp(name, "mesos-drf") == 0 ? 1.001 : 0.002;
        cr_assert(near(trial.report.makespan_s, makespan_s), "%s", name);
        free_trial(&trial);
    }
}

/* The machine with the label that a task asks for is full, until another is given it, a hundred
 * seconds later, which has had the room all the time. */
Test(defects, no_retry_sees_that_labels_have_changed)
{
    for (uint32_t p = 0; p < policy_kind_count(); p++) {
        struct trial trial;
        if (!places(policy_kind_at(p)))
            continue;
        replay_text(&trial, policy_kind_at(p),
                    "# flowsched trace 1\n"
                    "time_us,event,machine,resources,labels,constraint,job,count,attempts\n"
                    "0,machine_added,full,cpu=1,disk=ssd,,,,\n"
                    "0,machine_added,m,cpu=1,,,,,\n"
                    "0,task_submitted,,cpu=1,,disk=ssd,other,1,500000000\n"
                    "1,task_submitted,,cpu=1,,disk=ssd,a,1,1000000\n"
                    "100000000,machine_drained,m,,,,,,\n"
                    "100000000,machine_added,m,cpu=1,disk=ssd,,,,\n",
                    0);
        const char *name = policy_kind_at(p)->name;
        cr_assert_eq(trial.report.tasks.finished, 2, "%s", name);
        /* A task of sparrow's waits where it was put in a queue, and the label was there alone. */
        double latest_ms = strcmp(name, "sparrow") == 0 ? 500000 : 101000;
        cr_assert(trial.report.placement_latency_ms.max >= 99999 &&
                      trial.report.placement_latency_ms.max <= latest_ms,
                  "%s: %g", name, trial.report.placement_latency_ms.max);
        free_trial(&trial);
    }
}

/* Three tasks that each need the whole machine, and no time. */
Test(defects, zero_duration_ends_and_gives_its_room_back)
{
    for (uint32_t p = 0; p < policy_kind_count(); p++) {
        struct trial trial;
        if (!places(policy_kind_at(p)))
            continue;
        replay_rows(&trial, policy_kind_at(p),
                    "0,machine_added,m,cpu=1\n"
                    "5,task_submitted,,cpu=1,a,,3,0\n"
                    "10,task_submitted,,cpu=1,b,,1,10\n",
                    0);
        const char *name = policy_kind_at(p)->name;
        cr_assert_eq(trial.report.tasks.finished, 4, "%s", name);
        cr_assert(resources_zero(&trial.replay.engine.cluster->used), "%s", name);
        cr_assert(near(trial.report.utilisation.resources[RESOURCE_CPU], 10.0 / 20), "%s", name);
        free_trial(&trial);
    }
}

/* Published logs of GPU clusters tell of GPUs and nothing else, those of supercomputers of
 * processors: no policy may ask for more than one resource. */
Test(defects, column_mapping_of_one_resource_is_enough)
{
    for (uint32_t r = 0; r < RESOURCE_COUNT; r++)
        for (uint32_t p = 0; p < policy_kind_count(); p++) {
            struct trial trial;
            char rows[256];
            if (!places(policy_kind_at(p)))
                continue;
            snprintf(rows, sizeof rows,
                     "0,machine_added,m,%s=2\n"
                     "0,task_submitted,,%s=1,a,,4,1000000\n",
                     resource_name(r), resource_name(r));
            replay_rows(&trial, policy_kind_at(p), rows, 0);
            const char *name = policy_kind_at(p)->name;
            cr_assert_eq(trial.report.tasks.finished, 4, "%s, %s", name, resource_name(r));
            cr_assert(near(trial.report.makespan_s, 2) || strcmp(name, "mesos-drf") == 0,
                      "%s, %s: %g", name, resource_name(r), trial.report.makespan_s);
            free_trial(&trial);
        }
}

/* A second at 100 %, with many events in it, then nine idle ones with a single event. */
Test(defects, time_weighting_makes_a_full_second_of_ten_a_tenth)
{
    for (uint32_t p = 0; p < policy_kind_count(); p++) {
        struct trial trial;
        if (!places(policy_kind_at(p)))
            continue;
        replay_rows(&trial, policy_kind_at(p),
                    "0,machine_added,m,cpu=4\n"
                    "0,task_submitted,,cpu=1,a,,40,100000\n"
                    "10000000,machine_added,m,cpu=4\n",
                    0);
        const char *name = policy_kind_at(p)->name;
        cr_assert_eq(trial.report.tasks.finished, 40, "%s", name);
        cr_assert(near(trial.report.utilisation.resources[RESOURCE_CPU], 0.1), "%s: %g", name,
                  trial.report.utilisation.resources[RESOURCE_CPU]);
        cr_assert(near(trial.report.utilisation.dominant, 0.1), "%s", name);
        cr_assert(near(trial.report.goodput, 0.1), "%s", name);
        free_trial(&trial);
    }
}

/* A task every 0.3 s: rounds are 1 s apart for all, from the first arrival on. */
Test(defects, equal_tick_asks_every_policy_at_the_same_times)
{
    char rows[2048];
    int length = snprintf(rows, sizeof rows, "0,machine_added,m,cpu=40\n");
    for (int i = 0; i < 30; i++)
        length += snprintf(rows + length, sizeof rows - (size_t)length,
                           "%d,task_submitted,,cpu=1,j%d,,1,50000000\n", 300000 * i, i);
    for (uint32_t p = 0; p < policy_kind_count(); p++) {
        struct trial trial;
        replay_rows(&trial, policy_kind_at(p), rows, SECOND);
        const char *name = policy_kind_at(p)->name;
        cr_assert_geq(trial.round_count, 10, "%s", name);
        for (uint32_t i = 0; i < 10; i++)
            cr_assert_eq(trial.round_times_us[i], i * SECOND, "%s: round %u at %" PRId64, name, i,
                         trial.round_times_us[i]);
        free_trial(&trial);
    }
}

/* What a task planned to use, and not what its instances were seen to: batch_instance has
 * cpu_avg, cpu_max, mem_avg and mem_max where others read plan_cpu and plan_mem. Nor is the
 * status a priority, or the job the tenant. */
Test(defects, column_mapping_takes_the_plan_for_the_demand)
{
    struct fixture fixture;
    fixture_init(&fixture);
    fixture_write(&fixture, "machine_meta.csv", "m_1,0,1,2,96,100,USING\n");
    fixture_write(&fixture, "batch_task.csv", "M1,1,j_1,7,Terminated,10,30,150,0.25\n");
    fixture_write(&fixture, "batch_instance.csv",
                  "ins_1,M1,j_1,7,Terminated,10,25,m_1,1,1,61,83,0.11,0.19\n");
    cr_assert_eq(fixture_read(&fixture, "", "alibaba2018", &trace_options_all), STATUS_OK, "%s",
                 fixture.problem.reason);
    cr_assert_eq(
        fixture_count(&fixture, "10000000 task_submitted j_1/M1/0 cpu=1.5 mem=0.25 run=15000000\n"),
        1, "%s", fixture.text);
    fixture_free(&fixture);
}

/* A policy that places nothing has no fairness, no slowdown and no makespan: not 1, not 0. */
Test(defects, empty_schedule_is_null_and_not_fair)
{
    struct trial trial;
    replay_rows(&trial, policy_kind_find("noop"),
                "0,machine_added,m,cpu=4\n"
                "0,task_submitted,,cpu=1,a,,3,100\n"
                "0,task_submitted,,cpu=1,b,,3,100\n"
                "1000,task_submitted,,cpu=1,c,,3,100\n",
                0);
    const struct metrics_report *report = &trial.report;
    cr_assert(isnan(report->fairness.per_task));
    cr_assert(isnan(report->fairness.dominant_share));
    cr_assert(isnan(report->placement_latency_ms.p50));
    cr_assert(isnan(report->placement_survival_ms.p50));
    cr_assert(isnan(report->bounded_slowdown.mean));
    cr_assert(isnan(report->job_completion_s.mean));
    cr_assert(isnan(report->makespan_s));
    cr_assert(isnan(report->imbalance_variation));
    cr_assert(isnan(report->proxies_over_time.step_risk[STEPS_EARLIER]));
    cr_assert(near(report->success_rate, 0), "but it is no success");
    cr_assert_eq(report->tasks.unplaced, 9);
    free_trial(&trial);
}
