/* event_json.h - an event of the JSON lines as an event of the library.
 *
 * docs/protocol.md has every member; docs/protocol.schema.json checks them. */
#ifndef PLUGINS_EVENT_JSON_H
#define PLUGINS_EVENT_JSON_H

#include <cjson/cJSON.h>

#include "base/status.h"
#include "include/flowsched.h"

/* What one event needs beside its JSON; used again for the next. */
struct event_json {
    struct flowsched_event event;
    const char *task; /* the name of its task, or NULL */
    bool has_index;   /* the event says which of its stage the task is */
    struct flowsched_block *blocks;
    uint32_t block_room;
    const char **predecessors;
    uint32_t predecessor_room;
    char *labels; /* or the constraint, as text */
    uint32_t label_size, label_room;
};

void event_json_free(struct event_json *json); /* all zero is an empty one */

/* Read the event that happens at `now_us` if it says no other time. event.task and event.user are
 * left 0: they follow from the name. STATUS_BAD_INPUT with the member that is wrong. Texts are
 * borrowed from the JSON. */
enum status event_json_read(struct event_json *read, const cJSON *json, int64_t now_us,
                            struct problem *problem);

#endif
