/* run_process.h - one run of a comparison in a process of its own.
 *
 * What it runs is a session (session.h), as `replay --json` does: its report and its messages come
 * back as files in memory, how far it is on a board in memory that both processes share. Only
 * SIGTERM stops it, with a report of what was done, and it gets one if its parent ends. */
#ifndef CLI_RUN_PROCESS_H
#define CLI_RUN_PROCESS_H

#include <signal.h>
#include <sys/types.h>

#include "cli/compare_folder.h"
#include "cli/compare_plan.h"
#include "cli/compare_progress.h"

struct run_process {
    pid_t pid;            /* 0: none */
    int report, messages; /* its standard output and error */
};

/* Begin the run of a row of the plan; `signals` are blocked as they are to be in the new process,
 * and the board is not in use. STATUS_IO: no process can be had, or no folder. */
enum status run_process_start(struct run_process *process, const struct compare_plan *plan,
                              uint32_t row, const struct compare_run *run, struct run_board *board,
                              const sigset_t *signals, struct problem *problem);

/* Has it ended? Then *wait_status is as of waitpid. Does not wait. */
bool run_process_ended(const struct run_process *process, int *wait_status);

/* Of one that has ended: the summary, or NULL if it is not whole; the caller deletes. */
cJSON *run_process_summary(const struct run_process *process);

/* Of one that has ended: the first line that it said, without the program's name, or "". */
void run_process_message(const struct run_process *process, char *text, size_t size);

void run_process_close(struct run_process *process);

#endif
