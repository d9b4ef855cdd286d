/* room.c - see room.h. */
#include "costmodels/room.h"

#include <string.h>

#include "base/assert.h"

void room_of_machine(struct room *room, const struct machine_facts *machine)
{
    room->free = (struct resources){0};
    room->devices.count = 0;
    if (!machine->up)
        return;
    room->free = machine->capacity;
    resources_subtract(&room->free, &machine->used);
    if (machine->devices)
        room->devices = *machine->devices;
}

void room_of_capacity(struct room *room, const struct resources *capacity)
{
    room->free = *capacity;
    room->devices.count = 0;
    devices_resize(&room->devices, capacity->amount[RESOURCE_GPU]);
}

bool room_fits(const struct room *room, const struct resources *demand)
{
    return resources_fit(demand, &room->free) &&
           devices_fit(&room->devices, demand->amount[RESOURCE_GPU]);
}

uint32_t room_fit_count(const struct room *room, const struct resources *demand, uint32_t limit)
{
    uint32_t count = resources_fit_count(demand, &room->free, limit);
    return count ? devices_fit_count(&room->devices, demand->amount[RESOURCE_GPU], count) : 0;
}

uint32_t room_take(struct room *room, const struct resources *demand)
{
    ASSERT(resources_fit(demand, &room->free));
    resources_subtract(&room->free, demand);
    return devices_take(&room->devices, demand->amount[RESOURCE_GPU]);
}

void room_give(struct room *room, const struct resources *demand, uint32_t devices)
{
    resources_add(&room->free, demand);
    devices_give(&room->devices, demand->amount[RESOURCE_GPU], devices);
}

bool room_fits_on(const struct room *room, const struct resources *demand, uint32_t devices)
{
    return resources_fit(demand, &room->free) &&
           devices_fit_on(&room->devices, demand->amount[RESOURCE_GPU], devices);
}

void room_take_on(struct room *room, const struct resources *demand, uint32_t devices)
{
    ASSERT(resources_fit(demand, &room->free));
    resources_subtract(&room->free, demand);
    devices_take_on(&room->devices, demand->amount[RESOURCE_GPU], devices);
}
