/* integral.h - averages over time of what is piecewise constant.
 *
 * A value is told once for every stretch of time in which it held; stretches in which it
 * was undefined are left out, and the average over no time is undefined (NaN). */
#ifndef REPLAY_INTEGRAL_H
#define REPLAY_INTEGRAL_H

#include <math.h>

#include "base/types.h"

struct average {
    double integral; /* value x microseconds */
    int64_t duration_us;
};

static inline void average_add(struct average *average, double value, int64_t duration_us)
{
    average->integral += value * (double)duration_us;
    average->duration_us += duration_us;
}

/* Likewise, but that an undefined value (NaN) is left out. */
static inline void average_add_known(struct average *average, double value, int64_t duration_us)
{
    if (!isnan(value))
        average_add(average, value, duration_us);
}

static inline double average_value(const struct average *average)
{
    return average->duration_us > 0 ? average->integral / (double)average->duration_us : NAN;
}

/* part / whole, undefined (NaN) for a whole of nothing. */
static inline double ratio_of(double part, double whole)
{
    return whole > 0 ? part / whole : NAN;
}

#endif
