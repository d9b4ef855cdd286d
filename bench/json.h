/* json.h - numbers and distributions as members of a JSON object. */
#ifndef BENCH_JSON_H
#define BENCH_JSON_H

#include <cjson/cJSON.h>

#include "replay/samples.h"

/* All 64 bits of it: cJSON's own numbers are doubles. */
void json_add_integer(cJSON *object, const char *key, int64_t value);

/* NaN is null. */
void json_add_real(cJSON *object, const char *key, double value);

/* Bytes; below 0, not known, is null. */
void json_add_bytes(cJSON *object, const char *key, int64_t bytes);

/* An object with p50, p90, p99, max and mean; each null if there are no values. */
void json_add_samples(cJSON *json, const char *key, const struct samples *samples);

#endif
