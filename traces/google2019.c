/* google2019.c - Google's ClusterData2019: a public sample of eight cells in May 2019.
 *
 * The whole trace is 2.4 TiB of tables in BigQuery, and is not read. This reads the sample of
 * 405,894 rows that is public as a file, in which the events of instances are joined with
 * those of their collections and with one window of their usage, and the table of machines of
 * one cell, as BigQuery writes it. The rows were drawn at random from all cells: of most
 * instances there is one event, so that nothing is known of when they began and ended, and
 * their machines are mostly not in the one table. So it is replayed as what it is, a sample
 * of demands with the times at which they were there:
 *
 *   tasks       the instances of jobs, each submitted with its first row
 *   run times   the longest window of usage in its rows, five minutes or less: the trace shows
 *               no longer stretch in which it surely ran
 *   tenants     the users
 *   priorities  as published, 0 to 450
 *   machines    those of the table, whatever cell the tasks are from
 *
 * With --load such a sample fills as many machines as are wanted. There are no deadlines.
 * Everything is read by open; next only merges.
 *
 * Sources: Wilkes, "Google cluster-usage traces v3", 2020, and clusterdata_trace_format_v3 in
 * github.com/google/cluster-data; Tirmazi et al., "Borg: the next generation", EuroSys 2020. */
#include "traces/google2019.h"

#include <string.h>

#include "base/memory.h"
#include "traces/google2019_instances.h"
#include "traces/google2019_machines.h"

#define SAMPLE "borg_traces_data"
#define MACHINES "machine_events"

struct google2019 {
    struct machine_table machines;
    struct task_list tasks;
    uint32_t next_change;
};

static const char *const stems[] = {SAMPLE, MACHINES, NULL};

/* The sample's header. */
static bool recognise(const char *line)
{
    return strncmp(line, ",time,instance_events_type,", 27) == 0;
}

static enum status find_files(struct table_files *sample, struct table_files *machines,
                              const char *path, struct problem *problem)
{
    enum status status = table_files_find(machines, path, MACHINES, false, problem);
    bool named = machines->count > 0;
    if (status == STATUS_OK)
        status = table_files_find(sample, path, SAMPLE, !named, problem);
    if (status != STATUS_OK || sample->count > 0)
        return status;
    return problem_set(problem, STATUS_BAD_INPUT, path, 0, 0,
                       "google2019: the sample is missing: call its file " SAMPLE ".csv or " SAMPLE
                       ".csv.gz");
}

static enum status read_tables(struct google2019 *google, const struct table_files *sample,
                               const struct table_files *machines,
                               const struct trace_options *options, struct row_counts *counts,
                               struct problem *problem)
{
    enum status status =
        google2019_machines_read(&google->machines, machines, options, counts, problem);
    if (status == STATUS_OK)
        status = google2019_instances_read(&google->tasks, sample, options, counts, problem);
    if (status != STATUS_OK)
        return status;
    const struct task_list *tasks = &google->tasks;
    int64_t end_us = tasks->last ? tasks->items[tasks->last - 1].submit_us : options->from_us;
    machine_table_use(&google->machines, options, end_us, counts);
    return STATUS_OK;
}

static void close_google(void *state)
{
    struct google2019 *google = state;
    machine_table_free(&google->machines);
    task_list_free(&google->tasks);
    memory_free(google);
}

static enum status open_google(void **state, const char *path, const struct trace_options *options,
                               struct row_counts *counts, struct problem *problem)
{
    struct google2019 *google = memory_alloc(sizeof *google);
    struct table_files sample = {0};
    struct table_files machines = {0};
    enum status status = find_files(&sample, &machines, path, problem);
    if (status == STATUS_OK)
        status = read_tables(google, &sample, &machines, options, counts, problem);
    table_files_free(&sample);
    table_files_free(&machines);
    if (status != STATUS_OK) {
        close_google(google);
        google = NULL;
    }
    *state = google;
    return status;
}

static enum status next_google(void *state, struct event *event, struct problem *problem)
{
    (void)problem;
    struct google2019 *google = state;
    return machine_table_merge(&google->machines, &google->next_change, &google->tasks, event)
               ? STATUS_OK
               : STATUS_END;
}

const struct trace_format trace_format_google2019 = {
    .name = "google2019",
    .help = "Google ClusterData2019, public sample: borg_traces_data, machine_events",
    .cpu_unit = "cpu of the largest machine",
    .memory_unit = "memory of the largest machine",
    .stems = stems,
    .recognise = recognise,
    .open = open_google,
    .next = next_google,
    .close = close_google,
};
