/* event_json_write.c - see event_json_write.h. */
#include "plugins/event_json_write.h"

#include <string.h>

#include "plugins/json_members.h"
#include "replay/summary_fields.h"

static void add_text(cJSON *json, const char *name, const char *text)
{
    if (text)
        cJSON_AddStringToObject(json, name, text);
}

static void add_positive(cJSON *json, const char *name, int64_t value)
{
    if (value > 0)
        field_integer(json, name, value);
}

static cJSON *text_of(const char *begin, size_t size)
{
    char *text = cJSON_malloc(size + 1);
    memcpy(text, begin, size);
    text[size] = '\0';
    cJSON *json = cJSON_CreateString(text);
    cJSON_free(text);
    return json;
}

/* The values "T4|P100" of a label, one of them as a text, more as an array. */
static cJSON *values_of(const char *begin, size_t size)
{
    if (!memchr(begin, '|', size))
        return text_of(begin, size);
    cJSON *values = cJSON_CreateArray();
    for (const char *end = begin + size; begin <= end;) {
        const char *bar = memchr(begin, '|', (size_t)(end - begin));
        size_t part = (size_t)((bar ? bar : end) - begin);
        cJSON_AddItemToArray(values, text_of(begin, part));
        begin += part + 1;
    }
    return values;
}

/* "zone=a;gpu=T4|P100" as an object. */
static void add_labels(cJSON *json, const char *name, const char *text)
{
    if (!text)
        return;
    cJSON *labels = cJSON_AddObjectToObject(json, name);
    while (*text) {
        size_t size = strcspn(text, ";");
        size_t name_size = strcspn(text, "=;");
        cJSON *label = text_of(text, name_size);
        size_t used = name_size < size ? name_size + 1 : size;
        cJSON_AddItemToObject(labels, label->valuestring, values_of(text + used, size - used));
        cJSON_Delete(label);
        text += size + (text[size] == ';');
    }
}

static void add_input(cJSON *json, const struct flowsched_event *event)
{
    if (!event->block_count)
        return;
    cJSON *input = cJSON_AddArrayToObject(json, "input");
    for (size_t b = 0; b < event->block_count; b++) {
        const struct flowsched_block *block = &event->blocks[b];
        cJSON *item = cJSON_CreateObject();
        field_integer(item, "mib", block->mib);
        cJSON *machines = cJSON_AddArrayToObject(item, "machines");
        for (uint32_t m = 0; m < block->machine_count; m++)
            cJSON_AddItemToArray(machines, cJSON_CreateString(block->machines[m]));
        cJSON_AddItemToArray(input, item);
    }
}

static void add_submission(cJSON *json, const struct flowsched_event *event)
{
    add_text(json, "job", event->job);
    if (event->stage && event->stage[0])
        add_text(json, "stage", event->stage);
    field_count(json, "index", event->first_index);
    if (event->count > 1)
        field_count(json, "count", event->count);
    add_text(json, "tenant", event->tenant);
    add_text(json, "machine", event->machine);
    add_positive(json, "runtime_us", event->runtime_us);
    add_positive(json, "deadline_us", event->deadline_us);
    add_positive(json, "latency_us", event->latency_us);
    add_labels(json, "constraint", event->constraint);
    add_input(json, event);
    if (!event->predecessor_count)
        return;
    cJSON *predecessors = cJSON_AddArrayToObject(json, "predecessors");
    for (size_t p = 0; p < event->predecessor_count; p++)
        cJSON_AddItemToArray(predecessors, cJSON_CreateString(event->predecessors[p]));
}

static void add_machine(cJSON *json, const struct flowsched_event *event)
{
    add_text(json, "machine", event->machine);
    if (event->kind == FLOWSCHED_MACHINE_ADDED || event->kind == FLOWSCHED_MACHINE_UPDATED)
        json_add_resources(json, "capacity", &event->resources);
    if (event->kind != FLOWSCHED_MACHINE_ADDED)
        return;
    add_text(json, "rack", event->rack);
    add_labels(json, "labels", event->labels);
    if (event->unschedulable)
        cJSON_AddTrueToObject(json, "unschedulable");
}

cJSON *event_json_write(const struct flowsched_event *event, const char *task)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "type", flowsched_event_name(event->kind));
    field_integer(json, "time_us", event->time_us);
    if (event->kind <= FLOWSCHED_MACHINE_REMOVED) {
        add_machine(json, event);
        return json;
    }
    add_text(json, "task", task);
    if (event->kind == FLOWSCHED_TASK_SUBMITTED || event->kind == FLOWSCHED_TASK_UPDATED) {
        json_add_resources(json, "demand", &event->resources);
        if (event->priority)
            field_integer(json, "priority", event->priority);
    }
    if (event->kind == FLOWSCHED_TASK_SUBMITTED)
        add_submission(json, event);
    if (event->kind == FLOWSCHED_TASK_FAILED && event->final)
        cJSON_AddTrueToObject(json, "final");
    return json;
}
