/* room.h - what is free on a machine, as a value to plan with.
 *
 * A vector of resources says how many GPUs are free, not whether they are free on one
 * device; a room says both, so that several placements on a machine, and departures from
 * it, can be tried without touching the cluster. What was planned is then asked for with its
 * devices (decision_add_on).
 *
 * Every amount of free.amount[RESOURCE_GPU] is on a device: it is the sum of what is free
 * on them. */
#ifndef COSTMODELS_ROOM_H
#define COSTMODELS_ROOM_H

#include "costmodels/devices.h"
#include "costmodels/facts.h"

struct room {
    struct resources free;
    struct devices devices;
};

/* What is free on a machine; nothing if it is not up. O(devices). */
void room_of_machine(struct room *room, const struct machine_facts *machine);

/* What such a machine has when nothing runs there; `capacity` is a machine's. O(devices). */
void room_of_capacity(struct room *room, const struct resources *capacity);

/* Does the demand fit? Exact fits fit. O(devices). */
bool room_fits(const struct room *room, const struct resources *demand);

/* How many equal tasks fit together, at most `limit`: exact. O(devices). */
uint32_t room_fit_count(const struct room *room, const struct resources *demand, uint32_t limit);

/* Take what fits; the set of devices taken. O(devices). */
uint32_t room_take(struct room *room, const struct resources *demand);

/* A task leaves a machine that is up: give back its demand, and its devices
 * (task_facts.devices). O(devices). */
void room_give(struct room *room, const struct resources *demand, uint32_t devices);

/* Does the demand fit on these very devices, as for a task that stays after all; and take
 * it from them. O(devices). */
bool room_fits_on(const struct room *room, const struct resources *demand, uint32_t devices);
void room_take_on(struct room *room, const struct resources *demand, uint32_t devices);

#endif
