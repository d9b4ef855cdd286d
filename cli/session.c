/* session.c - see session.h. */
#include "cli/session.h"

#include <stdio.h>

#include "base/assert.h"
#include "base/clock.h"
#include "base/memory.h"
#include "cli/command.h"
#include "replay/report_files.h"
#include "replay/text_report.h"

/* Set by Ctrl-C. A signal handler has no other way to tell: the one global variable. */
static volatile sig_atomic_t interrupted;

static void on_interrupt(int number)
{
    interrupted = 1;
    signal(number, SIG_DFL); /* the second one ends the program at once */
}

/* A replay with all that watches it. */
struct session {
    const struct session_options *options;
    struct replay replay;
    struct metrics *metrics;
    struct round_statistics rounds;
    struct report_files files;
    uint64_t start_ns;
};

static void on_time(void *state, const struct cluster *cluster, int64_t now_us)
{
    struct session *session = state;
    metrics_advance(session->metrics, cluster, now_us);
}

static void on_round(void *state, const struct cluster *cluster, const struct round_record *record)
{
    (void)cluster;
    struct session *session = state;
    round_statistics_add(&session->rounds, record);
}

static void on_step(void *state)
{
    struct session *session = state;
    const struct session_listener *listener = &session->options->listener;
    uint64_t now_ns = clock_ns();
    if (!listener->due(listener->state, now_ns))
        return;
    const struct replay *replay = &session->replay;
    const struct cluster *cluster = replay->engine.cluster;
    struct progress_state at = {.virtual_us = replay->now_us - replay->start_us,
                                .permille = trace_progress(feed_trace(replay->feed)),
                                .tasks_waiting = cluster->lists[TASK_WAITING].count,
                                .tasks_running = cluster->lists[TASK_RUNNING].count,
                                .rounds = replay->rounds,
                                .events = replay->engine.events};
    for (int end = TASK_LIVE_COUNT; end < TASK_STATE_COUNT; end++)
        at.tasks_done += cluster->ended[end];
    listener->tell(listener->state, &at, now_ns);
}

/* From now on there is something to report: while the trace is opened, which can take
 * minutes, an interrupt ends the program at once, and no file has been made yet. */
static void watch_interrupts(bool child)
{
    struct sigaction action = {.sa_handler = on_interrupt};
    if (!child)
        sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static enum status open_session(struct session *session, struct problem *problem)
{
    const struct session_options *options = session->options;
    struct replay_options replay_options = options->replay;
    replay_options.interrupted = &interrupted;
    session->start_ns = clock_ns();
    enum status status = replay_init(&session->replay, &replay_options, problem);
    if (status != STATUS_OK) {
        if (options->partner)
            options->partner->destroy(options->partner->state);
        return status;
    }
    if (options->partner)
        outside_start(&session->replay, options->partner);
    watch_interrupts(options->child);
    session->metrics = metrics_create();
    engine_observe(&session->replay.engine, (struct observer){session->metrics, metrics_on_change});
    replay_watch(
        &session->replay,
        (struct replay_watcher){
            .state = session, .on_time = on_time, .on_round = on_round, .on_step = on_step});
    if (options->out)
        status = report_files_open(&session->files, options->out, &session->replay, problem);
    return status;
}

static void close_session(struct session *session)
{
    report_files_abandon(&session->files);
    metrics_destroy(session->metrics);
    round_statistics_free(&session->rounds);
    replay_free(&session->replay);
}

static void print_summary(const struct summary *summary, bool json)
{
    if (!json) {
        text_report_print(summary, stdout);
        return;
    }
    cJSON *object = summary_json(summary);
    char *text = cJSON_Print(object);
    puts(text);
    cJSON_free(text);
    cJSON_Delete(object);
}

/* Print the report, save it, and say how it went. */
static int report(struct session *session)
{
    struct problem problem = {0};
    struct summary summary;
    summary_read(&summary, &session->replay, session->metrics, &session->rounds,
                 clock_ns() - session->start_ns);
    if (session->files.folder) {
        enum status status =
            report_files_commit(&session->files, &session->replay, &summary, &problem);
        if (status != STATUS_OK)
            return command_fail(status, &problem);
    }
    print_summary(&summary, session->options->json);
    if (summary.invariants_violated || summary.certificates_failed) {
        fprintf(stderr, "flowsched: an internal check failed: %s\n",
                summary.invariants_violated ? summary.violation : "a certificate");
        return EXIT_INTERNAL;
    }
    if (summary.unanswered_rounds) {
        fprintf(stderr, "flowsched: the solver had no answer in %" PRIu64 " rounds: %s\n",
                summary.unanswered_rounds, summary.trouble);
        return EXIT_BAD_INPUT;
    }
    if (summary.interrupted) {
        fprintf(stderr, "flowsched: interrupted: the report tells what was done until then\n");
        return EXIT_INTERRUPTED;
    }
    return EXIT_DONE;
}

static int run(struct session *session)
{
    struct problem problem = {0};
    enum status status = open_session(session, &problem);
    if (status != STATUS_OK)
        return command_fail(status, &problem);
    status = replay_run(&session->replay, &problem);
    session->options->listener.end(session->options->listener.state);
    if (status != STATUS_OK)
        return command_fail(status, &problem);
    return report(session);
}

int session_run(const struct session_options *options)
{
    struct session *session = memory_alloc(sizeof *session);
    session->options = options;
    int exit_status = run(session);
    close_session(session);
    memory_free(session);
    return exit_status;
}
