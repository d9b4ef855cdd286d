/* samples.h - every value of a distribution, and its exact percentiles.
 *
 * Percentiles are by nearest rank: the p-th is the smallest value that at least p percent
 * of the values do not exceed, so it is always one of them. Nothing is binned or sampled. */
#ifndef REPLAY_SAMPLES_H
#define REPLAY_SAMPLES_H

#include "base/types.h"

struct samples {
    int64_t *values; /* in order if `sorted` */
    uint32_t count, room;
    bool sorted;
};

/* What a distribution comes to; all are NaN for one without values. */
struct percentiles {
    double p50, p90, p99, max, mean;
};

void samples_free(struct samples *samples);

/* O(1) amortised. */
void samples_add(struct samples *samples, int64_t value);

/* Put the values in order. O(n log n) after an addition. */
void samples_sort(struct samples *samples);

/* The percentiles of the values divided by `unit`. O(n log n) after an addition. */
struct percentiles samples_percentiles(struct samples *samples, double unit);

#endif
