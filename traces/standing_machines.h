/* standing_machines.h - the machines that are there, as the events so far made them.
 *
 * Lets a reader start in the middle of a trace: what was told of machines before takes
 * effect there, all at once. Machines are numbered by their first appearance, and that
 * order decides which are the first so many. Memory: every machine ever seen. */
#ifndef TRACES_STANDING_MACHINES_H
#define TRACES_STANDING_MACHINES_H

#include "base/names.h"
#include "scheduler/event.h"

struct standing_machine {
    char *rack;   /* or NULL */
    char *labels; /* or NULL */
    struct resources capacity;
    bool present;
    bool drained;
    bool unschedulable;
};

struct standing_machines {
    struct names names;
    struct standing_machine *machines; /* by the name's id */
    uint32_t room;
    uint32_t machines_max; /* further ones are not taken */
};

void standing_machines_init(struct standing_machines *standing, uint32_t machines_max);
void standing_machines_free(struct standing_machines *standing);

/* Is the machine one of the first machines_max that were added? */
bool standing_machines_known(const struct standing_machines *standing, const char *name);

/* Take note of a machine event. False if it is of a machine that is not known, and either
 * is no addition or would be one machine too many. */
bool standing_machines_apply(struct standing_machines *standing, const struct event *event);

/* The events that make the machines as they stand, at `time_us`. *cursor is 0 at first;
 * false after the last. An event is borrowed until the next change. */
bool standing_machines_next(const struct standing_machines *standing, uint32_t *cursor,
                            int64_t time_us, struct event *event);

#endif
