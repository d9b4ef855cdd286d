/* test_drf.c - what a tenant's share costs. */
#include <criterion/criterion.h>
#include <inttypes.h>

#include "base/random.h"
#include "costmodels/cost_mix.h"

#define ONE (INT64_C(1) << 30)

static const struct cost_model *drf(void)
{
    return cost_model_find("drf");
}

static struct tenant_facts tenant_of_weight(uint32_t thousandths)
{
    return (struct tenant_facts){.weight = thousandths, .parent = NONE};
}

Test(drf, a_share_costs_in_proportion_until_one_and_then_less_and_less)
{
    static const struct {
        uint32_t weight;
        int64_t share;
        cost_t cost;
    } rows[] = {
        {1000, SHARE_GUARANTEED, 0},
        {1000, 0, ONE / 4},
        {1000, 250000000, ONE / 4 + ONE / 4},
        {1000, 1000000000, ONE / 4 + ONE},
        {2000, 500000000, ONE / 4 + ONE / 4},
        {1000000000, 1000000000, ONE / 4 + ONE / 1000000},
        {500, 1000000000, ONE / 4 + ONE + ONE / 8},           /* 2 */
        {250, 750000000, ONE / 4 + ONE + ONE / 8 + ONE / 16}, /* 3 */
        {250, 1000000000, ONE / 4 + ONE + ONE / 4},           /* 4 */
        {1, 1024000000, ONE / 4 + ONE + 10 * ONE / 8},        /* 1024 */
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tenant_facts tenant = tenant_of_weight(rows[i].weight);
        cr_assert_eq(drf()->tenant_unit(&tenant, rows[i].share), rows[i].cost, "row %zu", i);
    }
}

Test(drf, costs_rise_with_the_share_within_the_range)
{
    struct random random;
    random_init(&random, 5);
    for (int run = 0; run < 20000; run++) {
        struct tenant_facts tenant = tenant_of_weight(1 + (uint32_t)random_below(&random, 5000));
        tenant.level = (uint32_t)random_below(&random, TENANT_LEVELS_MAX);
        tenant.levels_below = (uint32_t)random_below(&random, TENANT_LEVELS_MAX - tenant.level);
        int64_t less = (int64_t)random_below(&random, RESOURCE_UNIT + 1);
        int64_t more = less + (int64_t)random_below(&random, RESOURCE_UNIT + 1);
        cost_t a = drf()->tenant_unit(&tenant, less), b = drf()->tenant_unit(&tenant, more);
        cr_assert(0 <= a && a <= b && b <= drf()->range, "run %d: %" PRId64 " %" PRId64, run, a, b);
        cr_assert_leq(drf()->tenant_unit(&tenant, SHARE_GUARANTEED), a, "run %d", run);
    }
}

/* What a task is worth by the tenants from a level down, each at its share. */
static cost_t worth_below(uint32_t level, uint32_t levels, const int64_t *shares)
{
    cost_t worth = 0;
    for (uint32_t l = level; l < levels; l++) {
        struct tenant_facts tenant = {
            .weight = TENANT_WEIGHT_ONE, .level = l, .levels_below = levels - 1 - l};
        worth += drf()->range - drf()->tenant_unit(&tenant, shares[l]);
    }
    return worth;
}

/* Shares that a level can tell apart, whatever the levels below say. */
Test(drf, upper_levels_are_compared_first)
{
    static const struct {
        uint32_t levels, level;
        int bits; /* shares differ by 2^-bits */
    } rows[] = {{1, 0, 29}, {2, 0, 14}, {2, 1, 14}, {3, 0, 8}, {3, 1, 9}, {3, 2, 9}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t step = (RESOURCE_UNIT >> rows[i].bits) + 1;
        for (int64_t share = 0; share + step <= RESOURCE_UNIT; share += RESOURCE_UNIT / 64 + 1) {
            int64_t poor[3] = {0}, rich[3] = {0};
            poor[rows[i].level] = share;
            rich[rows[i].level] = share + step;
            for (uint32_t l = rows[i].level + 1; l < rows[i].levels; l++) {
                poor[l] = RESOURCE_UNIT;
                rich[l] = SHARE_GUARANTEED;
            }
            cr_assert_gt(worth_below(0, rows[i].levels, poor), worth_below(0, rows[i].levels, rich),
                         "row %zu at %" PRId64, i, share);
        }
    }
}

Test(drf, what_is_guaranteed_comes_before_everything_else)
{
    struct tenant_facts tenant = tenant_of_weight(TENANT_WEIGHT_ONE);
    struct tenant_facts heavy = tenant_of_weight(TENANT_WEIGHT_MAX);
    cr_assert_leq(drf()->tenant_unit(&tenant, SHARE_GUARANTEED) + ONE / 4,
                  drf()->tenant_unit(&heavy, 0));
}

/* Of the mix 1000 : 100 : 10 : 1, deadlines first, this is what leaves 2^28 for those. */
Test(drf, leaves_room_in_a_mix)
{
    struct cost_mix mix;
    struct problem problem = {0};
    cr_assert_eq(cost_mix_read(&mix, "drf:100,quincy:10,packing:1", &problem), STATUS_OK, "%s",
                 problem.reason);
    cost_t left = COST_MODEL_MAX;
    for (uint32_t i = 0; i < mix.count; i++)
        left -= mix.parts[i].weight * mix.parts[i].model->range;
    cr_assert_geq(left, 1000 * (INT64_C(1) << 28), "%" PRId64, left);
}

Test(drf, stopping_a_task_must_even_out_more_than_a_thirty_second)
{
    struct task_facts task = {.machine = NONE};
    struct cluster_facts cluster = {0};
    cr_assert_eq(drf()->keeping(&task, &cluster), -ONE / 32);
    cr_assert_eq(drf()->preempting(&task, &cluster), drf()->waiting(&task, &cluster));
}
