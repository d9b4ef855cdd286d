/* flow_limits.c - see flow_limits.h. */
#include "scheduler/flow_limits.h"

#include <string.h>

#include "base/memory.h"

static bool limited(const struct tenant_facts *facts)
{
    for (int r = 0; r < RESOURCE_COUNT; r++)
        if (facts->limited[r])
            return true;
    return false;
}

void flow_limits_free(struct flow_limits *limits)
{
    memory_free(limits->planned);
    memory_free(limits->granted);
    *limits = (struct flow_limits){0};
}

void flow_limits_begin(struct flow_limits *limits, const struct cluster *cluster)
{
    uint32_t count = cluster->tenant_count;
    limits->tenant_count = count;
    limits->any = false;
    for (uint32_t t = 0; t < count && !limits->any; t++)
        limits->any = limited(&cluster->tenant_facts[t]);
    if (!limits->any)
        return;
    array_reserve(limits->planned, limits->planned_room, count);
    array_reserve(limits->granted, limits->granted_room, count);
    memset(limits->planned, 0, count * sizeof *limits->planned);
    flow_limits_clear(limits);
}

void flow_limits_clear(struct flow_limits *limits)
{
    if (limits->any)
        memset(limits->granted, 0, limits->tenant_count * sizeof *limits->granted);
}

void flow_limits_plan(struct flow_limits *limits)
{
    for (uint32_t t = 0; limits->any && t < limits->tenant_count; t++)
        resources_add(&limits->planned[t], &limits->granted[t]);
    flow_limits_clear(limits);
}

static bool within(const struct cluster *cluster, uint32_t tenant, uint32_t above)
{
    while (tenant != NONE && tenant != above)
        tenant = cluster->tenant_facts[tenant].parent;
    return tenant != NONE;
}

/* What the tenant and those below it have, with all that is given. */
static struct resources use_of(const struct flow_limits *limits, const struct cluster *cluster,
                               uint32_t tenant)
{
    struct resources use = {0};
    for (uint32_t t = 0; t < limits->tenant_count; t++) {
        if (!within(cluster, t, tenant))
            continue;
        resources_add(&use, &cluster->tenant_facts[t].used);
        resources_add(&use, &limits->planned[t]);
        resources_add(&use, &limits->granted[t]);
    }
    return use;
}

uint32_t flow_limits_fit(const struct flow_limits *limits, const struct cluster *cluster,
                         uint32_t tenant, const struct resources *demand, uint32_t wanted)
{
    if (!limits->any)
        return wanted;
    for (; tenant != NONE; tenant = cluster->tenant_facts[tenant].parent) {
        const struct tenant_facts *facts = &cluster->tenant_facts[tenant];
        if (!limited(facts))
            continue;
        struct resources rest = facts->limit;
        struct resources counted = *demand;
        struct resources use = use_of(limits, cluster, tenant);
        resources_subtract(&rest, &use);
        for (int r = 0; r < RESOURCE_COUNT; r++) {
            if (!facts->limited[r])
                counted.amount[r] = rest.amount[r] = 0;
            if (counted.amount[r] == 0) /* asks for nothing that is limited */
                rest.amount[r] = 0;
        }
        wanted = resources_fit_count(&counted, &rest, wanted);
    }
    return wanted;
}

void flow_limits_grant(struct flow_limits *limits, uint32_t tenant, const struct resources *demand,
                       uint32_t units)
{
    for (uint32_t u = 0; limits->any && u < units; u++)
        resources_add(&limits->granted[tenant], demand);
}
