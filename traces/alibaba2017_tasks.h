/* alibaba2017_tasks.h - the table batch_task of 2017: each row a task of a job with its
 * instances.
 *
 * Columns: create time (s), end time (s; the documents call it the time of the last change),
 * job id, task id, number of instances, status, cpus (100 is a core) and memory (1 is the
 * largest machine), both of one instance. Rows come in any order. Rules for what the table
 * leaves open are in docs/traces.md. */
#ifndef TRACES_ALIBABA2017_TASKS_H
#define TRACES_ALIBABA2017_TASKS_H

#include "traces/tables.h"
#include "traces/task_list.h"

/* Read the table, put it in order, choose the window and count the rows. The caller frees,
 * also after an error. */
enum status alibaba2017_tasks_read(struct task_list *tasks, const struct table_files *files,
                                   const struct trace_options *options, struct row_counts *counts,
                                   struct problem *problem);

#endif
