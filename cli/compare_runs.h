/* compare_runs.h - the runs of a comparison, side by side: a process each (run_process.h).
 *
 * Processes and not threads, because the peak of memory is counted by process, and because one
 * run that crashes leaves the others alone.
 *
 * An interrupt ends the runs under way by SIGTERM, upon which they write the report of what they
 * have done; a second one kills them. */
#ifndef CLI_COMPARE_RUNS_H
#define CLI_COMPARE_RUNS_H

#include "cli/compare_plan.h"

struct compare_outcome {
    bool interrupted;
    uint32_t finished; /* runs, those of an earlier time included */
    int exit_status;   /* the worst of all runs that failed; 0: none did */
};

/* Run what has not finished yet: every row with every seed, in this order: all rows of a seed,
 * then of the next. Fills `comparison` (which has only its rows and seeds) with their numbers, or
 * with why they have none. `settings` are those of the plan (compare_settings.h). STATUS_USAGE: a
 * run in the folder has other settings; STATUS_IO: no process can be started. */
enum status compare_runs(const struct compare_plan *plan, const cJSON *settings,
                         struct comparison *comparison, struct compare_outcome *outcome,
                         struct problem *problem);

#endif
