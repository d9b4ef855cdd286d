/* compare_folder.h - the folder of `compare --out`: what is done is not done again.
 *
 *     comparison.json          the settings that all runs have in common
 *     POLICY/seed-N/           the files of a run (replay/report_files.h), and
 *     POLICY/seed-N/run.json   once it has finished: with which settings
 *     table.txt, .csv, ...     the tables
 *
 * A run is taken over only if all settings are the same; a folder of others is refused, for a
 * table of runs with different settings compares nothing. */
#ifndef CLI_COMPARE_FOLDER_H
#define CLI_COMPARE_FOLDER_H

#include <cjson/cJSON.h>

#include "base/status.h"

#define COMPARE_PATH_SIZE 4096

/* Take the folder, or make it, and keep it as long as *lock is open: nobody else compares there.
 * STATUS_IO: it cannot be made or written, is no folder, or is taken. STATUS_USAGE: something
 * else is in it, or a comparison with other settings. *lock is -1 then. */
enum status compare_folder_open(const char *folder, const cJSON *settings, int *lock,
                                struct problem *problem);

/* One run of the comparison. All is borrowed. */
struct compare_run {
    const char *folder; /* of the comparison */
    const char *policy;
    uint64_t seed;
    const cJSON *settings; /* of the comparison */
};

void compare_run_path(const struct compare_run *run, char path[COMPARE_PATH_SIZE]);

/* The summary, if the run has finished, or NULL. The caller deletes. STATUS_USAGE: it has, but
 * with other settings. */
enum status compare_run_read(const struct compare_run *run, cJSON **summary,
                             struct problem *problem);

/* Before it runs: its folder can be made, and it has not finished. After it: it has. STATUS_IO. */
enum status compare_run_begin(const struct compare_run *run, struct problem *problem);
enum status compare_run_finish(const struct compare_run *run, struct problem *problem);

#endif
