/* openb_pods.h - a list of pods: what was to run, and for how long.
 *
 * Columns: name, cpu_milli, memory_mib, num_gpu, gpu_milli (of one GPU), gpu_spec (models
 * between "|"; empty: any), qos, pod_phase, creation_time, deletion_time, scheduled_time (s;
 * scheduled_time is empty for pods that never were). Some of the published lists have the
 * first five columns alone, and are in no order of time otherwise. Rules for what a list
 * leaves open are in docs/traces.md. */
#ifndef TRACES_OPENB_PODS_H
#define TRACES_OPENB_PODS_H

#include "traces/tables.h"
#include "traces/task_list.h"

/* Read the list of pods, put it in order, choose the window and count the rows. The caller
 * frees, also after an error. */
enum status openb_pods_read(struct task_list *pods, const struct table_files *files,
                            const struct trace_options *options, struct row_counts *counts,
                            struct problem *problem);

#endif
