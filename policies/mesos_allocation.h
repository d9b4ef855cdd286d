/* mesos_allocation.h - a run of Mesos's allocator: who is offered what of which agent? */
#ifndef POLICIES_MESOS_ALLOCATION_H
#define POLICIES_MESOS_ALLOCATION_H

#include "policies/mesos_allocator.h"

/* Offer what agents have available, of all of them, or of those asked for since the last run; and
 * tell frameworks of agents that are drained. The offers are in allocator.offers, to be
 * answered before the next run (mesos_allocator_answer).
 *
 * O(agents), and O(filters of the agent + roles passed over) for each that is not quiet. */
void mesos_allocate(struct mesos_allocator *allocator, int64_t now_us, bool all);

#endif
