/* openb_pods.c - see openb_pods.h. */
#include "traces/openb_pods.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "costmodels/label_text.h"
#include "traces/openb_nodes.h"

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

static const char *const repair_names[OPENB_REPAIR_COUNT] = {
    [OPENB_NO_TIMES] = "no_times",       [OPENB_NEVER_SCHEDULED] = "never_scheduled",
    [OPENB_NEVER_ENDS] = "never_ends",   [OPENB_RUN_BELOW_SECOND] = "run_below_second",
    [OPENB_QOS_UNKNOWN] = "qos_unknown",
};

static void repair(struct openb_pod *pod, enum openb_repair what)
{
    pod->repairs |= (uint16_t)(1u << what);
}

/* A share of one GPU, or whole ones, each with a gpu_milli of 1000. */
static bool take_gpus(struct rows *rows, struct openb_pod *pod)
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
    pod->gpu = count * share;
    return true;
}

static bool take_demand(struct openb_pods *pods, struct rows *rows, struct openb_pod *pod)
{
    return rows_fixed(rows, COLUMN_CPU, MILLI_DIGITS, 0, RESOURCE_MAX, &pod->cpu) &&
           rows_fixed(rows, COLUMN_MEMORY, RESOURCE_DIGITS, 0, RESOURCE_MAX, &pod->memory) &&
           take_gpus(rows, pod) &&
           openb_take_models(rows, COLUMN_MODELS, &pods->constraint_texts,
                             label_text_constraint_valid, "bad_gpu_spec", &pod->constraint);
}

/* Kubernetes' classes of service, below Alibaba's own for latency-sensitive pods. */
static void take_qos(const struct rows *rows, struct openb_pod *pod)
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

static bool take_phase(struct rows *rows, struct openb_pod *pod)
{
    static const char *const phases[] = {"Running", "Succeeded", "Pending", "Failed"};
    const char *phase = rows_text(rows, COLUMN_PHASE);
    for (uint32_t i = 0; i < COUNT_OF(phases); i++) {
        if (strcmp(phase, phases[i]) != 0)
            continue;
        pod->failed = i == COUNT_OF(phases) - 1;
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
static bool take_times(struct rows *rows, struct openb_pod *pod, const char **left_out)
{
    int64_t deleted_us, scheduled_us;
    if (!take_time(rows, COLUMN_CREATED, &pod->created_us) ||
        !take_time(rows, COLUMN_DELETED, &deleted_us) ||
        !take_time(rows, COLUMN_SCHEDULED, &scheduled_us))
        return false;
    if (pod->created_us < 0) {
        *left_out = "no_creation_time";
        return false;
    }
    if (scheduled_us < 0)
        repair(pod, OPENB_NEVER_SCHEDULED);
    int64_t start_us = scheduled_us < 0 ? pod->created_us : scheduled_us;
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

/* Parse the row into `pod`, its name left out. False if it cannot be used: it is bad, or
 * *left_out says why a good one cannot. */
static bool take_pod(struct openb_pods *pods, struct rows *rows, struct openb_pod *pod,
                     const char **left_out)
{
    *left_out = NULL;
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

static bool same_content(const struct openb_pod *a, const struct openb_pod *b)
{
    return a->created_us == b->created_us && a->run_us == b->run_us && a->cpu == b->cpu &&
           a->memory == b->memory && a->gpu == b->gpu && a->constraint == b->constraint &&
           a->priority == b->priority && a->failed == b->failed;
}

/* Keep the pod, unless it has a row already. */
static void add_pod(struct openb_pods *pods, struct openb_pod *pod, const char *name,
                    struct row_counts *counts)
{
    pod->name = names_intern(&pods->names, name);
    if (pod->name < pods->count) {
        bool same = same_content(&pods->items[pod->name], pod);
        row_counts_refuse(counts, same ? "duplicate_row" : "duplicate_pod_differs");
        return;
    }
    array_reserve(pods->items, pods->room, pods->count + 1);
    pods->items[pods->count++] = *pod;
}

static enum status read_rows(struct openb_pods *pods, struct rows *rows, struct problem *problem)
{
    enum status status;
    while ((status = rows_next(rows, problem)) == STATUS_OK) {
        struct openb_pod pod = {0};
        const char *left_out;
        if (take_pod(pods, rows, &pod, &left_out)) {
            add_pod(pods, &pod, rows_text(rows, COLUMN_NAME), rows->counts);
        } else if (left_out) {
            row_counts_refuse(rows->counts, left_out);
        } else {
            status = rows_refuse_bad(rows, problem);
            if (status != STATUS_OK)
                return status;
        }
    }
    return status == STATUS_END ? STATUS_OK : status;
}

static int compare_pods(const void *a, const void *b)
{
    const struct openb_pod *x = a;
    const struct openb_pod *y = b;
    if (x->created_us != y->created_us)
        return x->created_us < y->created_us ? -1 : 1;
    return x->name < y->name ? -1 : x->name > y->name;
}

/* The side of the window on which the pod lies, or NULL if it is inside. */
static const char *outside(const struct openb_pods *pods, const struct openb_pod *pod,
                           const struct trace_options *options)
{
    if (pod->created_us < options->from_us)
        return "before_window";
    if (pod->created_us >= options->until_us)
        return "after_window";
    return pods->last - pods->first == options->tasks_max ? "over_tasks_max" : NULL;
}

/* Choose first and last, and count every row. */
static void choose_window(struct openb_pods *pods, const struct trace_options *options,
                          struct row_counts *counts)
{
    uint64_t repaired[OPENB_REPAIR_COUNT] = {0};
    for (uint32_t p = 0; p < pods->count; p++) {
        const char *side = outside(pods, &pods->items[p], options);
        if (side) {
            row_counts_refuse(counts, side);
            continue;
        }
        if (pods->last == 0)
            pods->first = p;
        pods->last = p + 1;
        counts->used++;
        for (int r = 0; r < OPENB_REPAIR_COUNT; r++)
            repaired[r] += pods->items[p].repairs >> r & 1u;
    }
    for (int r = 0; r < OPENB_REPAIR_COUNT; r++)
        row_counts_repair_many(counts, repair_names[r], repaired[r]);
}

enum status openb_pods_read(struct openb_pods *pods, const struct table_files *files,
                            const struct trace_options *options, struct row_counts *counts,
                            struct problem *problem)
{
    *pods = (struct openb_pods){0};
    struct rows rows;
    rows_init(&rows, files, counts, options->strict);
    rows.columns_min = COLUMNS_MIN;
    rows.number_column = COLUMN_CPU;
    enum status status = read_rows(pods, &rows, problem);
    if (status == STATUS_OK && !rows.any)
        status = problem_set(problem, STATUS_BAD_INPUT, files->paths[0], 0, 0,
                             "the list of pods has no rows");
    rows_free(&rows);
    if (status != STATUS_OK)
        return status;
    if (pods->count > 1)
        qsort(pods->items, pods->count, sizeof *pods->items, compare_pods);
    choose_window(pods, options, counts);
    return STATUS_OK;
}

void openb_pods_free(struct openb_pods *pods)
{
    memory_free(pods->items);
    names_free(&pods->names);
    names_free(&pods->constraint_texts);
}

struct event openb_pods_event(const struct openb_pods *pods, uint32_t p, struct attempt *attempt)
{
    const struct openb_pod *pod = &pods->items[p];
    *attempt = (struct attempt){.run_us = pod->run_us, .fails = pod->failed};
    return (struct event){
        .kind = EVENT_TASK_SUBMITTED,
        .time_us = pod->created_us,
        .resources = {{[RESOURCE_CPU] = pod->cpu,
                       [RESOURCE_MEMORY] = pod->memory,
                       [RESOURCE_GPU] = pod->gpu}},
        .job = names_text(&pods->names, pod->name),
        .stage = "",
        .count = 1,
        .priority = pod->priority,
        .attempts = attempt,
        .attempt_count = 1,
        .constraint =
            pod->constraint == NONE ? NULL : names_text(&pods->constraint_texts, pod->constraint),
    };
}
