/* family.c - see family.h. */
#include "bench/family.h"

#include <string.h>

#include "base/assert.h"
#include "base/memory.h"
#include "base/names.h"
#include "bench/family_plan.h"
#include "solver/ranges.h"

#define COST_MAX 10000

extern const struct family family_netgen;
extern const struct family family_gridgen;
extern const struct family family_goto;
extern const struct family family_road;
extern const struct family family_transport;
extern const struct family family_assignment;

static const struct family *const families[] = {&family_netgen,    &family_gridgen,
                                                &family_goto,      &family_road,
                                                &family_transport, &family_assignment};

uint32_t family_count(void)
{
    return COUNT_OF(families);
}

const struct family *family_at(uint32_t index)
{
    ASSERT(index < COUNT_OF(families));
    return families[index];
}

const struct family *family_find(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(families); i++)
        if (strcmp(families[i]->name, name) == 0)
            return families[i];
    return NULL;
}

static enum status make_plan(const struct family *family, const struct family_options *options,
                             struct family_plan *plan, struct problem *problem)
{
    ASSERT(options->nodes <= FAMILY_NODES_MAX);
    ASSERT(options->supply >= 0 && options->supply <= FAMILY_SUPPLY_MAX);
    ASSERT(options->cost_max >= 0 && options->cost_max <= FAMILY_COST_MAX);
    ASSERT(options->capacity_max >= 0 && options->capacity_max <= FAMILY_CAPACITY_MAX);
    uint32_t degree = options->degree ? options->degree : family->degree;
    uint64_t arcs = (uint64_t)options->nodes * degree;
    *plan = (struct family_plan){
        .nodes = options->nodes,
        .supply = options->supply,
        .cost_max = options->cost_max ? options->cost_max : COST_MAX,
        .capacity_max = options->capacity_max ? options->capacity_max : family->capacity_max,
        .problem = problem,
    };
    if (plan->nodes < family->nodes_min)
        return plan_refuse(plan, "%s takes at least %u nodes", family->name, family->nodes_min);
    if (arcs > FAMILY_ARCS_MAX)
        return problem_set(problem, STATUS_TOO_LARGE, NULL, 0, 0,
                           "%u nodes of degree %u have more than %u arcs", options->nodes, degree,
                           FAMILY_ARCS_MAX);
    plan->arcs = (uint32_t)arcs;
    /* The same seed gives each family choices of its own. */
    random_init(&plan->random, random_mix(options->seed, names_hash(family->name)));
    return STATUS_OK;
}

static enum status build(const struct family *family, struct family_plan *plan,
                         struct network *network)
{
    array_reserve(network->nodes, network->node_room, plan->nodes);
    array_reserve(network->arcs, network->arc_room, plan->arcs);
    for (uint32_t v = 0; v < plan->nodes; v++)
        network_add_node(network, 0);
    enum status status = family->build(plan, network);
    if (status != STATUS_OK)
        return status;
    network_clear_deltas(network, NULL);
    ASSERT(ranges_check(network) == NULL); /* by the limits in family.h */
    return STATUS_OK;
}

enum status family_build(const struct family *family, const struct family_options *options,
                         struct network *network, struct problem *problem)
{
    struct family_plan plan;
    network_init(network);
    enum status status = make_plan(family, options, &plan, problem);
    if (status == STATUS_OK)
        status = build(family, &plan, network);
    if (status != STATUS_OK)
        network_free(network);
    return status;
}
