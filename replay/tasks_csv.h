/* tasks_csv.h - tasks.csv: one row a task, written when it ends.
 *
 * Those still live when the replay ends follow, by id. A field without meaning is empty: a
 * task that never started has no machine. There is no wall time in it: the same run gives
 * the same bytes. Columns:
 *
 *     job, stage, index, tenant, priority
 *     cpu, memory, gpu, disk     what it demands, in the trace's units
 *     submit_us, eligible_us     eligible: its predecessors had ended
 *     first_start_us, last_start_us, end_us
 *     state                      as it ended, or at the end of the replay
 *     machine                    the last that it was on
 *     starts                     attempts begun, moves to another machine included
 *     failures, evictions, preemptions, suspensions, migrations
 *     waited_us                  for a machine, all its waits together
 *     suspended_us               likewise all its suspensions
 *     deadline_us, latency_us    by when it should end; p99 that it should keep as a service */
#ifndef REPLAY_TASKS_CSV_H
#define REPLAY_TASKS_CSV_H

#include "base/output.h"
#include "scheduler/change.h"

struct tasks_csv {
    struct output *output;
    uint32_t *machines; /* by task id: the last on which it ran, or NONE */
    uint32_t room;
};

/* STATUS_IO if the file cannot be made; there is nothing to commit or abandon then. */
enum status tasks_csv_open(struct tasks_csv *csv, const char *path, struct problem *problem);

/* An observer (scheduler/engine.h). */
void tasks_csv_on_change(void *csv, const struct cluster *cluster, const struct change *change);

/* Write the live tasks and finish the file, or leave nothing behind. As output_commit. */
enum status tasks_csv_commit(struct tasks_csv *csv, const struct cluster *cluster, int64_t now_us,
                             struct problem *problem);
void tasks_csv_abandon(struct tasks_csv *csv);

#endif
