/* test_drf_properties.c - what dominant resource fairness promises, on random clusters.
 *
 * Ghodsi et al., NSDI 2011, section 3, say it of resources that can be divided. Tasks are
 * whole: with d(i) the share of a task of tenant i, its weight w(i), and x(i) its tasks, a
 * tenant is filled while its share / w is the least, so that
 *
 *     share(j) / w(j) <= share(i) / w(i) + d(j) / w(j)
 *
 * as long as a task of i fits (A); and where none fits any more, some resource is full but
 * for less than a task, so that share(i) / w(i) > (1 - sum of all d) / (sum of all w) (B). */
#include <criterion/criterion.h>
#include <stdio.h>

#include "base/random.h"
#include "tests/tenant_case.h"

#define RUNS 60
#define ROUNDING 1e-7

static struct resources cpu_memory(int64_t cpu, int64_t memory)
{
    return (struct resources){{[RESOURCE_CPU] = cpu, [RESOURCE_MEMORY] = memory}};
}

static void random_start(struct random *random, uint64_t seed)
{
    random_init(random, seed);
    fprintf(stderr, "seed %" PRIu64 "\n", seed);
}

static uint32_t below(struct random *random, uint32_t limit)
{
    return (uint32_t)random_below(random, limit);
}

/* A pool of resources and tenants without end of tasks, of 1 to 5 hundredths of it each. */
static struct tenant_case random_pool(struct random *random)
{
    struct resources demands[CASE_TENANTS];
    uint32_t count = 2 + below(random, CASE_TENANTS - 1);
    for (uint32_t t = 0; t < count; t++)
        demands[t] = cpu_memory(10 + below(random, 40), 10 + below(random, 40));
    struct tenant_case pool = tenant_case_of(cpu_memory(1000, 1000), count, demands);
    for (uint32_t t = 0; t < count; t++)
        pool.facts[t].weight = 500 * (1 + below(random, 4));
    return pool;
}

static double weight_of(const struct tenant_case *pool, uint32_t tenant)
{
    return (double)pool->facts[tenant].weight / TENANT_WEIGHT_ONE;
}

static double weight_sum(const struct tenant_case *pool)
{
    double sum = 0;
    for (uint32_t t = 0; t < pool->tenant_count; t++)
        sum += weight_of(pool, t);
    return sum;
}

static double share_of(const struct tenant_case *pool, uint32_t tenant)
{
    return tenant_case_share(pool, tenant, pool->outside[tenant]);
}

static double task_share(const struct tenant_case *pool, uint32_t tenant)
{
    return tenant_case_share(pool, tenant, 1);
}

static double task_share_sum(const struct tenant_case *pool)
{
    double sum = 0;
    for (uint32_t t = 0; t < pool->tenant_count; t++)
        sum += task_share(pool, t);
    return sum;
}

Test(drf_properties, nobody_has_less_than_by_a_static_split)
{
    struct random random;
    random_start(&random, 1);
    for (int run = 0; run < RUNS; run++) {
        struct tenant_case pool = random_pool(&random);
        tenant_case_fill(&pool, NULL);
        for (uint32_t t = 0; t < pool.tenant_count; t++) {
            double part = weight_of(&pool, t) / weight_sum(&pool);
            cr_assert_gt(share_of(&pool, t) + ROUNDING, part * (1 - task_share_sum(&pool)),
                         "run %d, tenant %u", run, t);
        }
    }
}

/* How often `demand` goes into `bundle`, parts of a task included. */
static double times_in(const struct resources *demand, double count, const struct resources *of)
{
    double tasks = 1e9;
    for (int r = 0; r <= RESOURCE_MEMORY; r++) {
        double fit = count * (double)of->amount[r] / (double)demand->amount[r];
        tasks = fit < tasks ? fit : tasks;
    }
    return tasks;
}

/* How many tasks of j go at most into what is left when none of i does. */
static double tasks_after(const struct tenant_case *pool, uint32_t i, uint32_t j)
{
    double tasks = 0;
    for (int r = 0; r <= RESOURCE_MEMORY; r++) {
        double fit = (double)pool->demand[i].amount[r] / (double)pool->demand[j].amount[r];
        tasks = fit > tasks ? fit : tasks;
    }
    return tasks;
}

/* What i could do with the resources of j, scaled by the weights: by (A), as long as a task
 * of i fits, no more than it can do but for a task of j; and then j gets some more. */
Test(drf_properties, nobody_envies_another)
{
    struct random random;
    random_start(&random, 2);
    for (int run = 0; run < RUNS; run++) {
        struct tenant_case pool = random_pool(&random);
        tenant_case_fill(&pool, NULL);
        for (uint32_t i = 0; i < pool.tenant_count; i++) {
            for (uint32_t j = 0; j < pool.tenant_count; j++) {
                double scale = weight_of(&pool, i) / weight_of(&pool, j);
                double tasks = times_in(&pool.demand[i], scale * pool.outside[j], &pool.demand[j]);
                double slack = scale * (1 + tasks_after(&pool, i, j)) * task_share(&pool, j) /
                               task_share(&pool, i);
                cr_assert_leq(tasks, pool.outside[i] + slack + ROUNDING, "run %d: %u envies %u",
                              run, i, j);
            }
        }
    }
}

Test(drf_properties, nothing_is_left_that_anybody_could_use)
{
    struct random random;
    random_start(&random, 3);
    for (int run = 0; run < RUNS; run++) {
        struct tenant_case pool = random_pool(&random);
        struct resources used = {{0}};
        tenant_case_fill(&pool, NULL);
        for (uint32_t t = 0; t < pool.tenant_count; t++) {
            cr_assert(!resources_fit(&pool.demand[t], &pool.free[0]), "run %d", run);
            for (uint32_t k = 0; k < pool.outside[t]; k++)
                resources_add(&used, &pool.demand[t]);
        }
        resources_add(&used, &pool.free[0]);
        cr_assert(resources_equal(&used, &pool.capacity), "run %d", run);
    }
}

/* A tenant that demands what is not so gets no more done, but for what a task of each is. */
Test(drf_properties, a_lie_does_not_pay)
{
    struct random random;
    random_start(&random, 4);
    for (int run = 0; run < RUNS; run++) {
        struct tenant_case honest = random_pool(&random), lying = honest;
        lying.demand[0] = cpu_memory(10 + below(&random, 40), 10 + below(&random, 40));
        tenant_case_fill(&honest, NULL);
        tenant_case_fill(&lying, NULL);
        double done = times_in(&honest.demand[0], lying.outside[0], &lying.demand[0]);
        double slack = 1 + task_share_sum(&honest) / task_share(&honest, 0);
        cr_assert_leq(done, honest.outside[0] + slack, "run %d: %g", run, done);
    }
}

/* Again but for what a task of each is. */
Test(drf_properties, who_leaves_takes_nothing_from_the_others)
{
    struct random random;
    random_start(&random, 5);
    for (int run = 0; run < RUNS; run++) {
        struct tenant_case all = random_pool(&random), fewer = all;
        fewer.waiting[0] = 0;
        tenant_case_fill(&all, NULL);
        tenant_case_fill(&fewer, NULL);
        for (uint32_t t = 1; t < all.tenant_count; t++) {
            double slack = 1 + task_share_sum(&all) / task_share(&all, t);
            cr_assert_leq(all.outside[t], fewer.outside[t] + slack, "run %d, tenant %u", run, t);
        }
    }
}

/* Max-min fair: every weighted share is the same, or the tenant has all that it wants. */
static void check_level(const struct tenant_case *pool, int run)
{
    for (uint32_t i = 0; i < pool->tenant_count; i++) {
        for (uint32_t j = 0; j < pool->tenant_count && pool->waiting[i]; j++) {
            double limit = share_of(pool, i) / weight_of(pool, i);
            double last = (share_of(pool, j) - task_share(pool, j)) / weight_of(pool, j);
            double scarce = task_share(pool, i); /* where a task of j fits and none of i */
            cr_assert_leq(last, limit + scarce / weight_of(pool, j) + ROUNDING, "run %d: %u, %u",
                          run, i, j);
        }
    }
}

Test(drf_properties, of_one_resource_shares_are_max_min_fair)
{
    struct random random;
    random_start(&random, 6);
    for (int run = 0; run < RUNS; run++) {
        struct tenant_case pool = random_pool(&random);
        pool.capacity.amount[RESOURCE_MEMORY] = pool.free[0].amount[RESOURCE_MEMORY] = 0;
        for (uint32_t t = 0; t < pool.tenant_count; t++) {
            pool.demand[t].amount[RESOURCE_MEMORY] = 0;
            pool.waiting[t] = below(&random, 2) ? below(&random, 20) : 10000;
        }
        tenant_case_fill(&pool, NULL);
        check_level(&pool, run);
    }
}

Test(drf_properties, of_a_common_bottleneck_shares_are_max_min_fair)
{
    struct random random;
    random_start(&random, 7);
    for (int run = 0; run < RUNS; run++) {
        struct tenant_case pool = random_pool(&random);
        for (uint32_t t = 0; t < pool.tenant_count; t++) {
            pool.demand[t].amount[RESOURCE_MEMORY] =
                1 + below(&random, (uint32_t)pool.demand[t].amount[RESOURCE_CPU]);
            pool.waiting[t] = below(&random, 2) ? below(&random, 20) : 10000;
        }
        tenant_case_fill(&pool, NULL);
        check_level(&pool, run);
    }
}
