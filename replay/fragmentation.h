/* fragmentation.h - how much of what is free is of no use to the tasks that come.
 *
 * The measure of Weng et al., "Beware of Fragmentation" (USENIX ATC 2023): a typical task
 * draws its class h with the chance p_h; what is free of resource r on an UP machine where h
 * does not fit, its GPUs told apart, is lost to it. Of r is unusable
 *
 *     sum_h p_h * (free r where h does not fit) / (all free r)
 *
 * averaged over the time in which any is free. The fragmentation is the mean of that over the
 * resources of which something is free, averaged over the time in which anything is.
 *
 * Classes are the distinct demands that most tasks came with, FRAGMENTATION_CLASSES at most:
 * the first ones, and chosen anew whenever, at a time that something lasts, twice as many
 * tasks have come as at the last choice. p_h is the part of the tasks so far with any of these
 * demands that came with h. Demands that fit no machine, were it empty, are left out: no policy
 * could use anything for them. What labels forbid is not looked at.
 *
 * Two plainer measures of the same classes, averaged over time:
 *
 * Nearly full is the part of the UP machines that have something free and no room for the
 * commonest class: those with less than r_min left that are not full, as Medea counts
 * fragmented machines (Garefalakis et al., EuroSys 2018), with r_min of the
 * workload itself.
 *
 * A probe of the largest class (by its dominant share of the cluster's capacity; of equals
 * the commoner) fits: the part of the time in which some machine has room for it.
 *
 * Per class and resource the lost sum is kept exactly, by machine: O(classes) for a machine
 * that changes; only new classes look at all machines. */
#ifndef REPLAY_FRAGMENTATION_H
#define REPLAY_FRAGMENTATION_H

#include "base/id_chains.h"
#include "replay/integral.h"
#include "scheduler/cluster.h"

#define FRAGMENTATION_CLASSES 64

/* A distinct demand, and the tasks that came with it. */
struct demand_kind {
    struct resources demand;
    uint64_t submitted;
    uint32_t class; /* or NONE */
};

struct fragmentation_class {
    uint32_t kind;
    struct resources lost; /* free on machines where it does not fit */
    uint32_t room_count;   /* UP machines where it fits */
    uint32_t rest_count;   /* UP machines where it does not, though something is free */
};

/* What a machine adds to the sums. */
struct fragmentation_share {
    struct resources free;
    bool up;
    uint64_t misfits; /* bit h: class h does not fit */
};

/* Of what is free, at some time or averaged. NaN where undefined. */
struct free_ratios {
    double fragmentation;
    double unusable[RESOURCE_COUNT];
    double nearly_full, probe_fits;
};

struct fragmentation {
    struct demand_kind *kinds;
    uint32_t kind_count, kind_room;
    struct id_chains kind_ids; /* by a hash of the demand */
    uint64_t submitted;        /* tasks of all kinds */
    uint64_t chosen_at;        /* as many when the classes were last chosen */
    struct fragmentation_class classes[FRAGMENTATION_CLASSES];
    uint32_t class_count;
    struct resources free;
    uint32_t up_count;
    struct fragmentation_share *shares; /* by machine id */
    uint32_t share_count, share_room;
    bool stale; /* `now` is out of date */
    struct free_ratios now;
    struct average average, unusable[RESOURCE_COUNT], nearly_full, probe_fits;
};

void fragmentation_init(struct fragmentation *fragmentation);
void fragmentation_free(struct fragmentation *fragmentation);

/* What holds now has held for so long. O(classes) after a change, but when classes are chosen
 * anew: O(kinds + machines * classes), which is as often as the tasks double. */
void fragmentation_advance(struct fragmentation *fragmentation, const struct cluster *cluster,
                           int64_t duration_us);

/* A task of this demand was submitted; the caller leaves out what fits no machine.
 * O(1) expected; O(machines) for the first classes. */
void fragmentation_submitted(struct fragmentation *fragmentation, const struct cluster *cluster,
                             const struct resources *demand);

/* What is free on a machine, or its state, may have changed. O(classes). */
void fragmentation_machine(struct fragmentation *fragmentation, const struct cluster *cluster,
                           uint32_t machine);

/* Averages over time. */
struct free_ratios fragmentation_ratios(const struct fragmentation *fragmentation);

/* The kinds of the commonest class and of the largest, or NULL: there are none yet. */
const struct demand_kind *fragmentation_commonest(const struct fragmentation *fragmentation);
const struct demand_kind *fragmentation_largest(const struct fragmentation *fragmentation,
                                                const struct resources *capacity);

/* The part of all tasks that came with the demand of a class. NaN: none came. */
double fragmentation_coverage(const struct fragmentation *fragmentation);

#endif
