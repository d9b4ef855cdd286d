/* json.c - see json.h. */
#include "bench/json.h"

#include <math.h>
#include <stdio.h>

void json_add_real(cJSON *object, const char *key, double value)
{
    if (isnan(value))
        cJSON_AddNullToObject(object, key);
    else
        cJSON_AddNumberToObject(object, key, value);
}

void json_add_bytes(cJSON *object, const char *key, int64_t bytes)
{
    json_add_real(object, key, bytes < 0 ? NAN : (double)bytes);
}

void json_add_samples(cJSON *json, const char *key, const struct samples *samples)
{
    struct samples sorted = *samples; /* whose values are sorted in place */
    struct percentiles p = samples_percentiles(&sorted, 1);
    cJSON *object = cJSON_AddObjectToObject(json, key);
    json_add_real(object, "p50", p.p50);
    json_add_real(object, "p90", p.p90);
    json_add_real(object, "p99", p.p99);
    json_add_real(object, "max", p.max);
    json_add_real(object, "mean", p.mean);
}
