/* devices.h - the GPUs of a machine, told apart.
 *
 * A machine with n GPUs has n devices of one GPU each. A demand is either a share below one
 * of a single device, or a whole number of devices, each of them wholly free: a free half
 * here and a free half there are no GPU. So 1.5 GPUs is no demand that any machine can meet,
 * and is refused where it comes in.
 *
 * Which device a task gets follows from what is free alone: a share goes to the fullest
 * device that still has room for it, whole ones to the lowest free; of equals, the lowest. */
#ifndef COSTMODELS_DEVICES_H
#define COSTMODELS_DEVICES_H

#include "base/resources.h"

#define DEVICES_MAX 16 /* of one machine; a set of them is bits of a uint32_t */

struct devices {
    uint32_t count;
    uint32_t free[DEVICES_MAX]; /* of each, in billionths; those from `count` on are undefined */
};

/* Can a machine have so many GPUs: a whole number of at most DEVICES_MAX? */
bool devices_capacity_valid(int64_t gpus);

/* Is it nothing, a share below one, or a whole number? */
bool devices_demand_valid(int64_t gpus);

/* Have `gpus` GPUs, a valid capacity: devices that are there keep what is free on them, new
 * ones are free. O(devices). */
void devices_resize(struct devices *devices, int64_t gpus);

/* Is there a device, or are there devices, for the demand? Never for one that is not valid.
 * O(devices). */
bool devices_fit(const struct devices *devices, int64_t gpus);

/* How many tasks of this demand fit together, at most `limit`; exact. O(devices). */
uint32_t devices_fit_count(const struct devices *devices, int64_t gpus, uint32_t limit);

/* Take what fits; the set of devices taken, empty for a demand of nothing. O(devices). */
uint32_t devices_take(struct devices *devices, int64_t gpus);

/* Are these devices as many as the demand takes, and have they room for it? And take it from
 * them. O(devices). */
bool devices_fit_on(const struct devices *devices, int64_t gpus, uint32_t set);
void devices_take_on(struct devices *devices, int64_t gpus, uint32_t set);

/* Give back what was taken from the devices of the set. O(devices). */
void devices_give(struct devices *devices, int64_t gpus, uint32_t set);

#endif
