/* generated_machines.h - the machines of a synthetic trace and what happens to them.
 *
 * Every machine is there at time 0. It fails or is drained after times drawn from an
 * exponential distribution, and is back as it was after a time from a quantile table. */
#ifndef TRACES_GENERATED_MACHINES_H
#define TRACES_GENERATED_MACHINES_H

#include "base/heap.h"
#include "traces/generator.h"

struct generated_machine {
    struct random random;
    uint32_t shape;
    bool away; /* failed or drained */
};

struct generated_machines {
    const struct generator_options *options;
    struct generated_machine *machines;
    struct resources capacity; /* of all */
    uint32_t added;            /* so many are given out as added at time 0 */
    int64_t end_us;            /* nothing fails after it */
    struct heap due;           /* (time, order, machine) */
    uint64_t order;
    char name[16];
    char rack[16];
};

/* `options` must outlive the machines. */
void generated_machines_init(struct generated_machines *machines,
                             const struct generator_options *options);
void generated_machines_free(struct generated_machines *machines);

/* Before the first event: until when machines fail. */
void generated_machines_set_end(struct generated_machines *machines, int64_t end_us);

/* When the next event is due, or TIME_NEVER; and that event, borrowed until the next call. */
int64_t generated_machines_due(const struct generated_machines *machines);
void generated_machines_take(struct generated_machines *machines, struct event *event);

#endif
