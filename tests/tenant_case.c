/* tenant_case.c - see tenant_case.h. */
#include "tests/tenant_case.h"

#include <criterion/criterion.h>

#include "solver/certificate.h"

struct tenant_case tenant_case_of(struct resources capacity, uint32_t tenant_count,
                                  const struct resources *demands)
{
    struct tenant_case made = {.tenant_count = tenant_count,
                               .machine_count = 1,
                               .capacity = capacity,
                               .free = {capacity},
                               .slots = {1}};
    for (uint32_t i = 0; i < tenant_count; i++) {
        made.facts[i] = (struct tenant_facts){.weight = TENANT_WEIGHT_ONE, .parent = NONE};
        made.demand[i] = demands[i];
        made.waiting[i] = 10000;
    }
    return made;
}

static struct resources times(const struct resources *demand, uint32_t count)
{
    struct resources product;
    for (int r = 0; r < RESOURCE_COUNT; r++)
        product.amount[r] = demand->amount[r] * count;
    return product;
}

cost_t tenant_case_unit(const struct tenant_case *tenant_case, uint32_t tenant, uint32_t running)
{
    struct resources used = times(&tenant_case->demand[tenant], running);
    return cost_model_find("drf")->tenant_unit(
        &tenant_case->facts[tenant], resources_dominant_share(&used, &tenant_case->capacity));
}

double tenant_case_share(const struct tenant_case *tenant_case, uint32_t tenant, uint32_t tasks)
{
    struct resources used = times(&tenant_case->demand[tenant], tasks);
    return (double)resources_dominant_share(&used, &tenant_case->capacity) / RESOURCE_UNIT;
}

static void add_steps(const struct tenant_case *tenant_case, uint32_t tenant,
                      struct network *network, uint32_t node, uint32_t sink)
{
    struct cost_mix mix = cost_mix_of(cost_model_find("drf"));
    struct tenant_run run = {tenant_case->demand[tenant],
                             tenant_case->running[tenant] + tenant_case->waiting[tenant]};
    struct tenant_queue queue = {
        .outside = times(&tenant_case->demand[tenant], tenant_case->outside[tenant]),
        .runs = &run,
        .run_count = 1,
        .running = tenant_case->running[tenant]};
    struct tenant_steps steps;
    tenant_steps_make(&steps, &mix, &tenant_case->facts[tenant], &tenant_case->capacity, &queue);
    for (uint32_t s = 0; s < steps.count; s++)
        network_add_arc(network, node, sink, 0, steps.steps[s].count, steps.steps[s].cost);
    network_set_supply(network, node, run.count);
    network_set_supply(network, sink, network->nodes[sink].supply - run.count);
}

static void solve_certified(struct network *network, struct solver *solver,
                            struct solution *solution)
{
    struct certificate certificate;
    solver_solve(solver, network, SOLVER_NO_BUDGET, solution);
    cr_assert_eq(solution->outcome, OUTCOME_OPTIMAL);
    solver_prove(solver, network, solution);
    certificate_check(network, solution, &certificate);
    cr_assert_eq(certificate.verdict, VERDICT_HOLDS, "%s", certificate.reason);
}

void tenant_case_solve(const struct tenant_case *tenant_case,
                       uint32_t tasks[CASE_TENANTS][CASE_MACHINES])
{
    uint32_t machines[CASE_MACHINES], arcs[CASE_TENANTS][CASE_MACHINES];
    struct network network;
    network_init(&network);
    uint32_t sink = network_add_node(&network, 0);
    for (uint32_t m = 0; m < tenant_case->machine_count; m++) {
        machines[m] = network_add_node(&network, 0);
        network_add_arc(&network, machines[m], sink, 0, tenant_case->slots[m], 0);
    }
    for (uint32_t i = 0; i < tenant_case->tenant_count; i++) {
        uint32_t node = network_add_node(&network, 0);
        add_steps(tenant_case, i, &network, node, sink);
        for (uint32_t m = 0; m < tenant_case->machine_count; m++)
            arcs[i][m] = network_add_arc(&network, node, machines[m], 0,
                                         tenant_case->barred[i][m] ? 0 : tenant_case->slots[m],
                                         tenant_case->place[i][m]);
    }
    struct solver *solver = solver_create("paths");
    struct solution solution;
    solve_certified(&network, solver, &solution);
    for (uint32_t i = 0; i < tenant_case->tenant_count; i++)
        for (uint32_t m = 0; m < tenant_case->machine_count; m++)
            tasks[i][m] = (uint32_t)solution.flow[arcs[i][m]];
    solver_destroy(solver);
    network_free(&network);
}

static void bar_what_does_not_fit(struct tenant_case *tenant_case)
{
    for (uint32_t i = 0; i < tenant_case->tenant_count; i++)
        for (uint32_t m = 0; m < tenant_case->machine_count; m++)
            tenant_case->barred[i][m] =
                !resources_fit(&tenant_case->demand[i], &tenant_case->free[m]);
}

/* Returns how many tasks were placed. */
static uint32_t commit(struct tenant_case *tenant_case, uint32_t tasks[CASE_TENANTS][CASE_MACHINES])
{
    uint32_t placed = 0;
    for (uint32_t i = 0; i < tenant_case->tenant_count; i++) {
        for (uint32_t m = 0; m < tenant_case->machine_count; m++) {
            struct resources taken = times(&tenant_case->demand[i], tasks[i][m]);
            cr_assert(resources_fit(&taken, &tenant_case->free[m]));
            resources_subtract(&tenant_case->free[m], &taken);
            tenant_case->outside[i] += tasks[i][m];
            tenant_case->waiting[i] -= tasks[i][m];
            placed += tasks[i][m];
        }
    }
    return placed;
}

void tenant_case_fill(struct tenant_case *tenant_case, tenant_case_check *check)
{
    uint32_t placed;
    do {
        uint32_t tasks[CASE_TENANTS][CASE_MACHINES];
        bar_what_does_not_fit(tenant_case);
        struct tenant_case before = *tenant_case;
        tenant_case_solve(tenant_case, tasks);
        placed = commit(tenant_case, tasks);
        if (check)
            check(&before, tenant_case, tasks);
    } while (placed > 0);
}
