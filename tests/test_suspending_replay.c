/* test_suspending_replay.c - whole replays in which tasks are suspended and resumed, under every
 * policy. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/random.h"
#include "policies/policies.h"
#include "replay/metrics.h"
#include "replay/replay.h"
#include "replay/round_statistics.h"
#include "tests/temp_file.h"

enum { MACHINES = 4, TASKS = 60 };

#define SECOND_US INT64_C(1000000)
#define QUIET_US (60 * SECOND_US) /* nothing is suspended from then on */

/* A policy around another one: in turns, that one decides, or tasks are suspended and resumed by
 * chance. */
struct hand {
    const struct policy_kind *kind;
    void *policy;
    struct random random;
    uint64_t rounds;
};

static const char *inner; /* the other one's name */
static uint64_t seed;

static enum status create(void **state, const struct policy_options *options,
                          struct problem *problem)
{
    struct hand *hand = memory_alloc(sizeof *hand);
    *hand = (struct hand){.kind = policy_kind_find(inner)};
    random_init(&hand->random, seed);
    *state = hand;
    return hand->kind->create(&hand->policy, options, problem);
}

static void destroy(void *state)
{
    struct hand *hand = state;
    hand->kind->destroy(hand->policy);
    memory_free(hand);
}

static void on_change(void *state, const struct cluster *cluster, const struct change *change)
{
    struct hand *hand = state;
    hand->kind->on_change(hand->policy, cluster, change);
}

static void suspend_some(struct hand *hand, const struct cluster *cluster,
                         struct decision_list *decisions)
{
    const struct task_list *running = &cluster->lists[TASK_RUNNING];
    for (uint32_t i = 0; i < running->count; i++)
        if (random_below(&hand->random, 4) == 0)
            decision_add(decisions, cluster, DECISION_SUSPEND, running->tasks[i], NONE);
}

/* One on each machine, with the cpu that is free there already. */
static void resume_some(struct hand *hand, const struct cluster *cluster, bool all,
                        struct decision_list *decisions)
{
    for (uint32_t m = 0; m < cluster->machine_count; m++) {
        uint32_t task = cluster->machines[m].first_suspended;
        if (task != NONE && cluster_can_resume(cluster, task) &&
            (all || random_below(&hand->random, 2)))
            decision_add(decisions, cluster, DECISION_RESUME, task, m);
    }
}

static void decide(void *state, const struct cluster *cluster, int64_t now_us,
                   struct decision_list *decisions, struct round_report *report)
{
    struct hand *hand = state;
    bool quiet = now_us >= QUIET_US;
    if (hand->rounds++ % 2) {
        hand->kind->decide(hand->policy, cluster, now_us, decisions, report);
    } else {
        if (!quiet)
            suspend_some(hand, cluster, decisions);
        resume_some(hand, cluster, quiet, decisions);
    }
    report->undecided = true;
}

static const struct policy_kind policy_hand = {.name = "hand",
                                               .help = "a test's",
                                               .create = create,
                                               .destroy = destroy,
                                               .on_change = on_change,
                                               .decide = decide};

/* What is seen of a task, whatever the engine says of it. */
struct seen {
    int64_t since_us; /* it runs */
    int64_t ran_us;   /* of the present attempt, before that */
};

struct watch {
    struct seen seen[TASKS + 1];
    int64_t runs_us[TASKS]; /* how long the tasks run, by the index of their job */
    double cpu_s;           /* all their work */
    uint64_t suspensions, resumptions, finished;
    uint64_t decided_suspensions, decided_resumptions; /* as rounds tell them */
    struct round_statistics rounds;
};

static struct watch watch;

static void see(void *state, const struct cluster *cluster, const struct change *change)
{
    (void)state;
    if (change->task == NONE)
        return;
    cr_assert_lt(change->task, COUNT_OF(watch.seen));
    struct seen *seen = &watch.seen[change->task];
    if (change->from == TASK_RUNNING && change->cause != CAUSE_UPDATED)
        seen->ran_us += change->time_us - seen->since_us;
    if (change->cause == CAUSE_PLACED || change->cause == CAUSE_MIGRATED)
        seen->ran_us = 0;
    if (change->to == TASK_RUNNING)
        seen->since_us = change->time_us;
    watch.suspensions += change->cause == CAUSE_SUSPENDED;
    watch.resumptions += change->cause == CAUSE_RESUMED;
    if (change->cause != CAUSE_FINISHED)
        return;
    watch.finished++;
    uint32_t job = cluster_task_job(cluster, change->task);
    cr_assert_eq(seen->ran_us, watch.runs_us[job], "%s, job %u ran %" PRId64 " us, not %" PRId64,
                 inner, job, seen->ran_us, watch.runs_us[job]);
    cr_assert_eq(change->ran_us, watch.runs_us[job], "%s, job %u", inner, job);
}

static void write_trace(char path[TEMP_PATH_SIZE], struct random *random)
{
    char text[8192];
    size_t size = (size_t)snprintf(
        text, sizeof text,
        "# flowsched trace 1\ntime_us,event,machine,resources,job,stage,count,tenant,attempts\n");
    for (int m = 0; m < MACHINES; m++)
        size += (size_t)snprintf(text + size, sizeof text - size,
                                 "0,machine_added,m%d,cpu=4;memory=16\n", m);
    int64_t now_us = 0;
    for (int j = 0; j < TASKS; j++) {
        unsigned cpu = 1 + (unsigned)random_below(random, 3);
        unsigned memory = 1 + (unsigned)random_below(random, 4);
        watch.runs_us[j] = 1 + (int64_t)random_below(random, 12 * SECOND_US);
        watch.cpu_s += cpu * (double)watch.runs_us[j] / 1e6;
        size += (size_t)snprintf(text + size, sizeof text - size,
                                 "%" PRId64 ",task_submitted,,cpu=%u;memory=%u,j%d,,1,t%d,%" PRId64
                                 "\n",
                                 now_us, cpu, memory, j, j % 3, watch.runs_us[j]);
        now_us += (int64_t)random_below(random, SECOND_US);
    }
    temp_text(path, text);
}

static void on_time(void *metrics, const struct cluster *cluster, int64_t now_us)
{
    metrics_advance(metrics, cluster, now_us);
}

static void on_round(void *state, const struct cluster *cluster, const struct round_record *record)
{
    (void)state;
    cr_assert_eq(record->suspended, cluster->lists[TASK_SUSPENDED].count);
    watch.decided_suspensions += record->suspensions;
    watch.decided_resumptions += record->resumptions;
    round_statistics_add(&watch.rounds, record);
}

static void check_rounds(const struct replay *replay)
{
    cr_assert_eq(watch.decided_suspensions, watch.suspensions, "%s", inner);
    cr_assert_eq(watch.decided_resumptions, watch.resumptions, "%s", inner);
    cr_assert_eq(watch.rounds.decisions, replay->decisions_made, "%s", inner);
    round_statistics_free(&watch.rounds);
}

static void check_report(struct metrics *metrics, const struct replay *replay)
{
    struct metrics_report report;
    metrics_report(metrics, replay->engine.cluster, true, &report);
    cr_assert_eq(report.tasks.finished, TASKS, "%s", inner);
    cr_assert_eq(report.tasks.suspended, 0, "%s", inner);
    cr_assert_eq(report.tasks.suspensions, watch.suspensions, "%s", inner);
    cr_assert_float_eq(report.work.useful_cpu_s, watch.cpu_s, 1e-6, "%s: %g, not %g", inner,
                       report.work.useful_cpu_s, watch.cpu_s);
    cr_assert_float_eq(report.work.unfinished_cpu_s, 0, 1e-6, "%s", inner);
    cr_assert_eq(report.work.wasted_cpu_s > 0,
                 report.tasks.preemptions + report.tasks.migrations > 0, "%s", inner);
}

/* One replay; returns how often tasks were suspended. */
static uint64_t run(const char *policy, bool preemption)
{
    char path[TEMP_PATH_SIZE];
    struct random random;
    inner = policy;
    watch = (struct watch){.finished = 0};
    random_init(&random, seed);
    write_trace(path, &random);
    struct replay_options options = {
        .feed = {.path = path, .trace = trace_options_all, .speedup = RESOURCE_UNIT, .seed = 1},
        .policy = &policy_hand,
        .policy_options = {.cost_model = "quincy",
                           .solver = "auto",
                           .preemption = preemption,
                           .seed = 1},
        .engine = engine_options_default,
        .check_invariants = true};
    options.engine.clairvoyant = policy_kind_find(policy)->clairvoyant;
    policy_set_standard(policy_kind_find(policy), &options.policy_options);
    struct replay replay;
    struct problem problem = {0};
    cr_assert_eq(replay_init(&replay, &options, &problem), STATUS_OK, "%s", problem.reason);
    struct metrics *metrics = metrics_create();
    engine_observe(&replay.engine, (struct observer){metrics, metrics_on_change});
    engine_observe(&replay.engine, (struct observer){NULL, see});
    replay_watch(&replay, (struct replay_watcher){.state = metrics, .on_time = on_time});
    replay_watch(&replay, (struct replay_watcher){.on_round = on_round});
    cr_assert_eq(replay_run(&replay, &problem), STATUS_OK, "%s", problem.reason);
    cr_assert_eq(replay.invariants_violated, 0, "%s: %s", policy, replay.violation);
    cr_assert_eq(replay.certificates_failed, 0, "%s", policy);
    cr_assert_eq(replay.engine.rejected_decisions, 0, "%s", policy);
    cr_assert_eq(watch.finished, TASKS, "%s: %" PRIu64 " finished", policy, watch.finished);
    check_rounds(&replay);
    check_report(metrics, &replay);
    metrics_destroy(metrics);
    replay_free(&replay);
    unlink(path);
    return watch.suspensions;
}

Test(suspending_replay, n5_every_task_runs_as_long_as_it_takes_under_every_policy)
{
    for (uint32_t i = 0; i < policy_kind_count(); i++) {
        const char *policy = policy_kind_at(i)->name;
        uint64_t suspensions = 0;
        if (strcmp(policy, "noop") == 0)
            continue;
        for (seed = 1; seed <= 4; seed++)
            suspensions += run(policy, seed % 2);
        fprintf(stderr, "%s: %" PRIu64 " suspensions\n", policy, suspensions);
        cr_assert_gt(suspensions, 100, "%s: %" PRIu64, policy, suspensions);
    }
}
