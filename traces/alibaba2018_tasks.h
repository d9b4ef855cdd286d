/* alibaba2018_tasks.h - the table batch_task: each row a stage of a job with its instances.
 *
 * Columns: task_name, instance_num, job_name, task_type, status, start_time and end_time
 * (s), plan_cpu (100 is a core) and plan_mem (0..100, of the largest machine), both of one
 * instance. Rows come in any order. Rules for what the table leaves open are in
 * docs/traces.md.
 *
 * Memory: 48 bytes per row and about 90 for its two names if they are new; nothing per
 * instance. While reading, the index against duplicates takes 32 to 64 bytes per row. */
#ifndef TRACES_ALIBABA2018_TASKS_H
#define TRACES_ALIBABA2018_TASKS_H

#include "base/names.h"
#include "traces/alibaba_rows.h"
#include "traces/trace.h"

/* What was put right in a row, as bits of alibaba_task.repairs. */
enum alibaba_repair {
    ALIBABA_PLAN_MISSING,
    ALIBABA_PLAN_INVALID,
    ALIBABA_RUN_BELOW_SECOND,
    ALIBABA_NEVER_ENDS,
    ALIBABA_END_OF_RUNNING,
    ALIBABA_CUT,
    ALIBABA_DEPENDENCY_ABSENT,
    ALIBABA_DEPENDENCY_OUTSIDE,
    ALIBABA_DEPENDENCY_CYCLE,
    ALIBABA_REPAIR_COUNT
};

struct alibaba_task {
    uint32_t start_s;
    uint32_t end_s;
    int64_t cpu; /* of one instance */
    int64_t memory;
    uint32_t job;   /* in jobs, which are numbered by first appearance */
    uint32_t stage; /* in stages */
    uint32_t instances;
    uint32_t sequence; /* of the row */
    uint16_t repairs;
    uint8_t status;
};

struct alibaba_tasks {
    struct alibaba_task *items; /* in order of start, job, row */
    uint32_t count;
    uint32_t room;
    uint32_t first; /* items first .. last-1 are in the wanted window */
    uint32_t last;
    struct names jobs;
    struct names stages;
};

/* Read the table, put it in order and choose the window. Rows outside it are refused here;
 * the caller counts the others as used. The caller frees, also after an error. */
enum status alibaba_tasks_read(struct alibaba_tasks *tasks, const struct table_files *files,
                               const struct trace_options *options, struct row_counts *counts,
                               struct problem *problem);
void alibaba_tasks_free(struct alibaba_tasks *tasks);

/* The window's side on which task `t` lies: "before_window", "after_window",
 * "over_tasks_max", or NULL if it is inside. */
const char *alibaba_tasks_outside(const struct alibaba_tasks *tasks, uint32_t t,
                                  const struct trace_options *options);

/* How long each instance runs that has no record of its own, and whether that is a
 * failure. */
struct attempt alibaba_task_attempt(const struct alibaba_task *task);

/* Count the window's rows as used, and their repairs. */
void alibaba_tasks_count(const struct alibaba_tasks *tasks, struct row_counts *counts);

#endif
