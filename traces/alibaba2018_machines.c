/* alibaba2018_machines.c - see alibaba2018_machines.h. */
#include "traces/alibaba2018_machines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "traces/rows.h"

enum column { COLUMN_ID, COLUMN_TIME, COLUMN_RACK, COLUMN_CPU = 4, COLUMN_MEMORY, COLUMN_STATUS };

#define COLUMNS_MIN 7
#define SECOND_US INT64_C(1000000)
#define TIME_MAX_S (TIME_NEVER / SECOND_US - 1)
#define MEMORY_MAX (100 * RESOURCE_UNIT)

struct sample {
    int64_t time_us;
    uint32_t name;
    uint32_t machine; /* its number, once they are ordered */
    uint32_t sequence;
    uint32_t rack;
    int64_t cpu; /* -1: not known */
    int64_t memory;
    bool in_use;
};

struct samples {
    struct sample *items;
    uint32_t count;
    uint32_t room;
};

/* The capacity in the field, or -1 where the publisher says that there is none: an empty
 * field, and for memory what lies outside 0..100. */
static bool take_capacity(struct rows *rows, uint32_t column, int64_t max, int64_t *amount)
{
    *amount = -1;
    if (rows_empty(rows, column))
        return true;
    int64_t value = 0;
    if (!rows_fixed(rows, column, RESOURCE_DIGITS, INT64_MIN, INT64_MAX, &value))
        return false;
    if (value >= 0 && value <= max)
        *amount = value;
    return true;
}

static bool take_sample(struct rows *rows, struct sample *sample)
{
    if (rows_empty(rows, COLUMN_ID))
        return rows_bad(rows, COLUMN_ID, "machine_without_id");
    int64_t time_s = 0;
    int64_t rack = NONE;
    if (!rows_int(rows, COLUMN_TIME, 0, TIME_MAX_S, &time_s))
        return false;
    if (!rows_empty(rows, COLUMN_RACK) && !rows_int(rows, COLUMN_RACK, 0, NONE - 1, &rack))
        return false;
    sample->time_us = time_s * SECOND_US;
    sample->rack = (uint32_t)rack;
    sample->in_use = strcmp(rows_text(rows, COLUMN_STATUS), "USING") == 0;
    return take_capacity(rows, COLUMN_CPU, RESOURCE_MAX, &sample->cpu) &&
           take_capacity(rows, COLUMN_MEMORY, MEMORY_MAX, &sample->memory);
}

static enum status read_samples(struct samples *samples, struct names *names, struct rows *rows,
                                struct problem *problem)
{
    enum status status;
    while ((status = rows_next(rows, problem)) == STATUS_OK) {
        struct sample sample = {.sequence = samples->count};
        if (!take_sample(rows, &sample)) {
            status = rows_refuse_bad(rows, problem);
            if (status != STATUS_OK)
                return status;
            continue;
        }
        sample.name = names_intern(names, rows_text(rows, COLUMN_ID));
        array_reserve(samples->items, samples->room, samples->count + 1);
        samples->items[samples->count++] = sample;
    }
    return status == STATUS_END ? STATUS_OK : status;
}

struct machine_name {
    const char *text;
    int64_t number; /* INT64_MAX: has none */
    uint32_t id;
};

static int compare_machine_names(const void *a, const void *b)
{
    const struct machine_name *x = a;
    const struct machine_name *y = b;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return strcmp(x->text, y->text);
}

/* Number the machines; `numbers` becomes the number of each name. */
static void order_machines(struct alibaba_machines *machines, uint32_t *numbers)
{
    uint32_t count = machines->names.count;
    struct machine_name *sorted = memory_alloc(count * sizeof *sorted);
    for (uint32_t i = 0; i < count; i++) {
        const char *text = names_text(&machines->names, i);
        sorted[i] = (struct machine_name){text, INT64_MAX, i};
        size_t letters = strcspn(text, "0123456789");
        number_parse_int(text + letters, strlen(text + letters), &sorted[i].number);
    }
    qsort(sorted, count, sizeof *sorted, compare_machine_names);
    machines->order = memory_alloc(count * sizeof *machines->order);
    machines->racks = memory_alloc(count * sizeof *machines->racks);
    for (uint32_t m = 0; m < count; m++) {
        machines->order[m] = sorted[m].id;
        machines->racks[m] = NONE;
        numbers[sorted[m].id] = m;
    }
    memory_free(sorted);
}

static int compare_samples(const void *a, const void *b)
{
    const struct sample *x = a;
    const struct sample *y = b;
    if (x->time_us != y->time_us)
        return x->time_us < y->time_us ? -1 : 1;
    return x->sequence < y->sequence ? -1 : 1;
}

/* Tell the log of one sample, and count what became of its row. */
static void use_sample(struct alibaba_machines *machines, const struct sample *sample,
                       struct row_counts *counts)
{
    uint32_t m = sample->machine;
    struct machine_state before = machine_log_state(&machines->log, m);
    if (!before.present)
        machines->racks[m] = sample->rack;
    else if (machines->racks[m] != sample->rack)
        row_counts_repair(counts, "rack_change_ignored");
    bool known = sample->cpu >= 0 && sample->memory >= 0;
    if (!known)
        row_counts_repair(counts, "capacity_unknown");
    if (!sample->in_use)
        row_counts_repair(counts, "machine_not_in_use");
    struct resources capacity = before.capacity;
    if (known)
        capacity =
            (struct resources){{[RESOURCE_CPU] = sample->cpu, [RESOURCE_MEMORY] = sample->memory}};
    /* A known capacity outlives a sample without one. */
    bool schedulable = sample->in_use && (known || before.schedulable);
    counts->used++;
    if (!machine_log_set(&machines->log, m, sample->time_us, &capacity, schedulable))
        row_counts_repair(counts, "machine_unchanged");
}

static void use_samples(struct alibaba_machines *machines, struct samples *samples,
                        const struct trace_options *options, struct row_counts *counts)
{
    uint32_t *numbers = memory_alloc(machines->names.count * sizeof *numbers);
    order_machines(machines, numbers);
    for (uint32_t i = 0; i < samples->count; i++)
        samples->items[i].machine = numbers[samples->items[i].name];
    memory_free(numbers);
    qsort(samples->items, samples->count, sizeof *samples->items, compare_samples);
    for (uint32_t i = 0; i < samples->count; i++) {
        const struct sample *sample = &samples->items[i];
        if (sample->machine >= options->machines_max)
            row_counts_refuse(counts, "over_machines_max");
        else if (sample->time_us >= options->until_us)
            row_counts_refuse(counts, "after_window");
        else
            use_sample(machines, sample, counts);
    }
}

enum status alibaba_machines_read(struct alibaba_machines *machines,
                                  const struct table_files *files,
                                  const struct trace_options *options, struct row_counts *counts,
                                  struct problem *problem)
{
    *machines = (struct alibaba_machines){0};
    machine_log_init(&machines->log, options->from_us);
    struct rows rows;
    rows_init(&rows, files, counts, options->strict);
    rows.columns_min = COLUMNS_MIN;
    rows.number_column = COLUMN_TIME;
    struct samples samples = {0};
    enum status status = read_samples(&samples, &machines->names, &rows, problem);
    rows_free(&rows);
    if (status == STATUS_OK && samples.count > 0)
        use_samples(machines, &samples, options, counts);
    memory_free(samples.items);
    machine_log_finish(&machines->log);
    return status;
}

void alibaba_machines_free(struct alibaba_machines *machines)
{
    machine_log_free(&machines->log);
    names_free(&machines->names);
    memory_free(machines->order);
    memory_free(machines->racks);
}

struct event alibaba_machines_event(struct alibaba_machines *machines,
                                    const struct machine_change *change)
{
    uint32_t rack = machines->racks[change->machine];
    snprintf(machines->rack_text, sizeof machines->rack_text, "fd1-%u", rack);
    bool added = change->kind == EVENT_MACHINE_ADDED;
    return (struct event){
        .kind = change->kind,
        .time_us = change->time_us,
        .machine = names_text(&machines->names, machines->order[change->machine]),
        .rack = added && rack != NONE ? machines->rack_text : NULL,
        .resources = change->capacity,
        .unschedulable = added && change->unschedulable,
    };
}
