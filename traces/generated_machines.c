/* generated_machines.c - see generated_machines.h. */
#include "traces/generated_machines.h"

#include <stdio.h>

#include "base/memory.h"

#define DAY_US 86400e6
#define STREAM 0x6d616368696e6573u /* of machines' seeds: apart from those of jobs */

static uint32_t draw_shape(const struct generator_options *options, struct random *random)
{
    uint32_t weights[GENERATOR_SHAPES_MAX];
    for (uint32_t i = 0; i < options->shape_count; i++)
        weights[i] = options->shapes[i].weight;
    return weights_draw(weights, options->shape_count, random);
}

void generated_machines_init(struct generated_machines *machines,
                             const struct generator_options *options)
{
    *machines = (struct generated_machines){.options = options};
    machines->machines = memory_alloc(options->machines * sizeof *machines->machines);
    heap_init(&machines->due);
    for (uint32_t m = 0; m < options->machines; m++) {
        struct generated_machine *machine = &machines->machines[m];
        random_init(&machine->random, random_mix(random_mix(options->seed, STREAM), m));
        machine->shape = draw_shape(options, &machine->random);
        resources_add(&machines->capacity, &options->shapes[machine->shape].capacity);
    }
}

void generated_machines_free(struct generated_machines *machines)
{
    memory_free(machines->machines);
    heap_free(&machines->due);
}

/* When the machine, which is there, fails or is drained next; not at all if that is late. */
static void expect_trouble(struct generated_machines *machines, uint32_t m, int64_t now_us)
{
    const struct generator_options *options = machines->options;
    double per_day = options->failures_per_day + options->drains_per_day;
    if (per_day <= 0)
        return;
    double in_us = random_exponential(&machines->machines[m].random, DAY_US / per_day);
    if (in_us < (double)(machines->end_us - now_us))
        heap_push(&machines->due, now_us + (int64_t)in_us, machines->order++, m);
}

void generated_machines_set_end(struct generated_machines *machines, int64_t end_us)
{
    machines->end_us = end_us;
    for (uint32_t m = 0; m < machines->options->machines; m++)
        expect_trouble(machines, m, 0);
}

int64_t generated_machines_due(const struct generated_machines *machines)
{
    if (machines->added < machines->options->machines)
        return 0;
    const struct heap_entry *top = heap_top(&machines->due);
    return top ? top->key : TIME_NEVER;
}

static void add(struct generated_machines *machines, uint32_t m, struct event *event)
{
    const struct generator_options *options = machines->options;
    snprintf(machines->rack, sizeof machines->rack, "r%u", m / options->machines_per_rack + 1);
    event->kind = EVENT_MACHINE_ADDED;
    event->rack = machines->rack;
    event->resources = options->shapes[machines->machines[m].shape].capacity;
}

static void leave(struct generated_machines *machines, uint32_t m, struct event *event)
{
    const struct generator_options *options = machines->options;
    struct random *random = &machines->machines[m].random;
    double per_day = options->failures_per_day + options->drains_per_day;
    bool fails = random_unit(random) * per_day < options->failures_per_day;
    event->kind = fails ? EVENT_MACHINE_REMOVED : EVENT_MACHINE_DRAINED;
    int64_t back_us = event->time_us + 1 + quantiles_draw(&options->away_us, random);
    heap_push(&machines->due, back_us, machines->order++, m);
}

void generated_machines_take(struct generated_machines *machines, struct event *event)
{
    bool first = machines->added < machines->options->machines;
    struct heap_entry due = {.item = machines->added};
    if (!first)
        due = heap_pop(&machines->due);
    uint32_t m = due.item;
    snprintf(machines->name, sizeof machines->name, "m%u", m + 1);
    *event = (struct event){.time_us = due.key, .machine = machines->name, .count = 1};
    struct generated_machine *machine = &machines->machines[m];
    if (first) {
        machines->added++;
        add(machines, m, event);
        return;
    }
    if (machine->away) {
        add(machines, m, event);
        expect_trouble(machines, m, due.key);
    } else {
        leave(machines, m, event);
    }
    machine->away = !machine->away;
}
