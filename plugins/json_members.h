/* json_members.h - members of a JSON object, checked and with a reason if they are wrong.
 *
 * A member that is absent leaves its value as it was. Numbers of 64 bits are exact up to 2^53, as
 * most programs that write JSON have them; larger ones are refused, not rounded. */
#ifndef PLUGINS_JSON_MEMBERS_H
#define PLUGINS_JSON_MEMBERS_H

#include <cjson/cJSON.h>

#include "base/status.h"
#include "include/flowsched.h"

#define JSON_INTEGER_MAX (INT64_C(1) << 53)

/* STATUS_BAD_INPUT if the value is no object, or has a member that is not among the names, or one
 * of them twice. */
enum status json_check_members(const cJSON *object, const char *const *names, size_t count,
                               struct problem *problem);

/* Each returns STATUS_BAD_INPUT if the member is there and of another type or out of range. Texts
 * are borrowed from the object. */
enum status json_read_text(const cJSON *object, const char *name, const char **text,
                           struct problem *problem);
enum status json_read_integer(const cJSON *object, const char *name, int64_t min, int64_t max,
                              int64_t *value, struct problem *problem);
enum status json_read_flag(const cJSON *object, const char *name, bool *value,
                           struct problem *problem);

/* {"cpu":1,"memory":2048}; what is not named is 0. */
enum status json_read_resources(const cJSON *object, const char *name,
                                struct flowsched_resources *resources, struct problem *problem);

void json_add_resources(cJSON *object, const char *name,
                        const struct flowsched_resources *resources);

#endif
