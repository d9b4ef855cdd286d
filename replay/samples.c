/* samples.c - see samples.h. */
#include "replay/samples.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

void samples_free(struct samples *samples)
{
    memory_free(samples->values);
    *samples = (struct samples){0};
}

void samples_add(struct samples *samples, int64_t value)
{
    array_reserve(samples->values, samples->room, samples->count + 1);
    samples->values[samples->count++] = value;
    samples->sorted = false;
}

static int compare(const void *a, const void *b)
{
    const int64_t *left = a;
    const int64_t *right = b;
    return (*left > *right) - (*left < *right);
}

void samples_sort(struct samples *samples)
{
    if (!samples->sorted && samples->count)
        qsort(samples->values, samples->count, sizeof *samples->values, compare);
    samples->sorted = true;
}

static int64_t nearest_rank(const struct samples *samples, uint32_t percent)
{
    uint64_t rank = ((uint64_t)samples->count * percent + 99) / 100;
    return samples->values[rank ? rank - 1 : 0];
}

struct percentiles samples_percentiles(struct samples *samples, double unit)
{
    if (!samples->count)
        return (struct percentiles){NAN, NAN, NAN, NAN, NAN};
    samples_sort(samples);
    __int128 sum = 0;
    for (uint32_t i = 0; i < samples->count; i++)
        sum += samples->values[i];
    return (struct percentiles){.p50 = (double)nearest_rank(samples, 50) / unit,
                                .p90 = (double)nearest_rank(samples, 90) / unit,
                                .p99 = (double)nearest_rank(samples, 99) / unit,
                                .max = (double)nearest_rank(samples, 100) / unit,
                                .mean = (double)sum / samples->count / unit};
}
