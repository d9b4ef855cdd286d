/* openb_nodes.c - see openb_nodes.h. */
#include "traces/openb_nodes.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "costmodels/devices.h"
#include "costmodels/label_text.h"

enum column { COLUMN_NAME, COLUMN_CPU, COLUMN_MEMORY, COLUMN_GPU, COLUMN_MODEL, COLUMNS_MIN };

/* cpu_milli counts thousandths of a core, so it has three digits less below its point. */
#define CPU_DIGITS (RESOURCE_DIGITS - 3)

bool openb_take_models(struct rows *rows, uint32_t column, struct names *texts,
                       bool (*valid)(const char *text), const char *reason, uint32_t *id)
{
    *id = NONE;
    if (rows_empty(rows, column))
        return true;
    const char *models = rows_text(rows, column);
    size_t size = strlen(OPENB_LABEL "=") + strlen(models) + 1;
    char *text = memory_alloc(size);
    snprintf(text, size, OPENB_LABEL "=%s", models);
    bool good = !strchr(models, ';') && valid(text);
    if (good)
        *id = names_intern(texts, text);
    memory_free(text);
    return good || rows_bad(rows, column, reason);
}

static bool take_node(struct openb_nodes *nodes, struct rows *rows, struct openb_node *node)
{
    int64_t *capacity = node->capacity.amount;
    int64_t gpus = 0;
    if (rows_empty(rows, COLUMN_NAME))
        return rows_bad(rows, COLUMN_NAME, "machine_without_id");
    if (!rows_fixed(rows, COLUMN_CPU, CPU_DIGITS, 0, RESOURCE_MAX, &capacity[RESOURCE_CPU]) ||
        !rows_fixed(rows, COLUMN_MEMORY, RESOURCE_DIGITS, 0, RESOURCE_MAX,
                    &capacity[RESOURCE_MEMORY]) ||
        !rows_int(rows, COLUMN_GPU, 0, DEVICES_MAX, &gpus))
        return false;
    capacity[RESOURCE_GPU] = gpus * RESOURCE_UNIT;
    return openb_take_models(rows, COLUMN_MODEL, &nodes->label_texts, label_text_labels_valid,
                             "bad_gpu_model", &node->labels);
}

static bool same_content(const struct openb_node *a, const struct openb_node *b)
{
    return resources_equal(&a->capacity, &b->capacity) && a->labels == b->labels;
}

/* Keep the node, unless it has a row already. */
static void add_node(struct openb_nodes *nodes, const struct openb_node *node, const char *name,
                     struct row_counts *counts)
{
    uint32_t count = nodes->names.count;
    uint32_t n = names_intern(&nodes->names, name);
    if (n < count) {
        bool same = same_content(&nodes->items[n], node);
        row_counts_refuse(counts, same ? "duplicate_row" : "duplicate_node_differs");
        return;
    }
    array_reserve(nodes->items, nodes->room, n + 1);
    nodes->items[n] = *node;
}

static bool use_row(void *context, struct rows *rows, const char **left_out)
{
    (void)left_out;
    struct openb_nodes *nodes = context;
    struct openb_node node = {0};
    if (!take_node(nodes, rows, &node))
        return false;
    add_node(nodes, &node, rows_text(rows, COLUMN_NAME), rows->counts);
    return true;
}

static void choose_first(struct openb_nodes *nodes, const struct trace_options *options,
                         struct row_counts *counts)
{
    uint32_t all = nodes->names.count;
    nodes->count = all < options->machines_max ? all : options->machines_max;
    row_counts_refuse_many(counts, "over_machines_max", all - nodes->count);
    if (options->from_us >= options->until_us) {
        row_counts_refuse_many(counts, "after_window", nodes->count);
        nodes->count = 0;
    }
    counts->used += nodes->count;
}

enum status openb_nodes_read(struct openb_nodes *nodes, const struct table_files *files,
                             const struct trace_options *options, struct row_counts *counts,
                             struct problem *problem)
{
    *nodes = (struct openb_nodes){0};
    struct rows rows;
    rows_init(&rows, files, counts, options->strict);
    rows.columns_min = COLUMNS_MIN;
    rows.number_column = COLUMN_CPU;
    enum status status = rows_read(&rows, use_row, nodes, NULL, problem);
    rows_free(&rows);
    if (status == STATUS_OK)
        choose_first(nodes, options, counts);
    return status;
}

void openb_nodes_free(struct openb_nodes *nodes)
{
    names_free(&nodes->names);
    names_free(&nodes->label_texts);
    memory_free(nodes->items);
}

struct event openb_nodes_event(const struct openb_nodes *nodes, uint32_t n, int64_t time_us)
{
    uint32_t labels = nodes->items[n].labels;
    return (struct event){
        .kind = EVENT_MACHINE_ADDED,
        .time_us = time_us,
        .machine = names_text(&nodes->names, n),
        .resources = nodes->items[n].capacity,
        .labels = labels == NONE ? NULL : names_text(&nodes->label_texts, labels),
        .count = 1,
    };
}
