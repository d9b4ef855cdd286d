/* tenants.h - tenants by name, and what was said of them beforehand; for the engine. */
#ifndef SCHEDULER_TENANTS_H
#define SCHEDULER_TENANTS_H

#include "scheduler/cluster.h"

/* What is said of a tenant; facts.h explains the members. */
struct tenant_definition {
    const char *name;
    const char *parent; /* the name of another one that is defined, or NULL */
    uint32_t weight;
    struct resources guarantee, limit;
    bool limited[RESOURCE_COUNT];
};

/* Room for the facts of all tenants known so far, and of jobs without one. */
void tenants_reserve(struct cluster *cluster);

/* The id of a tenant, made now if it is new: of weight one, at the top. */
uint32_t tenants_intern(struct cluster *cluster, const char *name);

/* Make facts of definitions of distinct names; of all other tenants, their level in the
 * forest. Called once, before the first event. STATUS_BAD_INPUT, with the tenant's name and
 * the cluster as it was: a parent that is not defined, a circle of parents, more levels
 * than TENANT_LEVELS_MAX. O(definitions) expected. */
enum status tenants_define(struct cluster *cluster, const struct tenant_definition *definitions,
                           uint32_t count, struct problem *problem);

#endif
