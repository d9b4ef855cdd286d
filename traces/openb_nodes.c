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

static bool take_node(struct node_list *nodes, struct rows *rows, struct listed_node *node)
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

static bool use_row(void *context, struct rows *rows, const char **left_out)
{
    (void)left_out;
    struct node_list *nodes = context;
    struct listed_node node = {0};
    if (!take_node(nodes, rows, &node))
        return false;
    node_list_add(nodes, &node, rows_text(rows, COLUMN_NAME), rows->counts);
    return true;
}

enum status openb_nodes_read(struct node_list *nodes, const struct table_files *files,
                             const struct trace_options *options, struct row_counts *counts,
                             struct problem *problem)
{
    struct rows rows;
    rows_init(&rows, files, counts, options->strict);
    rows.columns_min = COLUMNS_MIN;
    rows.number_column = COLUMN_CPU;
    enum status status = rows_read(&rows, use_row, nodes, NULL, problem);
    rows_free(&rows);
    if (status == STATUS_OK)
        node_list_finish(nodes, options, counts);
    return status;
}
