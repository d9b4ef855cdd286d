/* mesos_revocation.h - tasks of tenants that have more than their part end for those that have
 * too little.
 *
 * Hindman et al., "Mesos", NSDI 2011: when frameworks want more, tasks may be
 * revoked after a grace period, of any framework that has more than is guaranteed to it. No release
 * of Mesos does so; this is the paper's rule with what it leaves open filled in. A tenant's part is
 * what its weight gives it among siblings with tasks, of its parent's part. One that waits and has
 * less than `threshold` of its part starves (as Hadoop's Fair Scheduler has it). As long as the
 * tasks that are to end do not make up for what those that starve lack, another one is to end as
 * well: of the tenant furthest beyond its part the youngest that leaves it its part and what is
 * guaranteed to it. When the grace is over it is stopped, if anybody still starves. */
#ifndef POLICIES_MESOS_REVOCATION_H
#define POLICIES_MESOS_REVOCATION_H

#include "policies/mesos_master.h"

struct mesos_condemned {
    uint32_t task, generation;
    int64_t due_us; /* TIME_NEVER: it was stopped */
};

struct mesos_revocation {
    int64_t grace_us;
    int64_t threshold; /* of its part, in billionths */
    struct mesos_condemned *condemned;
    uint32_t count, room;
    /* By role: weights of those with tasks below it; and in billionths of the cluster its part,
     * that of its own tasks, and what these have without those that are to end. */
    int64_t *weight_sums, *parts, *own_parts, *shares;
    uint32_t sum_room, part_room, own_room, share_room;
};

void mesos_revocation_free(struct mesos_revocation *revocation); /* all zero has condemned none */

/* After a run: stop those whose grace is over, and choose others. O(roles), and for each chosen
 * O(roles + tasks of those beyond their parts x tasks that are to end). */
void mesos_revoke(struct mesos_revocation *revocation, const struct mesos_master *master,
                  const struct mesos_launch *launch);

/* When the next grace is over, or TIME_NEVER. O(tasks that are to end). */
int64_t mesos_revocation_due_us(const struct mesos_revocation *revocation);

#endif
