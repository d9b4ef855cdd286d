/* summary_fields.c - see summary_fields.h. */
#include "replay/summary_fields.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Up to this, cJSON prints a whole number as its digits. */
#define PRINTED_WHOLE UINT64_C(1000000000000000)

void field_count(cJSON *object, const char *key, uint64_t count)
{
    if (count < PRINTED_WHOLE) {
        cJSON_AddNumberToObject(object, key, (double)count);
        return;
    }
    char text[32];
    snprintf(text, sizeof text, "%" PRIu64, count);
    cJSON_AddRawToObject(object, key, text);
}

/* 6 significant digits, or the nearest whole number if it has more. */
static double rounded(double value)
{
    if (fabs(value) >= 1e6)
        return round(value);
    char text[32];
    snprintf(text, sizeof text, "%.6g", value);
    return strtod(text, NULL);
}

void field_integer(cJSON *object, const char *key, int64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRId64, value);
    cJSON_AddRawToObject(object, key, text);
}

void field_real(cJSON *object, const char *key, double value)
{
    if (isnan(value))
        cJSON_AddNullToObject(object, key);
    else
        cJSON_AddNumberToObject(object, key, rounded(value));
}

void field_text(cJSON *object, const char *key, const char *text)
{
    if (text)
        cJSON_AddStringToObject(object, key, text);
    else
        cJSON_AddNullToObject(object, key);
}

cJSON *field_percentiles(cJSON *json, const char *key, const struct percentiles *percentiles)
{
    cJSON *object = cJSON_AddObjectToObject(json, key);
    field_real(object, "p50", percentiles->p50);
    field_real(object, "p90", percentiles->p90);
    field_real(object, "p99", percentiles->p99);
    field_real(object, "max", percentiles->max);
    return object;
}

void field_distribution(cJSON *json, const char *key, const struct percentiles *percentiles)
{
    field_real(field_percentiles(json, key, percentiles), "mean", percentiles->mean);
}

void field_resources(cJSON *object, const double values[RESOURCE_COUNT])
{
    for (int r = 0; r < RESOURCE_COUNT; r++)
        field_real(object, resource_name((enum resource)r), values[r]);
}
