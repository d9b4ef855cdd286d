/* run_histogram.c - see run_histogram.h. */
#include "costmodels/run_histogram.h"

#include <string.h>

#include "base/assert.h"
#include "base/checked.h"
#include "base/memory.h"

#define PER_DOUBLING 16
#define BUCKETS 960 /* of all times up to INT64_MAX */

static uint32_t bucket_of(int64_t run_us)
{
    if (run_us < PER_DOUBLING)
        return (uint32_t)run_us;
    uint32_t shift = 59 - (uint32_t)__builtin_clzll((unsigned long long)run_us);
    return shift * PER_DOUBLING + (uint32_t)(run_us >> shift);
}

/* Where it begins. */
static wide_t bucket_begin(uint32_t bucket)
{
    ASSERT(bucket <= BUCKETS);
    if (bucket < 2 * PER_DOUBLING)
        return bucket;
    uint32_t shift = bucket / PER_DOUBLING - 1;
    return (wide_t)(PER_DOUBLING + bucket % PER_DOUBLING) << shift;
}

int64_t run_bucket_begin(int64_t run_us)
{
    return (int64_t)bucket_begin(bucket_of(run_us));
}

int64_t run_bucket_end(int64_t run_us)
{
    wide_t end = bucket_begin(bucket_of(run_us) + 1);
    return end < INT64_MAX ? (int64_t)end : INT64_MAX;
}

void run_histogram_free(struct run_histogram *histogram)
{
    memory_free(histogram->buckets);
    *histogram = (struct run_histogram){0};
}

/* The first that is not below `bucket`. */
static uint32_t find(const struct run_histogram *histogram, uint32_t bucket)
{
    uint32_t low = 0;
    uint32_t high = histogram->count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (histogram->buckets[middle].bucket < bucket)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void run_histogram_add(struct run_histogram *histogram, int64_t run_us, uint64_t runs)
{
    ASSERT(run_us >= 0);
    ASSERT(runs > 0);
    uint32_t bucket = bucket_of(run_us);
    uint32_t at = find(histogram, bucket);
    if (at == histogram->count || histogram->buckets[at].bucket != bucket) {
        array_reserve(histogram->buckets, histogram->room, histogram->count + 1);
        memmove(histogram->buckets + at + 1, histogram->buckets + at,
                (histogram->count - at) * sizeof *histogram->buckets);
        histogram->buckets[at] = (struct run_bucket){.bucket = bucket};
        histogram->count++;
    }
    wide_t sum_us = (wide_t)histogram->mean_us * (wide_t)histogram->runs + histogram->rest_us +
                    (wide_t)run_us * (wide_t)runs;
    histogram->buckets[at].runs += runs;
    histogram->runs += runs;
    histogram->mean_us = (int64_t)(sum_us / (wide_t)histogram->runs);
    histogram->rest_us = (uint64_t)(sum_us % (wide_t)histogram->runs);
}

/* How many runs, in millionths of one, take longer? */
static wide_t longer(const struct run_histogram *histogram, int64_t run_us)
{
    uint32_t bucket = bucket_of(run_us);
    uint32_t at = find(histogram, bucket);
    wide_t runs = 0;
    if (at < histogram->count && histogram->buckets[at].bucket == bucket) {
        wide_t begin = bucket_begin(bucket);
        wide_t end = bucket_begin(bucket + 1);
        runs = (wide_t)histogram->buckets[at++].runs * CERTAIN * (end - run_us) / (end - begin);
    }
    for (; at < histogram->count; at++)
        runs += (wide_t)histogram->buckets[at].runs * CERTAIN;
    return runs;
}

/* When does a run end that has outlasted all the others? */
static wide_t extended_end(const struct run_histogram *histogram, int64_t ran_us)
{
    wide_t end = bucket_begin(histogram->buckets[histogram->count - 1].bucket + 1);
    while (end <= ran_us)
        end *= 2;
    return end;
}

int64_t run_histogram_above(const struct run_histogram *histogram, int64_t ran_us, int64_t more_us)
{
    ASSERT(histogram->runs > 0);
    if (more_us <= 0)
        return CERTAIN;
    int64_t end_us;
    if (!checked_add(ran_us, more_us, &end_us))
        return 0;
    wide_t left = longer(histogram, ran_us);
    if (left == 0)
        return end_us < extended_end(histogram, ran_us) ? CERTAIN : 0;
    return (int64_t)(longer(histogram, end_us) * CERTAIN / left);
}
