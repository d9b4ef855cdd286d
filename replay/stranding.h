/* stranding.h - what is free beside something that is used up.
 *
 * On an UP machine the bottleneck is the resource of which the smallest part of the capacity
 * is free. Tasks that demand like the machine is built can use that part f of every resource,
 * and no more: of resource r, free_r - f * capacity_r is stranded. Of a machine whose
 * bottleneck is used up all else is stranded, of an empty one nothing.
 *
 * Beside that a plainer sum: all that is free of r on machines where something else is the
 * bottleneck, by whatever little. It is never less, and large on clusters with much room.
 *
 * Sums are kept exactly, machine by machine; a stranded amount is rounded up to whole ones. */
#ifndef REPLAY_STRANDING_H
#define REPLAY_STRANDING_H

#include "replay/integral.h"
#include "scheduler/cluster.h"

struct stranded {
    struct resources stranded, beside; /* the two sums, of one machine or of all */
};

struct stranding {
    struct stranded *machines; /* by machine id */
    uint32_t room;
    struct stranded all;
    wide_t stranded[RESOURCE_COUNT], beside[RESOURCE_COUNT]; /* amount x microseconds */
};

void stranding_free(struct stranding *stranding);

/* What holds now has held for so long. O(1). */
void stranding_advance(struct stranding *stranding, int64_t duration_us);

/* What is free on a machine may have changed. O(1). */
void stranding_machine(struct stranding *stranding, const struct cluster *cluster,
                       uint32_t machine);

/* Of one machine with that capacity, of which that is free. */
struct stranded stranded_of(const struct resources *free, const struct resources *capacity);

#endif
