/* mesos_master.h - Mesos's master in step with the cluster: what becomes of a change.
 *
 * A tenant is a role with one framework. The allocator is charged with what runs, with what was
 * decided to, and with what suspended tasks keep, and given back what ends; what waits is in its
 * framework's queue. A framework with nothing in its queue suppresses offers, and each task that
 * comes revives them.
 *
 * A machine that is drained is an agent that is not offered, of which frameworks are told. One that
 * is lost is an agent that is removed, in turn if the rate of removals is limited: as long as it
 * waits for that, what it had counts as before, and its lost tasks are not known to be lost and
 * do not come back to their queues. If it comes back before, all that is over (Apache Mesos,
 * src/master/master.cpp, SlaveObserver). */
#ifndef POLICIES_MESOS_MASTER_H
#define POLICIES_MESOS_MASTER_H

#include "policies/mesos_framework.h"

/* What the allocator is charged with for a task. */
struct mesos_charge {
    uint32_t framework; /* NONE: with nothing */
    uint32_t agent;
    uint32_t life; /* of the agent: void if it was removed since */
    struct resources resources;
};

struct mesos_machine {
    uint32_t life;
    bool leaving; /* lost, and not removed yet */
    uint32_t labels;
};

struct mesos_master {
    struct mesos_allocator allocator;
    struct mesos_frameworks frameworks;
    struct id_list framework_of, role_of; /* by tenant: or NONE */
    struct mesos_charge *charges;         /* by task */
    bool *unknown;                        /* by task: it was lost, which nobody knows yet */
    uint32_t task_limit, charge_room, unknown_room;
    struct mesos_machine *machines;
    uint32_t machine_count, machine_room;
    struct id_list launched; /* tasks decided to run, by the last round */
    struct id_list leaving;  /* machines, who was lost first in front */
    struct id_list lost;     /* tasks that are unknown to be lost */
    int64_t removal_us;      /* least time between removals; 0: no limit */
    int64_t removable_us;    /* when the next one may be */
    int64_t recovered_us;    /* when something came back first, since this was set to TIME_NEVER */
};

void mesos_master_init(struct mesos_master *master, const struct mesos_options *options,
                       const struct mesos_patience *patience, uint64_t seed);
void mesos_master_free(struct mesos_master *master);

/* Follow a change. O(1) expected, and a lost machine O(tasks lost). */
void mesos_master_see(struct mesos_master *master, const struct cluster *cluster,
                      const struct change *change);

/* A round begins: take back what was decided and did not happen, and remove agents whose turn it
 * is. O(tasks decided + tasks lost). */
void mesos_master_begin(struct mesos_master *master, const struct cluster *cluster, int64_t now_us);

/* The framework answers its offers of the last run: what it takes is charged to it, the rest comes
 * back. */
void mesos_master_answer(struct mesos_master *master, uint32_t framework,
                         const struct mesos_launch *launch);

/* When an agent may be removed that waits for it, or TIME_NEVER. */
int64_t mesos_master_removal_us(const struct mesos_master *master);

/* The allocator has what the ledger has: for tests, between rounds, with nothing undecided and no
 * machine leaving. O(machines + tenants). */
bool mesos_master_agrees(const struct mesos_master *master, const struct cluster *cluster);

#endif
