/* survival.c - see survival.h. */
#include "replay/survival.h"

#include <math.h>

/* S is a product of many fractions: it may miss 1 - p by a rounding. */
#define ROUNDING 1e-12

static void note(struct survival *survival, double left, double time)
{
    if (isnan(survival->p50) && left <= 0.50 + ROUNDING)
        survival->p50 = time;
    if (isnan(survival->p90) && left <= 0.10 + ROUNDING)
        survival->p90 = time;
    if (isnan(survival->p99) && left <= 0.01 + ROUNDING)
        survival->p99 = time;
}

struct survival survival_estimate(struct samples *ended, struct samples *censored, double unit)
{
    samples_sort(ended);
    samples_sort(censored);
    struct survival survival = {NAN, NAN, NAN, NAN};
    double left = 1;
    double area = 0;
    double since = 0;
    uint32_t cut = 0; /* censored before the present time */
    for (uint32_t i = 0; i < ended->count;) {
        int64_t value = ended->values[i];
        uint32_t first = i;
        while (i < ended->count && ended->values[i] == value)
            i++;
        while (cut < censored->count && censored->values[cut] < value)
            cut++;
        double time = (double)value / unit;
        uint64_t at_risk = (uint64_t)(ended->count - first) + (censored->count - cut);
        area += left * (time - since);
        since = time;
        left *= 1 - (double)(i - first) / (double)at_risk;
        note(&survival, left, time);
    }
    if (censored->count && (double)censored->values[censored->count - 1] / unit > since)
        area += left * ((double)censored->values[censored->count - 1] / unit - since);
    if (ended->count || censored->count)
        survival.mean_at_least = area;
    return survival;
}
