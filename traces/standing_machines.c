/* standing_machines.c - see standing_machines.h. */
#include "traces/standing_machines.h"

#include "base/memory.h"

void standing_machines_init(struct standing_machines *standing, uint32_t machines_max)
{
    *standing = (struct standing_machines){.machines_max = machines_max};
    names_init(&standing->names);
}

void standing_machines_free(struct standing_machines *standing)
{
    for (uint32_t m = 0; m < standing->names.count; m++) {
        memory_free(standing->machines[m].rack);
        memory_free(standing->machines[m].labels);
    }
    memory_free(standing->machines);
    names_free(&standing->names);
}

bool standing_machines_known(const struct standing_machines *standing, const char *name)
{
    return names_find(&standing->names, name) != NONE;
}

static void add(struct standing_machine *machine, const struct event *event)
{
    char *rack = event->rack ? memory_copy_text(event->rack) : NULL;
    memory_free(machine->rack);
    if (event->labels) {
        memory_free(machine->labels);
        machine->labels = memory_copy_text(event->labels);
    }
    *machine = (struct standing_machine){.rack = rack,
                                         .labels = machine->labels,
                                         .capacity = event->resources,
                                         .present = true,
                                         .unschedulable = event->unschedulable};
}

bool standing_machines_apply(struct standing_machines *standing, const struct event *event)
{
    uint32_t m = names_find(&standing->names, event->machine);
    if (m == NONE) {
        bool room = standing->names.count < standing->machines_max;
        if (event->kind != EVENT_MACHINE_ADDED || !room)
            return false;
        m = names_intern(&standing->names, event->machine);
        array_reserve(standing->machines, standing->room, m + 1);
    }
    struct standing_machine *machine = &standing->machines[m];
    if (event->kind == EVENT_MACHINE_ADDED)
        add(machine, event);
    else if (event->kind == EVENT_MACHINE_UPDATED)
        machine->capacity = event->resources;
    else if (event->kind == EVENT_MACHINE_DRAINED)
        machine->drained = true;
    else
        machine->present = false;
    return true;
}

bool standing_machines_next(const struct standing_machines *standing, uint32_t *cursor,
                            int64_t time_us, struct event *event)
{
    /* Two steps a machine: its addition, and that it takes no new tasks. */
    for (; *cursor / 2 < standing->names.count; ++*cursor) {
        uint32_t m = *cursor / 2;
        const struct standing_machine *machine = &standing->machines[m];
        bool drains = *cursor % 2 == 1;
        if (!machine->present || (drains && !machine->drained))
            continue;
        *event = (struct event){.kind = drains ? EVENT_MACHINE_DRAINED : EVENT_MACHINE_ADDED,
                                .time_us = time_us,
                                .machine = names_text(&standing->names, m),
                                .count = 1};
        if (!drains) {
            event->rack = machine->rack;
            event->labels = machine->labels;
            event->resources = machine->capacity;
            event->unschedulable = machine->unschedulable;
        }
        ++*cursor;
        return true;
    }
    return false;
}
