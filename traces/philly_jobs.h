/* philly_jobs.h - the table of jobs derived from Microsoft's Philly trace.
 *
 * Columns: timestamp ("2017-10-09 07:01:55"), duration (s), num_gpus, gpu_time (GPU seconds:
 * the product of both), cluster (the virtual cluster). Rows come in any order and name no
 * job. The time 0 is the earliest timestamp. The publisher's clock is that of the Pacific
 * coast without a zone; hours are taken as they are, so that the one that the end of
 * summertime repeats is there once.
 *
 * A job is a gang, but the scheduler here has none: its GPUs are asked for by as few equal
 * tasks as fit on servers of 8 GPUs, the larger of the trace's two kinds. */
#ifndef TRACES_PHILLY_JOBS_H
#define TRACES_PHILLY_JOBS_H

#include "traces/tables.h"
#include "traces/task_list.h"

#define PHILLY_SERVER_GPUS 8

/* Read the table, put it in order, choose the window and count the rows. The caller frees,
 * also after an error. */
enum status philly_jobs_read(struct task_list *jobs, const struct table_files *files,
                             const struct trace_options *options, struct row_counts *counts,
                             struct problem *problem);

/* "2017-10-09 07:01:55" at the beginning of the text, as seconds since 1970 by the same
 * clock; NULL if there is none, else what follows it. */
const char *philly_take_timestamp(const char *text, int64_t *time_s);

#endif
