/* machine_use.h - how many machines do the work: those on which a task runs. */
#ifndef REPLAY_MACHINE_USE_H
#define REPLAY_MACHINE_USE_H

#include "replay/integral.h"
#include "scheduler/cluster.h"

struct machine_work {
    bool running, ever; /* runs a task, has run one */
};

struct machine_use {
    struct machine_work *machines; /* by id */
    uint32_t room;
    uint32_t running_count, ever_count, running_most;
    struct average average;
};

void machine_use_free(struct machine_use *use);

/* What holds now has held for so long. O(1). The most counts only what held for a time. */
void machine_use_advance(struct machine_use *use, int64_t duration_us);

/* The tasks of a machine may have changed. O(1). */
void machine_use_machine(struct machine_use *use, const struct cluster *cluster, uint32_t machine);

#endif
