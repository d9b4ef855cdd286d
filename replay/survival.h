/* survival.h - how long something takes, when for some it is not over yet.
 *
 * Who waits for good would be missing from percentiles of the waits that ended, and make them
 * look short. Such a wait is censored: it lasts longer than was seen. Of ended and censored
 * waits together the Kaplan-Meier estimate ("Nonparametric estimation from incomplete
 * observations", JASA 1958) tells which part S(t) of all takes longer than t: at every time at
 * which waits end, it falls by the part that these are of the waits seen to last so long; a
 * wait censored at that time is one of them. It supposes that being cut off says nothing about
 * how long it would still have taken.
 *
 * Without censored ones, its percentiles are those of samples.h. */
#ifndef REPLAY_SURVIVAL_H
#define REPLAY_SURVIVAL_H

#include "replay/samples.h"

struct survival {
    /* The p-th percentile is the least t with S(t) <= 1 - p; NaN if S stays above that: it is
     * more than the longest wait. */
    double p50, p90, p99;
    /* Of the waits cut off at the longest one seen: the mean is no less. NaN without waits. */
    double mean_at_least;
};

/* The estimate, of values divided by `unit`. Sorts both. O(n log n). */
struct survival survival_estimate(struct samples *ended, struct samples *censored, double unit);

#endif
