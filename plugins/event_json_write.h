/* event_json_write.h - an event of the library as an event of the JSON lines; event_json.h is the
 * way back. */
#ifndef PLUGINS_EVENT_JSON_WRITE_H
#define PLUGINS_EVENT_JSON_WRITE_H

#include <cjson/cJSON.h>

#include "include/flowsched.h"

/* `task` is its name; NULL: it is a machine's, or of several tasks, which are JOB/STAGE/INDEX. */
cJSON *event_json_write(const struct flowsched_event *event, const char *task);

#endif
