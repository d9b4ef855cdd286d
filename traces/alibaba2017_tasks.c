/* alibaba2017_tasks.c - see alibaba2017_tasks.h. */
#include "traces/alibaba2017_tasks.h"

#include "traces/alibaba_rows.h"

enum column {
    COLUMN_CREATED,
    COLUMN_END,
    COLUMN_JOB,
    COLUMN_TASK,
    COLUMN_INSTANCES,
    COLUMN_STATUS,
    COLUMN_CPU,
    COLUMN_MEMORY,
    COLUMNS_MIN
};

#define TIME_MAX_S (INT64_C(1) << 40)

enum repair {
    PLAN_MISSING,
    PLAN_INVALID,
    RUN_BELOW_SECOND,
    NEVER_ENDS,
    END_OF_RUNNING,
    REPAIR_COUNT
};

static const char *const repair_names[REPAIR_COUNT] = {
    [PLAN_MISSING] = "plan_missing",         [PLAN_INVALID] = "plan_invalid",
    [RUN_BELOW_SECOND] = "run_below_second", [NEVER_ENDS] = "never_ends",
    [END_OF_RUNNING] = "end_of_running",
};

static void repair(struct listed_task *task, enum repair what)
{
    task->repairs |= (uint16_t)(1u << what);
}

static bool take_plans(struct rows *rows, struct listed_task *task)
{
    static const struct {
        enum column column;
        enum resource resource;
        int digits;
        int64_t max;
    } plans[] = {
        {COLUMN_CPU, RESOURCE_CPU, ALIBABA_CPU_DIGITS, RESOURCE_MAX},
        {COLUMN_MEMORY, RESOURCE_MEMORY, RESOURCE_DIGITS, RESOURCE_UNIT},
    };
    task->demand.amount[RESOURCE_CPU] = ALIBABA_CPU_DEFAULT;
    for (size_t i = 0; i < COUNT_OF(plans); i++) {
        enum alibaba_plan kind;
        if (!alibaba_take_plan(rows, plans[i].column, plans[i].digits, plans[i].max,
                               &task->demand.amount[plans[i].resource], &kind))
            return false;
        if (kind != ALIBABA_PLANNED)
            repair(task, kind == ALIBABA_NOT_PLANNED ? PLAN_MISSING : PLAN_INVALID);
    }
    return true;
}

/* How long the instances run; or the reason why the row does not tell it, else NULL. */
static const char *judge_times(struct listed_task *task, uint8_t status, int64_t created_s,
                               int64_t end_s)
{
    if (created_s <= 0)
        return "before_the_trace";
    if (status == ALIBABA_RUNNING && end_s < created_s) {
        repair(task, NEVER_ENDS);
        task->run_us = TIME_NEVER;
        return NULL;
    }
    if (end_s < created_s)
        return "end_before_start";
    if (status == ALIBABA_RUNNING)
        repair(task, END_OF_RUNNING);
    if (end_s == created_s)
        repair(task, RUN_BELOW_SECOND);
    int64_t run_s = end_s - created_s;
    task->run_us = (run_s ? run_s : 1) * ALIBABA_SECOND_US;
    return NULL;
}

/* Parse the row into `task`, its names left out. */
static bool take_task(struct rows *rows, struct listed_task *task, const char **left_out)
{
    uint8_t status = 0;
    int64_t created_s = 0;
    int64_t end_s = 0;
    int64_t instances = 0;
    if (rows_empty(rows, COLUMN_JOB))
        return rows_bad(rows, COLUMN_JOB, "job_without_name");
    if (rows_empty(rows, COLUMN_TASK))
        return rows_bad(rows, COLUMN_TASK, "task_without_name");
    if (!alibaba_take_status(rows, COLUMN_STATUS, &status, left_out) ||
        !rows_int(rows, COLUMN_CREATED, -TIME_MAX_S, TIME_MAX_S, &created_s) ||
        !rows_int(rows, COLUMN_END, -TIME_MAX_S, TIME_MAX_S, &end_s) ||
        !rows_int(rows, COLUMN_INSTANCES, 1, ALIBABA_INSTANCES_MAX, &instances) ||
        !take_plans(rows, task))
        return false;
    task->submit_us = created_s * ALIBABA_SECOND_US;
    task->count = (uint32_t)instances;
    task->fails = status == ALIBABA_FAILED;
    *left_out = judge_times(task, status, created_s, end_s);
    return *left_out == NULL;
}

static bool use_row(void *context, struct rows *rows, const char **left_out)
{
    struct task_list *tasks = context;
    struct listed_task task = listed_task_none;
    if (!take_task(rows, &task, left_out))
        return false;
    task.job = names_intern(&tasks->jobs, rows_text(rows, COLUMN_JOB));
    task.stage = names_intern(&tasks->stages, rows_text(rows, COLUMN_TASK));
    task_list_add_once(tasks, &task, rows->counts, "duplicate_task_differs");
    return true;
}

enum status alibaba2017_tasks_read(struct task_list *tasks, const struct table_files *files,
                                   const struct trace_options *options, struct row_counts *counts,
                                   struct problem *problem)
{
    task_list_init(tasks, repair_names, REPAIR_COUNT);
    struct rows rows;
    rows_init(&rows, files, counts, options->strict);
    rows.columns_min = COLUMNS_MIN;
    rows.number_column = COLUMN_CREATED;
    enum status status = rows_read(&rows, use_row, tasks, "the table batch_task", problem);
    rows_free(&rows);
    if (status == STATUS_OK)
        task_list_finish(tasks, options, counts);
    return status;
}
