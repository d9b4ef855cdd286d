/* philly.c - Microsoft's Philly trace: deep learning on 2,490 GPUs, August to December 2017.
 *
 * The published trace is JSON of a gigabyte, with the attempts of every job. This reads the
 * table of five columns that schedulers of GPU clusters are commonly compared with, which is
 * derived from it and has for each of its jobs when it came, for how long and on how many
 * GPUs it ran, and its virtual cluster. What is missing there: attempts and failures, users,
 * what cpu and memory jobs need.
 *
 * Tables: philly (needed), and the publisher's own cluster_machine_list, servers and how many
 * GPUs each has; without it there are no machine events. The virtual cluster is the tenant.
 * There are no priorities, no deadlines, and every run ends well. Tasks ask for GPUs alone.
 * Everything is read by open; next only lists.
 *
 * Sources: github.com/msr-fiddle/philly-traces; Jeon, Venkataraman, Phanishayee, Qian, Xiao,
 * Yang, "Analysis of Large-Scale Multi-Tenant GPU Clusters for DNN Training Workloads",
 * USENIX ATC 2019. */
#include "traces/philly.h"

#include <string.h>

#include "base/memory.h"
#include "costmodels/devices.h"
#include "traces/node_list.h"
#include "traces/philly_jobs.h"
#include "traces/rows.h"

#define JOBS "philly"
#define SERVERS "cluster_machine_list"

enum server_column { COLUMN_NAME, COLUMN_GPUS, COLUMNS_MIN };

struct philly {
    struct node_list servers;
    struct task_list jobs;
};

static const char *const stems[] = {JOBS, SERVERS, NULL};

/* The header, or a timestamp and four more fields. */
static bool recognise(const char *line)
{
    if (strncmp(line, "timestamp,duration,num_gpus,", 28) == 0)
        return true;
    int64_t time_s;
    const char *rest = philly_take_timestamp(line, &time_s);
    if (!rest)
        return false;
    uint32_t fields = 1;
    for (; *rest; rest++)
        fields += *rest == ',';
    return fields == 5;
}

/* Columns: machineId, number of GPUs, memory of one GPU. */
static bool use_server(void *context, struct rows *rows, const char **left_out)
{
    (void)left_out;
    struct philly *philly = context;
    struct listed_node server = {.labels = NONE};
    int64_t gpus = 0;
    if (rows_empty(rows, COLUMN_NAME))
        return rows_bad(rows, COLUMN_NAME, "machine_without_id");
    if (!rows_int(rows, COLUMN_GPUS, 0, DEVICES_MAX, &gpus))
        return false;
    server.capacity.amount[RESOURCE_GPU] = gpus * RESOURCE_UNIT;
    node_list_add(&philly->servers, &server, rows_text(rows, COLUMN_NAME), rows->counts);
    return true;
}

static enum status read_servers(struct philly *philly, const struct table_files *files,
                                const struct trace_options *options, struct row_counts *counts,
                                struct problem *problem)
{
    struct rows rows;
    rows_init(&rows, files, counts, options->strict);
    rows.columns_min = COLUMNS_MIN;
    rows.number_column = COLUMN_GPUS;
    enum status status = rows_read(&rows, use_server, philly, NULL, problem);
    rows_free(&rows);
    if (status == STATUS_OK)
        node_list_finish(&philly->servers, options, counts);
    return status;
}

static enum status find_files(struct table_files *jobs, struct table_files *servers,
                              const char *path, struct problem *problem)
{
    enum status status = table_files_find(servers, path, SERVERS, false, problem);
    bool named = servers->count > 0;
    if (status == STATUS_OK)
        status = table_files_find(jobs, path, JOBS, !named, problem);
    if (status != STATUS_OK || jobs->count > 0)
        return status;
    return problem_set(problem, STATUS_BAD_INPUT, path, 0, 0,
                       "philly: the table of jobs is missing: call its file philly.csv or "
                       "philly.csv.gz");
}

static void close_philly(void *state)
{
    struct philly *philly = state;
    node_list_free(&philly->servers);
    task_list_free(&philly->jobs);
    memory_free(philly);
}

static enum status open_philly(void **state, const char *path, const struct trace_options *options,
                               struct row_counts *counts, struct problem *problem)
{
    struct philly *philly = memory_alloc(sizeof *philly);
    struct table_files jobs = {0};
    struct table_files servers = {0};
    enum status status = find_files(&jobs, &servers, path, problem);
    if (status == STATUS_OK)
        status = read_servers(philly, &servers, options, counts, problem);
    if (status == STATUS_OK)
        status = philly_jobs_read(&philly->jobs, &jobs, options, counts, problem);
    table_files_free(&jobs);
    table_files_free(&servers);
    if (status != STATUS_OK) {
        close_philly(philly);
        philly = NULL;
    }
    *state = philly;
    return status;
}

static enum status next_philly(void *state, struct event *event, struct problem *problem)
{
    (void)problem;
    struct philly *philly = state;
    bool any = node_list_next(&philly->servers, event) || task_list_next(&philly->jobs, event);
    return any ? STATUS_OK : STATUS_END;
}

const struct trace_format trace_format_philly = {
    .name = "philly",
    .help = "Microsoft Philly 2017, derived table of jobs: philly, cluster_machine_list",
    .cpu_unit = "core",
    .memory_unit = "GB",
    .stems = stems,
    .recognise = recognise,
    .open = open_philly,
    .next = next_philly,
    .close = close_philly,
};
