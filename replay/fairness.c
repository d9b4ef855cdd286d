/* fairness.c - see fairness.h. */
#include "replay/fairness.h"

#include "base/assert.h"
#include "base/memory.h"

#define WEIGHT_UNIT INT64_C(1000000)

/* Shares are whole billionths, and tasks are not cut to size: by so little nobody is below. */
#define BELOW_MARGIN 1e-6

void fairness_init(struct fairness *fairness)
{
    *fairness = (struct fairness){0};
    standings_init(&fairness->backlogged);
}

void fairness_free(struct fairness *fairness)
{
    memory_free(fairness->tenants);
    memory_free(fairness->stale);
    memory_free(fairness->weights);
    standings_free(&fairness->backlogged);
    fairness_init(fairness);
}

static double jain(double sum, double square_sum, uint32_t count)
{
    return square_sum > 0 ? sum * sum / (count * square_sum) : NAN;
}

double jain_index(const double *values, uint32_t count)
{
    double sum = 0;
    double square_sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum += values[i];
        square_sum += values[i] * values[i];
    }
    return jain(sum, square_sum, count);
}

/* The weight of the facts of a tenant among all tenants (fairness.h), given by index the sum
 * of the weights of its children. */
static int64_t weight_of(const struct tenant_facts *facts, const int64_t *children, uint32_t i)
{
    double part =
        children[i] ? (double)TENANT_WEIGHT_ONE / (double)(children[i] + TENANT_WEIGHT_ONE) : 1;
    for (; facts[i].parent != NONE; i = facts[i].parent)
        part *= facts[i].weight / (double)(children[facts[i].parent] + TENANT_WEIGHT_ONE);
    int64_t weight = (int64_t)(part * facts[i].weight * (double)WEIGHT_UNIT / TENANT_WEIGHT_ONE);
    return weight > 0 ? weight : 1;
}

void fairness_define(struct fairness *fairness, const struct tenant_facts *facts, uint32_t count)
{
    if (count < 2)
        return;
    int64_t *children = memory_alloc(count * sizeof *children);
    for (uint32_t i = 1; i < count; i++)
        if (facts[i].parent != NONE)
            children[facts[i].parent] += facts[i].weight;
    memory_free(fairness->weights);
    fairness->weight_count = count - 1;
    fairness->weights = memory_alloc(fairness->weight_count * sizeof *fairness->weights);
    for (uint32_t i = 1; i < count; i++)
        fairness->weights[i - 1] = weight_of(facts, children, i);
    memory_free(children);
}

/* The tenant's record, or NULL for the unknown one. */
static struct tenant *find(struct fairness *fairness, uint32_t tenant)
{
    if (tenant == NONE)
        return NULL;
    array_reserve(fairness->tenants, fairness->tenant_room, tenant + 1);
    if (fairness->tenant_count <= tenant)
        fairness->tenant_count = tenant + 1;
    struct tenant *t = &fairness->tenants[tenant];
    if (!t->weight)
        t->weight = tenant < fairness->weight_count ? fairness->weights[tenant] : WEIGHT_UNIT;
    return t;
}

static void touch(struct fairness *fairness, uint32_t tenant)
{
    struct tenant *t = &fairness->tenants[tenant];
    if (t->stale)
        return;
    t->stale = true;
    array_reserve(fairness->stale, fairness->stale_room, fairness->stale_count + 1);
    fairness->stale[fairness->stale_count++] = tenant;
}

static void settle_tenant(struct fairness *fairness, uint32_t tenant,
                          const struct resources *capacity)
{
    struct tenant *t = &fairness->tenants[tenant];
    t->stale = false;
    bool active = t->waiting > 0 || t->charged > 0;
    fairness->active_count += active;
    fairness->active_count -= t->active;
    fairness->active_weight += (active - t->active) * t->weight;
    t->active = active;
    if (!t->waiting) {
        standings_remove(&fairness->backlogged, tenant);
        return;
    }
    int64_t share = resources_dominant_share(&t->used, capacity);
    standings_put(&fairness->backlogged, tenant,
                  (struct standing){.part = (double)share / (double)RESOURCE_UNIT,
                                    .weight = (double)t->weight / (double)WEIGHT_UNIT});
}

/* Bring the standings and the active tenants up to date. */
static void settle(struct fairness *fairness, const struct resources *capacity)
{
    for (uint32_t i = 0; fairness->capacity_changed && i < fairness->tenant_count; i++)
        touch(fairness, i);
    fairness->capacity_changed = false;
    for (uint32_t i = 0; i < fairness->stale_count; i++)
        settle_tenant(fairness, fairness->stale[i], capacity);
    fairness->stale_count = 0;
}

/* Add the part of the backlogged tenants that is below what it may claim, and how far all of
 * them are from it. Those below lack it, the others exceed it. */
static void compare_with_claims(struct fairness *fairness, int64_t duration_us)
{
    struct standing_sums all = standings_all(&fairness->backlogged);
    if (fairness->active_count < 2 || !all.count)
        return;
    double claim = (double)WEIGHT_UNIT / (double)fairness->active_weight; /* of weight one */
    struct standing_sums lower = standings_below(&fairness->backlogged, claim);
    uint32_t below = standings_below(&fairness->backlogged, claim * (1 - BELOW_MARGIN)).count;
    double lack = lower.weights * claim - lower.parts;
    double excess = (all.parts - lower.parts) - (all.weights - lower.weights) * claim;
    int64_t tenant_us = (int64_t)all.count * duration_us;
    average_add(&fairness->below, (double)below / all.count, tenant_us);
    average_add(&fairness->deviation, (lack + excess) / all.count, tenant_us);
}

void fairness_advance(struct fairness *fairness, const struct resources *capacity,
                      int64_t duration_us)
{
    settle(fairness, capacity);
    compare_with_claims(fairness, duration_us);
    struct standing_sums all = standings_all(&fairness->backlogged);
    if (all.count < 2)
        return;
    average_add(&fairness->contenders, all.count, duration_us);
    average_add(&fairness->share_gap,
                standings_most(&fairness->backlogged) - standings_least(&fairness->backlogged),
                duration_us);
    double index = jain(all.keys, all.squares, all.count);
    if (!isnan(index))
        average_add(&fairness->share_index, index, duration_us);
}

void fairness_capacity_changed(struct fairness *fairness)
{
    fairness->capacity_changed = true;
}

void fairness_submitted(struct fairness *fairness, uint32_t tenant)
{
    struct tenant *t = find(fairness, tenant);
    if (t)
        t->submitted = true;
}

void fairness_wait(struct fairness *fairness, uint32_t tenant)
{
    struct tenant *t = find(fairness, tenant);
    if (t && !t->waiting++)
        touch(fairness, tenant);
}

void fairness_end_wait(struct fairness *fairness, uint32_t tenant)
{
    struct tenant *t = find(fairness, tenant);
    if (!t)
        return;
    ASSERT(t->waiting > 0);
    if (!--t->waiting)
        touch(fairness, tenant);
}

void fairness_charge(struct fairness *fairness, uint32_t tenant, const struct resources *demand)
{
    struct tenant *t = find(fairness, tenant);
    if (!t)
        return;
    resources_add(&t->used, demand);
    t->charged++;
    touch(fairness, tenant);
}

void fairness_release(struct fairness *fairness, uint32_t tenant, const struct resources *demand)
{
    struct tenant *t = find(fairness, tenant);
    if (!t)
        return;
    ASSERT(t->charged > 0);
    resources_subtract(&t->used, demand);
    t->charged--;
    touch(fairness, tenant);
}

void fairness_finished(struct fairness *fairness, uint32_t tenant, int64_t ideal_us,
                       int64_t span_us)
{
    struct tenant *t = find(fairness, tenant);
    if (!t)
        return;
    t->finished++;
    t->speed_sum += span_us > 0 ? (double)ideal_us / (double)span_us : 1;
}

static void compare_speeds(const struct fairness *fairness, struct fairness_ratios *ratios)
{
    double sum = 0;
    double square_sum = 0;
    for (uint32_t i = 0; i < fairness->tenant_count; i++) {
        const struct tenant *t = &fairness->tenants[i];
        ratios->tenants += t->submitted;
        if (!t->finished)
            continue;
        double mean = t->speed_sum / (double)t->finished;
        sum += mean;
        square_sum += mean * mean;
        ratios->per_task_tenants++;
    }
    uint32_t count = ratios->per_task_tenants;
    ratios->per_task = count >= 2 ? jain(sum, square_sum, count) : NAN;
}

struct fairness_ratios fairness_ratios(const struct fairness *fairness)
{
    struct fairness_ratios ratios = {
        .dominant_share = average_value(&fairness->share_index),
        .dominant_share_gap = average_value(&fairness->share_gap),
        .below_entitlement = average_value(&fairness->below),
        .share_deviation = average_value(&fairness->deviation),
        .contenders = average_value(&fairness->contenders),
        .contended_s = (double)fairness->contenders.duration_us / 1e6,
    };
    compare_speeds(fairness, &ratios);
    return ratios;
}
