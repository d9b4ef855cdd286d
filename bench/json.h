/* json.h - numbers and distributions as members of a JSON object. */
#ifndef BENCH_JSON_H
#define BENCH_JSON_H

#include <cjson/cJSON.h>

#include "replay/summary_fields.h"

/* NaN is null. */
void json_add_real(cJSON *object, const char *key, double value);

/* Bytes; below 0, not known, is null. */
void json_add_bytes(cJSON *object, const char *key, int64_t bytes);

/* An object with p50, p90, p99, max and mean; each null if there are no values. */
void json_add_samples(cJSON *json, const char *key, const struct samples *samples);

#endif
