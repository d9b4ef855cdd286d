/* tenant_case.h - tenants that want machines, as a small network, for tests.
 *
 *     tenant --place--> machine --slots--> sink        tenant --its steps--> sink */
#ifndef TESTS_TENANT_CASE_H
#define TESTS_TENANT_CASE_H

#include "costmodels/tenant_steps.h"

#define CASE_TENANTS 5
#define CASE_MACHINES 5

struct tenant_case {
    uint32_t tenant_count, machine_count;
    struct tenant_facts facts[CASE_TENANTS];
    struct resources demand[CASE_TENANTS]; /* of each task */
    uint32_t outside[CASE_TENANTS];        /* tasks that run, outside the network */
    uint32_t running[CASE_TENANTS];        /* and in it */
    uint32_t waiting[CASE_TENANTS];
    struct resources capacity;                 /* of which tenants have shares */
    struct resources free[CASE_MACHINES];      /* what is to fit where, in tenant_case_fill */
    uint32_t slots[CASE_MACHINES];             /* tasks that a machine takes */
    bool barred[CASE_TENANTS][CASE_MACHINES];  /* may not go there */
    cost_t place[CASE_TENANTS][CASE_MACHINES]; /* cost of going there */
};

/* Tenants of weight one by the demands of their tasks. */
struct tenant_case tenant_case_of(struct resources capacity, uint32_t tenant_count,
                                  const struct resources *demands);

/* The cheapest flow with the prices of drf, certified: tasks by tenant and machine. */
void tenant_case_solve(const struct tenant_case *tenant_case,
                       uint32_t tasks[CASE_TENANTS][CASE_MACHINES]);

/* Called after a round; `before` is the case before it. */
typedef void tenant_case_check(const struct tenant_case *before, const struct tenant_case *after,
                               uint32_t tasks[CASE_TENANTS][CASE_MACHINES]);

/* Rounds of at most one task a machine, which fits, until nothing is placed; `check` may be
 * NULL. Then `outside` counts what runs. */
void tenant_case_fill(struct tenant_case *tenant_case, tenant_case_check *check);

/* What the tenant's next task costs by drf when `running` run. */
cost_t tenant_case_unit(const struct tenant_case *tenant_case, uint32_t tenant, uint32_t running);

/* The dominant share of so many tasks of the tenant, and of one over its weight. */
double tenant_case_share(const struct tenant_case *tenant_case, uint32_t tenant, uint32_t tasks);

#endif
