/* run_histogram.h - how long runs take, as counts in buckets of equal ratio.
 *
 * There are 16 buckets to every doubling of the time, so that a time is known to within 1/16;
 * below 16 us each has its own. Only buckets with runs in them are kept, in order: a few dozen
 * for runs that are alike, at most 960. Within a bucket runs are taken to be spread evenly. */
#ifndef COSTMODELS_RUN_HISTOGRAM_H
#define COSTMODELS_RUN_HISTOGRAM_H

#include "base/types.h"

/* Probabilities are in parts per million. */
#define CERTAIN 1000000

struct run_bucket {
    uint32_t bucket;
    uint64_t runs;
};

struct run_histogram {
    struct run_bucket *buckets; /* in order */
    uint32_t count, room;
    uint64_t runs;    /* of all of them */
    int64_t mean_us;  /* of what was added, not by buckets, and what rounding it down leaves out: */
    uint64_t rest_us; /* the sum is mean_us x runs + rest_us */
};

/* Where the bucket begins and ends that the time is in. */
int64_t run_bucket_begin(int64_t run_us);
int64_t run_bucket_end(int64_t run_us);

void run_histogram_free(struct run_histogram *histogram);

/* So many runs more, one at least, that took run_us >= 0. O(buckets). */
void run_histogram_add(struct run_histogram *histogram, int64_t run_us, uint64_t runs);

/* How likely is it that a run which has taken `ran_us` already takes more than `more_us`
 * longer? There is at least one run in the histogram. A run that has taken longer than all
 * others before it takes, we say, twice as long as the longest one, or four times, or eight
 * times: the least of these that is still to come. (Park et al., 3Sigma, EuroSys 2018, extend
 * estimates that were too short like that.) O(buckets). */
int64_t run_histogram_above(const struct run_histogram *histogram, int64_t ran_us, int64_t more_us);

#endif
