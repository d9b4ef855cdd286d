/* response_time.c - see response_time.h. */
#include "costmodels/response_time.h"

#include "base/resources.h"
#include "costmodels/fixed.h"

int64_t response_exponent(wide_t share, int64_t latency_us)
{
    wide_t x = share * FIXED_ONE / RESOURCE_UNIT * latency_us / RESPONSE_ALONE_US;
    return x < INT64_MAX ? (int64_t)x : INT64_MAX;
}

int64_t response_slow(wide_t load, int64_t latency_us)
{
    if (load >= RESOURCE_UNIT)
        return FIXED_ONE;
    return fixed_exp_minus(response_exponent(RESOURCE_UNIT - load, latency_us));
}

int64_t response_p99_us(wide_t load)
{
    if (load >= RESOURCE_UNIT)
        return TIME_NEVER;
    wide_t alone_us = (wide_t)fixed_log(100) * RESPONSE_ALONE_US;
    return (int64_t)(alone_us * RESOURCE_UNIT / (RESOURCE_UNIT - load) / FIXED_ONE);
}
