/* test_tenant_steps.c - a queue as steps of cost, against the cost of each of its tasks. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/memory.h"
#include "base/random.h"
#include "costmodels/tenant_steps.h"

#define RUNS_MAX 8

static struct cost_mix drf_mix(void)
{
    return cost_mix_of(cost_model_find("drf"));
}

static struct tenant_facts plain_tenant(void)
{
    return (struct tenant_facts){.weight = TENANT_WEIGHT_ONE, .parent = NONE};
}

static struct resources cpu_memory(int64_t cpu, int64_t memory)
{
    return (struct resources){{[RESOURCE_CPU] = cpu, [RESOURCE_MEMORY] = memory}};
}

static uint32_t size_of(const struct tenant_queue *queue)
{
    uint32_t size = 0;
    for (uint32_t i = 0; i < queue->run_count; i++)
        size += queue->runs[i].count;
    return size;
}

/* The cost of each task of the queue, by position, one after the other. */
static cost_t *plain_costs(const struct cost_mix *mix, const struct tenant_facts *tenant,
                           const struct resources *capacity, const struct tenant_queue *queue)
{
    cost_t *costs = memory_alloc((size_of(queue) + 1) * sizeof *costs);
    struct resources used = queue->outside;
    uint32_t position = 0;
    for (uint32_t i = 0; i < queue->run_count; i++) {
        for (uint32_t k = 0; k < queue->runs[i].count; k++) {
            int64_t share = resources_dominant_share(&used, capacity);
            costs[position++] = cost_mix_tenant_worth(mix, tenant, share);
            resources_add(&used, &queue->runs[i].demand);
        }
    }
    return costs;
}

/* Distance from the boundary: 0, 1, ... on both sides of it. */
static uint32_t distance_of(uint32_t position, uint32_t running)
{
    return position < running ? running - 1 - position : position - running;
}

/* Every step costs what the middle of its tasks does or, if exact, what each does. */
static void check_steps(const struct tenant_steps *steps, const cost_t *costs,
                        const struct tenant_queue *queue)
{
    uint32_t end = size_of(queue);
    for (uint32_t s = 0; s < steps->count; s++) {
        const struct tenant_step *step = &steps->steps[s];
        cr_assert(s == 0 || step->cost > steps->steps[s - 1].cost, "step %u does not rise", s);
        cr_assert(step->count > 0 && step->count <= end, "step %u", s);
        for (uint32_t position = end - step->count; position < end; position++) {
            uint32_t distance = distance_of(position, queue->running);
            uint32_t slack = distance / (position < queue->running || distance > 16384 ? 4 : 16);
            uint32_t first = position > slack ? position - slack : 0;
            uint32_t last =
                position + slack < size_of(queue) ? position + slack : size_of(queue) - 1;
            if (distance < TENANT_STEPS_EXACT)
                first = last = position;
            cr_assert(costs[last] <= step->cost && step->cost <= costs[first],
                      "step %u, position %u of %u", s, position, size_of(queue));
        }
        end -= step->count;
    }
    cr_assert_eq(end, 0, "%u tasks are in no step", end);
}

static void check_queue(const struct tenant_facts *tenant, const struct resources *capacity,
                        const struct tenant_queue *queue)
{
    struct cost_mix mix = drf_mix();
    struct tenant_steps steps;
    cost_t *costs = plain_costs(&mix, tenant, capacity, queue);
    tenant_steps_make(&steps, &mix, tenant, capacity, queue);
    check_steps(&steps, costs, queue);
    memory_free(costs);
}

Test(tenant_steps, the_last_tasks_of_the_queue_wait_first)
{
    struct tenant_run runs[] = {{cpu_memory(1, 4), 2}, {cpu_memory(3, 1), 2}};
    struct tenant_queue queue = {.runs = runs, .run_count = 2};
    struct resources capacity = cpu_memory(9, 18);
    struct tenant_facts tenant = plain_tenant();
    struct cost_mix mix = drf_mix();
    struct tenant_steps steps;
    tenant_steps_make(&steps, &mix, &tenant, &capacity, &queue);
    /* Before each: <0,0>, <1,4>, <2,8>, <5,9>. */
    static const int64_t shares[] = {555555555, 444444444, 222222222, 0};
    cr_assert_eq(steps.count, 4);
    for (uint32_t s = 0; s < 4; s++) {
        cr_assert_eq(steps.steps[s].count, 1);
        cr_assert_eq(steps.steps[s].cost, cost_mix_tenant_worth(&mix, &tenant, shares[s]), "%u", s);
    }
}

Test(tenant_steps, near_the_boundary_every_task_costs_its_share_and_far_ones_one_nearby)
{
    struct random random;
    uint64_t seed = 3;
    random_init(&random, seed);
    fprintf(stderr, "seed %" PRIu64 "\n", seed);
    for (int run = 0; run < 400; run++) {
        struct tenant_run runs[RUNS_MAX];
        struct tenant_queue queue = {.runs = runs};
        queue.run_count = (uint32_t)random_below(&random, RUNS_MAX + 1);
        for (uint32_t i = 0; i < queue.run_count; i++) {
            uint64_t count_max = UINT64_C(1) << random_below(&random, 14);
            runs[i].demand = cpu_memory((int64_t)random_below(&random, 1000),
                                        (int64_t)random_below(&random, 1000));
            runs[i].count = (uint32_t)random_below(&random, count_max);
        }
        queue.running = (uint32_t)random_below(&random, size_of(&queue) + 1);
        queue.outside = cpu_memory((int64_t)random_below(&random, 100000), 0);
        struct resources capacity =
            cpu_memory(20000000, 1 + (int64_t)random_below(&random, 20000000));
        struct tenant_facts tenant = plain_tenant();
        tenant.weight = 1 + (uint32_t)random_below(&random, 3000);
        check_queue(&tenant, &capacity, &queue);
    }
}

static cost_t the_share(const struct tenant_facts *tenant, int64_t share)
{
    (void)tenant;
    return share;
}

/* Each task a billionth of the cluster, so that none costs what another does. */
Test(tenant_steps, are_few_for_every_queue)
{
    static const struct cost_model model = {.range = COST_MODEL_MAX, .tenant_unit = the_share};
    static const struct {
        uint32_t running, waiting, steps_max;
    } rows[] = {
        {0, 32, 32},
        {32, 32, 64},
        {0, 10000, 135},
        {10000, 100000, 210},
        {100000, 1000000, 235},
        {2147483647, 2147483647, TENANT_STEPS_MAX},
        {0, 4294967294, TENANT_STEPS_MAX},
        {4294967294, 0, TENANT_STEPS_MAX},
    };
    struct cost_mix mix = cost_mix_of(&model);
    struct tenant_facts tenant = plain_tenant();
    struct resources capacity = cpu_memory(RESOURCE_UNIT, 1);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tenant_run runs[] = {{cpu_memory(1, 0), rows[i].running},
                                    {cpu_memory(1, 0), rows[i].waiting}};
        struct tenant_queue queue = {.runs = runs, .run_count = 2, .running = rows[i].running};
        struct tenant_steps steps;
        uint64_t sum = 0;
        tenant_steps_make(&steps, &mix, &tenant, &capacity, &queue);
        for (uint32_t s = 0; s < steps.count; s++)
            sum += steps.steps[s].count;
        fprintf(stderr, "%u run, %u wait: %u\n", rows[i].running, rows[i].waiting, steps.count);
        cr_assert_leq(steps.count, rows[i].steps_max, "row %zu: %u", i, steps.count);
        cr_assert_eq(sum, (uint64_t)rows[i].running + rows[i].waiting, "row %zu", i);
    }
}

Test(tenant_steps, tasks_of_nothing_and_a_cluster_of_nothing_are_one_step)
{
    struct tenant_run runs[] = {{{{0}}, 100000}};
    struct tenant_queue queue = {.runs = runs, .run_count = 1, .running = 50};
    struct tenant_facts tenant = plain_tenant();
    struct cost_mix mix = drf_mix();
    struct resources capacities[] = {cpu_memory(5, 5), cpu_memory(0, 0)};
    for (size_t i = 0; i < COUNT_OF(capacities); i++) {
        struct tenant_steps steps;
        runs[0].demand = cpu_memory((int64_t)i, 0);
        tenant_steps_make(&steps, &mix, &tenant, &capacities[i], &queue);
        cr_assert_eq(steps.count, 1);
        cr_assert_eq(steps.steps[0].count, 100000);
        cr_assert_eq(steps.steps[0].cost, cost_mix_tenant_worth(&mix, &tenant, 0));
    }
    queue.run_count = queue.running = 0;
    struct tenant_steps none;
    tenant_steps_make(&none, &mix, &tenant, &capacities[0], &queue);
    cr_assert_eq(none.count, 0);
}

/* 1 cpu and 2 memory each, 3 of them outside; what the tenant has a guarantee of. */
Test(tenant_steps, the_first_tasks_are_guaranteed)
{
    static const struct {
        int64_t cpu, memory, gpu;
        uint32_t guaranteed;
    } rows[] = {{0, 0, 0, 0}, {10, 0, 0, 7}, {10, 16, 0, 5},   {3, 0, 0, 0},
                {2, 0, 0, 0}, {0, 0, 5, 0},  {0, 1000, 0, 40}, {4, 0, 5, 1}};
    struct tenant_run runs[] = {{cpu_memory(1, 2), 20}, {cpu_memory(0, 2), 20}};
    struct tenant_queue queue = {
        .outside = cpu_memory(3, 6), .runs = runs, .run_count = 2, .running = 10};
    struct resources capacity = cpu_memory(1000, 1000);
    struct cost_mix mix = drf_mix();
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tenant_facts tenant = plain_tenant();
        struct tenant_steps steps;
        tenant.guarantee = cpu_memory(rows[i].cpu, rows[i].memory);
        tenant.guarantee.amount[RESOURCE_GPU] = rows[i].gpu;
        tenant_steps_make(&steps, &mix, &tenant, &capacity, &queue);
        const struct tenant_step *last = &steps.steps[steps.count - 1];
        bool priceless = last->cost == cost_mix_tenant_worth(&mix, &tenant, SHARE_GUARANTEED);
        cr_assert_eq(priceless ? last->count : 0, rows[i].guaranteed, "row %zu", i);
    }
}

Test(tenant_steps, a_limit_lets_so_many_run)
{
    struct tenant_run runs[] = {
        {cpu_memory(2, 1), 3}, {cpu_memory(5, 0), 2}, {cpu_memory(0, 1), 9}, {cpu_memory(1, 1), 9}};
    struct tenant_queue queue = {.outside = cpu_memory(1, 0), .runs = runs, .run_count = 4};
    struct tenant_facts tenant = plain_tenant();
    cr_assert_eq(tenant_may_run(&tenant, &queue), 23);
    tenant.limited[RESOURCE_CPU] = true;
    tenant.limit = cpu_memory(10, 0);
    cr_assert_eq(tenant_may_run(&tenant, &queue), 3 + 0 + 9 + 3);
    tenant.limited[RESOURCE_MEMORY] = true;
    tenant.limit = cpu_memory(12, 8);
    cr_assert_eq(tenant_may_run(&tenant, &queue), 3 + 1 + 5 + 0);
    tenant.limit = cpu_memory(0, 8);
    cr_assert_eq(tenant_may_run(&tenant, &queue), 8);
}

Test(tenant_steps, own_tasks_of_an_inner_tenant_are_a_leaf_below_it)
{
    struct tenant_facts tenants[] = {
        plain_tenant(), {.used = cpu_memory(1, 2), .weight = 9, .parent = NONE, .levels_below = 2}};
    struct cluster_facts cluster = {.tenants = tenants, .tenant_count = 2};
    struct tenant_facts own = tenant_own_tasks(&cluster, 1);
    cr_assert_eq(own.weight, TENANT_WEIGHT_ONE);
    cr_assert_eq(own.parent, 1);
    cr_assert_eq(own.level, 1);
    cr_assert_eq(own.levels_below, 1);
    cr_assert(resources_equal(&own.used, &tenants[1].used));
}
