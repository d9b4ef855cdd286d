/* google2011_machines.c - see google2011_machines.h. */
#include "traces/google2011_machines.h"

#include "traces/rows.h"

enum column { COLUMN_TIME, COLUMN_ID, COLUMN_EVENT, COLUMN_CPU = 4, COLUMN_MEMORY, COLUMNS_MIN };

static bool take_row(struct rows *rows, struct machine_row *row)
{
    int64_t event = 0;
    if (!rows_int(rows, COLUMN_TIME, 0, INT64_MAX, &row->time_us) ||
        !rows_int(rows, COLUMN_ID, INT64_MIN, INT64_MAX, &row->id) ||
        !rows_int(rows, COLUMN_EVENT, INT64_MIN, INT64_MAX, &event))
        return false;
    if (event < MACHINE_ADD || event > MACHINE_UPDATE)
        return rows_bad(rows, COLUMN_EVENT, "unknown_event");
    row->event = (enum machine_happening)event;
    row->cpu = row->memory = -1;
    if (rows_empty(rows, COLUMN_CPU) || rows_empty(rows, COLUMN_MEMORY))
        return true;
    return rows_fixed(rows, COLUMN_CPU, RESOURCE_DIGITS, 0, RESOURCE_MAX, &row->cpu) &&
           rows_fixed(rows, COLUMN_MEMORY, RESOURCE_DIGITS, 0, RESOURCE_MAX, &row->memory);
}

static bool use_row(void *context, struct rows *rows, const char **left_out)
{
    struct machine_row row = {0};
    if (!take_row(rows, &row))
        return false;
    if (row.time_us == TIME_NEVER) {
        *left_out = "after_the_end";
        return false;
    }
    machine_table_add(context, &row);
    return true;
}

enum status google_machines_read(struct machine_table *machines, const struct table_files *files,
                                 const struct trace_options *options, struct row_counts *counts,
                                 struct problem *problem)
{
    struct rows rows;
    rows_init(&rows, files, counts, options->strict);
    rows.columns_min = COLUMNS_MIN;
    rows.number_column = COLUMN_TIME;
    enum status status = rows_read(&rows, use_row, machines, NULL, problem);
    rows_free(&rows);
    machine_table_order(machines);
    return status;
}
