/* locality.h - how far input was when attempts started.
 *
 * At every start, a migration's included, each block of the task's input is on the machine,
 * else in its rack, else remote; copies on machines that are AWAY do not count. */
#ifndef REPLAY_LOCALITY_H
#define REPLAY_LOCALITY_H

#include "costmodels/facts.h"

struct locality {
    __int128 machine_mib, rack_mib, remote_mib;
};

/* Parts of all MiB, 0..1; NaN if there was no input. */
struct locality_ratios {
    double machine, rack, remote;
};

/* The task starts on the machine where its facts say it is. O(blocks). */
void locality_start(struct locality *locality, const struct machine_facts *machines,
                    const struct task_facts *task);

struct locality_ratios locality_ratios(const struct locality *locality);

#endif
