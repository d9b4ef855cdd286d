/* replay.c - `flowsched replay`: one trace under one policy, and a report at the end. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/clock.h"
#include "base/memory.h"
#include "cli/command.h"
#include "cli/replay_options.h"
#include "replay/progress.h"
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
    struct replay replay;
    struct metrics *metrics;
    struct round_statistics rounds;
    struct report_files files;
    struct progress progress;
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
    uint64_t now_ns = clock_ns();
    if (!progress_due(&session->progress, now_ns))
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
    progress_tell(&session->progress, &at, now_ns);
}

/* From now on there is something to report: while the trace is opened, which can take
 * minutes, an interrupt ends the program at once, and no file has been made yet. */
static void watch_interrupts(void)
{
    struct sigaction action = {.sa_handler = on_interrupt};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static enum status open_session(struct session *session, const struct options *options,
                                struct problem *problem)
{
    struct replay_options replay_options;
    enum status status = replay_options_read(options, &replay_options, problem);
    if (status != STATUS_OK)
        return status;
    replay_options.interrupted = &interrupted;
    session->start_ns = clock_ns();
    status = replay_init(&session->replay, &replay_options, problem);
    if (status != STATUS_OK)
        return status;
    watch_interrupts();
    session->metrics = metrics_create();
    engine_observe(&session->replay.engine, (struct observer){session->metrics, metrics_on_change});
    replay_watch(
        &session->replay,
        (struct replay_watcher){
            .state = session, .on_time = on_time, .on_round = on_round, .on_step = on_step});
    const char *out = options_text(options, "out");
    if (out)
        status = report_files_open(&session->files, out, &session->replay, problem);
    enum progress_mode mode = progress_mode_for(stderr, options_flag(options, "quiet"));
    progress_init(&session->progress, stderr, mode, session->start_ns);
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
static int report(struct session *session, const struct options *options)
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
    print_summary(&summary, options_flag(options, "json"));
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

static int run_session(struct session *session, const struct options *options)
{
    struct problem problem = {0};
    enum status status = open_session(session, options, &problem);
    if (status != STATUS_OK)
        return command_fail(status, &problem);
    status = replay_run(&session->replay, &problem);
    progress_end(&session->progress);
    if (status != STATUS_OK)
        return command_fail(status, &problem);
    return report(session, options);
}

int command_replay(int argc, char **argv)
{
    const struct command *command = command_find("replay");
    if (command_help(command, replay_option_rows, replay_option_row_count, argc, argv))
        return EXIT_DONE;
    struct options options;
    struct problem problem = {0};
    enum status status =
        options_parse(&options, replay_option_rows, replay_option_row_count, argc, argv, &problem);
    if (status != STATUS_OK) {
        options_free(&options);
        return command_fail(status, &problem);
    }
    signal(SIGPIPE, SIG_IGN); /* a reader that left is an error of writing, told as such */
    struct session *session = memory_alloc(sizeof *session);
    int exit_status = run_session(session, &options);
    close_session(session);
    memory_free(session);
    options_free(&options);
    return exit_status;
}
