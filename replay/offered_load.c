/* offered_load.c - see offered_load.h. */
#include "replay/offered_load.h"

void offered_load_init(struct offered_load *load)
{
    *load = (struct offered_load){.first_us = TIME_NEVER};
    names_init(&load->machines);
}

void offered_load_free(struct offered_load *load)
{
    names_free(&load->machines);
}

static void add_machine(struct offered_load *load, const struct event *event)
{
    if (event->unschedulable || names_find(&load->machines, event->machine) != NONE)
        return;
    names_intern(&load->machines, event->machine);
    resources_add(&load->capacity, &event->resources);
    for (int r = 0; r < RESOURCE_COUNT; r++)
        if (event->resources.amount[r] > load->largest.amount[r])
            load->largest.amount[r] = event->resources.amount[r];
}

static void add_tasks(struct offered_load *load, const struct event *event)
{
    if (event->time_us < load->first_us)
        load->first_us = event->time_us;
    load->last_us = event->time_us;
    if (!resources_fit(&event->resources, &load->largest))
        return;
    __int128 run_us = 0;
    for (uint32_t i = 0; i < event->attempt_count; i++) {
        if (event->attempts[i].run_us == TIME_NEVER)
            return;
        run_us += event->attempts[i].run_us;
    }
    for (int r = 0; r < RESOURCE_COUNT; r++)
        load->work[r] += run_us * event->resources.amount[r] * event->count;
}

void offered_load_add(struct offered_load *load, const struct event *event)
{
    if (event->kind == EVENT_MACHINE_ADDED)
        add_machine(load, event);
    if (event->kind == EVENT_TASK_SUBMITTED)
        add_tasks(load, event);
}

int64_t offered_load_scarcest(const struct offered_load *load)
{
    double scarcest = 0;
    double span_us = (double)(load->last_us - load->first_us);
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        if (load->capacity.amount[r] <= 0 || load->last_us <= load->first_us)
            continue;
        double offered = (double)load->work[r] / ((double)load->capacity.amount[r] * span_us);
        if (offered > scarcest)
            scarcest = offered;
    }
    return scarcest < 1e9 ? (int64_t)(scarcest * RESOURCE_UNIT)
                          : INT64_C(1000000000) * RESOURCE_UNIT;
}
