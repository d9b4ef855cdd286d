/* google2011_machines.c - see google2011_machines.h. */
#include "traces/google2011_machines.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "traces/rows.h"

enum column { COLUMN_TIME, COLUMN_ID, COLUMN_EVENT, COLUMN_CPU = 4, COLUMN_MEMORY, COLUMNS_MIN };

enum machine_event { MACHINE_ADD, MACHINE_REMOVE, MACHINE_UPDATE };

struct machine_row {
    int64_t time_us;
    int64_t cpu; /* -1: not known */
    int64_t memory;
    uint32_t machine;
    uint32_t sequence;
    enum machine_event event;
};

struct machine_rows {
    struct machine_row *items;
    uint32_t count;
    uint32_t room;
};

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

static bool take_row(struct rows *rows, struct machine_row *row, int64_t *id)
{
    int64_t event = 0;
    if (!rows_int(rows, COLUMN_TIME, 0, INT64_MAX, &row->time_us) ||
        !rows_int(rows, COLUMN_ID, INT64_MIN, INT64_MAX, id) ||
        !rows_int(rows, COLUMN_EVENT, INT64_MIN, INT64_MAX, &event))
        return false;
    if (event < MACHINE_ADD || event > MACHINE_UPDATE)
        return rows_bad(rows, COLUMN_EVENT, "unknown_event");
    row->event = (enum machine_event)event;
    row->cpu = row->memory = -1;
    if (rows_empty(rows, COLUMN_CPU) || rows_empty(rows, COLUMN_MEMORY))
        return true;
    return rows_fixed(rows, COLUMN_CPU, RESOURCE_DIGITS, 0, RESOURCE_MAX, &row->cpu) &&
           rows_fixed(rows, COLUMN_MEMORY, RESOURCE_DIGITS, 0, RESOURCE_MAX, &row->memory);
}

static enum status read_rows(struct google_machines *machines, struct machine_rows *table,
                             struct rows *rows, struct problem *problem)
{
    enum status status;
    while ((status = rows_next(rows, problem)) == STATUS_OK) {
        struct machine_row row = {.sequence = table->count};
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
        array_reserve(table->items, table->room, table->count + 1);
        table->items[table->count++] = row;
    }
    return status == STATUS_END ? STATUS_OK : status;
}

static int compare_rows(const void *a, const void *b)
{
    const struct machine_row *x = a;
    const struct machine_row *y = b;
    if (x->time_us != y->time_us)
        return x->time_us < y->time_us ? -1 : 1;
    bool x_removes = x->event == MACHINE_REMOVE;
    bool y_removes = y->event == MACHINE_REMOVE;
    if (x_removes != y_removes)
        return x_removes ? -1 : 1;
    return x->sequence < y->sequence ? -1 : 1;
}

/* Tell the log what the machine is from now on, and count what became of the row. */
static void set_machine(struct google_machines *machines, const struct machine_row *row,
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

static void use_row(struct google_machines *machines, const struct machine_row *row,
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

static void use_rows(struct google_machines *machines, struct machine_rows *table,
                     const struct trace_options *options, struct row_counts *counts)
{
    if (table->count > 1)
        qsort(table->items, table->count, sizeof *table->items, compare_rows);
    for (uint32_t i = 0; i < table->count; i++) {
        const struct machine_row *row = &table->items[i];
        if (row->machine >= options->machines_max)
            row_counts_refuse(counts, "over_machines_max");
        else if (row->time_us >= options->until_us)
            row_counts_refuse(counts, "after_window");
        else
            use_row(machines, row, counts);
    }
}

enum status google_machines_read(struct google_machines *machines, const struct table_files *files,
                                 const struct trace_options *options, struct row_counts *counts,
                                 struct problem *problem)
{
    *machines = (struct google_machines){0};
    machine_log_init(&machines->log, options->from_us);
    struct machine_rows table = {0};
    struct rows rows;
    rows_init(&rows, files, counts, options->strict);
    rows.columns_min = COLUMNS_MIN;
    rows.number_column = COLUMN_TIME;
    enum status status = read_rows(machines, &table, &rows, problem);
    rows_free(&rows);
    if (status == STATUS_OK)
        use_rows(machines, &table, options, counts);
    memory_free(table.items);
    machine_log_finish(&machines->log);
    return status;
}

void google_machines_free(struct google_machines *machines)
{
    machine_log_free(&machines->log);
    id_map_free(&machines->numbers);
    memory_free(machines->ids);
}

const char *google_machines_name(struct google_machines *machines, uint32_t m)
{
    snprintf(machines->text, sizeof machines->text, "%" PRId64, machines->ids[m]);
    return machines->text;
}
