/* distributions.c - see distributions.h. */
#include "traces/distributions.h"

#include <math.h>

#include "base/assert.h"
#include "base/memory.h"

static int64_t between(const struct quantile *low, const struct quantile *high, double permille)
{
    double part = (permille - low->permille) / (double)(high->permille - low->permille);
    double from = (double)low->value;
    double to = (double)high->value;
    if (low->value == high->value)
        return low->value;
    if (low->value <= 0)
        return llround(from + part * (to - from));
    return llround(from * pow(to / from, part));
}

int64_t quantiles_at(const struct quantiles *quantiles, double share)
{
    ASSERT(quantiles->count >= 2);
    double permille = share * 1000;
    uint32_t i = 1;
    while (i + 1 < quantiles->count && permille >= quantiles->points[i].permille)
        i++;
    return between(&quantiles->points[i - 1], &quantiles->points[i], permille);
}

int64_t quantiles_draw(const struct quantiles *quantiles, struct random *random)
{
    return quantiles_at(quantiles, random_unit(random));
}

uint32_t weights_draw(const uint32_t *weights, uint32_t count, struct random *random)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += weights[i];
    uint64_t rest = random_below(random, sum);
    uint32_t i = 0;
    for (; rest >= weights[i]; i++)
        rest -= weights[i];
    return i;
}

void zipf_init(struct zipf *zipf, uint32_t count, double skew)
{
    ASSERT(count > 0);
    zipf->count = count;
    zipf->cumulative = memory_alloc(count * sizeof *zipf->cumulative);
    double sum = 0;
    for (uint32_t r = 0; r < count; r++) {
        sum += pow(r + 1.0, -skew);
        zipf->cumulative[r] = sum;
    }
}

void zipf_free(struct zipf *zipf)
{
    memory_free(zipf->cumulative);
    *zipf = (struct zipf){0};
}

uint32_t zipf_draw(const struct zipf *zipf, struct random *random)
{
    double wanted = random_unit(random) * zipf->cumulative[zipf->count - 1];
    uint32_t low = 0;
    uint32_t high = zipf->count - 1;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (zipf->cumulative[middle] > wanted)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}
