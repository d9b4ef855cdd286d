/* fairness.c - see fairness.h. */
#include "replay/fairness.h"

#include "base/assert.h"
#include "base/memory.h"

void fairness_init(struct fairness *fairness)
{
    *fairness = (struct fairness){0};
}

void fairness_free(struct fairness *fairness)
{
    memory_free(fairness->tenants);
    memory_free(fairness->stale);
    extremes_free(&fairness->shares);
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

/* The tenant's record, or NULL for the unknown one. */
static struct tenant *find(struct fairness *fairness, uint32_t tenant)
{
    if (tenant == NONE)
        return NULL;
    array_reserve(fairness->tenants, fairness->tenant_room, tenant + 1);
    if (fairness->tenant_count <= tenant)
        fairness->tenant_count = tenant + 1;
    return &fairness->tenants[tenant];
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

static void leave_sums(struct fairness *fairness, uint32_t tenant)
{
    struct tenant *t = &fairness->tenants[tenant];
    fairness->share_sum -= t->share;
    fairness->square_sum -= (wide_t)t->share * t->share;
    fairness->backlogged--;
    t->backlogged = false;
}

static void enter_sums(struct fairness *fairness, uint32_t tenant, const struct resources *capacity)
{
    struct tenant *t = &fairness->tenants[tenant];
    t->share = resources_dominant_share(&t->used, capacity);
    fairness->share_sum += t->share;
    fairness->square_sum += (wide_t)t->share * t->share;
    fairness->backlogged++;
    t->backlogged = true;
    extremes_set(&fairness->shares, tenant, t->share);
}

/* Bring the sums up to date. */
static void settle(struct fairness *fairness, const struct resources *capacity)
{
    for (uint32_t i = 0; fairness->capacity_changed && i < fairness->tenant_count; i++)
        touch(fairness, i);
    fairness->capacity_changed = false;
    for (uint32_t i = 0; i < fairness->stale_count; i++) {
        uint32_t tenant = fairness->stale[i];
        struct tenant *t = &fairness->tenants[tenant];
        t->stale = false;
        bool was_backlogged = t->backlogged;
        if (was_backlogged)
            leave_sums(fairness, tenant);
        if (t->waiting)
            enter_sums(fairness, tenant, capacity);
        else if (was_backlogged)
            extremes_remove(&fairness->shares, tenant);
    }
    fairness->stale_count = 0;
}

void fairness_advance(struct fairness *fairness, const struct resources *capacity,
                      int64_t duration_us)
{
    settle(fairness, capacity);
    if (fairness->backlogged < 2)
        return;
    struct range range = extremes_range(&fairness->shares);
    average_add(&fairness->share_gap, (double)(range.most - range.least) / (double)RESOURCE_UNIT,
                duration_us);
    double index =
        jain((double)fairness->share_sum, (double)fairness->square_sum, fairness->backlogged);
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
    touch(fairness, tenant);
}

void fairness_release(struct fairness *fairness, uint32_t tenant, const struct resources *demand)
{
    struct tenant *t = find(fairness, tenant);
    if (!t)
        return;
    resources_subtract(&t->used, demand);
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

double fairness_per_task(const struct fairness *fairness)
{
    double sum = 0;
    double square_sum = 0;
    uint32_t count = 0;
    for (uint32_t i = 0; i < fairness->tenant_count; i++) {
        const struct tenant *t = &fairness->tenants[i];
        if (!t->finished)
            continue;
        double mean = t->speed_sum / (double)t->finished;
        sum += mean;
        square_sum += mean * mean;
        count++;
    }
    return count >= 2 ? jain(sum, square_sum, count) : NAN;
}

double fairness_dominant_share(const struct fairness *fairness)
{
    return average_value(&fairness->share_index);
}

double fairness_dominant_share_gap(const struct fairness *fairness)
{
    return average_value(&fairness->share_gap);
}

uint32_t fairness_tenants(const struct fairness *fairness)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < fairness->tenant_count; i++)
        count += fairness->tenants[i].submitted;
    return count;
}
