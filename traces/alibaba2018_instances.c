/* alibaba2018_instances.c - see alibaba2018_instances.h. */
#include "traces/alibaba2018_instances.h"

#include <stdlib.h>

#include "base/id_map.h"
#include "base/memory.h"

enum column {
    COLUMN_INSTANCE,
    COLUMN_TASK,
    COLUMN_JOB,
    COLUMN_TYPE,
    COLUMN_STATUS,
    COLUMN_START,
    COLUMN_END,
    COLUMN_SEQUENCE = 8,
    COLUMNS_MIN = 10
};

struct run {
    int64_t sequence_number; /* seq_no: which attempt of the instance */
    uint32_t task;
    uint32_t name;
    uint32_t row;
    uint32_t start_s;
    uint32_t end_s;
    uint8_t status;
};

struct runs {
    struct run *items;
    uint32_t count;
    uint32_t room;
    struct names names;
    struct id_map index; /* (job, stage) -> task */
};

static uint64_t key_of(uint32_t job, uint32_t stage)
{
    return (uint64_t)job << 32 | stage;
}

static uint32_t find_task(const struct runs *runs, const struct alibaba_tasks *tasks,
                          const struct rows *rows)
{
    uint32_t job = names_find(&tasks->jobs, rows_text(rows, COLUMN_JOB));
    uint32_t stage = names_find(&tasks->stages, rows_text(rows, COLUMN_TASK));
    return job == NONE || stage == NONE ? NONE : id_map_get(&runs->index, key_of(job, stage));
}

/* Parse a row of a task that is known; as take_task in alibaba2018_tasks.c. */
static bool take_run(struct rows *rows, struct run *run, const char **left_out)
{
    *left_out = NULL;
    if (!alibaba_take_status(rows, COLUMN_STATUS, &run->status, left_out))
        return false;
    int64_t start_s = 0;
    int64_t end_s = 0;
    if ((!rows_empty(rows, COLUMN_START) &&
         !rows_int(rows, COLUMN_START, 0, UINT32_MAX, &start_s)) ||
        (!rows_empty(rows, COLUMN_END) && !rows_int(rows, COLUMN_END, 0, UINT32_MAX, &end_s)) ||
        (!rows_empty(rows, COLUMN_SEQUENCE) &&
         !rows_int(rows, COLUMN_SEQUENCE, 0, INT64_MAX, &run->sequence_number)))
        return false;
    run->start_s = (uint32_t)start_s;
    run->end_s = (uint32_t)end_s;
    if (start_s == 0)
        *left_out = "no_start";
    else if (run->status != ALIBABA_RUNNING && end_s < start_s)
        *left_out = "end_before_start";
    return *left_out == NULL;
}

static enum status read_row(struct runs *runs, const struct alibaba_tasks *tasks,
                            const struct trace_options *options, struct rows *rows,
                            struct problem *problem)
{
    struct run run = {.row = runs->count, .task = find_task(runs, tasks, rows)};
    const char *left_out = "instance_without_task";
    if (run.task != NONE)
        left_out = alibaba_tasks_outside(tasks, run.task, options);
    if (!left_out && !take_run(rows, &run, &left_out) && !left_out)
        return rows_refuse_bad(rows, problem);
    if (left_out) {
        row_counts_refuse(rows->counts, left_out);
        return STATUS_OK;
    }
    run.name = names_intern(&runs->names, rows_text(rows, COLUMN_INSTANCE));
    array_reserve(runs->items, runs->room, runs->count + 1);
    runs->items[runs->count++] = run;
    return STATUS_OK;
}

static enum status read_rows(struct runs *runs, const struct table_files *files,
                             const struct alibaba_tasks *tasks, const struct trace_options *options,
                             struct row_counts *counts, struct problem *problem)
{
    struct rows rows;
    rows_init(&rows, files, counts, options->strict);
    rows.columns_min = COLUMNS_MIN;
    rows.number_column = COLUMN_START;
    for (uint32_t t = 0; t < tasks->count; t++)
        id_map_put(&runs->index, key_of(tasks->items[t].job, tasks->items[t].stage), t);
    enum status status;
    do {
        status = rows_next(&rows, problem);
        if (status == STATUS_OK)
            status = read_row(runs, tasks, options, &rows, problem);
    } while (status == STATUS_OK);
    rows_free(&rows);
    return status == STATUS_END ? STATUS_OK : status;
}

/* By task, instance (in order of first appearance) and attempt, the one that tells last. */
static int compare_runs(const void *a, const void *b)
{
    const struct run *x = a;
    const struct run *y = b;
    if (x->task != y->task)
        return x->task < y->task ? -1 : 1;
    if (x->name != y->name)
        return x->name < y->name ? -1 : 1;
    bool x_done = x->status == ALIBABA_TERMINATED;
    bool y_done = y->status == ALIBABA_TERMINATED;
    if (x_done != y_done)
        return x_done ? 1 : -1;
    if (x->sequence_number != y->sequence_number)
        return x->sequence_number < y->sequence_number ? -1 : 1;
    return x->row < y->row ? -1 : 1;
}

static struct attempt attempt_of(const struct run *run, struct row_counts *counts)
{
    if (run->status == ALIBABA_RUNNING && run->end_s < run->start_s) {
        row_counts_repair(counts, "never_ends");
        return (struct attempt){.run_us = TIME_NEVER};
    }
    if (run->status == ALIBABA_RUNNING)
        row_counts_repair(counts, "end_of_running");
    if (run->end_s == run->start_s)
        row_counts_repair(counts, "run_below_second");
    uint32_t run_s = run->end_s - run->start_s;
    return (struct attempt){
        .run_us = (run_s ? run_s : 1) * ALIBABA_SECOND_US,
        .fails = run->status == ALIBABA_FAILED,
    };
}

/* Keep the attempt that tells of each instance, at most instance_num per task. */
static void choose_runs(struct alibaba_instances *instances, struct runs *runs,
                        const struct alibaba_tasks *tasks, struct row_counts *counts)
{
    uint32_t task_count = tasks->last - tasks->first;
    instances->first = tasks->first;
    instances->starts = memory_alloc(((size_t)task_count + 1) * sizeof *instances->starts);
    instances->attempts = memory_alloc(runs->count * sizeof *instances->attempts);
    if (runs->count > 1)
        qsort(runs->items, runs->count, sizeof *runs->items, compare_runs);
    uint32_t kept = 0;
    uint32_t r = 0;
    for (uint32_t i = 0; i < task_count; i++) {
        instances->starts[i] = kept;
        for (; r < runs->count && runs->items[r].task == tasks->first + i; r++) {
            const struct run *run = &runs->items[r];
            const struct run *next = r + 1 < runs->count ? run + 1 : NULL;
            if (next && next->task == run->task && next->name == run->name) {
                row_counts_refuse(counts, "attempt_superseded");
            } else if (kept - instances->starts[i] == tasks->items[run->task].instances) {
                row_counts_refuse(counts, "instance_over_count");
            } else {
                counts->used++;
                instances->attempts[kept++] = attempt_of(run, counts);
            }
        }
    }
    instances->starts[task_count] = kept;
}

enum status alibaba_instances_read(struct alibaba_instances *instances,
                                   const struct table_files *files,
                                   const struct alibaba_tasks *tasks,
                                   const struct trace_options *options, struct row_counts *counts,
                                   struct problem *problem)
{
    *instances = (struct alibaba_instances){0};
    if (files->count == 0)
        return STATUS_OK;
    struct runs runs = {0};
    enum status status = read_rows(&runs, files, tasks, options, counts, problem);
    if (status == STATUS_OK)
        choose_runs(instances, &runs, tasks, counts);
    memory_free(runs.items);
    names_free(&runs.names);
    id_map_free(&runs.index);
    return status;
}

void alibaba_instances_free(struct alibaba_instances *instances)
{
    memory_free(instances->starts);
    memory_free(instances->attempts);
}

uint32_t alibaba_instances_count(const struct alibaba_instances *instances, uint32_t t)
{
    if (!instances->starts)
        return 0;
    const uint32_t *start = &instances->starts[t - instances->first];
    return start[1] - start[0];
}

const struct attempt *alibaba_instances_at(const struct alibaba_instances *instances, uint32_t t,
                                           uint32_t i)
{
    return &instances->attempts[instances->starts[t - instances->first] + i];
}
