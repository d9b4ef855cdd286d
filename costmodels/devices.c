/* devices.c - see devices.h. */
#include "costmodels/devices.h"

#include "base/assert.h"

bool devices_capacity_valid(int64_t gpus)
{
    return gpus >= 0 && gpus <= DEVICES_MAX * RESOURCE_UNIT && gpus % RESOURCE_UNIT == 0;
}

bool devices_demand_valid(int64_t gpus)
{
    return gpus >= 0 && (gpus < RESOURCE_UNIT || gpus % RESOURCE_UNIT == 0);
}

void devices_resize(struct devices *devices, int64_t gpus)
{
    ASSERT(devices_capacity_valid(gpus));
    uint32_t count = (uint32_t)(gpus / RESOURCE_UNIT);
    for (uint32_t d = devices->count; d < count; d++)
        devices->free[d] = RESOURCE_UNIT;
    devices->count = count;
}

/* What a demand takes of each of its devices. */
static uint32_t part_of(int64_t gpus)
{
    return gpus < RESOURCE_UNIT ? (uint32_t)gpus : (uint32_t)RESOURCE_UNIT;
}

/* How many devices a demand takes. */
static int64_t width_of(int64_t gpus)
{
    return gpus < RESOURCE_UNIT ? gpus > 0 : gpus / RESOURCE_UNIT;
}

bool devices_fit(const struct devices *devices, int64_t gpus)
{
    return devices_fit_count(devices, gpus, 1) > 0;
}

uint32_t devices_fit_count(const struct devices *devices, int64_t gpus, uint32_t limit)
{
    if (gpus == 0)
        return limit;
    if (!devices_demand_valid(gpus))
        return 0;
    uint32_t part = part_of(gpus);
    uint64_t parts = 0;
    for (uint32_t d = 0; d < devices->count; d++)
        parts += devices->free[d] / part;
    uint64_t count = parts / (uint64_t)width_of(gpus);
    return count < limit ? (uint32_t)count : limit;
}

/* The device for one part more, or NONE. Of whole ones, the fullest with room is the first. */
static uint32_t choose(const struct devices *devices, uint32_t part)
{
    uint32_t best = NONE;
    for (uint32_t d = 0; d < devices->count; d++)
        if (devices->free[d] >= part && (best == NONE || devices->free[d] < devices->free[best]))
            best = d;
    return best;
}

uint32_t devices_take(struct devices *devices, int64_t gpus)
{
    uint32_t set = 0;
    for (int64_t width = width_of(gpus); width > 0; width--) {
        uint32_t d = choose(devices, part_of(gpus));
        ASSERT(d != NONE);
        devices->free[d] -= part_of(gpus);
        set |= 1u << d;
    }
    return set;
}

bool devices_fit_on(const struct devices *devices, int64_t gpus, uint32_t set)
{
    if (!devices_demand_valid(gpus) || __builtin_popcount(set) != width_of(gpus))
        return false;
    for (uint32_t d = 0; set >> d; d++)
        if ((set >> d & 1) && (d >= devices->count || devices->free[d] < part_of(gpus)))
            return false;
    return true;
}

void devices_take_on(struct devices *devices, int64_t gpus, uint32_t set)
{
    ASSERT(devices_fit_on(devices, gpus, set));
    for (uint32_t d = 0; set >> d; d++)
        if (set >> d & 1)
            devices->free[d] -= part_of(gpus);
}

void devices_give(struct devices *devices, int64_t gpus, uint32_t set)
{
    for (uint32_t d = 0; set >> d; d++) {
        if (!(set >> d & 1))
            continue;
        ASSERT(d < devices->count);
        devices->free[d] += part_of(gpus);
        ASSERT(devices->free[d] <= RESOURCE_UNIT);
    }
}
