/* metrics_json.h - what metrics measure beyond the schema's keys, as members of a summary. */
#ifndef REPLAY_METRICS_JSON_H
#define REPLAY_METRICS_JSON_H

#include <cjson/cJSON.h>

#include "replay/metrics.h"

/* An object with each resource's ratio and the dominant one. */
void metrics_json_utilisation(cJSON *json, const char *key,
                              const struct utilisation_ratios *ratios);

/* All the rest, behind what the summary has. */
void metrics_json_add(cJSON *json, const struct metrics_report *metrics);

#endif
