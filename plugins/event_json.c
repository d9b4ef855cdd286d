/* event_json.c - see event_json.h. */
#include "plugins/event_json.h"

#include <string.h>

#include "base/memory.h"
#include "plugins/json_members.h"

#define INDEX_MAX INT32_MAX
#define COUNT_MAX 1000000 /* each of them gets a name, while other clients wait */

static const char *const of_machine[] = {"type",   "time_us",  "machine",       "rack",
                                         "labels", "capacity", "unschedulable", "reason"};
static const char *const of_submission[] = {
    "type",       "time_us",    "task",   "job",          "stage",      "index",
    "count",      "tenant",     "demand", "priority",     "runtime_us", "deadline_us",
    "latency_us", "constraint", "input",  "predecessors", "machine"};
static const char *const of_task[] = {"type",     "time_us", "task",  "demand",
                                      "priority", "final",   "reason"};

void event_json_free(struct event_json *json)
{
    memory_free(json->blocks);
    memory_free(json->predecessors);
    memory_free(json->labels);
    *json = (struct event_json){0};
}

static enum status bad(struct problem *problem, const char *reason)
{
    return problem_set(problem, STATUS_BAD_INPUT, NULL, 0, 0, "%s", reason);
}

/* Labels and constraints: {"zone":"a","gpu":["T4","P100"]} as "zone=a;gpu=T4|P100". */

static void add_text(struct event_json *read, const char *text)
{
    size_t size = strlen(text);
    array_reserve(read->labels, read->label_room, read->label_size + size + 1);
    memcpy(read->labels + read->label_size, text, size + 1);
    read->label_size += (uint32_t)size;
}

static enum status add_part(struct event_json *read, const cJSON *value, struct problem *problem)
{
    if (!cJSON_IsString(value) || !value->valuestring[0] || strpbrk(value->valuestring, "=;|"))
        return bad(problem, "labels: a value is a text without =, ; and |, and not empty");
    add_text(read, value->valuestring);
    return STATUS_OK;
}

static enum status add_label(struct event_json *read, const cJSON *label, bool many,
                             struct problem *problem)
{
    if (!label->string[0] || strpbrk(label->string, "=;|"))
        return bad(problem, "labels: a name is a text without =, ; and |, and not empty");
    if (read->label_size)
        add_text(read, ";");
    add_text(read, label->string);
    add_text(read, "=");
    if (!many || !cJSON_IsArray(label))
        return add_part(read, label, problem);
    if (!label->child)
        return bad(problem, "constraint: a label has no value that would do");
    for (const cJSON *value = label->child; value; value = value->next) {
        if (value != label->child)
            add_text(read, "|");
        enum status status = add_part(read, value, problem);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static enum status read_labels(struct event_json *read, const cJSON *json, const char *name,
                               bool many, const char **text, struct problem *problem)
{
    const cJSON *labels = cJSON_GetObjectItemCaseSensitive(json, name);
    if (!labels)
        return STATUS_OK;
    if (!cJSON_IsObject(labels))
        return bad(problem, "labels and constraint are objects");
    read->label_size = 0;
    add_text(read, "");
    for (const cJSON *label = labels->child; label; label = label->next) {
        enum status status = add_label(read, label, many, problem);
        if (status != STATUS_OK)
            return status;
    }
    *text = read->labels;
    return STATUS_OK;
}

/* Submissions. */

static enum status read_block(const cJSON *json, struct flowsched_block *block,
                              struct problem *problem)
{
    static const char *const members[] = {"mib", "machines"};
    enum status status = json_check_members(json, members, 2, problem);
    *block = (struct flowsched_block){0};
    if (status == STATUS_OK)
        status = json_read_integer(json, "mib", 0, JSON_INTEGER_MAX, &block->mib, problem);
    if (status != STATUS_OK)
        return status;
    const cJSON *machines = cJSON_GetObjectItemCaseSensitive(json, "machines");
    if (machines && !cJSON_IsArray(machines))
        return bad(problem, "input: machines is an array of names");
    for (const cJSON *m = machines ? machines->child : NULL; m; m = m->next) {
        if (!cJSON_IsString(m) || block->machine_count == 3)
            return bad(problem, "input: machines is an array of at most three names");
        block->machines[block->machine_count++] = m->valuestring;
    }
    return STATUS_OK;
}

static enum status read_input(struct event_json *read, const cJSON *json, struct problem *problem)
{
    const cJSON *input = cJSON_GetObjectItemCaseSensitive(json, "input");
    if (input && !cJSON_IsArray(input))
        return bad(problem, "input must be an array of blocks");
    uint32_t count = input ? (uint32_t)cJSON_GetArraySize(input) : 0;
    array_reserve(read->blocks, read->block_room, count);
    uint32_t b = 0;
    for (const cJSON *block = input ? input->child : NULL; block; block = block->next) {
        enum status status = read_block(block, &read->blocks[b++], problem);
        if (status != STATUS_OK)
            return status;
    }
    read->event.blocks = read->blocks;
    read->event.block_count = count;
    return STATUS_OK;
}

static enum status read_predecessors(struct event_json *read, const cJSON *json,
                                     struct problem *problem)
{
    const cJSON *array = cJSON_GetObjectItemCaseSensitive(json, "predecessors");
    if (array && !cJSON_IsArray(array))
        return bad(problem, "predecessors must be an array of stages");
    uint32_t count = array ? (uint32_t)cJSON_GetArraySize(array) : 0;
    array_reserve(read->predecessors, read->predecessor_room, count);
    uint32_t p = 0;
    for (const cJSON *stage = array ? array->child : NULL; stage; stage = stage->next) {
        if (!cJSON_IsString(stage))
            return bad(problem, "predecessors must be an array of stages");
        read->predecessors[p++] = stage->valuestring;
    }
    read->event.predecessors = read->predecessors;
    read->event.predecessor_count = count;
    return STATUS_OK;
}

static enum status read_times(const cJSON *json, struct flowsched_event *event,
                              struct problem *problem)
{
    enum status status =
        json_read_integer(json, "runtime_us", 0, JSON_INTEGER_MAX, &event->runtime_us, problem);
    if (status == STATUS_OK)
        status = json_read_integer(json, "deadline_us", 0, JSON_INTEGER_MAX, &event->deadline_us,
                                   problem);
    if (status == STATUS_OK)
        status =
            json_read_integer(json, "latency_us", 0, JSON_INTEGER_MAX, &event->latency_us, problem);
    return status;
}

static enum status read_texts(const cJSON *json, struct flowsched_event *event,
                              struct problem *problem)
{
    enum status status = json_read_text(json, "job", &event->job, problem);
    if (status == STATUS_OK)
        status = json_read_text(json, "stage", &event->stage, problem);
    if (status == STATUS_OK)
        status = json_read_text(json, "tenant", &event->tenant, problem);
    if (status == STATUS_OK)
        status = json_read_text(json, "machine", &event->machine, problem);
    return status;
}

static enum status read_range(struct event_json *read, const cJSON *json, struct problem *problem)
{
    struct flowsched_event *event = &read->event;
    int64_t index = 0, count = 1;
    enum status status = json_read_integer(json, "index", 0, INDEX_MAX, &index, problem);
    if (status == STATUS_OK)
        status = json_read_integer(json, "count", 1, COUNT_MAX, &count, problem);
    event->first_index = (uint32_t)index;
    read->has_index = cJSON_GetObjectItemCaseSensitive(json, "index") != NULL;
    event->count = (uint32_t)count;
    return status;
}

static enum status read_submission(struct event_json *read, const cJSON *json,
                                   struct problem *problem)
{
    struct flowsched_event *event = &read->event;
    enum status status = read_texts(json, event, problem);
    if (status == STATUS_OK)
        status = read_range(read, json, problem);
    if (status == STATUS_OK)
        status = read_times(json, event, problem);
    if (status == STATUS_OK)
        status = read_input(read, json, problem);
    if (status == STATUS_OK)
        status = read_predecessors(read, json, problem);
    if (status == STATUS_OK)
        status = read_labels(read, json, "constraint", true, &event->constraint, problem);
    if (status == STATUS_OK && !read->task && !event->job)
        return bad(problem, "a submission names its task or its job");
    if (status == STATUS_OK && read->task && event->count > 1)
        return bad(problem, "tasks that are submitted together have no name of their own: leave "
                            "out task, they are JOB/STAGE/INDEX");
    return status;
}

/* Events. */

static enum status check(const cJSON *json, enum flowsched_event_kind kind, struct problem *problem)
{
    if (kind <= FLOWSCHED_MACHINE_REMOVED)
        return json_check_members(json, of_machine, COUNT_OF(of_machine), problem);
    if (kind == FLOWSCHED_TASK_SUBMITTED)
        return json_check_members(json, of_submission, COUNT_OF(of_submission), problem);
    return json_check_members(json, of_task, COUNT_OF(of_task), problem);
}

static enum status read_kind(const cJSON *json, enum flowsched_event_kind *kind,
                             struct problem *problem)
{
    const char *type = NULL;
    if (!cJSON_IsObject(json))
        return bad(problem, "an event is an object");
    enum status status = json_read_text(json, "type", &type, problem);
    if (status != STATUS_OK)
        return status;
    if (!type)
        return bad(problem, "an event has a type");
    *kind = flowsched_event_find(type);
    return *kind < FLOWSCHED_EVENT_KIND_COUNT
               ? STATUS_OK
               : problem_set(problem, STATUS_BAD_INPUT, NULL, 0, 0,
                             "there is no event of type %.100s", type);
}

static enum status read_of_kind(struct event_json *read, const cJSON *json, struct problem *problem)
{
    struct flowsched_event *event = &read->event;
    if (event->kind <= FLOWSCHED_MACHINE_REMOVED) {
        enum status status = json_read_text(json, "machine", &event->machine, problem);
        if (status == STATUS_OK)
            status = json_read_text(json, "rack", &event->rack, problem);
        if (status == STATUS_OK)
            status = json_read_flag(json, "unschedulable", &event->unschedulable, problem);
        if (status == STATUS_OK)
            status = read_labels(read, json, "labels", false, &event->labels, problem);
        return status == STATUS_OK
                   ? json_read_resources(json, "capacity", &event->resources, problem)
                   : status;
    }
    int64_t priority = 0;
    enum status status =
        json_read_integer(json, "priority", INT32_MIN, INT32_MAX, &priority, problem);
    event->priority = (int32_t)priority;
    if (status == STATUS_OK)
        status = json_read_text(json, "task", &read->task, problem);
    if (status == STATUS_OK)
        status = json_read_resources(json, "demand", &event->resources, problem);
    if (status == STATUS_OK)
        status = json_read_flag(json, "final", &event->final, problem);
    if (status != STATUS_OK)
        return status;
    if (event->kind == FLOWSCHED_TASK_SUBMITTED)
        return read_submission(read, json, problem);
    return read->task ? STATUS_OK : bad(problem, "the event names no task");
}

enum status event_json_read(struct event_json *read, const cJSON *json, int64_t now_us,
                            struct problem *problem)
{
    read->event = (struct flowsched_event){.time_us = now_us};
    read->task = NULL;
    read->has_index = false;
    enum status status = read_kind(json, &read->event.kind, problem);
    if (status == STATUS_OK)
        status = check(json, read->event.kind, problem);
    if (status == STATUS_OK)
        status = json_read_integer(json, "time_us", -JSON_INTEGER_MAX, JSON_INTEGER_MAX,
                                   &read->event.time_us, problem);
    return status == STATUS_OK ? read_of_kind(read, json, problem) : status;
}
