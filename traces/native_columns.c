/* native_columns.c - see native_columns.h. */
#include "traces/native_columns.h"

#include <string.h>

static const char *const names[NATIVE_COLUMN_COUNT] = {
    "time_us", "event",  "machine",    "rack",        "resources",  "job",          "stage",
    "index",   "count",  "tenant",     "priority",    "attempts",   "predecessors", "blocks",
    "flags",   "labels", "constraint", "deadline_us", "latency_us",
};

#define BIT(column) (1u << (column))
#define TASK (BIT(NATIVE_JOB) | BIT(NATIVE_STAGE) | BIT(NATIVE_INDEX))

static const uint32_t columns_of_kind[EVENT_KIND_COUNT] = {
    [EVENT_MACHINE_ADDED] = BIT(NATIVE_MACHINE) | BIT(NATIVE_RACK) | BIT(NATIVE_RESOURCES) |
                            BIT(NATIVE_FLAGS) | BIT(NATIVE_LABELS),
    [EVENT_MACHINE_UPDATED] = BIT(NATIVE_MACHINE) | BIT(NATIVE_RESOURCES),
    [EVENT_MACHINE_DRAINED] = BIT(NATIVE_MACHINE),
    [EVENT_MACHINE_REMOVED] = BIT(NATIVE_MACHINE),
    [EVENT_TASK_SUBMITTED] = TASK | BIT(NATIVE_MACHINE) | BIT(NATIVE_RESOURCES) |
                             BIT(NATIVE_COUNT) | BIT(NATIVE_TENANT) | BIT(NATIVE_PRIORITY) |
                             BIT(NATIVE_ATTEMPTS) | BIT(NATIVE_PREDECESSORS) | BIT(NATIVE_BLOCKS) |
                             BIT(NATIVE_CONSTRAINT) | BIT(NATIVE_DEADLINE) | BIT(NATIVE_LATENCY),
    [EVENT_TASK_UPDATED] = TASK | BIT(NATIVE_RESOURCES) | BIT(NATIVE_PRIORITY),
    [EVENT_TASK_FINISHED] = TASK,
    [EVENT_TASK_FAILED] = TASK,
    [EVENT_TASK_KILLED] = TASK,
    [EVENT_TASK_EVICTED] = TASK,
};

const char *native_column_name(enum native_column column)
{
    return names[column];
}

enum native_column native_column_find(const char *name)
{
    for (int column = 0; column < NATIVE_COLUMN_COUNT; column++)
        if (strcmp(names[column], name) == 0)
            return (enum native_column)column;
    return NATIVE_COLUMN_COUNT;
}

bool native_column_used(enum event_kind kind, enum native_column column)
{
    uint32_t always = BIT(NATIVE_TIME) | BIT(NATIVE_EVENT);
    return ((columns_of_kind[kind] | always) & BIT(column)) != 0;
}
