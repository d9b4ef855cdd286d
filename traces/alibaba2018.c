/* alibaba2018.c - Alibaba's cluster-trace-v2018: eight days of 4,034 machines.
 *
 * Tables: batch_task (needed), machine_meta (without it there are no machine events), and
 * batch_instance (run times per instance). A row of batch_task becomes one submission of
 * all its instances at its start_time: the table does not tell when a task was submitted,
 * only when it started. Everything is read by open; next only merges.
 *
 * Sources: schema.txt and trace_2018.md in github.com/alibaba/clusterdata, folder
 * cluster-trace-v2018. */
#include "traces/alibaba2018.h"

#include <string.h>

#include "base/memory.h"
#include "traces/alibaba2018_deps.h"
#include "traces/alibaba2018_instances.h"
#include "traces/alibaba2018_machines.h"
#include "traces/alibaba2018_tasks.h"

struct alibaba {
    struct alibaba_machines machines;
    struct alibaba_tasks tasks;
    struct alibaba_deps deps;
    struct alibaba_instances instances;
    const char **predecessors; /* of the event given out last */
    struct attempt attempt;
    uint32_t next_change;
    uint32_t next_place;    /* in the order of the window */
    uint32_t next_instance; /* of the task there */
};

struct alibaba_files {
    struct table_files tasks;
    struct table_files machines;
    struct table_files instances;
};

static const char *const stems[] = {"batch_task", "machine_meta", "batch_instance", NULL};

/* j_17 in the third field of batch_task: name, instance_num, job_name, ... */
static bool recognise(const char *line)
{
    const char *job = strchr(line, ',');
    job = job ? strchr(job + 1, ',') : NULL;
    if (!job)
        return false;
    return strncmp(job, ",j_", 3) == 0 || strncmp(line, "task_name,instance_num,job_name", 31) == 0;
}

static enum status find_files(struct alibaba_files *files, const char *path,
                              struct problem *problem)
{
    enum status status = table_files_find(&files->machines, path, "machine_meta", false, problem);
    if (status == STATUS_OK)
        status = table_files_find(&files->instances, path, "batch_instance", false, problem);
    bool named = files->machines.count > 0 || files->instances.count > 0;
    if (status == STATUS_OK)
        status = table_files_find(&files->tasks, path, "batch_task", !named, problem);
    if (status != STATUS_OK || files->tasks.count > 0)
        return status;
    return problem_set(problem, STATUS_BAD_INPUT, path, 0, 0,
                       "alibaba2018: the table batch_task is missing: call its file "
                       "batch_task.csv, batch_task.csv.gz or batch_task.PART.csv.gz");
}

static enum status read_tables(struct alibaba *alibaba, const struct alibaba_files *files,
                               const struct trace_options *options, struct row_counts *counts,
                               struct problem *problem)
{
    enum status status =
        alibaba_machines_read(&alibaba->machines, &files->machines, options, counts, problem);
    if (status == STATUS_OK)
        status = alibaba_tasks_read(&alibaba->tasks, &files->tasks, options, counts, problem);
    if (status == STATUS_OK)
        status = alibaba_instances_read(&alibaba->instances, &files->instances, &alibaba->tasks,
                                        options, counts, problem);
    if (status != STATUS_OK)
        return status;
    if (options->deps)
        alibaba_deps_init(&alibaba->deps, &alibaba->tasks);
    alibaba->predecessors = memory_alloc(alibaba->deps.count_max * sizeof(char *));
    alibaba_tasks_count(&alibaba->tasks, counts);
    return STATUS_OK;
}

static void close_alibaba(void *state)
{
    struct alibaba *alibaba = state;
    alibaba_machines_free(&alibaba->machines);
    alibaba_tasks_free(&alibaba->tasks);
    alibaba_deps_free(&alibaba->deps);
    alibaba_instances_free(&alibaba->instances);
    memory_free(alibaba->predecessors);
    memory_free(alibaba);
}

static enum status open_alibaba(void **state, const char *path, const struct trace_options *options,
                                struct row_counts *counts, struct problem *problem)
{
    struct alibaba *alibaba = memory_alloc(sizeof *alibaba);
    struct alibaba_files files = {0};
    enum status status = find_files(&files, path, problem);
    if (status == STATUS_OK)
        status = read_tables(alibaba, &files, options, counts, problem);
    table_files_free(&files.tasks);
    table_files_free(&files.machines);
    table_files_free(&files.instances);
    if (status != STATUS_OK) {
        close_alibaba(alibaba);
        alibaba = NULL;
    }
    *state = alibaba;
    return status;
}

static bool tasks_left(const struct alibaba *alibaba)
{
    return alibaba->next_place < alibaba->tasks.last - alibaba->tasks.first;
}

static uint32_t next_task(const struct alibaba *alibaba)
{
    return alibaba_deps_task(&alibaba->deps, &alibaba->tasks, alibaba->next_place);
}

/* The next submission of the next task: an instance with a row of its own, else all the rest. */
static struct event submission(struct alibaba *alibaba)
{
    uint32_t t = next_task(alibaba);
    uint32_t i = alibaba->next_instance;
    const struct alibaba_task *task = &alibaba->tasks.items[t];
    bool recorded = i < alibaba_instances_count(&alibaba->instances, t);
    alibaba->attempt =
        recorded ? *alibaba_instances_at(&alibaba->instances, t, i) : alibaba_task_attempt(task);
    struct event event = {
        .kind = EVENT_TASK_SUBMITTED,
        .time_us = task->start_s * ALIBABA_SECOND_US,
        .resources = {{[RESOURCE_CPU] = task->cpu, [RESOURCE_MEMORY] = task->memory}},
        .job = names_text(&alibaba->tasks.jobs, task->job),
        .stage = names_text(&alibaba->tasks.stages, task->stage),
        .index = i,
        .count = recorded ? 1 : task->instances - i,
        .attempts = &alibaba->attempt,
        .attempt_count = 1,
        .predecessors = alibaba->predecessors,
    };
    event.predecessor_count =
        alibaba_deps_stages(&alibaba->deps, &alibaba->tasks, t, alibaba->predecessors);
    alibaba->next_instance += event.count;
    if (alibaba->next_instance == task->instances) {
        alibaba->next_instance = 0;
        alibaba->next_place++;
    }
    return event;
}

/* Does a change of the machines come next? At equal times they come before submissions:
 * see event_phase. */
static bool machine_is_next(const struct alibaba *alibaba)
{
    const struct machine_log *log = &alibaba->machines.log;
    if (alibaba->next_change == log->change_count)
        return false;
    if (!tasks_left(alibaba))
        return true;
    int64_t start_us = alibaba->tasks.items[next_task(alibaba)].start_s * ALIBABA_SECOND_US;
    return log->changes[alibaba->next_change].time_us <= start_us;
}

static enum status next_alibaba(void *state, struct event *event, struct problem *problem)
{
    (void)problem;
    struct alibaba *alibaba = state;
    const struct machine_log *log = &alibaba->machines.log;
    if (machine_is_next(alibaba))
        *event = alibaba_machines_event(&alibaba->machines, &log->changes[alibaba->next_change++]);
    else if (tasks_left(alibaba))
        *event = submission(alibaba);
    else
        return STATUS_END;
    return STATUS_OK;
}

const struct trace_format trace_format_alibaba2018 = {
    .name = "alibaba2018",
    .help = "Alibaba cluster-trace-v2018: batch_task, machine_meta, batch_instance",
    .cpu_unit = "core",
    .memory_unit = "% of the largest machine",
    .stems = stems,
    .recognise = recognise,
    .open = open_alibaba,
    .next = next_alibaba,
    .close = close_alibaba,
};
