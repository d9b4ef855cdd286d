/* lines_state.h - what a conversation tells of the cluster when it is asked. */
#ifndef PLUGINS_LINES_STATE_H
#define PLUGINS_LINES_STATE_H

#include <cjson/cJSON.h>

#include "base/id_map.h"
#include "plugins/event_json.h"
#include "plugins/lines.h"
#include "plugins/task_names.h"

struct lines {
    struct flowsched_engine *engine;
    struct flowsched_option *options; /* own copies */
    uint32_t option_count, option_room;
    struct task_names names; /* of live tasks, with their handles */
    struct id_map slots;     /* of names, by handle */
    struct event_json read;  /* the event that is being read */
    int64_t now_us;
    bool started; /* something was asked that is no hello */
    char *answer; /* the last one; cJSON's memory */
};

/* Add machines, tasks and the summary to the answer. O(machines + live tasks). */
void lines_state_add(struct lines *lines, cJSON *answer);

/* Add why the task of the name is where it is. O(machines). */
void lines_state_explain(struct lines *lines, uint32_t slot, cJSON *answer);

#endif
