/* openb_pods.h - a list of pods: what was to run, and for how long.
 *
 * Columns: name, cpu_milli, memory_mib, num_gpu, gpu_milli (of one GPU), gpu_spec (models
 * between "|"; empty: any), qos, pod_phase, creation_time, deletion_time, scheduled_time (s;
 * scheduled_time is empty for pods that never were). Some of the published lists have the
 * first five columns alone, and are in no order of time otherwise. Rules for what a list
 * leaves open are in docs/traces.md. */
#ifndef TRACES_OPENB_PODS_H
#define TRACES_OPENB_PODS_H

#include "base/names.h"
#include "traces/rows.h"
#include "traces/trace.h"

/* What was put right in a row, as bits of openb_pod.repairs. */
enum openb_repair {
    OPENB_NO_TIMES,
    OPENB_NEVER_SCHEDULED,
    OPENB_NEVER_ENDS,
    OPENB_RUN_BELOW_SECOND,
    OPENB_QOS_UNKNOWN,
    OPENB_REPAIR_COUNT
};

struct openb_pod {
    int64_t created_us;
    int64_t run_us;
    int64_t cpu, memory, gpu;
    uint32_t name;
    uint32_t constraint; /* in constraint_texts, or NONE */
    int32_t priority;
    uint16_t repairs;
    bool failed;
};

struct openb_pods {
    struct openb_pod *items; /* in order of creation, then of the row */
    uint32_t count;
    uint32_t room;
    uint32_t first; /* items first .. last-1 are wanted */
    uint32_t last;
    struct names names;            /* ids are the order of the rows */
    struct names constraint_texts; /* "gpu=T4|P100" */
};

/* Read the list, put it in order, choose the window and count the rows. The caller frees,
 * also after an error. */
enum status openb_pods_read(struct openb_pods *pods, const struct table_files *files,
                            const struct trace_options *options, struct row_counts *counts,
                            struct problem *problem);
void openb_pods_free(struct openb_pods *pods);

/* The submission of item `p`; its attempt is put into *attempt, and the texts are borrowed
 * as long as the pods. */
struct event openb_pods_event(const struct openb_pods *pods, uint32_t p, struct attempt *attempt);

#endif
