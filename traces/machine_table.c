/* machine_table.c - see machine_table.h. */
#include "traces/machine_table.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"

static uint32_t number_of(struct machine_table *table, int64_t id)
{
    uint32_t number = id_map_get(&table->numbers, (uint64_t)id);
    if (number != NONE)
        return number;
    number = table->count;
    array_reserve(table->ids, table->room, number + 1);
    table->ids[table->count++] = id;
    id_map_put(&table->numbers, (uint64_t)id, number);
    return number;
}

void machine_table_add(struct machine_table *table, const struct machine_row *row)
{
    array_reserve(table->rows, table->row_room, table->row_count + 1);
    table->rows[table->row_count] = *row;
    table->rows[table->row_count].sequence = table->row_count;
    table->row_count++;
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

void machine_table_order(struct machine_table *table)
{
    if (table->row_count > 1)
        qsort(table->rows, table->row_count, sizeof *table->rows, compare_rows);
    for (uint32_t i = 0; i < table->row_count; i++)
        table->rows[i].machine = number_of(table, table->rows[i].id);
}

/* Tell the log what the machine is from now on, and count what became of the row. */
static void set_machine(struct machine_table *table, const struct machine_row *row,
                        struct row_counts *counts)
{
    struct machine_state before = machine_log_state(&table->log, row->machine);
    struct resources capacity = before.capacity;
    bool drains = row->event == MACHINE_DRAIN;
    bool known = row->cpu >= 0;
    counts->used++;
    if (known)
        capacity = (struct resources){{[RESOURCE_CPU] = row->cpu, [RESOURCE_MEMORY] = row->memory}};
    else if (!drains)
        row_counts_repair(counts, "capacity_unknown");
    if (before.present && row->event == MACHINE_ADD)
        row_counts_repair(counts, "added_again");
    bool schedulable = !drains && (known || before.schedulable);
    if (!machine_log_set(&table->log, row->machine, row->time_us, &capacity, schedulable))
        row_counts_repair(counts, "machine_unchanged");
}

static void use_row(struct machine_table *table, const struct machine_row *row,
                    struct row_counts *counts)
{
    bool present = machine_log_state(&table->log, row->machine).present;
    if (!present && row->event != MACHINE_ADD) {
        row_counts_refuse(counts, "machine_absent");
    } else if (row->event == MACHINE_REMOVE) {
        machine_log_remove(&table->log, row->machine, row->time_us);
        counts->used++;
    } else {
        set_machine(table, row, counts);
    }
}

void machine_table_use(struct machine_table *table, const struct trace_options *options,
                       int64_t end_us, struct row_counts *counts)
{
    machine_log_init(&table->log, options->from_us);
    for (uint32_t i = 0; i < table->row_count; i++) {
        const struct machine_row *row = &table->rows[i];
        if (row->machine >= options->machines_max)
            row_counts_refuse(counts, "over_machines_max");
        else if (row->time_us >= options->until_us)
            row_counts_refuse(counts, "after_window");
        else if (row->time_us > end_us)
            row_counts_refuse(counts, "after_the_records");
        else
            use_row(table, row, counts);
    }
    memory_free(table->rows);
    table->rows = NULL;
    machine_log_finish(&table->log);
}

void machine_table_free(struct machine_table *table)
{
    machine_log_free(&table->log);
    memory_free(table->rows);
    id_map_free(&table->numbers);
    memory_free(table->ids);
}

const char *machine_table_name(struct machine_table *table, uint32_t m)
{
    snprintf(table->text, sizeof table->text, "%" PRId64, table->ids[m]);
    return table->text;
}

struct event machine_table_event(struct machine_table *table, const struct machine_change *change)
{
    return (struct event){
        .kind = change->kind,
        .time_us = change->time_us,
        .machine = machine_table_name(table, change->machine),
        .resources = change->capacity,
        .unschedulable = change->kind == EVENT_MACHINE_ADDED && change->unschedulable,
    };
}

bool machine_table_merge(struct machine_table *table, uint32_t *next_change,
                         struct task_list *tasks, struct event *event)
{
    const struct machine_log *log = &table->log;
    if (*next_change == log->change_count ||
        log->changes[*next_change].time_us > task_list_next_us(tasks))
        return task_list_next(tasks, event);
    *event = machine_table_event(table, &log->changes[(*next_change)++]);
    return true;
}
