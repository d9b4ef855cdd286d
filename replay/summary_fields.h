/* summary_fields.h - numbers of a summary as members of a JSON object.
 *
 * Counts are exact; measured numbers have 6 significant digits, and undefined ones are null. */
#ifndef REPLAY_SUMMARY_FIELDS_H
#define REPLAY_SUMMARY_FIELDS_H

#include <cjson/cJSON.h>

#include "base/resources.h"
#include "replay/samples.h"

void field_count(cJSON *object, const char *key, uint64_t count);
void field_integer(cJSON *object, const char *key, int64_t value);

/* NaN is null. */
void field_real(cJSON *object, const char *key, double value);

/* NULL is null. */
void field_text(cJSON *object, const char *key, const char *text);

/* An object with p50, p90, p99 and max, returned; and one that has the mean as well. */
cJSON *field_percentiles(cJSON *json, const char *key, const struct percentiles *percentiles);
void field_distribution(cJSON *json, const char *key, const struct percentiles *percentiles);

/* A member for each resource. */
void field_resources(cJSON *object, const double values[RESOURCE_COUNT]);

#endif
