/* failures.c - see failures.h. */
#include "replay/failures.h"

#include "base/assert.h"
#include "base/memory.h"

#define DAY_US 86400e6

void failures_init(struct failures *failures, int64_t rate, uint64_t seed)
{
    *failures = (struct failures){.seed = seed};
    failures->mean_us = rate > 0 ? DAY_US * RESOURCE_UNIT / (double)rate : 0;
    names_init(&failures->names);
    heap_init(&failures->due);
}

void failures_free(struct failures *failures)
{
    for (uint32_t m = 0; m < failures->machine_count; m++) {
        memory_free(failures->machines[m].rack);
        memory_free(failures->machines[m].labels);
    }
    memory_free(failures->machines);
    names_free(&failures->names);
    heap_free(&failures->due);
}

static uint32_t intern(struct failures *failures, const char *name)
{
    uint32_t m = names_intern(&failures->names, name);
    if (m < failures->machine_count)
        return m;
    array_reserve(failures->machines, failures->machine_room, m + 1);
    failures->machines[m] = (struct failing_machine){0};
    random_init(&failures->machines[m].random, random_mix(failures->seed, names_hash(name)));
    failures->machine_count++;
    return m;
}

/* The next failure or repair of a machine, `mean_us` away on average. */
static void schedule(struct failures *failures, uint32_t m, int64_t now_us, double mean_us)
{
    struct failing_machine *machine = &failures->machines[m];
    double wait_us = random_exponential(&machine->random, mean_us) + 1;
    machine->epoch++;
    if (wait_us < 1e18)
        heap_push(&failures->due, now_us + (int64_t)wait_us, (uint64_t)m << 32 | machine->epoch, m);
}

/* The last text that was said. */
static void keep_text(char **kept, const char *text)
{
    if (!text)
        return;
    memory_free(*kept);
    *kept = memory_copy_text(text);
}

bool failures_see(struct failures *failures, const struct event *event)
{
    if (event->kind > EVENT_MACHINE_REMOVED || failures->mean_us <= 0)
        return true;
    uint32_t m = intern(failures, event->machine);
    struct failing_machine *machine = &failures->machines[m];
    bool was_present = machine->present;
    machine->present = event->kind != EVENT_MACHINE_REMOVED;
    if (event->kind == EVENT_MACHINE_ADDED || event->kind == EVENT_MACHINE_UPDATED)
        machine->capacity = event->resources;
    if (event->kind == EVENT_MACHINE_ADDED)
        machine->unschedulable = event->unschedulable;
    if (event->kind == EVENT_MACHINE_DRAINED)
        machine->unschedulable = true;
    keep_text(&machine->rack, event->rack);
    keep_text(&machine->labels, event->labels);
    if (machine->failed)
        return false;
    if (machine->present && !was_present)
        schedule(failures, m, event->time_us, failures->mean_us);
    if (!machine->present)
        machine->epoch++;
    return true;
}

int64_t failures_next(struct failures *failures)
{
    const struct heap_entry *top;
    while ((top = heap_top(&failures->due))) {
        if ((uint32_t)top->tie == failures->machines[top->item].epoch)
            return top->key;
        heap_pop(&failures->due);
    }
    return TIME_NEVER;
}

void failures_take(struct failures *failures, struct event *event)
{
    ASSERT(failures_next(failures) != TIME_NEVER);
    struct heap_entry due = heap_pop(&failures->due);
    struct failing_machine *machine = &failures->machines[due.item];
    *event = (struct event){
        .time_us = due.key, .machine = names_text(&failures->names, due.item), .count = 1};
    if (!machine->failed) {
        machine->failed = true;
        failures->failed_count++;
        failures->injected++;
        event->kind = EVENT_MACHINE_REMOVED;
        schedule(failures, due.item, due.key, FAILURES_REPAIR_MEAN_US);
        return;
    }
    machine->failed = false;
    failures->failed_count--;
    event->kind = EVENT_MACHINE_ADDED;
    event->rack = machine->rack;
    event->labels = machine->labels;
    event->resources = machine->capacity;
    event->unschedulable = machine->unschedulable;
    if (machine->present)
        schedule(failures, due.item, due.key, failures->mean_us);
    else
        event->kind = EVENT_KIND_COUNT; /* the trace took it away meanwhile: nothing happens */
}
