/* report_files.h - the folder of `replay --out`: every file whole, or not there at all.
 *
 *     summary.json   the summary
 *     tasks.csv      one row a task (replay/tasks_csv.h)
 *     rounds.csv     one row a round (replay/rounds_csv.h)
 *     trace.csv      the workload as it was run, in the native format: machine shapes, load,
 *                    speed, made-up data and injected failures included */
#ifndef REPLAY_REPORT_FILES_H
#define REPLAY_REPORT_FILES_H

#include "replay/summary.h"
#include "replay/tasks_csv.h"
#include "traces/native.h"

struct report_files {
    char *folder;
    struct tasks_csv tasks;
    struct output *rounds;
    struct native_writer *trace;
    bool incomplete; /* the trace lacks an event that its format cannot carry */
};

/* Make the folder, if it is not there, and start the files; then let the replay fill them.
 * STATUS_IO if that fails; there is nothing to commit or abandon then. `files` must stay
 * where it is as long as the replay runs. */
enum status report_files_open(struct report_files *files, const char *folder, struct replay *replay,
                              struct problem *problem);

/* Finish all files, the summary last. STATUS_IO: one could not be written; then none of them
 * is there. Frees `files` either way. */
enum status report_files_commit(struct report_files *files, const struct replay *replay,
                                const struct summary *summary, struct problem *problem);

/* Give up: leave no file behind, and no folder that was made for them. */
void report_files_abandon(struct report_files *files);

#endif
