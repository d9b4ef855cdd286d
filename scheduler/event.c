/* event.c - see event.h. */
#include "scheduler/event.h"

#include <string.h>

static const char *const names[EVENT_KIND_COUNT] = {
    "machine_added",  "machine_updated", "machine_drained", "machine_removed",
    "task_submitted", "task_updated",    "task_finished",   "task_failed",
    "task_killed",    "task_evicted",    "records_end",
};

const char *event_kind_name(enum event_kind kind)
{
    return names[kind];
}

enum event_kind event_kind_find(const char *name)
{
    for (int kind = 0; kind < EVENT_KIND_COUNT; kind++)
        if (strcmp(names[kind], name) == 0)
            return (enum event_kind)kind;
    return EVENT_KIND_COUNT;
}
