/* report_files.c - see report_files.h. */
#include "replay/report_files.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "replay/rounds_csv.h"

static void path_of(const struct report_files *files, const char *name, char path[4096])
{
    snprintf(path, 4096, "%s/%s", files->folder, name);
}

static void on_event(void *state, const struct event *event)
{
    struct report_files *files = state;
    /* A failed write is told by the commit. */
    files->incomplete |= native_writer_event(files->trace, event) == STATUS_TOO_LARGE;
}

static enum status open_trace(struct report_files *files, const struct replay *replay,
                              struct problem *problem)
{
    const struct trace_format *format = trace_format_of(feed_trace(replay->feed));
    struct native_header header = {.cpu_unit = format->cpu_unit,
                                   .memory_unit = format->memory_unit,
                                   .note = "written by flowsched replay"};
    char path[4096];
    path_of(files, "trace.csv", path);
    return native_writer_open(&files->trace, path, &header, problem);
}

static void give_up_folder(struct report_files *files)
{
    rmdir(files->folder); /* fails if it has other files: then it stays */
    memory_free(files->folder);
    files->folder = NULL;
}

enum status report_files_open(struct report_files *files, const char *folder, struct replay *replay,
                              struct problem *problem)
{
    *files = (struct report_files){0};
    if (strlen(folder) > 4000)
        return problem_set(problem, STATUS_IO, folder, 0, 0, "the name is too long");
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return problem_set(problem, STATUS_IO, folder, 0, 0, "cannot make the folder: %s",
                           strerror(errno));
    struct stat facts;
    if (stat(folder, &facts) == 0 && !S_ISDIR(facts.st_mode))
        return problem_set(problem, STATUS_IO, folder, 0, 0,
                           "is there already and is no folder: name another for the report");
    files->folder = memory_copy_text(folder);
    char path[4096];
    path_of(files, "tasks.csv", path);
    enum status status = tasks_csv_open(&files->tasks, path, problem);
    if (status != STATUS_OK) {
        give_up_folder(files);
        return status;
    }
    path_of(files, "rounds.csv", path);
    status = rounds_csv_open(&files->rounds, path, problem);
    if (status == STATUS_OK)
        status = open_trace(files, replay, problem);
    if (status != STATUS_OK) {
        report_files_abandon(files);
        return status;
    }
    engine_observe(&replay->engine, (struct observer){&files->tasks, tasks_csv_on_change});
    replay_watch(replay,
                 (struct replay_watcher){.state = files->rounds, .on_round = rounds_csv_on_round});
    replay_watch(replay, (struct replay_watcher){.state = files, .on_event = on_event});
    return STATUS_OK;
}

void report_files_abandon(struct report_files *files)
{
    if (!files->folder)
        return;
    tasks_csv_abandon(&files->tasks);
    output_abandon(files->rounds);
    native_writer_abandon(files->trace);
    give_up_folder(files);
}

static enum status commit_summary(const struct report_files *files, const struct summary *summary,
                                  struct problem *problem)
{
    char path[4096];
    path_of(files, "summary.json", path);
    cJSON *json = summary_json(summary);
    enum status status = summary_write(json, path, problem);
    cJSON_Delete(json);
    return status;
}

static void remove_file(const struct report_files *files, const char *name)
{
    char path[4096];
    path_of(files, name, path);
    unlink(path);
}

enum status report_files_commit(struct report_files *files, const struct replay *replay,
                                const struct summary *summary, struct problem *problem)
{
    enum status status =
        tasks_csv_commit(&files->tasks, replay->engine.cluster, replay->now_us, problem);
    enum status other = output_commit(files->rounds, status == STATUS_OK ? problem : NULL);
    status = status == STATUS_OK ? other : status;
    other = native_writer_commit(files->trace, status == STATUS_OK ? problem : NULL);
    status = status == STATUS_OK ? other : status;
    if (status == STATUS_OK && files->incomplete)
        status = problem_set(problem, STATUS_IO, files->folder, 0, 0,
                             "trace.csv cannot carry an event: its line is too long, or its time "
                             "beyond 2^62 microseconds");
    if (status == STATUS_OK)
        status = commit_summary(files, summary, problem);
    if (status != STATUS_OK) {
        /* A report is whole or not there: what was finished before the failure goes too. */
        remove_file(files, "tasks.csv");
        remove_file(files, "rounds.csv");
        remove_file(files, "trace.csv");
        remove_file(files, "summary.json"); /* of a report that was there before */
        rmdir(files->folder);
    }
    memory_free(files->folder);
    files->folder = NULL;
    return status;
}
