/* philly_jobs.c - see philly_jobs.h. */
#include "traces/philly_jobs.h"

#include <stdio.h>
#include <time.h>

#include "traces/rows.h"

enum column {
    COLUMN_TIMESTAMP,
    COLUMN_DURATION,
    COLUMN_GPUS,
    COLUMN_GPU_TIME,
    COLUMN_CLUSTER,
    COLUMNS_MIN
};

#define SECOND_DIGITS 6
#define SECOND_US INT64_C(1000000)
#define RUN_MAX_US (INT64_C(1) << 56)
#define GPUS_MAX 100000

enum repair { RUN_BELOW_SECOND, GPU_TIME_DIFFERS, NO_CLUSTER, REPAIR_COUNT };

static const char *const repair_names[REPAIR_COUNT] = {
    [RUN_BELOW_SECOND] = "run_below_second",
    [GPU_TIME_DIFFERS] = "gpu_time_differs",
    [NO_CLUSTER] = "no_cluster",
};

struct reading {
    struct task_list *jobs;
    uint32_t row;
};

static void repair(struct listed_task *job, enum repair what)
{
    job->repairs |= (uint16_t)(1u << what);
}

const char *philly_take_timestamp(const char *text, int64_t *time_s)
{
    struct tm told = {0};
    const char *rest = strptime(text, "%Y-%m-%d %H:%M:%S", &told);
    if (!rest || told.tm_year < 70)
        return NULL;
    struct tm normal = told;
    *time_s = timegm(&normal);
    /* A day or second that its month or minute does not have becomes another one. */
    bool exists = normal.tm_mday == told.tm_mday && normal.tm_sec == told.tm_sec;
    return exists ? rest : NULL;
}

static bool take_timestamp(struct rows *rows, struct listed_task *job)
{
    int64_t time_s = 0;
    const char *rest = philly_take_timestamp(rows_text(rows, COLUMN_TIMESTAMP), &time_s);
    job->submit_us = time_s * SECOND_US;
    return (rest && *rest == '\0') || rows_bad(rows, COLUMN_TIMESTAMP, "bad_time");
}

/* The fewest equal tasks of at most a server's GPUs. */
static uint32_t count_tasks(uint32_t gpus)
{
    uint32_t count = (gpus + PHILLY_SERVER_GPUS - 1) / PHILLY_SERVER_GPUS;
    while (gpus % count)
        count++;
    return count;
}

/* The product is not needed, but if it is another one, then one of the columns is wrong. */
static bool check_gpu_time(struct rows *rows, struct listed_task *job, int64_t gpus)
{
    int64_t gpu_time_us = 0;
    if (rows_empty(rows, COLUMN_GPU_TIME))
        return true;
    if (!rows_fixed(rows, COLUMN_GPU_TIME, SECOND_DIGITS, 0, INT64_MAX, &gpu_time_us))
        return false;
    if (gpu_time_us != (wide_t)job->run_us * gpus)
        repair(job, GPU_TIME_DIFFERS);
    return true;
}

/* Parse the row into `job`, its names left out. */
static bool take_job(struct rows *rows, struct listed_task *job, const char **left_out)
{
    int64_t gpus = 0;
    if (!take_timestamp(rows, job) ||
        !rows_fixed(rows, COLUMN_DURATION, SECOND_DIGITS, 0, RUN_MAX_US, &job->run_us) ||
        !rows_int(rows, COLUMN_GPUS, 0, GPUS_MAX, &gpus) || !check_gpu_time(rows, job, gpus))
        return false;
    if (gpus == 0) {
        *left_out = "no_gpus";
        return false;
    }
    if (job->run_us == 0) {
        repair(job, RUN_BELOW_SECOND);
        job->run_us = SECOND_US;
    }
    job->count = count_tasks((uint32_t)gpus);
    job->demand.amount[RESOURCE_GPU] = gpus / job->count * RESOURCE_UNIT;
    return true;
}

static bool use_row(void *context, struct rows *rows, const char **left_out)
{
    struct reading *reading = context;
    struct task_list *jobs = reading->jobs;
    struct listed_task job = listed_task_none;
    reading->row++;
    if (!take_job(rows, &job, left_out))
        return false;
    char name[24];
    snprintf(name, sizeof name, "job-%u", reading->row);
    job.job = names_intern(&jobs->jobs, name);
    if (rows_empty(rows, COLUMN_CLUSTER))
        repair(&job, NO_CLUSTER);
    else
        job.tenant = names_intern(&jobs->tenants, rows_text(rows, COLUMN_CLUSTER));
    task_list_add(jobs, &job);
    return true;
}

/* Count time from the first job. */
static void start_at_zero(struct task_list *jobs)
{
    int64_t first_us = TIME_NEVER;
    for (uint32_t i = 0; i < jobs->count; i++)
        if (jobs->items[i].submit_us < first_us)
            first_us = jobs->items[i].submit_us;
    for (uint32_t i = 0; i < jobs->count; i++)
        jobs->items[i].submit_us -= first_us;
}

enum status philly_jobs_read(struct task_list *jobs, const struct table_files *files,
                             const struct trace_options *options, struct row_counts *counts,
                             struct problem *problem)
{
    task_list_init(jobs, repair_names, REPAIR_COUNT);
    struct rows rows;
    rows_init(&rows, files, counts, options->strict);
    rows.columns_min = COLUMNS_MIN;
    rows.number_column = COLUMN_TIMESTAMP;
    struct reading reading = {.jobs = jobs};
    enum status status = rows_read(&rows, use_row, &reading, "the table of jobs", problem);
    rows_free(&rows);
    if (status != STATUS_OK)
        return status;
    start_at_zero(jobs);
    task_list_finish(jobs, options, counts);
    return STATUS_OK;
}
