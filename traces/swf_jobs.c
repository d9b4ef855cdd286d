/* swf_jobs.c - see swf_jobs.h. */
#include "traces/swf_jobs.h"

#include <stdlib.h>
#include <string.h>

enum column {
    COLUMN_JOB,
    COLUMN_SUBMIT,
    COLUMN_WAIT,
    COLUMN_RUN,
    COLUMN_ALLOCATED,
    COLUMN_CPU_TIME,
    COLUMN_MEMORY_USED,
    COLUMN_REQUESTED,
    COLUMN_TIME_REQUESTED,
    COLUMN_MEMORY_REQUESTED,
    COLUMN_STATUS,
    COLUMN_USER,
    COLUMN_PRECEDING = 16,
    COLUMNS_MIN = 18
};

#define SECOND_DIGITS 6
#define SECOND_US INT64_C(1000000)
#define TIME_MAX_US (INT64_C(1) << 60)

/* A memory unit is 1000 KB: three digits less below its point. */
#define KB_DIGITS (RESOURCE_DIGITS - 3)

/* What -1 is in a column of that many digits. */
#define UNKNOWN (-1)

enum job_status { FAILED, COMPLETED, CONTINUED, LAST_COMPLETED, LAST_FAILED, CANCELLED };

enum swf_repair {
    SWF_PROCESSORS_AS_ALLOCATED,
    SWF_MEMORY_AS_USED,
    SWF_MEMORY_UNKNOWN,
    SWF_STATUS_UNKNOWN,
    SWF_RUN_BELOW_SECOND,
    SWF_PRECEDING_IGNORED,
    SWF_REPAIR_COUNT
};

static const char *const repair_names[SWF_REPAIR_COUNT] = {
    [SWF_PROCESSORS_AS_ALLOCATED] = "processors_as_allocated",
    [SWF_MEMORY_AS_USED] = "memory_as_used",
    [SWF_MEMORY_UNKNOWN] = "memory_unknown",
    [SWF_STATUS_UNKNOWN] = "status_unknown",
    [SWF_RUN_BELOW_SECOND] = "run_below_second",
    [SWF_PRECEDING_IGNORED] = "preceding_job_ignored",
};

static void repair(struct listed_task *job, enum swf_repair what)
{
    job->repairs |= (uint16_t)(1u << what);
}

/* "; MaxNodes: 1024 (some words)": the number, if the line is of that name and the number is
 * one that a computer can have. */
static void take_header_number(const char *line, const char *name, int64_t *number)
{
    line += strspn(line, "; \t");
    size_t size = strlen(name);
    if (strncasecmp(line, name, size) != 0 || line[size] != ':')
        return;
    long long value = strtoll(line + size + 1, NULL, 10);
    if (value > 0 && value <= SWF_PROCESSORS_MAX)
        *number = value;
}

static void take_comment(void *context, const char *line)
{
    struct swf_jobs *jobs = context;
    take_header_number(line, "MaxNodes", &jobs->nodes);
    take_header_number(line, "MaxProcs", &jobs->processors);
}

/* A time, UNKNOWN for -1. Nothing else is negative. */
static bool take_time(struct rows *rows, uint32_t column, int64_t *time_us)
{
    if (!rows_fixed(rows, column, SECOND_DIGITS, -SECOND_US, TIME_MAX_US, time_us))
        return false;
    if (*time_us == -SECOND_US)
        *time_us = UNKNOWN;
    return *time_us >= UNKNOWN || rows_bad(rows, column, "number_out_of_range");
}

/* Requested processors before allocated ones: what the user asked for is what the scheduler
 * had to find. 0 if neither is known. */
static bool take_processors(struct rows *rows, struct listed_task *job)
{
    int64_t requested = 0;
    int64_t allocated = 0;
    if (!rows_int(rows, COLUMN_REQUESTED, UNKNOWN, SWF_PROCESSORS_MAX, &requested) ||
        !rows_int(rows, COLUMN_ALLOCATED, UNKNOWN, SWF_PROCESSORS_MAX, &allocated))
        return false;
    if (requested <= 0 && allocated > 0)
        repair(job, SWF_PROCESSORS_AS_ALLOCATED);
    int64_t count = requested > 0 ? requested : allocated;
    job->count = count > 0 ? (uint32_t)count : 0;
    job->demand.amount[RESOURCE_CPU] = RESOURCE_UNIT;
    return true;
}

static bool take_memory(struct rows *rows, struct listed_task *job)
{
    int64_t requested = 0;
    int64_t used = 0;
    const int64_t unknown = -RESOURCE_UNIT / 1000;
    if (!rows_fixed(rows, COLUMN_MEMORY_REQUESTED, KB_DIGITS, unknown, RESOURCE_MAX, &requested) ||
        !rows_fixed(rows, COLUMN_MEMORY_USED, KB_DIGITS, unknown, RESOURCE_MAX, &used))
        return false;
    if (requested <= 0)
        repair(job, used > 0 ? SWF_MEMORY_AS_USED : SWF_MEMORY_UNKNOWN);
    int64_t memory = requested > 0 ? requested : used;
    job->demand.amount[RESOURCE_MEMORY] = memory > 0 ? memory : 0;
    return true;
}

/* How the job ended; the reason why such a job is not replayed, or NULL. */
static const char *judge_status(struct listed_task *job, int64_t status)
{
    if (status >= CONTINUED && status <= LAST_FAILED)
        return "partial_execution";
    if (status == CANCELLED && job->run_us <= 0)
        return "cancelled_before_start";
    if (status == UNKNOWN)
        repair(job, SWF_STATUS_UNKNOWN);
    job->fails = status == FAILED || status == CANCELLED;
    return NULL;
}

static const char *judge(struct listed_task *job, int64_t status)
{
    const char *reason = judge_status(job, status);
    if (reason)
        return reason;
    if (job->submit_us == UNKNOWN)
        return "no_submit_time";
    if (job->count == 0)
        return "no_processors";
    if (job->run_us == UNKNOWN)
        return "run_time_unknown";
    if (job->run_us == 0) {
        repair(job, SWF_RUN_BELOW_SECOND);
        job->run_us = SECOND_US;
    }
    return NULL;
}

/* Parse the line into `job`, its names left out. */
static bool take_job(struct rows *rows, struct listed_task *job, const char **left_out)
{
    int64_t number = 0;
    int64_t status = 0;
    int64_t user = 0;
    int64_t preceding = 0;
    if (!rows_int(rows, COLUMN_JOB, 0, INT64_MAX, &number) ||
        !take_time(rows, COLUMN_SUBMIT, &job->submit_us) ||
        !take_time(rows, COLUMN_RUN, &job->run_us) || !take_processors(rows, job) ||
        !take_memory(rows, job) || !rows_int(rows, COLUMN_STATUS, INT64_MIN, INT64_MAX, &status) ||
        !rows_int(rows, COLUMN_USER, UNKNOWN, INT64_MAX, &user) ||
        !rows_int(rows, COLUMN_PRECEDING, UNKNOWN, INT64_MAX, &preceding))
        return false;
    if (status < UNKNOWN || status > CANCELLED)
        return rows_bad(rows, COLUMN_STATUS, "unknown_status");
    if (preceding > 0)
        repair(job, SWF_PRECEDING_IGNORED);
    *left_out = judge(job, status);
    return *left_out == NULL;
}

static bool use_row(void *context, struct rows *rows, const char **left_out)
{
    struct swf_jobs *jobs = context;
    struct listed_task job = listed_task_none;
    if (!take_job(rows, &job, left_out))
        return false;
    const char *user = rows_text(rows, COLUMN_USER);
    job.job = names_intern(&jobs->list.jobs, rows_text(rows, COLUMN_JOB));
    if (user[0] != '-')
        job.tenant = names_intern(&jobs->list.tenants, user);
    if (jobs->memory_max < job.demand.amount[RESOURCE_MEMORY])
        jobs->memory_max = job.demand.amount[RESOURCE_MEMORY];
    task_list_add_once(&jobs->list, &job, rows->counts, "duplicate_job_differs");
    return true;
}

enum status swf_jobs_read(struct swf_jobs *jobs, const struct table_files *files,
                          const struct trace_options *options, struct row_counts *counts,
                          struct problem *problem)
{
    *jobs = (struct swf_jobs){0};
    task_list_init(&jobs->list, repair_names, SWF_REPAIR_COUNT);
    struct rows rows;
    rows_init(&rows, files, counts, options->strict);
    rows.columns_min = COLUMNS_MIN;
    rows.number_column = COLUMN_JOB;
    rows.reader.layout = TABLE_BLANKS;
    rows.reader.comment = ';';
    rows.reader.take_comment = take_comment;
    rows.reader.comment_context = jobs;
    enum status status = rows_read(&rows, use_row, jobs, "the log", problem);
    rows_free(&rows);
    if (status == STATUS_OK)
        task_list_finish(&jobs->list, options, counts);
    return status;
}
