/* google2011_tasks.c - see google2011_tasks.h. */
#include "traces/google2011_tasks.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "traces/rows.h"

enum column {
    COLUMN_TIME,
    COLUMN_MISSING,
    COLUMN_JOB,
    COLUMN_INDEX,
    COLUMN_MACHINE,
    COLUMN_EVENT,
    COLUMN_USER,
    COLUMN_CLASS,
    COLUMN_PRIORITY,
    COLUMN_CPU,
    COLUMN_MEMORY,
    COLUMN_DISK,
    COLUMN_DIFFERENT,
    COLUMNS_MIN
};

#define JOB_COLUMN_EVENT 3
#define JOB_COLUMNS_MIN 8

int google_event_rank(uint8_t event)
{
    static const int ranks[GOOGLE_EVENT_COUNT] = {
        [GOOGLE_UPDATE_PENDING] = 0, [GOOGLE_UPDATE_RUNNING] = 0, [GOOGLE_EVICT] = 1,
        [GOOGLE_FAIL] = 1,           [GOOGLE_FINISH] = 1,         [GOOGLE_KILL] = 1,
        [GOOGLE_LOST] = 1,           [GOOGLE_SUBMIT] = 2,         [GOOGLE_SCHEDULE] = 3,
    };
    return ranks[event];
}

static bool take_event(struct rows *rows, uint32_t column, uint8_t *event)
{
    int64_t value = 0;
    if (!rows_int(rows, column, INT64_MIN, INT64_MAX, &value))
        return false;
    if (value < 0 || value >= GOOGLE_EVENT_COUNT)
        return rows_bad(rows, column, "unknown_event");
    *event = (uint8_t)value;
    return true;
}

static bool take_request(struct rows *rows, struct google_row *row)
{
    row->cpu = row->memory = -1;
    if (rows_empty(rows, COLUMN_CPU) || rows_empty(rows, COLUMN_MEMORY))
        return true;
    return rows_fixed(rows, COLUMN_CPU, RESOURCE_DIGITS, 0, RESOURCE_MAX, &row->cpu) &&
           rows_fixed(rows, COLUMN_MEMORY, RESOURCE_DIGITS, 0, RESOURCE_MAX, &row->memory);
}

/* Parse the row, all but its task and user. */
static bool take_row(struct rows *rows, const struct machine_table *machines,
                     struct google_row *row, int64_t *job, int64_t *index)
{
    int64_t priority = 0;
    if (!rows_int(rows, COLUMN_TIME, 0, INT64_MAX, &row->time_us) ||
        !rows_int(rows, COLUMN_JOB, INT64_MIN, INT64_MAX, job) ||
        !rows_int(rows, COLUMN_INDEX, 0, NONE - 1, index) ||
        !take_event(rows, COLUMN_EVENT, &row->event) ||
        !rows_int(rows, COLUMN_PRIORITY, 0, UINT8_MAX, &priority) || !take_request(rows, row))
        return false;
    row->priority = (uint8_t)priority;
    row->different_machines = strcmp(rows_text(rows, COLUMN_DIFFERENT), "1") == 0;
    row->machine = NONE;
    if (rows_empty(rows, COLUMN_MACHINE))
        return true;
    int64_t machine = 0;
    if (!rows_int(rows, COLUMN_MACHINE, INT64_MIN, INT64_MAX, &machine))
        return false;
    row->machine = id_map_get(&machines->numbers, (uint64_t)machine);
    return true;
}

static uint32_t job_of(struct google_tasks *tasks, int64_t id)
{
    uint32_t job = id_map_get(&tasks->jobs, (uint64_t)id);
    if (job != NONE)
        return job;
    job = tasks->job_count;
    array_reserve(tasks->job_ids, tasks->job_room, job + 1);
    tasks->job_ids[tasks->job_count++] = id;
    id_map_put(&tasks->jobs, (uint64_t)id, job);
    return job;
}

static uint32_t task_of(struct google_tasks *tasks, int64_t job_id, uint32_t index)
{
    uint32_t job = job_of(tasks, job_id);
    uint64_t key = (uint64_t)job << 32 | index;
    uint32_t task = id_map_get(&tasks->index, key);
    if (task != NONE)
        return task;
    task = tasks->task_count;
    array_reserve(tasks->tasks, tasks->task_room, task + 1);
    tasks->tasks[tasks->task_count++] = (struct google_task){job, index};
    id_map_put(&tasks->index, key, task);
    return task;
}

static enum status read_row(struct google_tasks *tasks, const struct machine_table *machines,
                            struct rows *rows, struct problem *problem)
{
    struct google_row row = {.sequence = tasks->row_count, .user = NONE};
    int64_t job = 0;
    int64_t index = 0;
    if (!take_row(rows, machines, &row, &job, &index))
        return rows_refuse_bad(rows, problem);
    if (row.time_us == TIME_NEVER) {
        row_counts_refuse(rows->counts, "after_the_end");
        return STATUS_OK;
    }
    if (row.time_us > tasks->end_us)
        tasks->end_us = row.time_us;
    row.task = task_of(tasks, job, (uint32_t)index);
    if (!rows_empty(rows, COLUMN_USER))
        row.user = names_intern(&tasks->users, rows_text(rows, COLUMN_USER));
    array_reserve(tasks->rows, tasks->row_room, tasks->row_count + 1);
    tasks->rows[tasks->row_count++] = row;
    return STATUS_OK;
}

static int compare_rows(const void *a, const void *b)
{
    const struct google_row *x = a;
    const struct google_row *y = b;
    if (x->task != y->task)
        return x->task < y->task ? -1 : 1;
    if (x->time_us != y->time_us)
        return x->time_us < y->time_us ? -1 : 1;
    int ranks = google_event_rank(x->event) - google_event_rank(y->event);
    return ranks ? ranks : x->sequence < y->sequence ? -1 : 1;
}

enum status google_tasks_read(struct google_tasks *tasks, const struct table_files *files,
                              const struct machine_table *machines,
                              const struct trace_options *options, struct row_counts *counts,
                              struct problem *problem)
{
    *tasks = (struct google_tasks){0};
    struct rows rows;
    rows_init(&rows, files, counts, options->strict);
    rows.columns_min = COLUMNS_MIN;
    rows.number_column = COLUMN_TIME;
    enum status status;
    do {
        status = rows_next(&rows, problem);
        if (status == STATUS_OK)
            status = read_row(tasks, machines, &rows, problem);
    } while (status == STATUS_OK);
    if (status == STATUS_END)
        status = rows.any ? STATUS_OK
                          : problem_set(problem, STATUS_BAD_INPUT, files->paths[0], 0, 0,
                                        "the table task_events has no rows");
    rows_free(&rows);
    if (tasks->end_us >= options->until_us)
        tasks->end_us = options->until_us;
    if (tasks->end_us < options->from_us) /* the records end before the window begins */
        tasks->end_us = options->from_us;
    if (status == STATUS_OK && tasks->row_count > 1)
        qsort(tasks->rows, tasks->row_count, sizeof *tasks->rows, compare_rows);
    return status;
}

void google_tasks_free(struct google_tasks *tasks)
{
    google_tasks_trim(tasks);
    memory_free(tasks->tasks);
    memory_free(tasks->job_ids);
    names_free(&tasks->users);
}

void google_tasks_trim(struct google_tasks *tasks)
{
    memory_free(tasks->rows);
    tasks->rows = NULL;
    tasks->row_count = tasks->row_room = 0;
    id_map_free(&tasks->jobs);
    id_map_free(&tasks->index);
}

static enum status read_job(const struct google_tasks *tasks, struct rows *rows,
                            struct problem *problem)
{
    int64_t time_us = 0;
    int64_t job = 0;
    uint8_t event = 0;
    if (!rows_int(rows, COLUMN_TIME, 0, INT64_MAX, &time_us) ||
        !rows_int(rows, COLUMN_JOB, INT64_MIN, INT64_MAX, &job) ||
        !take_event(rows, JOB_COLUMN_EVENT, &event))
        return rows_refuse_bad(rows, problem);
    if (event != GOOGLE_SUBMIT) {
        row_counts_refuse(rows->counts, "implied_by_task_rows");
        return STATUS_OK;
    }
    rows->counts->used++;
    if (id_map_get(&tasks->jobs, (uint64_t)job) == NONE)
        row_counts_repair(rows->counts, "job_without_tasks");
    return STATUS_OK;
}

enum status google_jobs_read(const struct google_tasks *tasks, const struct table_files *files,
                             const struct trace_options *options, struct row_counts *counts,
                             struct problem *problem)
{
    struct rows rows;
    rows_init(&rows, files, counts, options->strict);
    rows.columns_min = JOB_COLUMNS_MIN;
    rows.number_column = COLUMN_TIME;
    enum status status;
    do {
        status = rows_next(&rows, problem);
        if (status == STATUS_OK)
            status = read_job(tasks, &rows, problem);
    } while (status == STATUS_OK);
    rows_free(&rows);
    return status == STATUS_END ? STATUS_OK : status;
}
