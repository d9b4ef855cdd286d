/* alibaba2018_instances.h - the table batch_instance: how long each instance really ran.
 *
 * Columns: instance_name, task_name, job_name, task_type, status, start_time, end_time (s),
 * machine_id, seq_no, ... A row is one attempt of an instance. Of the attempts of an
 * instance the last that terminated tells its run time, else the last of all; the others
 * were the doing of the publisher's scheduler and are not replayed. The table only gives
 * run times: how many instances a task has, and when they are submitted, batch_task says.
 *
 * Memory: 40 bytes per attempt of a task in the window and about 80 per instance for its
 * name while reading, then 16 per instance: a table for all 8 days does not fit, a window
 * does. */
#ifndef TRACES_ALIBABA2018_INSTANCES_H
#define TRACES_ALIBABA2018_INSTANCES_H

#include "traces/alibaba2018_tasks.h"

struct alibaba_instances {
    uint32_t first;           /* task of starts[0] */
    uint32_t *starts;         /* as in alibaba_deps; NULL: there is no table */
    struct attempt *attempts; /* of the instances that have rows, from index 0 on */
};

/* Read the table, which may have no part. The caller frees, also after an error. */
enum status alibaba_instances_read(struct alibaba_instances *instances,
                                   const struct table_files *files,
                                   const struct alibaba_tasks *tasks,
                                   const struct trace_options *options, struct row_counts *counts,
                                   struct problem *problem);
void alibaba_instances_free(struct alibaba_instances *instances);

/* Of how many instances of task `t` there are rows; and how instance `i` of them runs. */
uint32_t alibaba_instances_count(const struct alibaba_instances *instances, uint32_t t);
const struct attempt *alibaba_instances_at(const struct alibaba_instances *instances, uint32_t t,
                                           uint32_t i);

#endif
