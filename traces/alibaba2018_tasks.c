/* alibaba2018_tasks.c - see alibaba2018_tasks.h. */
#include "traces/alibaba2018_tasks.h"

#include <stdlib.h>
#include <string.h>

#include "base/id_map.h"
#include "base/memory.h"

enum column {
    COLUMN_NAME,
    COLUMN_INSTANCES,
    COLUMN_JOB,
    COLUMN_TYPE,
    COLUMN_STATUS,
    COLUMN_START,
    COLUMN_END,
    COLUMN_CPU,
    COLUMN_MEMORY,
    COLUMNS_MIN
};

#define MEMORY_MAX (100 * RESOURCE_UNIT)

static const char *const repair_names[ALIBABA_REPAIR_COUNT] = {
    [ALIBABA_PLAN_MISSING] = "plan_missing",
    [ALIBABA_PLAN_INVALID] = "plan_invalid",
    [ALIBABA_RUN_BELOW_SECOND] = "run_below_second",
    [ALIBABA_NEVER_ENDS] = "never_ends",
    [ALIBABA_END_OF_RUNNING] = "end_of_running",
    [ALIBABA_CUT] = "cut_to_tasks_max",
    [ALIBABA_DEPENDENCY_ABSENT] = "dependency_absent",
    [ALIBABA_DEPENDENCY_OUTSIDE] = "dependency_outside_window",
    [ALIBABA_DEPENDENCY_CYCLE] = "dependency_cycle",
};

static void repair(struct alibaba_task *task, enum alibaba_repair what)
{
    task->repairs |= (uint16_t)(1u << what);
}

static bool take_plan(struct rows *rows, uint32_t column, int digits, int64_t max, int64_t *plan,
                      struct alibaba_task *task)
{
    enum alibaba_plan kind;
    if (!alibaba_take_plan(rows, column, digits, max, plan, &kind))
        return false;
    if (kind != ALIBABA_PLANNED)
        repair(task, kind == ALIBABA_NOT_PLANNED ? ALIBABA_PLAN_MISSING : ALIBABA_PLAN_INVALID);
    return true;
}

/* Whether the row tells when the task ran, NULL; or the reason why it cannot be used. */
static const char *judge_times(struct alibaba_task *task)
{
    if (task->start_s == 0)
        return "no_start";
    if (task->status == ALIBABA_RUNNING) {
        bool ends = task->end_s >= task->start_s;
        repair(task, ends ? ALIBABA_END_OF_RUNNING : ALIBABA_NEVER_ENDS);
    } else if (task->end_s < task->start_s) {
        return "end_before_start";
    }
    if (task->end_s == task->start_s)
        repair(task, ALIBABA_RUN_BELOW_SECOND);
    return NULL;
}

/* Parse the row into `task`, its names left out. False if it cannot be used: it is bad, or
 * *left_out says why a good one cannot. */
static bool take_task(struct rows *rows, struct alibaba_task *task, const char **left_out)
{
    *left_out = NULL;
    if (rows_empty(rows, COLUMN_JOB))
        return rows_bad(rows, COLUMN_JOB, "job_without_name");
    if (rows_empty(rows, COLUMN_NAME))
        return rows_bad(rows, COLUMN_NAME, "task_without_name");
    if (!alibaba_take_status(rows, COLUMN_STATUS, &task->status, left_out))
        return false;
    if (rows_empty(rows, COLUMN_INSTANCES)) {
        *left_out = "no_instance_count";
        return false;
    }
    int64_t start_s = 0;
    int64_t end_s = 0;
    int64_t instances = 0;
    task->cpu = ALIBABA_CPU_DEFAULT;
    if (!rows_int(rows, COLUMN_INSTANCES, 1, ALIBABA_INSTANCES_MAX, &instances) ||
        (!rows_empty(rows, COLUMN_START) &&
         !rows_int(rows, COLUMN_START, 0, UINT32_MAX, &start_s)) ||
        (!rows_empty(rows, COLUMN_END) && !rows_int(rows, COLUMN_END, 0, UINT32_MAX, &end_s)) ||
        !take_plan(rows, COLUMN_CPU, ALIBABA_CPU_DIGITS, RESOURCE_MAX, &task->cpu, task) ||
        !take_plan(rows, COLUMN_MEMORY, RESOURCE_DIGITS, MEMORY_MAX, &task->memory, task))
        return false;
    task->start_s = (uint32_t)start_s;
    task->end_s = (uint32_t)end_s;
    task->instances = (uint32_t)instances;
    *left_out = judge_times(task);
    return *left_out == NULL;
}

static bool same_content(const struct alibaba_task *a, const struct alibaba_task *b)
{
    return a->start_s == b->start_s && a->end_s == b->end_s && a->cpu == b->cpu &&
           a->memory == b->memory && a->instances == b->instances && a->status == b->status;
}

/* Keep the task, unless its stage has a row already. */
static void add_task(struct alibaba_tasks *tasks, struct id_map *index, struct alibaba_task *task,
                     struct row_counts *counts)
{
    uint64_t key = (uint64_t)task->job << 32 | task->stage;
    uint32_t other = id_map_get(index, key);
    if (other != NONE) {
        bool same = same_content(&tasks->items[other], task);
        row_counts_refuse(counts, same ? "duplicate_row" : "duplicate_task_differs");
        return;
    }
    id_map_put(index, key, tasks->count);
    array_reserve(tasks->items, tasks->room, tasks->count + 1);
    task->sequence = tasks->count;
    tasks->items[tasks->count++] = *task;
}

static enum status read_rows(struct alibaba_tasks *tasks, struct rows *rows,
                             struct problem *problem)
{
    struct id_map index;
    id_map_init(&index);
    enum status status;
    while ((status = rows_next(rows, problem)) == STATUS_OK) {
        struct alibaba_task task = {0};
        const char *left_out;
        if (take_task(rows, &task, &left_out)) {
            task.job = names_intern(&tasks->jobs, rows_text(rows, COLUMN_JOB));
            task.stage = names_intern(&tasks->stages, rows_text(rows, COLUMN_NAME));
            add_task(tasks, &index, &task, rows->counts);
        } else if (left_out) {
            row_counts_refuse(rows->counts, left_out);
        } else {
            status = rows_refuse_bad(rows, problem);
            if (status != STATUS_OK)
                break;
        }
    }
    id_map_free(&index);
    return status == STATUS_END ? STATUS_OK : status;
}

static int compare_tasks(const void *a, const void *b)
{
    const struct alibaba_task *x = a;
    const struct alibaba_task *y = b;
    if (x->start_s != y->start_s)
        return x->start_s < y->start_s ? -1 : 1;
    if (x->job != y->job)
        return x->job < y->job ? -1 : 1;
    return x->sequence < y->sequence ? -1 : 1;
}

/* Choose first and last, and cut the row that crosses tasks_max. */
static void choose_window(struct alibaba_tasks *tasks, const struct trace_options *options)
{
    uint32_t t = 0;
    while (t < tasks->count && tasks->items[t].start_s * ALIBABA_SECOND_US < options->from_us)
        t++;
    tasks->first = t;
    uint64_t left = options->tasks_max;
    for (; t < tasks->count && left > 0; t++) {
        struct alibaba_task *task = &tasks->items[t];
        if (task->start_s * ALIBABA_SECOND_US >= options->until_us)
            break;
        if (task->instances > left) {
            task->instances = (uint32_t)left;
            repair(task, ALIBABA_CUT);
        }
        left -= task->instances;
    }
    tasks->last = t;
}

const char *alibaba_tasks_outside(const struct alibaba_tasks *tasks, uint32_t t,
                                  const struct trace_options *options)
{
    if (t < tasks->first)
        return "before_window";
    if (t < tasks->last)
        return NULL;
    bool after = tasks->items[t].start_s * ALIBABA_SECOND_US >= options->until_us;
    return after ? "after_window" : "over_tasks_max";
}

enum status alibaba_tasks_read(struct alibaba_tasks *tasks, const struct table_files *files,
                               const struct trace_options *options, struct row_counts *counts,
                               struct problem *problem)
{
    *tasks = (struct alibaba_tasks){0};
    struct rows rows;
    rows_init(&rows, files, counts, options->strict);
    rows.columns_min = COLUMNS_MIN;
    rows.number_column = COLUMN_START;
    enum status status = read_rows(tasks, &rows, problem);
    if (status == STATUS_OK && !rows.any)
        status = problem_set(problem, STATUS_BAD_INPUT, files->paths[0], 0, 0,
                             "the table batch_task has no rows");
    rows_free(&rows);
    if (status != STATUS_OK)
        return status;
    if (tasks->count > 1)
        qsort(tasks->items, tasks->count, sizeof *tasks->items, compare_tasks);
    choose_window(tasks, options);
    for (uint32_t t = 0; t < tasks->count; t++) {
        const char *outside = alibaba_tasks_outside(tasks, t, options);
        if (outside)
            row_counts_refuse(counts, outside);
    }
    return STATUS_OK;
}

void alibaba_tasks_free(struct alibaba_tasks *tasks)
{
    memory_free(tasks->items);
    names_free(&tasks->jobs);
    names_free(&tasks->stages);
}

struct attempt alibaba_task_attempt(const struct alibaba_task *task)
{
    if (task->repairs & 1u << ALIBABA_NEVER_ENDS)
        return (struct attempt){.run_us = TIME_NEVER};
    uint32_t run_s = task->end_s - task->start_s;
    return (struct attempt){
        .run_us = (run_s ? run_s : 1) * ALIBABA_SECOND_US,
        .fails = task->status == ALIBABA_FAILED,
    };
}

void alibaba_tasks_count(const struct alibaba_tasks *tasks, struct row_counts *counts)
{
    counts->used += tasks->last - tasks->first;
    uint64_t repaired[ALIBABA_REPAIR_COUNT] = {0};
    for (uint32_t t = tasks->first; t < tasks->last; t++)
        for (int r = 0; r < ALIBABA_REPAIR_COUNT; r++)
            repaired[r] += tasks->items[t].repairs >> r & 1u;
    for (int r = 0; r < ALIBABA_REPAIR_COUNT; r++)
        row_counts_repair_many(counts, repair_names[r], repaired[r]);
}
