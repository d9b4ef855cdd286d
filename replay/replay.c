/* replay.c - see replay.h. */
#include "replay/replay.h"

#include <stdio.h>

#include "base/assert.h"
#include "base/clock.h"
#include "base/memory.h"
#include "replay/tenants_file.h"

/* Waiting costs rise until a task is placed, so a choice to wait ends; this many fruitless
 * rounds in a row mean that something else holds the tasks back. */
#define IDLE_ROUND_MAX 3600

static void on_change(void *state, const struct cluster *cluster, const struct change *change)
{
    (void)cluster;
    (void)change;
    struct replay *replay = state;
    replay->changed = true;
}

enum status replay_init(struct replay *replay, const struct replay_options *options,
                        struct problem *problem)
{
    *replay = (struct replay){.options = *options,
                              .now_us = INT64_MIN,
                              .last_round_us = INT64_MIN,
                              .wake_us = TIME_NEVER,
                              .decisions_due_us = TIME_NEVER};
    if (options->policy->clairvoyant && !options->engine.clairvoyant)
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                           "--policy %s knows how long tasks run: give --clairvoyant on",
                           options->policy->name);
    void *policy;
    enum status status = options->policy->create(&policy, &options->policy_options, problem);
    if (status != STATUS_OK)
        return status;
    status = feed_open(&replay->feed, &options->feed, problem);
    if (status != STATUS_OK) {
        options->policy->destroy(policy);
        return status;
    }
    replay->policy = policy;
    engine_init(&replay->engine, &options->engine);
    failures_init(&replay->failures, options->failure_rate,
                  random_mix(options->feed.seed, names_hash("failures")));
    run_times_init(&replay->run_times);
    audit_init(&replay->audit);
    engine_observe(&replay->engine, (struct observer){policy, options->policy->on_change});
    engine_observe(&replay->engine, (struct observer){&replay->run_times, run_times_on_change});
    engine_observe(&replay->engine, (struct observer){&replay->audit, audit_on_change});
    engine_observe(&replay->engine, (struct observer){replay, on_change});
    if (options->tenants)
        status = tenants_file_read(options->tenants, replay->engine.cluster, problem);
    if (status != STATUS_OK)
        replay_free(replay);
    return status;
}

void replay_free(struct replay *replay)
{
    if (!replay->policy)
        return;
    replay->options.policy->destroy(replay->policy);
    feed_close(replay->feed);
    engine_free(&replay->engine);
    failures_free(&replay->failures);
    run_times_free(&replay->run_times);
    audit_free(&replay->audit);
    memory_free(replay->decisions.decisions);
    replay->policy = NULL;
}

void replay_watch(struct replay *replay, struct replay_watcher watcher)
{
    ASSERT(replay->watcher_count < REPLAY_WATCHER_MAX);
    replay->watchers[replay->watcher_count++] = watcher;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Keep replay->next filled until the feed ends. */
static enum status fetch(struct replay *replay, struct problem *problem)
{
    if (replay->feed_ended)
        return STATUS_OK;
    enum status status = feed_next(replay->feed, &replay->next, problem);
    if (status != STATUS_END)
        return status;
    replay->feed_ended = true;
    return STATUS_OK;
}

static void count_check(struct replay *replay, enum status status, const struct problem *problem)
{
    replay->invariants_checked++;
    if (status == STATUS_OK)
        return;
    if (!replay->invariants_violated++)
        snprintf(replay->violation, sizeof replay->violation, "at %" PRId64 " us: %s",
                 replay->now_us, problem->reason);
}

static void check_changes(struct replay *replay)
{
    struct problem problem = {0};
    count_check(replay, audit_check(&replay->audit, replay->engine.cluster, &problem), &problem);
}

static void check_all(struct replay *replay)
{
    struct problem problem = {0};
    count_check(replay, audit_check_all(&replay->audit, replay->engine.cluster, &problem),
                &problem);
}

static void after_event(struct replay *replay)
{
    if (replay->options.check_invariants)
        check_changes(replay);
}

static void tell_event(const struct replay *replay, const struct event *event)
{
    for (uint32_t i = 0; i < replay->watcher_count; i++)
        if (replay->watchers[i].on_event)
            replay->watchers[i].on_event(replay->watchers[i].state, event);
}

/* An event of the feed or of the failures reaches the engine. */
static void apply(struct replay *replay, const struct event *event)
{
    tell_event(replay, event);
    if (engine_apply(&replay->engine, event, NULL) != STATUS_OK)
        return; /* counted by the engine: a late kill or update of a task that has ended */
    uint32_t count;
    const uint32_t *tasks = engine_submitted(&replay->engine, &count);
    if (count)
        run_times_add(&replay->run_times, replay->engine.cluster, event, tasks, count);
    after_event(replay);
}

static void end_attempts(struct replay *replay)
{
    const struct cluster *cluster = replay->engine.cluster;
    while (run_times_next(&replay->run_times, cluster) <= replay->now_us) {
        run_times_end_one(&replay->run_times, &replay->engine);
        after_event(replay);
    }
}

static void fail_machines(struct replay *replay)
{
    while (failures_next(&replay->failures) <= replay->now_us) {
        struct event event;
        failures_take(&replay->failures, &event);
        if (event.kind != EVENT_KIND_COUNT)
            apply(replay, &event);
    }
}

static void end_records(struct replay *replay)
{
    replay->records_ended = true;
    tell_event(replay, &replay->next);
}

/* All events of the feed at the present time; the feed has machines before tasks. */
static enum status take_feed(struct replay *replay, struct problem *problem)
{
    while (!replay->feed_ended && replay->next.time_us <= replay->now_us) {
        if (replay->next.kind == EVENT_RECORDS_END)
            end_records(replay);
        else if (failures_see(&replay->failures, &replay->next))
            apply(replay, &replay->next);
        enum status status = fetch(replay, problem);
        if (status != STATUS_OK)
            return status;
        if (replay->feed_ended)
            replay->absent_dependencies = engine_release_absent(&replay->engine, replay->now_us);
    }
    return STATUS_OK;
}

static void arrive(struct replay *replay)
{
    if (replay->decisions_due_us > replay->now_us)
        return;
    replay->decisions_due_us = TIME_NEVER;
    const struct engine *engine = &replay->engine;
    uint64_t dropped = engine->stale_decisions + engine->rejected_decisions;
    bool changed = replay->changed;
    uint32_t decided = replay->decisions.count;
    engine_decide(&replay->engine, &replay->decisions, replay->now_us);
    replay->decisions.count = 0;
    dropped = engine->stale_decisions + engine->rejected_decisions - dropped;
    /* What a round itself did is no reason for another one, unless some of it came too late,
     * or did not fit beside what did. Where nothing was done, a policy would insist for ever. */
    bool all_done = !replay->misfits && !dropped;
    replay->changed = changed || (!all_done && dropped < decided);
    after_event(replay);
}

/* When the next round is due, or TIME_NEVER. */
static int64_t round_time(const struct replay *replay)
{
    const struct cluster *cluster = replay->engine.cluster;
    bool work =
        cluster->lists[TASK_WAITING].count > 0 || cluster->lists[TASK_SUSPENDED].count > 0 ||
        (replay->options.policy_options.preemption && cluster->lists[TASK_RUNNING].count > 0);
    if (!work || replay->decisions_due_us != TIME_NEVER)
        return TIME_NEVER;
    if (!replay->changed && !replay->undecided && replay->wake_us == TIME_NEVER)
        return TIME_NEVER;
    if (replay->last_round_us == INT64_MIN)
        return replay->now_us;
    int64_t due_us = replay->last_round_us + replay->options.round_us;
    if (!replay->changed) {
        int64_t refresh_us = replay->last_round_us + REPLAY_REFRESH_US;
        int64_t wake_us = earlier(replay->wake_us, replay->undecided ? refresh_us : TIME_NEVER);
        due_us = due_us > wake_us ? due_us : wake_us;
    }
    return due_us > replay->now_us ? due_us : replay->now_us;
}

void round_record_count(struct round_record *record, const struct decision_list *list)
{
    for (uint32_t i = 0; i < list->count; i++) {
        record->placed += list->decisions[i].kind == DECISION_PLACE;
        record->preempted += list->decisions[i].kind == DECISION_PREEMPT;
        record->migrated += list->decisions[i].kind == DECISION_MIGRATE;
        record->suspensions += list->decisions[i].kind == DECISION_SUSPEND;
        record->resumptions += list->decisions[i].kind == DECISION_RESUME;
    }
}

static int64_t solver_delay(const struct replay *replay, uint64_t latency_ns)
{
    switch (replay->options.solver_time) {
    case SOLVER_TIME_ZERO:
        return 0;
    case SOLVER_TIME_FIXED:
        return replay->options.solver_time_us;
    case SOLVER_TIME_MEASURED:
        /* The first round is of what waits when the trace begins: years of a cluster's life
         * at once. It takes no time, as in Firmament's simulator. */
        return replay->rounds == 1 ? 0 : (int64_t)(latency_ns / 1000);
    }
    ASSERT(false);
}

static void run_round(struct replay *replay)
{
    const struct cluster *cluster = replay->engine.cluster;
    struct round_record record = {.time_us = replay->now_us,
                                  .waiting = cluster->lists[TASK_WAITING].count,
                                  .running = cluster->lists[TASK_RUNNING].count,
                                  .suspended = cluster->lists[TASK_SUSPENDED].count};
    bool changed = replay->changed;
    replay->changed = false;
    replay->last_round_us = replay->now_us;
    uint64_t start_ns = clock_ns();
    replay->options.policy->decide(replay->policy, cluster, replay->now_us, &replay->decisions,
                                   &record.report);
    record.latency_ns = clock_ns() - start_ns;
    round_record_count(&record, &replay->decisions);
    replay->rounds++;
    replay->decisions_made += replay->decisions.count;
    replay->misfits = record.report.misfits;
    if (record.report.trouble && !replay->unanswered_rounds++)
        replay->trouble = record.report.trouble;
    replay->broken = record.report.broken;
    replay->certificates_checked += record.report.certified;
    replay->certificates_failed += record.report.certificate_failed;
    bool idle = !changed && !replay->decisions.count;
    replay->idle_rounds = idle ? replay->idle_rounds + 1 : 0;
    bool patient = replay->idle_rounds < IDLE_ROUND_MAX;
    replay->undecided = record.report.undecided && patient;
    replay->wake_us = record.report.wake_us && patient ? record.report.wake_us : TIME_NEVER;
    replay->decisions_due_us = replay->now_us + solver_delay(replay, record.latency_ns);
    for (uint32_t i = 0; i < replay->watcher_count; i++)
        if (replay->watchers[i].on_round)
            replay->watchers[i].on_round(replay->watchers[i].state, cluster, &record);
    arrive(replay);
    check_changes(replay);
}

/* The time of the next thing that happens, or TIME_NEVER. Machines fail only as long as
 * anything else goes on, and repairs count while tasks wait for room. */
static int64_t next_time(struct replay *replay)
{
    struct cluster *cluster = replay->engine.cluster;
    int64_t next_us = replay->feed_ended ? TIME_NEVER : replay->next.time_us;
    next_us = earlier(next_us, run_times_next(&replay->run_times, cluster));
    next_us = earlier(next_us, engine_next_backoff(&replay->engine));
    next_us = earlier(next_us, replay->decisions_due_us);
    next_us = earlier(next_us, round_time(replay));
    bool repair_awaited =
        replay->failures.failed_count > 0 &&
        cluster->lists[TASK_WAITING].count + cluster->lists[TASK_INFEASIBLE].count > 0;
    if (next_us != TIME_NEVER || repair_awaited)
        next_us = earlier(next_us, failures_next(&replay->failures));
    return next_us;
}

static void go_on(struct replay *replay, int64_t next_us)
{
    if (!replay->started)
        replay->start_us = next_us;
    replay->started = true;
    if (next_us <= replay->now_us)
        return;
    for (uint32_t i = 0; i < replay->watcher_count; i++)
        if (replay->watchers[i].on_time)
            replay->watchers[i].on_time(replay->watchers[i].state, replay->engine.cluster, next_us);
    replay->now_us = next_us;
}

static bool interrupted(struct replay *replay)
{
    replay->stopped = replay->options.interrupted && *replay->options.interrupted;
    return replay->stopped;
}

enum status replay_run(struct replay *replay, struct problem *problem)
{
    enum status status = fetch(replay, problem);
    while (status == STATUS_OK && !replay->records_ended && !interrupted(replay)) {
        int64_t next_us = next_time(replay);
        if (next_us == TIME_NEVER)
            break;
        go_on(replay, next_us);
        end_attempts(replay);
        fail_machines(replay);
        engine_end_backoffs(&replay->engine, replay->now_us);
        status = take_feed(replay, problem);
        if (status != STATUS_OK)
            break;
        arrive(replay);
        if (round_time(replay) <= replay->now_us)
            run_round(replay);
        if (replay->broken)
            status = problem_set(problem, STATUS_IO, NULL, 0, 0, "%s", replay->trouble);
        for (uint32_t i = 0; i < replay->watcher_count; i++)
            if (replay->watchers[i].on_step)
                replay->watchers[i].on_step(replay->watchers[i].state);
    }
    check_all(replay);
    return status;
}
