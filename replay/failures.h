/* failures.h - machine failures injected by seed, on top of what the trace records.
 *
 * A machine that is there fails after a time drawn from an exponential distribution, and
 * is back, as it was, after another. Each machine draws from its own stream, so that the
 * failures of one do not depend on how many machines there are. What the trace does to a
 * machine while it is down takes effect when it is back. */
#ifndef REPLAY_FAILURES_H
#define REPLAY_FAILURES_H

#include "base/heap.h"
#include "base/names.h"
#include "base/random.h"
#include "scheduler/event.h"

#define FAILURES_REPAIR_MEAN_US INT64_C(600000000) /* ours: 10 minutes */

struct failing_machine {
    struct random random;
    char *rack, *labels;
    struct resources capacity;
    bool present;       /* by the trace */
    bool unschedulable; /* by the trace: drained, or of unknown capacity */
    bool failed;        /* by injection */
    uint32_t epoch;     /* rises when a pending time is void */
};

struct failures {
    double mean_us; /* between failures of a machine; 0: none are injected */
    uint64_t seed;
    struct names names;
    struct failing_machine *machines;
    uint32_t machine_count, machine_room;
    struct heap due; /* (time, epoch, machine) */
    uint32_t failed_count;
    uint64_t injected;
};

/* `rate` failures per machine and day, in billionths. */
void failures_init(struct failures *failures, int64_t rate, uint64_t seed);
void failures_free(struct failures *failures);

/* See an event of the trace before the engine does; false: hold it back, the machine is
 * down and will come back as the event says. */
bool failures_see(struct failures *failures, const struct event *event);

/* When the next failure or repair is due, or TIME_NEVER. */
int64_t failures_next(struct failures *failures);

/* The event that is due at failures_next(); its texts are borrowed until the next call. Its
 * kind is EVENT_KIND_COUNT if nothing happens: the machine left while it was down. */
void failures_take(struct failures *failures, struct event *event);

#endif
