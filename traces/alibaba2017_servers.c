/* alibaba2017_servers.c - see alibaba2017_servers.h. */
#include "traces/alibaba2017_servers.h"

#include <string.h>

#include "traces/alibaba_rows.h"

enum column { COLUMN_TIME, COLUMN_ID, COLUMN_EVENT, COLUMN_CPU = 4, COLUMN_MEMORY };

#define COLUMNS_MIN 3
#define TIME_MAX_S (INT64_C(1) << 40)

static bool take_event(struct rows *rows, enum machine_happening *event)
{
    static const struct {
        const char *text;
        enum machine_happening event;
    } events[] = {{"add", MACHINE_ADD}, {"softerror", MACHINE_DRAIN}, {"harderror", MACHINE_DRAIN}};
    for (size_t i = 0; i < COUNT_OF(events); i++) {
        if (strcasecmp(events[i].text, rows_text(rows, COLUMN_EVENT)) != 0)
            continue;
        *event = events[i].event;
        return true;
    }
    return rows_bad(rows, COLUMN_EVENT, "unknown_event");
}

static bool take_row(struct rows *rows, struct machine_row *row)
{
    int64_t time_s = 0;
    row->cpu = row->memory = -1;
    if (!rows_int(rows, COLUMN_TIME, -TIME_MAX_S, TIME_MAX_S, &time_s) ||
        !rows_int(rows, COLUMN_ID, INT64_MIN, INT64_MAX, &row->id) ||
        !take_event(rows, &row->event))
        return false;
    row->time_us = time_s * ALIBABA_SECOND_US;
    /* Errors may repeat the capacity, which does not change by them. */
    if (row->event != MACHINE_ADD || rows_empty(rows, COLUMN_CPU) ||
        rows_empty(rows, COLUMN_MEMORY))
        return true;
    return rows_fixed(rows, COLUMN_CPU, RESOURCE_DIGITS, 0, RESOURCE_MAX, &row->cpu) &&
           rows_fixed(rows, COLUMN_MEMORY, RESOURCE_DIGITS, 0, RESOURCE_MAX, &row->memory);
}

static bool use_row(void *context, struct rows *rows, const char **left_out)
{
    (void)left_out;
    struct machine_row row = {0};
    if (!take_row(rows, &row))
        return false;
    machine_table_add(context, &row);
    return true;
}

enum status alibaba2017_servers_read(struct machine_table *machines,
                                     const struct table_files *files,
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
    if (status == STATUS_OK)
        machine_table_use(machines, options, TIME_NEVER, counts);
    return status;
}
