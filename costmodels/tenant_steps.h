/* tenant_steps.h - what a tenant's waiting tasks cost, as the steps of a convex cost.
 *
 * Fairness stands where tasks wait, so that those placed keep their own arcs to machines. A
 * tenant's tasks of the network are a queue; those that run come first. To leave u of them
 * waiting leaves the last u, and each of those costs what it would be worth to run it
 * (cost_mix_tenant_worth), at the dominant share that its tenant has before it: the share
 * of the sum of the demands before it, exactly, not a sum of shares. The earlier in the
 * queue, the smaller that share and the larger the cost: so the u-th costs no less than the
 * one before, and a cheapest flow through parallel arcs fills them in order.
 *
 * The network counts tasks and does not know which of the tenant's they are. Of tasks alike
 * that is the same; of others the shares are those of the queue's order.
 *
 * Exact, unit by unit, are the EXACT units on either side of the boundary between those
 * that run and those that wait. Farther away, units are priced in groups, each as its
 * middle unit: of 1/16 of their distance from the boundary; of 1/4 of it among those that
 * run, and beyond 16,384. So where a round starts or stops x > EXACT tasks of a tenant, they
 * may be more or fewer than is fair by 1/16 of x (1/4), not more; the next round sees
 * them from the new boundary. With 100,000 tasks that run and a million that wait there are
 * about 230 steps, and for every queue at most TENANT_STEPS_MAX.
 *
 * Tenants within tenants: a chain of nodes,
 *
 *     unscheduled(tenant) --its steps--> unscheduled(parent) --its steps--> ... --> sink
 *
 * For an inner tenant, the queue is the union of its children's: what runs of any of them,
 * then what waits, in one order for all; `outside` is what all of them use outside the
 * network. Its steps carry as many units as its children's together. Tasks of its own make
 * a leaf among its children, with the facts of tenant_own_tasks. A model prices the levels
 * of the chain so that the sum says what comes first. A guarantee counts at its own level,
 * among siblings: to hold in the cluster its tenant's parents need one as large. */
#ifndef COSTMODELS_TENANT_STEPS_H
#define COSTMODELS_TENANT_STEPS_H

#include "costmodels/cost_mix.h"

#define TENANT_STEPS_EXACT 32
#define TENANT_STEPS_MAX 320

struct tenant_run {
    struct resources demand; /* of each of them */
    uint32_t count;
};

struct tenant_queue {
    struct resources outside;      /* used by tasks of the tenant that are not in the queue */
    const struct tenant_run *runs; /* in order; together less than 2^32 tasks */
    uint32_t run_count;
    uint32_t running; /* tasks, the first ones, that run already */
};

struct tenant_step {
    uint32_t count;
    cost_t cost;
};

/* Costs rise strictly from step to step: the first step is of the queue's last tasks. Counts
 * add up to those of the queue. */
struct tenant_steps {
    struct tenant_step steps[TENANT_STEPS_MAX];
    uint32_t count;
};

/* O(runs + steps); allocates nothing. */
void tenant_steps_make(struct tenant_steps *steps, const struct cost_mix *mix,
                       const struct tenant_facts *tenant, const struct resources *capacity,
                       const struct tenant_queue *queue);

/* How many tasks of the queue may run together under the tenant's limit, taken in order,
 * without those that are too much: all others have to wait, as a lower bound on what leaves
 * unscheduled(tenant). Tasks of other sizes than those counted may still be too much
 * together: who commits checks the limit. The answer may be less than what runs already;
 * without preemption the bound must then leave these alone. O(runs). */
uint32_t tenant_may_run(const struct tenant_facts *tenant, const struct tenant_queue *queue);

/* The facts of the leaf that has an inner tenant's own tasks: weight one, no guarantee. */
struct tenant_facts tenant_own_tasks(const struct cluster_facts *cluster, uint32_t tenant);

#endif
