/* machine_log.c - see machine_log.h. */
#include "traces/machine_log.h"

#include <stdlib.h>

#include "base/memory.h"
#include "traces/trace.h"

void machine_log_init(struct machine_log *log, int64_t from_us)
{
    *log = (struct machine_log){.from_us = from_us};
}

void machine_log_free(struct machine_log *log)
{
    memory_free(log->states);
    memory_free(log->changes);
    *log = (struct machine_log){0};
}

static void note(struct machine_log *log, uint32_t machine, int64_t time_us, enum event_kind kind)
{
    if (!log->started)
        return;
    const struct machine_state *state = &log->states[machine];
    array_reserve(log->changes, log->change_room, log->change_count + 1);
    log->changes[log->change_count] = (struct machine_change){
        .time_us = time_us,
        .machine = machine,
        .sequence = log->change_count,
        .kind = kind,
        .unschedulable = !state->schedulable,
        .capacity = state->capacity,
    };
    log->change_count++;
}

/* Add what is there when the window begins. */
static void start(struct machine_log *log)
{
    log->started = true;
    for (uint32_t m = 0; m < log->state_count; m++)
        if (log->states[m].present)
            note(log, m, log->from_us, EVENT_MACHINE_ADDED);
}

static struct machine_state *reach(struct machine_log *log, uint32_t machine, int64_t time_us)
{
    if (!log->started && time_us >= log->from_us)
        start(log);
    array_reserve(log->states, log->state_room, (size_t)machine + 1);
    if (log->state_count <= machine)
        log->state_count = machine + 1;
    return &log->states[machine];
}

static void open_again(struct machine_log *log, uint32_t machine, int64_t time_us, bool drained)
{
    /* One that could never take a task may be replaced without loss. */
    if (!drained)
        note(log, machine, time_us, EVENT_MACHINE_REMOVED);
    note(log, machine, time_us, EVENT_MACHINE_ADDED);
}

bool machine_log_set(struct machine_log *log, uint32_t machine, int64_t time_us,
                     const struct resources *capacity, bool schedulable)
{
    struct machine_state *state = reach(log, machine, time_us);
    struct machine_state before = *state;
    bool same_capacity = resources_equal(&before.capacity, capacity);
    state->present = true;
    state->schedulable = schedulable;
    state->capacity = *capacity;
    state->drained = before.present && !schedulable && (before.schedulable || before.drained);
    if (!before.present)
        note(log, machine, time_us, EVENT_MACHINE_ADDED);
    else if (before.schedulable && !schedulable)
        note(log, machine, time_us, EVENT_MACHINE_DRAINED);
    else if (!before.schedulable && schedulable)
        open_again(log, machine, time_us, before.drained);
    else if (!same_capacity && schedulable)
        note(log, machine, time_us, EVENT_MACHINE_UPDATED);
    return !before.present || before.schedulable != schedulable || !same_capacity;
}

bool machine_log_remove(struct machine_log *log, uint32_t machine, int64_t time_us)
{
    struct machine_state *state = reach(log, machine, time_us);
    if (!state->present)
        return false;
    *state = (struct machine_state){0};
    note(log, machine, time_us, EVENT_MACHINE_REMOVED);
    return true;
}

struct machine_state machine_log_state(const struct machine_log *log, uint32_t machine)
{
    return machine < log->state_count ? log->states[machine] : (struct machine_state){0};
}

static int compare_changes(const void *a, const void *b)
{
    const struct machine_change *x = a;
    const struct machine_change *y = b;
    if (x->time_us != y->time_us)
        return x->time_us < y->time_us ? -1 : 1;
    int phases = event_phase(x->kind) - event_phase(y->kind);
    return phases ? phases : x->sequence < y->sequence ? -1 : 1;
}

void machine_log_finish(struct machine_log *log)
{
    if (!log->started)
        start(log);
    if (log->change_count > 1)
        qsort(log->changes, log->change_count, sizeof *log->changes, compare_changes);
}

void machine_log_usable_at(const struct machine_log *log, int64_t time_us, bool *usable)
{
    for (uint32_t i = 0; i < log->change_count && log->changes[i].time_us <= time_us; i++)
        usable[log->changes[i].machine] = !log->changes[i].unschedulable;
}
