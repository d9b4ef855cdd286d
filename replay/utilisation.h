/* utilisation.h - how full the cluster is, over time, and how evenly.
 *
 * Utilisation of a resource is the integral of what is allocated over the integral of the
 * capacity of all machines that are not AWAY; a drained machine counts, for its tasks go
 * on. Both integrals are exact sums of 128 bits.
 *
 * A machine's share is its dominant utilisation, the largest used/capacity of its
 * resources, as an integer in billionths: the sum and the sum of squares over machines are
 * then kept exactly, machine by machine, and do not drift. Machines that are AWAY or have
 * no capacity have no share. */
#ifndef REPLAY_UTILISATION_H
#define REPLAY_UTILISATION_H

#include "replay/integral.h"
#include "scheduler/cluster.h"

/* Integrals from the start to some time. */
struct usage {
    __int128 used[RESOURCE_COUNT], capacity[RESOURCE_COUNT]; /* amount x microseconds */
    struct average dominant;                                 /* mean share of the machines */
};

struct utilisation {
    struct usage whole;
    struct usage first_arrival, last_arrival, last_finish; /* `whole` as it was then */
    bool arrived, finished;
    struct average deviation; /* of the shares: the standard one, */
    struct average variation; /* and over their mean */
    int64_t *shares;          /* by machine id, in billionths; -1: has none */
    uint32_t machine_count, machine_room;
    uint32_t share_count;
    int64_t share_sum;
    __int128 square_sum;
};

/* Ratios 0..1 over a window; undefined ones are NaN. */
struct utilisation_ratios {
    double resources[RESOURCE_COUNT];
    double dominant;
};

void utilisation_free(struct utilisation *utilisation);

/* What holds now has held for so long. O(1). */
void utilisation_advance(struct utilisation *utilisation, const struct cluster *cluster,
                         int64_t duration_us);

/* A machine's use, capacity or state may have changed. O(1). */
void utilisation_machine(struct utilisation *utilisation, const struct cluster *cluster,
                         uint32_t machine);

/* A task arrives: the steady window begins with the first and ends with the last. A task
 * finishes: the makespan's window ends with the last. O(1). */
void utilisation_arrival(struct utilisation *utilisation);
void utilisation_finish(struct utilisation *utilisation);

/* Over all time, from the first arrival to the last, and from there to the last finish. */
struct utilisation_ratios utilisation_whole(const struct utilisation *utilisation);
struct utilisation_ratios utilisation_steady(const struct utilisation *utilisation);
struct utilisation_ratios utilisation_makespan(const struct utilisation *utilisation);

/* The population standard deviation of the machines' shares, averaged over time; and divided
 * by their mean (the coefficient of variation), averaged over the time in which that is above
 * 0. */
double utilisation_imbalance(const struct utilisation *utilisation);
double utilisation_variation(const struct utilisation *utilisation);

/* The mean and the standard deviation of the shares as they are now. NaN without shares. */
double utilisation_mean_now(const struct utilisation *utilisation);
double utilisation_deviation_now(const struct utilisation *utilisation);

#endif
