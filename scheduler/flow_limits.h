/* flow_limits.h - how much more a tenant may be given; for the commit.
 *
 * The network counts tasks: it keeps a tenant's limit only as far as its tasks are alike
 * (tenant_may_run). What is granted is checked here, by what each demands. */
#ifndef SCHEDULER_FLOW_LIMITS_H
#define SCHEDULER_FLOW_LIMITS_H

#include "scheduler/cluster.h"

struct flow_limits {
    bool any;                  /* is any tenant limited? */
    struct resources *planned; /* by tenant: given in this round, and planned */
    struct resources *granted; /* given beyond that, as the commit goes on */
    uint32_t tenant_count, planned_room, granted_room;
};

void flow_limits_free(struct flow_limits *limits);

/* A round begins: nothing is planned. O(tenants). */
void flow_limits_begin(struct flow_limits *limits, const struct cluster *cluster);

/* Nothing is granted; and all that is granted is planned. O(tenants). */
void flow_limits_clear(struct flow_limits *limits);
void flow_limits_plan(struct flow_limits *limits);

/* How many tasks of the demand may the tenant be given, by its own limit and those of the
 * tenants above it, at most `wanted`? And give it so many. O(levels x tenants). */
uint32_t flow_limits_fit(const struct flow_limits *limits, const struct cluster *cluster,
                         uint32_t tenant, const struct resources *demand, uint32_t wanted);
void flow_limits_grant(struct flow_limits *limits, uint32_t tenant, const struct resources *demand,
                       uint32_t units);

#endif
