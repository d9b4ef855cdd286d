/* openb_pods.c - see openb_pods.h. */
#include "traces/openb_pods.h"

#include <string.h>

#include "costmodels/label_text.h"
#include "traces/openb_nodes.h"
#include "traces/rows.h"

enum column {
    COLUMN_NAME,
    COLUMN_CPU,
    COLUMN_MEMORY,
    COLUMN_GPUS,
    COLUMN_SHARE,
    COLUMN_MODELS,
    COLUMNS_MIN = COLUMN_MODELS,
    COLUMN_QOS,
    COLUMN_PHASE,
    COLUMN_CREATED,
    COLUMN_DELETED,
    COLUMN_SCHEDULED
};

/* cpu_milli and gpu_milli count thousandths; times are seconds with decimals. */
#define MILLI_DIGITS (RESOURCE_DIGITS - 3)
#define SECOND_DIGITS 6
#define SECOND_US INT64_C(1000000)
#define TIME_MAX_US (INT64_C(1) << 60)

/* What was put right in a row. */
enum openb_repair {
    OPENB_NO_TIMES,
    OPENB_NEVER_SCHEDULED,
    OPENB_NEVER_ENDS,
    OPENB_RUN_BELOW_SECOND,
    OPENB_QOS_UNKNOWN,
    OPENB_REPAIR_COUNT
};

static const char *const repair_names[OPENB_REPAIR_COUNT] = {
    [OPENB_NO_TIMES] = "no_times",       [OPENB_NEVER_SCHEDULED] = "never_scheduled",
    [OPENB_NEVER_ENDS] = "never_ends",   [OPENB_RUN_BELOW_SECOND] = "run_below_second",
    [OPENB_QOS_UNKNOWN] = "qos_unknown",
};

static void repair(struct listed_task *pod, enum openb_repair what)
{
    pod->repairs |= (uint16_t)(1u << what);
}

/* A share of one GPU, or whole ones, each with a gpu_milli of 1000. */
static bool take_gpus(struct rows *rows, struct listed_task *pod)
{
    int64_t count = 0;
    int64_t share = 0;
    if (!rows_int(rows, COLUMN_GPUS, 0, RESOURCE_MAX / RESOURCE_UNIT, &count) ||
        !rows_fixed(rows, COLUMN_SHARE, MILLI_DIGITS, 0, RESOURCE_UNIT, &share))
        return false;
    if ((count == 0) != (share == 0))
        return rows_bad(rows, COLUMN_SHARE, "gpu_milli_without_gpu");
    if (count > 1 && share < RESOURCE_UNIT)
        return rows_bad(rows, COLUMN_SHARE, "share_of_many_gpus");
    pod->demand.amount[RESOURCE_GPU] = count * share;
    return true;
}

static bool take_demand(struct task_list *pods, struct rows *rows, struct listed_task *pod)
{
    int64_t *demand = pod->demand.amount;
    return rows_fixed(rows, COLUMN_CPU, MILLI_DIGITS, 0, RESOURCE_MAX, &demand[RESOURCE_CPU]) &&
           rows_fixed(rows, COLUMN_MEMORY, RESOURCE_DIGITS, 0, RESOURCE_MAX,
                      &demand[RESOURCE_MEMORY]) &&
           take_gpus(rows, pod) &&
           openb_take_models(rows, COLUMN_MODELS, &pods->constraints, label_text_constraint_valid,
                             "bad_gpu_spec", &pod->constraint);
}

/* Kubernetes' classes of service, below Alibaba's own for latency-sensitive pods. */
static void take_qos(const struct rows *rows, struct listed_task *pod)
{
    static const char *const classes[] = {"BE", "Burstable", "Guaranteed", "LS"};
    for (uint32_t i = 0; i < COUNT_OF(classes); i++) {
        if (strcmp(rows_text(rows, COLUMN_QOS), classes[i]) != 0)
            continue;
        pod->priority = (int32_t)i;
        return;
    }
    repair(pod, OPENB_QOS_UNKNOWN);
}

static bool take_phase(struct rows *rows, struct listed_task *pod)
{
    static const char *const phases[] = {"Running", "Succeeded", "Pending", "Failed"};
    const char *phase = rows_text(rows, COLUMN_PHASE);
    for (uint32_t i = 0; i < COUNT_OF(phases); i++) {
        if (strcmp(phase, phases[i]) != 0)
            continue;
        pod->fails = i == COUNT_OF(phases) - 1;
        return true;
    }
    return rows_bad(rows, COLUMN_PHASE, "unknown_status");
}

/* -1 if the field is empty. */
static bool take_time(struct rows *rows, uint32_t column, int64_t *time_us)
{
    *time_us = -1;
    return rows_empty(rows, column) ||
           rows_fixed(rows, column, SECOND_DIGITS, 0, TIME_MAX_US, time_us);
}

/* When the pod comes and how long it runs: from its scheduling, or from its creation if it
 * never was scheduled. *left_out says why a good row cannot be used. */
static bool take_times(struct rows *rows, struct listed_task *pod, const char **left_out)
{
    int64_t deleted_us, scheduled_us;
    if (!take_time(rows, COLUMN_CREATED, &pod->submit_us) ||
        !take_time(rows, COLUMN_DELETED, &deleted_us) ||
        !take_time(rows, COLUMN_SCHEDULED, &scheduled_us))
        return false;
    if (pod->submit_us < 0) {
        *left_out = "no_creation_time";
        return false;
    }
    if (scheduled_us < 0)
        repair(pod, OPENB_NEVER_SCHEDULED);
    int64_t start_us = scheduled_us < 0 ? pod->submit_us : scheduled_us;
    if (deleted_us < 0) {
        repair(pod, OPENB_NEVER_ENDS);
        pod->run_us = TIME_NEVER;
        return true;
    }
    if (deleted_us < start_us) {
        *left_out = "end_before_start";
        return false;
    }
    pod->run_us = deleted_us - start_us;
    if (pod->run_us == 0) {
        repair(pod, OPENB_RUN_BELOW_SECOND);
        pod->run_us = SECOND_US;
    }
    return true;
}

/* Parse the row into `pod`, its name left out. */
static bool take_pod(struct task_list *pods, struct rows *rows, struct listed_task *pod,
                     const char **left_out)
{
    if (rows_empty(rows, COLUMN_NAME))
        return rows_bad(rows, COLUMN_NAME, "job_without_name");
    if (!take_demand(pods, rows, pod))
        return false;
    if (rows->reader.field_count == COLUMNS_MIN) {
        repair(pod, OPENB_NO_TIMES);
        pod->run_us = TIME_NEVER;
        return true;
    }
    take_qos(rows, pod);
    return take_phase(rows, pod) && take_times(rows, pod, left_out);
}

static bool use_row(void *context, struct rows *rows, const char **left_out)
{
    struct task_list *pods = context;
    struct listed_task pod = listed_task_none;
    if (!take_pod(pods, rows, &pod, left_out))
        return false;
    pod.job = names_intern(&pods->jobs, rows_text(rows, COLUMN_NAME));
    task_list_add_once(pods, &pod, rows->counts, "duplicate_pod_differs");
    return true;
}

enum status openb_pods_read(struct task_list *pods, const struct table_files *files,
                            const struct trace_options *options, struct row_counts *counts,
                            struct problem *problem)
{
    task_list_init(pods, repair_names, OPENB_REPAIR_COUNT);
    struct rows rows;
    rows_init(&rows, files, counts, options->strict);
    rows.columns_min = COLUMNS_MIN;
    rows.number_column = COLUMN_CPU;
    enum status status = rows_read(&rows, use_row, pods, "the list of pods", problem);
    rows_free(&rows);
    if (status == STATUS_OK)
        task_list_finish(pods, options, counts);
    return status;
}
