/* fragmentation.h - how much of what is free is of no use to the tasks that come.
 *
 * The measure of Weng et al., "Beware of Fragmentation" (USENIX ATC 2023), for every
 * resource: a typical task draws its class h with the chance p_h; what is free of resource
 * r on an UP machine where h does not fit, its GPUs told apart, is lost to it. The
 * fragmentation is
 *
 *     mean over r of  sum_h p_h * (free r where h does not fit) / (all free r)
 *
 * over the resources of which something is free, averaged over the time in which any is.
 * The classes are the first FRAGMENTATION_CLASSES distinct demands submitted, and p_h the
 * part of the tasks submitted so far with one of them that came with h. Demands that fit no
 * machine, were it empty, are left out: no policy could use anything for them.
 *
 * Per class and resource the lost sum is kept exactly, by machine: O(classes) for a machine
 * that changes; only a new class looks at all machines. */
#ifndef REPLAY_FRAGMENTATION_H
#define REPLAY_FRAGMENTATION_H

#include "replay/integral.h"
#include "scheduler/cluster.h"

#define FRAGMENTATION_CLASSES 16

struct fragmentation_class {
    struct resources demand;
    uint64_t submitted;
    struct resources lost; /* free on machines where it does not fit */
};

/* What a machine adds to the sums. */
struct fragmentation_share {
    struct resources free;
    uint32_t misfits; /* bit h: class h does not fit */
};

struct fragmentation {
    struct fragmentation_class classes[FRAGMENTATION_CLASSES];
    uint32_t class_count;
    uint64_t submitted; /* tasks of these classes */
    struct resources free;
    struct fragmentation_share *shares; /* by machine id */
    uint32_t share_count, share_room;
    bool stale; /* `value` is out of date */
    double value;
    struct average average;
};

void fragmentation_free(struct fragmentation *fragmentation);

/* What holds now has held for so long. O(classes) after a change. */
void fragmentation_advance(struct fragmentation *fragmentation, int64_t duration_us);

/* A task of this demand was submitted; the caller leaves out what fits no machine.
 * O(classes); O(machines) for a new class. */
void fragmentation_submitted(struct fragmentation *fragmentation, const struct cluster *cluster,
                             const struct resources *demand);

/* What is free on a machine may have changed. O(classes). */
void fragmentation_machine(struct fragmentation *fragmentation, const struct cluster *cluster,
                           uint32_t machine);

/* 0..1; NaN if nothing was ever free or nothing submitted. */
double fragmentation_average(const struct fragmentation *fragmentation);

#endif
