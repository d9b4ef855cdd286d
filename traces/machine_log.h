/* machine_log.h - from rows that say what a machine is to events that say what changes.
 *
 * Publishers write the state of machines in different ways: samples that repeat, or
 * additions and updates that change nothing. The log keeps the state of every machine and
 * notes only what differs. What is told before the wanted window takes effect at its
 * start, all at once: machines that are present then are added then.
 *
 * Machines are dense numbers here; their names are the format's. */
#ifndef TRACES_MACHINE_LOG_H
#define TRACES_MACHINE_LOG_H

#include "scheduler/event.h"

struct machine_change {
    int64_t time_us;
    uint32_t machine;
    uint32_t sequence;
    enum event_kind kind;
    bool unschedulable;        /* from now on it takes no task; also drained, removed */
    struct resources capacity; /* added, updated */
};

struct machine_state {
    bool present;
    bool schedulable; /* in use, and its capacity is known */
    bool drained;     /* not schedulable now, but it was since it was added */
    struct resources capacity;
};

struct machine_log {
    int64_t from_us;
    bool started; /* the window has begun: changes are noted */
    struct machine_state *states;
    uint32_t state_count;
    uint32_t state_room;
    struct machine_change *changes;
    uint32_t change_count;
    uint32_t change_room;
};

void machine_log_init(struct machine_log *log, int64_t from_us);
void machine_log_free(struct machine_log *log);

/* From `time_us` on the machine is there, with this capacity, and takes tasks if it is
 * `schedulable`. False if that was so already. Times never fall from call to call. */
bool machine_log_set(struct machine_log *log, uint32_t machine, int64_t time_us,
                     const struct resources *capacity, bool schedulable);

/* The machine is gone. False if it was not there. */
bool machine_log_remove(struct machine_log *log, uint32_t machine, int64_t time_us);

/* What is known of a machine so far; one never told of is not present. */
struct machine_state machine_log_state(const struct machine_log *log, uint32_t machine);

/* After the last call: put the changes into the order of events. O(n log n). */
void machine_log_finish(struct machine_log *log);

/* Which machines are there and take tasks, by the finished log, once all changes up to
 * `time_us` are made; `usable` has state_count items, all false. O(changes until then). */
void machine_log_usable_at(const struct machine_log *log, int64_t time_us, bool *usable);

#endif
