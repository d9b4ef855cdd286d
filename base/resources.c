/* resources.c - see resources.h. */
#include "base/resources.h"

#include <string.h>

static const char *const names[RESOURCE_COUNT] = {"cpu", "memory", "gpu", "disk"};

const char *resource_name(enum resource resource)
{
    return names[resource];
}

enum resource resource_find(const char *name, size_t size)
{
    if (size == 3 && memcmp(name, "mem", 3) == 0)
        return RESOURCE_MEMORY;
    for (int r = 0; r < RESOURCE_COUNT; r++)
        if (strlen(names[r]) == size && memcmp(name, names[r], size) == 0)
            return (enum resource)r;
    return RESOURCE_COUNT;
}

bool resources_equal(const struct resources *a, const struct resources *b)
{
    for (int r = 0; r < RESOURCE_COUNT; r++)
        if (a->amount[r] != b->amount[r])
            return false;
    return true;
}

bool resources_zero(const struct resources *a)
{
    return resources_equal(a, &(struct resources){0});
}

bool resources_fit(const struct resources *demand, const struct resources *room)
{
    for (int r = 0; r < RESOURCE_COUNT; r++)
        if (demand->amount[r] > room->amount[r])
            return false;
    return true;
}

void resources_add(struct resources *sum, const struct resources *more)
{
    for (int r = 0; r < RESOURCE_COUNT; r++)
        sum->amount[r] += more->amount[r];
}

void resources_subtract(struct resources *rest, const struct resources *less)
{
    for (int r = 0; r < RESOURCE_COUNT; r++)
        rest->amount[r] -= less->amount[r];
}

uint32_t resources_fit_count(const struct resources *demand, const struct resources *room,
                             uint32_t limit)
{
    int64_t count = limit;
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        if (demand->amount[r] <= 0)
            continue;
        int64_t fit = room->amount[r] / demand->amount[r];
        if (fit < count)
            count = fit;
    }
    return count < 0 ? 0 : (uint32_t)count;
}

int64_t resources_dominant_share(const struct resources *part, const struct resources *whole)
{
    int64_t dominant = 0;
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        if (whole->amount[r] <= 0)
            continue;
        int64_t share = (int64_t)((__int128)part->amount[r] * RESOURCE_UNIT / whole->amount[r]);
        if (share > dominant)
            dominant = share;
    }
    return dominant;
}

bool resources_lower(struct resources *least, const struct resources *other)
{
    bool lowered = false;
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        if (other->amount[r] >= least->amount[r])
            continue;
        least->amount[r] = other->amount[r];
        lowered = true;
    }
    return lowered;
}

bool resources_raise(struct resources *most, const struct resources *other)
{
    bool raised = false;
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        if (other->amount[r] <= most->amount[r])
            continue;
        most->amount[r] = other->amount[r];
        raised = true;
    }
    return raised;
}
