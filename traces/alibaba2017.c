/* alibaba2017.c - Alibaba's cluster-trace-v2017: the batch jobs of one day, 1,300 machines.
 *
 * Tables: batch_task (needed) and server_event (without it there are no machine events). The
 * table batch_instance, which has what each instance used and where it ran, is not read, nor
 * are the online services that shared the machines; what they left free is not told. A row of
 * batch_task becomes one submission of all its instances at its creation. There are no
 * tenants, no priorities, no deadlines, and no dependencies: that tasks form a graph is said,
 * but the graph is not published. Everything is read by open; next only merges.
 *
 * Sources: schema.csv and trace_201708.md in github.com/alibaba/clusterdata, folder
 * cluster-trace-v2017. */
#include "traces/alibaba2017.h"

#include <string.h>

#include "base/memory.h"
#include "traces/alibaba2017_servers.h"
#include "traces/alibaba2017_tasks.h"

#define TASK_NUMBERS 5 /* the first so many columns of batch_task; then comes the status */

struct alibaba2017 {
    struct machine_table machines;
    struct task_list tasks;
    uint32_t next_change;
};

/* batch_instance is not read, but a folder with it is no less of this format. */
static const char *const stems[] = {"batch_task", "server_event", "batch_instance", NULL};

/* The header that copies have, or numbers and then a word. */
static bool recognise(const char *line)
{
    if (strncmp(line, "task_create_time,", 17) == 0 || strncmp(line, "create_timestamp,", 17) == 0)
        return true;
    for (int i = 0; i < TASK_NUMBERS; i++) {
        line += *line == '-';
        size_t size = strspn(line, "0123456789");
        if (size == 0 || line[size] != ',')
            return false;
        line += size + 1;
    }
    return (*line >= 'A' && *line <= 'Z') || (*line >= 'a' && *line <= 'z');
}

static enum status find_files(struct table_files *tasks, struct table_files *servers,
                              const char *path, struct problem *problem)
{
    enum status status = table_files_find(servers, path, "server_event", false, problem);
    bool named = servers->count > 0;
    if (status == STATUS_OK)
        status = table_files_find(tasks, path, "batch_task", !named, problem);
    if (status != STATUS_OK || tasks->count > 0)
        return status;
    return problem_set(problem, STATUS_BAD_INPUT, path, 0, 0,
                       "alibaba2017: the table batch_task is missing: call its file "
                       "batch_task.csv, batch_task.csv.gz or batch_task.PART.csv.gz");
}

static void close_alibaba(void *state)
{
    struct alibaba2017 *alibaba = state;
    machine_table_free(&alibaba->machines);
    task_list_free(&alibaba->tasks);
    memory_free(alibaba);
}

static enum status open_alibaba(void **state, const char *path, const struct trace_options *options,
                                struct row_counts *counts, struct problem *problem)
{
    struct alibaba2017 *alibaba = memory_alloc(sizeof *alibaba);
    struct table_files tasks = {0};
    struct table_files servers = {0};
    enum status status = find_files(&tasks, &servers, path, problem);
    if (status == STATUS_OK)
        status = alibaba2017_servers_read(&alibaba->machines, &servers, options, counts, problem);
    if (status == STATUS_OK)
        status = alibaba2017_tasks_read(&alibaba->tasks, &tasks, options, counts, problem);
    table_files_free(&tasks);
    table_files_free(&servers);
    if (status != STATUS_OK) {
        close_alibaba(alibaba);
        alibaba = NULL;
    }
    *state = alibaba;
    return status;
}

static enum status next_alibaba(void *state, struct event *event, struct problem *problem)
{
    (void)problem;
    struct alibaba2017 *alibaba = state;
    return machine_table_merge(&alibaba->machines, &alibaba->next_change, &alibaba->tasks, event)
               ? STATUS_OK
               : STATUS_END;
}

const struct trace_format trace_format_alibaba2017 = {
    .name = "alibaba2017",
    .help = "Alibaba cluster-trace-v2017: batch_task, server_event",
    .cpu_unit = "core",
    .memory_unit = "memory of the largest machine",
    .stems = stems,
    .recognise = recognise,
    .open = open_alibaba,
    .next = next_alibaba,
    .close = close_alibaba,
};
