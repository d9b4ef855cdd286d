/* google2011_machines.c - see google2011_machines.h. */
#include "traces/google2011_machines.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "traces/rows.h"

enum column { COLUMN_TIME, COLUMN_ID, COLUMN_EVENT, COLUMN_CPU = 4, COLUMN_MEMORY, COLUMNS_MIN };

enum machine_event { MACHINE_ADD, MACHINE_REMOVE, MACHINE_UPDATE };

static uint32_t number_of(struct google_machines *machines, int64_t id)
{
    uint32_t number = id_map_get(&machines->numbers, (uint64_t)id);
    if (number != NONE)
        return number;
    number = machines->count;
    array_reserve(machines->ids, machines->room, number + 1);
    machines->ids[machines->count++] = id;
    id_map_put(&machines->numbers, (uint64_t)id, number);
    return number;
}

static bool take_row(struct rows *rows, struct google_machine_row *row, int64_t *id)
{
    int64_t event = 0;
    if (!rows_int(rows, COLUMN_TIME, 0, INT64_MAX, &row->time_us) ||
        !rows_int(rows, COLUMN_ID, INT64_MIN, INT64_MAX, id) ||
        !rows_int(rows, COLUMN_EVENT, INT64_MIN, INT64_MAX, &event))
        return false;
    if (event < MACHINE_ADD || event > MACHINE_UPDATE)
        return rows_bad(rows, COLUMN_EVENT, "unknown_event");
    row->event = (uint32_t)event;
    row->cpu = row->memory = -1;
    if (rows_empty(rows, COLUMN_CPU) || rows_empty(rows, COLUMN_MEMORY))
        return true;
    return rows_fixed(rows, COLUMN_CPU, RESOURCE_DIGITS, 0, RESOURCE_MAX, &row->cpu) &&
           rows_fixed(rows, COLUMN_MEMORY, RESOURCE_DIGITS, 0, RESOURCE_MAX, &row->memory);
}

static enum status read_rows(struct google_machines *machines, struct rows *rows,
                             struct problem *problem)
{
    enum status status;
    while ((status = rows_next(rows, problem)) == STATUS_OK) {
        struct google_machine_row row = {.sequence = machines->row_count};
        int64_t id = 0;
        if (!take_row(rows, &row, &id)) {
            status = rows_refuse_bad(rows, problem);
            if (status != STATUS_OK)
                return status;
            continue;
        }
        if (row.time_us == TIME_NEVER) {
            row_counts_refuse(rows->counts, "after_the_end");
            continue;
        }
        row.machine = number_of(machines, id);
        array_reserve(machines->rows, machines->row_room, machines->row_count + 1);
        machines->rows[machines->row_count++] = row;
    }
    return status == STATUS_END ? STATUS_OK : status;
}

static int compare_rows(const void *a, const void *b)
{
    const struct google_machine_row *x = a;
    const struct google_machine_row *y = b;
    if (x->time_us != y->time_us)
        return x->time_us < y->time_us ? -1 : 1;
    bool x_removes = x->event == MACHINE_REMOVE;
    bool y_removes = y->event == MACHINE_REMOVE;
    if (x_removes != y_removes)
        return x_removes ? -1 : 1;
    return x->sequence < y->sequence ? -1 : 1;
}

/* Tell the log what the machine is from now on, and count what became of the row. */
static void set_machine(struct google_machines *machines, const struct google_machine_row *row,
                        struct row_counts *counts)
{
    struct machine_state before = machine_log_state(&machines->log, row->machine);
    struct resources capacity = before.capacity;
    bool known = row->cpu >= 0;
    counts->used++;
    if (known)
        capacity = (struct resources){{[RESOURCE_CPU] = row->cpu, [RESOURCE_MEMORY] = row->memory}};
    else
        row_counts_repair(counts, "capacity_unknown");
    if (before.present && row->event == MACHINE_ADD)
        row_counts_repair(counts, "added_again");
    bool changed = machine_log_set(&machines->log, row->machine, row->time_us, &capacity,
                                   known || before.schedulable);
    if (!changed)
        row_counts_repair(counts, "machine_unchanged");
}

static void use_row(struct google_machines *machines, const struct google_machine_row *row,
                    struct row_counts *counts)
{
    bool present = machine_log_state(&machines->log, row->machine).present;
    if (!present && row->event != MACHINE_ADD) {
        row_counts_refuse(counts, "machine_absent");
    } else if (row->event == MACHINE_REMOVE) {
        machine_log_remove(&machines->log, row->machine, row->time_us);
        counts->used++;
    } else {
        set_machine(machines, row, counts);
    }
}

void google_machines_use(struct google_machines *machines, const struct trace_options *options,
                         int64_t end_us, struct row_counts *counts)
{
    machine_log_init(&machines->log, options->from_us);
    if (machines->row_count > 1)
        qsort(machines->rows, machines->row_count, sizeof *machines->rows, compare_rows);
    for (uint32_t i = 0; i < machines->row_count; i++) {
        const struct google_machine_row *row = &machines->rows[i];
        if (row->machine >= options->machines_max)
            row_counts_refuse(counts, "over_machines_max");
        else if (row->time_us >= options->until_us)
            row_counts_refuse(counts, "after_window");
        else if (row->time_us > end_us)
            row_counts_refuse(counts, "after_the_records");
        else
            use_row(machines, row, counts);
    }
    memory_free(machines->rows);
    machines->rows = NULL;
    machine_log_finish(&machines->log);
}

enum status google_machines_read(struct google_machines *machines, const struct table_files *files,
                                 const struct trace_options *options, struct row_counts *counts,
                                 struct problem *problem)
{
    *machines = (struct google_machines){0};
    struct rows rows;
    rows_init(&rows, files, counts, options->strict);
    rows.columns_min = COLUMNS_MIN;
    rows.number_column = COLUMN_TIME;
    enum status status = read_rows(machines, &rows, problem);
    rows_free(&rows);
    return status;
}

void google_machines_free(struct google_machines *machines)
{
    machine_log_free(&machines->log);
    memory_free(machines->rows);
    id_map_free(&machines->numbers);
    memory_free(machines->ids);
}

const char *google_machines_name(struct google_machines *machines, uint32_t m)
{
    snprintf(machines->text, sizeof machines->text, "%" PRId64, machines->ids[m]);
    return machines->text;
}
