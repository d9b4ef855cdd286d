/* tenants.c - see tenants.h. */
#include "scheduler/tenants.h"

#include <string.h>

#include "base/assert.h"
#include "base/memory.h"

void tenants_reserve(struct cluster *cluster)
{
    uint32_t count = cluster->tenant_names.count + 1;
    array_reserve(cluster->tenant_facts, cluster->tenant_room, count);
    while (cluster->tenant_count < count)
        cluster->tenant_facts[cluster->tenant_count++] = (struct tenant_facts){
            .weight = TENANT_WEIGHT_ONE, .parent = NONE, .levels_below = cluster->tenant_depth};
}

uint32_t tenants_intern(struct cluster *cluster, const char *name)
{
    uint32_t tenant = names_intern(&cluster->tenant_names, name);
    tenants_reserve(cluster);
    return tenant;
}

static enum status wrong(struct problem *problem, const char *name, const char *reason)
{
    return problem_set(problem, STATUS_BAD_INPUT, NULL, 0, 0, "tenant %s: %s", name, reason);
}

/* By definition: which one is its parent, or NONE. */
static enum status find_parents(const struct tenant_definition *definitions, uint32_t count,
                                uint32_t *parents, struct problem *problem)
{
    struct names names;
    names_init(&names);
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t id = names_intern(&names, definitions[i].name);
        ASSERT(id == i);
    }
    for (uint32_t i = 0; i < count && status == STATUS_OK; i++) {
        const char *parent = definitions[i].parent;
        parents[i] = parent ? names_find(&names, parent) : NONE;
        if (parent && parents[i] == NONE)
            status = wrong(problem, definitions[i].name, "its parent is not defined");
    }
    names_free(&names);
    return status;
}

/* A tenant has as many above it as there are levels, or more: how many, or for ever? */
static enum status too_deep(const char *name, uint32_t count, const uint32_t *parents,
                            uint32_t above, struct problem *problem)
{
    uint32_t levels = TENANT_LEVELS_MAX;
    while (levels <= count && parents[above] != NONE) {
        above = parents[above];
        levels++;
    }
    if (levels > count)
        return wrong(problem, name, "its parents go round in a circle");
    return problem_set(problem, STATUS_BAD_INPUT, NULL, 0, 0,
                       "tenant %s: %u tenants are above it; costs have room for %d levels", name,
                       levels, TENANT_LEVELS_MAX);
}

/* How many are above each. */
static enum status find_levels(const struct tenant_definition *definitions, uint32_t count,
                               const uint32_t *parents, uint32_t *levels, struct problem *problem)
{
    for (uint32_t i = 0; i < count; i++) {
        levels[i] = 0;
        for (uint32_t above = parents[i]; above != NONE; above = parents[above])
            if (++levels[i] == TENANT_LEVELS_MAX)
                return too_deep(definitions[i].name, count, parents, above, problem);
    }
    return STATUS_OK;
}

static void define(struct cluster *cluster, const struct tenant_definition *definition,
                   uint32_t level)
{
    uint32_t tenant = tenants_intern(cluster, definition->name);
    uint32_t parent = definition->parent ? tenants_intern(cluster, definition->parent) + 1 : NONE;
    struct tenant_facts *facts = &cluster->tenant_facts[tenant + 1];
    ASSERT(definition->weight > 0 && definition->weight <= TENANT_WEIGHT_MAX);
    facts->weight = definition->weight;
    facts->parent = parent;
    facts->level = level;
    facts->guarantee = definition->guarantee;
    facts->limit = definition->limit;
    memcpy(facts->limited, definition->limited, sizeof facts->limited);
}

enum status tenants_define(struct cluster *cluster, const struct tenant_definition *definitions,
                           uint32_t count, struct problem *problem)
{
    uint32_t *parents = memory_alloc((count + 1) * sizeof *parents);
    uint32_t *levels = memory_alloc((count + 1) * sizeof *levels);
    enum status status = find_parents(definitions, count, parents, problem);
    if (status == STATUS_OK)
        status = find_levels(definitions, count, parents, levels, problem);
    for (uint32_t i = 0; i < count && status == STATUS_OK; i++) {
        define(cluster, &definitions[i], levels[i]);
        if (levels[i] > cluster->tenant_depth)
            cluster->tenant_depth = levels[i];
    }
    tenants_reserve(cluster);
    for (uint32_t i = 0; i < cluster->tenant_count; i++)
        cluster->tenant_facts[i].levels_below =
            cluster->tenant_depth - cluster->tenant_facts[i].level;
    memory_free(parents);
    memory_free(levels);
    return status;
}
