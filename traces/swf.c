/* swf.c - logs of parallel computers in the Standard Workload Format, version 2.2.
 *
 * One file is one log; a folder of several logs is no trace. What is published: when a job
 * was submitted, for how many processors, how long it ran, its user and, in some logs, its
 * memory. What is not: what the nodes' memory is, and which nodes a job got. What is made
 * of it:
 *
 *   machines    MaxNodes of them share MaxProcs; as many as processors if there is no
 *               MaxNodes; none at all if the header has neither
 *   memory      of a machine, for each processor the largest demand of any processor in the
 *               log: so much that it holds nothing back, for nobody knows better
 *   tenants     the users, by their numbers; groups, queues and partitions are left out
 *   run times   of the job, to the last of its tasks; requested times are left out
 *
 * There are no priorities and no deadlines. Everything is read by open; next only lists.
 *
 * Source: Chapin, Cirne, Feitelson, Jones, Leutenegger, Schwiegelshohn, Smith, Talby,
 * "Benchmarks and Standards for the Evaluation of Parallel Job Schedulers", JSSPP 1999; and
 * the format's page in the Parallel Workloads Archive, version 2.2. */
#include "traces/swf.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "traces/swf_jobs.h"

#define FIELDS_LEAST 18

struct swf {
    struct swf_jobs jobs;
    int64_t from_us;
    uint32_t machine_count; /* by the header */
    uint32_t machine_last;  /* of those wanted, and there in the window */
    uint32_t next_machine;
    char machine_name[24];
};

static const char *const stems[] = {NULL};

/* A header, which every published log has, or the numbers of a first job. */
static bool recognise(const char *line)
{
    uint32_t fields = 0;
    line += strspn(line, " \t");
    if (*line == ';')
        return true;
    while (*line) {
        size_t size = strspn(line, "-.0123456789");
        size_t blanks = strspn(line + size, " \t");
        if (size == 0 || (blanks == 0 && line[size]))
            return false;
        line += size + blanks;
        fields++;
    }
    return fields >= FIELDS_LEAST;
}

static enum status find_log(struct table_files *files, const char *path, struct problem *problem)
{
    struct stat facts;
    if (strcmp(path, "-") != 0 && stat(path, &facts) == 0 && S_ISDIR(facts.st_mode))
        return problem_set(problem, STATUS_BAD_INPUT, path, 0, 0,
                           "swf: a log is one file: name it, not its folder");
    return table_files_find(files, path, "swf", true, problem);
}

/* How many machines the header makes. */
static uint32_t count_machines(const struct swf_jobs *jobs)
{
    if (jobs->nodes == 0 || (jobs->processors > 0 && jobs->processors < jobs->nodes))
        return (uint32_t)jobs->processors;
    return (uint32_t)jobs->nodes;
}

static void close_swf(void *state)
{
    struct swf *swf = state;
    task_list_free(&swf->jobs.list);
    memory_free(swf);
}

static enum status open_swf(void **state, const char *path, const struct trace_options *options,
                            struct row_counts *counts, struct problem *problem)
{
    struct swf *swf = memory_alloc(sizeof *swf);
    struct table_files files = {0};
    enum status status = find_log(&files, path, problem);
    if (status == STATUS_OK)
        status = swf_jobs_read(&swf->jobs, &files, options, counts, problem);
    table_files_free(&files);
    *state = NULL;
    if (status != STATUS_OK) {
        close_swf(swf);
        return status;
    }
    swf->from_us = options->from_us;
    swf->machine_count = count_machines(&swf->jobs);
    swf->machine_last =
        swf->machine_count < options->machines_max ? swf->machine_count : options->machines_max;
    if (options->from_us >= options->until_us)
        swf->machine_last = 0;
    *state = swf;
    return STATUS_OK;
}

/* Machine `m` has its share of all processors: if they cannot be shared evenly, the first
 * machines have one more. */
static struct event machine_event(struct swf *swf, uint32_t m)
{
    int64_t all = swf->jobs.processors ? swf->jobs.processors : swf->machine_count;
    int64_t processors = all / swf->machine_count + (m < all % swf->machine_count);
    int64_t memory = swf->jobs.memory_max;
    memory = memory > RESOURCE_MAX / processors ? RESOURCE_MAX : processors * memory;
    int64_t cpu = processors * RESOURCE_UNIT;
    snprintf(swf->machine_name, sizeof swf->machine_name, "node-%u", m);
    return (struct event){
        .kind = EVENT_MACHINE_ADDED,
        .time_us = swf->from_us,
        .machine = swf->machine_name,
        .resources = {{[RESOURCE_CPU] = cpu < RESOURCE_MAX ? cpu : RESOURCE_MAX,
                       [RESOURCE_MEMORY] = memory}},
        .count = 1,
    };
}

static enum status next_swf(void *state, struct event *event, struct problem *problem)
{
    (void)problem;
    struct swf *swf = state;
    if (swf->next_machine < swf->machine_last) {
        *event = machine_event(swf, swf->next_machine++);
        return STATUS_OK;
    }
    return task_list_next(&swf->jobs.list, event) ? STATUS_OK : STATUS_END;
}

const struct trace_format trace_format_swf = {
    .name = "swf",
    .help = "Standard Workload Format of the Parallel Workloads Archive: one file, a log",
    .cpu_unit = "processor",
    .memory_unit = "MB (1000 KB)",
    .stems = stems,
    .recognise = recognise,
    .open = open_swf,
    .next = next_swf,
    .close = close_swf,
};
