/* fairness.c - see fairness.h. */
#include "replay/fairness.h"

#include "base/assert.h"
#include "base/memory.h"

void fairness_init(struct fairness *fairness)
{
    *fairness = (struct fairness){.capacity_age = 1};
}

void fairness_free(struct fairness *fairness)
{
    memory_free(fairness->tenants);
    memory_free(fairness->backlog);
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

static int64_t current_share(struct fairness *fairness, uint32_t tenant,
                             const struct resources *capacity)
{
    struct tenant *t = &fairness->tenants[tenant];
    if (t->share_age != fairness->capacity_age)
        t->share = resources_dominant_share(&t->used, capacity);
    t->share_age = fairness->capacity_age;
    return t->share;
}

void fairness_advance(struct fairness *fairness, const struct resources *capacity,
                      int64_t duration_us)
{
    if (fairness->backlog_count < 2)
        return;
    int64_t sum = 0;
    __int128 square_sum = 0;
    int64_t least = INT64_MAX;
    int64_t most = 0;
    for (uint32_t i = 0; i < fairness->backlog_count; i++) {
        int64_t share = current_share(fairness, fairness->backlog[i], capacity);
        sum += share;
        square_sum += (__int128)share * share;
        least = share < least ? share : least;
        most = share > most ? share : most;
    }
    average_add(&fairness->share_gap, (double)(most - least) / (double)RESOURCE_UNIT, duration_us);
    double index = jain((double)sum, (double)square_sum, fairness->backlog_count);
    if (!isnan(index))
        average_add(&fairness->share_index, index, duration_us);
}

void fairness_capacity_changed(struct fairness *fairness)
{
    fairness->capacity_age++;
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
    if (!t || t->waiting++)
        return;
    array_reserve(fairness->backlog, fairness->backlog_room, fairness->backlog_count + 1);
    t->position = fairness->backlog_count;
    fairness->backlog[fairness->backlog_count++] = tenant;
}

void fairness_end_wait(struct fairness *fairness, uint32_t tenant)
{
    struct tenant *t = find(fairness, tenant);
    if (!t)
        return;
    ASSERT(t->waiting > 0);
    if (--t->waiting)
        return;
    uint32_t last = fairness->backlog[--fairness->backlog_count];
    fairness->backlog[t->position] = last;
    fairness->tenants[last].position = t->position;
}

void fairness_charge(struct fairness *fairness, uint32_t tenant, const struct resources *demand)
{
    struct tenant *t = find(fairness, tenant);
    if (!t)
        return;
    resources_add(&t->used, demand);
    t->share_age = 0;
}

void fairness_release(struct fairness *fairness, uint32_t tenant, const struct resources *demand)
{
    struct tenant *t = find(fairness, tenant);
    if (!t)
        return;
    resources_subtract(&t->used, demand);
    t->share_age = 0;
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
