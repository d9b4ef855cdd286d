/* openb.c - Alibaba's cluster-trace-gpu-v2023 ("openb"): 1,523 nodes with 6,212 GPUs.
 *
 * Tables: a list of pods (needed) and a list of nodes (without it there are no machine
 * events). The publisher has several lists of pods, the real one (default) and samples of
 * it, and two of nodes, in one folder; a trace is one of each:
 *
 *   a folder      its openb_pod_list_default; or, without that, its only openb_pod_list_*
 *   a file        that list of pods
 *   the nodes     of the same folder, openb_node_list_all_node before ..._gpu_node
 *
 * A pod is a job of one task. Everything is read by open; next only lists.
 *
 * Source: github.com/alibaba/clusterdata, folder cluster-trace-gpu-v2023; Weng et al.,
 * "Beware of Fragmentation: Scheduling GPU-Sharing Workloads with Fragmentation Gradient
 * Descent", USENIX ATC 2023. */
#include "traces/openb.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "traces/openb_nodes.h"
#include "traces/openb_pods.h"

#define PODS "openb_pod_list"
#define PODS_DEFAULT PODS "_default"
#define NODES "openb_node_list"
#define NODES_ALL NODES "_all_node"
#define NODES_GPU NODES "_gpu_node"

struct openb {
    struct node_list nodes;
    struct task_list pods;
};

static const char *const stems[] = {PODS_DEFAULT, NODES_ALL, NODES_GPU, NULL};

/* The header of a list of pods, or the name that a first pod has. */
static bool recognise(const char *line)
{
    return strncmp(line, "name,cpu_milli,memory_mib,num_gpu,", 34) == 0 ||
           strncmp(line, "openb-pod-", 10) == 0;
}

/* The only list of pods in a folder; one that has several does not say which is meant. */
static enum status find_only_pods(struct table_files *files, const char *folder,
                                  struct problem *problem)
{
    DIR *stream = opendir(folder);
    if (!stream)
        return problem_set(problem, STATUS_IO, folder, 0, 0, "%s", strerror(errno));
    char path[4096] = "";
    uint32_t count = 0;
    const struct dirent *entry;
    while ((entry = readdir(stream)))
        if (strncmp(entry->d_name, PODS, strlen(PODS)) == 0 && count++ == 0)
            snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    closedir(stream);
    if (count == 1)
        return table_files_find(files, path, PODS, true, problem);
    return problem_set(problem, STATUS_BAD_INPUT, folder, 0, 0,
                       count ? "openb: there are several lists of pods and no " PODS_DEFAULT
                               ": name one of the files"
                             : "openb: the list of pods is missing: call its file " PODS_DEFAULT
                               ".csv or .csv.gz");
}

static bool is_node_list(const char *path)
{
    const char *slash = strrchr(path, '/');
    return strncmp(slash ? slash + 1 : path, NODES, strlen(NODES)) == 0;
}

static enum status find_pods(struct table_files *files, const char *path, bool folder,
                             struct problem *problem)
{
    if (!folder && is_node_list(path))
        return problem_set(problem, STATUS_BAD_INPUT, path, 0, 0,
                           "openb: that is a list of nodes: name a list of pods, or the folder");
    enum status status = table_files_find(files, path, PODS_DEFAULT, !folder, problem);
    if (status != STATUS_OK || files->count > 0)
        return status;
    return find_only_pods(files, path, problem);
}

/* The folder of the pods: `path` itself, or the one that the file is in. */
static void folder_of(const char *path, bool folder, char *text, size_t size)
{
    const char *slash = strrchr(path, '/');
    if (folder)
        snprintf(text, size, "%s", path);
    else if (slash)
        snprintf(text, size, "%.*s", (int)(slash - path + 1), path);
    else
        snprintf(text, size, ".");
}

static enum status find_nodes(struct table_files *files, const char *folder,
                              struct problem *problem)
{
    enum status status = table_files_find(files, folder, NODES_ALL, false, problem);
    if (status != STATUS_OK || files->count > 0)
        return status;
    return table_files_find(files, folder, NODES_GPU, false, problem);
}

struct openb_files {
    struct table_files pods, nodes;
};

static enum status find_files(struct openb_files *files, const char *path, struct problem *problem)
{
    struct stat facts = {0};
    bool known = strcmp(path, "-") != 0 && stat(path, &facts) == 0;
    bool folder = known && S_ISDIR(facts.st_mode);
    enum status status = find_pods(&files->pods, path, folder, problem);
    if (status != STATUS_OK || !(folder || S_ISREG(facts.st_mode)))
        return status; /* nothing lies beside a pipe */
    char beside[4096];
    folder_of(path, folder, beside, sizeof beside);
    return find_nodes(&files->nodes, beside, problem);
}

static void close_openb(void *state)
{
    struct openb *openb = state;
    node_list_free(&openb->nodes);
    task_list_free(&openb->pods);
    memory_free(openb);
}

static enum status open_openb(void **state, const char *path, const struct trace_options *options,
                              struct row_counts *counts, struct problem *problem)
{
    struct openb *openb = memory_alloc(sizeof *openb);
    struct openb_files files = {0};
    enum status status = find_files(&files, path, problem);
    if (status == STATUS_OK)
        status = openb_nodes_read(&openb->nodes, &files.nodes, options, counts, problem);
    if (status == STATUS_OK)
        status = openb_pods_read(&openb->pods, &files.pods, options, counts, problem);
    table_files_free(&files.pods);
    table_files_free(&files.nodes);
    if (status != STATUS_OK) {
        close_openb(openb);
        openb = NULL;
    }
    *state = openb;
    return status;
}

/* All nodes are there from the beginning, before every pod. */
static enum status next_openb(void *state, struct event *event, struct problem *problem)
{
    (void)problem;
    struct openb *openb = state;
    bool any = node_list_next(&openb->nodes, event) || task_list_next(&openb->pods, event);
    return any ? STATUS_OK : STATUS_END;
}

const struct trace_format trace_format_openb = {
    .name = "openb",
    .help = "Alibaba cluster-trace-gpu-v2023: openb_pod_list_*, openb_node_list_*",
    .cpu_unit = "core",
    .memory_unit = "MiB",
    .stems = stems,
    .recognise = recognise,
    .open = open_openb,
    .next = next_openb,
    .close = close_openb,
};
