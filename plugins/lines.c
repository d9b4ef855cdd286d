/* lines.c - see lines.h. */
#include "plugins/lines.h"

#include <stdio.h>
#include <string.h>
#include <unistr.h>

#include "base/id_map.h"
#include "base/memory.h"
#include "plugins/event_json.h"
#include "plugins/json_members.h"
#include "plugins/lines_state.h"
#include "plugins/task_names.h"
#include "replay/summary_fields.h"

/* A request, once it has been read. */
struct request {
    const cJSON *id; /* or NULL */
    const char *type;
    int64_t now_us;
    const cJSON *events, *options;
    const char *task;
    bool decide;
};

/* Options. */

static void free_options(struct lines *lines)
{
    for (uint32_t i = 0; i < lines->option_count; i++) {
        memory_free((char *)lines->options[i].name);
        memory_free((char *)lines->options[i].value);
    }
    lines->option_count = 0;
}

/* A later one of a name takes the place of an earlier one. */
static void set_option(struct lines *lines, const char *name, const char *value)
{
    uint32_t i = 0;
    while (i < lines->option_count && strcmp(lines->options[i].name, name) != 0)
        i++;
    if (i == lines->option_count) {
        array_reserve(lines->options, lines->option_room, i + 1);
        lines->options[lines->option_count++] =
            (struct flowsched_option){.name = memory_copy_text(name)};
    }
    memory_free((char *)lines->options[i].value);
    lines->options[i].value = memory_copy_text(value);
}

static enum status open_engine(struct lines *lines, struct problem *problem)
{
    char reason[256];
    struct flowsched_engine *engine;
    enum flowsched_status status =
        flowsched_create(&engine, lines->options, lines->option_count, reason, sizeof reason);
    if (status != FLOWSCHED_OK)
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0, "%s", reason);
    flowsched_destroy(lines->engine);
    lines->engine = engine;
    return STATUS_OK;
}

enum status lines_create(struct lines **lines, const struct flowsched_option *options,
                         size_t option_count, struct problem *problem)
{
    struct lines *made = memory_alloc(sizeof *made);
    task_names_init(&made->names);
    id_map_init(&made->slots);
    for (size_t i = 0; i < option_count; i++)
        set_option(made, options[i].name, options[i].value);
    enum status status = open_engine(made, problem);
    if (status != STATUS_OK) {
        lines_destroy(made);
        made = NULL;
    }
    *lines = made;
    return status;
}

void lines_destroy(struct lines *lines)
{
    if (!lines)
        return;
    flowsched_destroy(lines->engine);
    free_options(lines);
    memory_free(lines->options);
    task_names_free(&lines->names);
    id_map_free(&lines->slots);
    event_json_free(&lines->read);
    cJSON_free(lines->answer);
    memory_free(lines);
}

/* Answers. */

static cJSON *begin_answer(const struct request *request)
{
    cJSON *answer = cJSON_CreateObject();
    cJSON_AddItemToObject(answer, "id",
                          request->id ? cJSON_Duplicate(request->id, true) : cJSON_CreateNull());
    return answer;
}

static const char *end_answer(struct lines *lines, cJSON *answer)
{
    cJSON_free(lines->answer);
    char *text = cJSON_PrintUnformatted(answer);
    cJSON_Delete(answer);
    size_t size = strlen(text);
    lines->answer = cJSON_malloc(size + 2);
    memcpy(lines->answer, text, size);
    memcpy(lines->answer + size, "\n", 2);
    cJSON_free(text);
    return lines->answer;
}

static const char *status_text(enum status status)
{
    switch (status) {
    case STATUS_NOT_FOUND:
        return flowsched_status_name(FLOWSCHED_NOT_FOUND);
    case STATUS_EXISTS:
        return flowsched_status_name(FLOWSCHED_EXISTS);
    case STATUS_USAGE:
        return flowsched_status_name(FLOWSCHED_USAGE);
    case STATUS_TOO_LARGE:
        return flowsched_status_name(FLOWSCHED_TOO_LARGE);
    default:
        return flowsched_status_name(FLOWSCHED_BAD_INPUT);
    }
}

static const char *answer_error(struct lines *lines, const struct request *request,
                                enum status status, const struct problem *problem)
{
    cJSON *answer = begin_answer(request);
    cJSON *error = cJSON_AddObjectToObject(answer, "error");
    cJSON_AddStringToObject(error, "status", status_text(status));
    cJSON_AddStringToObject(error, "reason", problem->reason);
    return end_answer(lines, answer);
}

/* Events. */

static void add_error(cJSON *errors, uint32_t event, const char *status, const char *reason)
{
    cJSON *error = cJSON_CreateObject();
    cJSON_AddNumberToObject(error, "event", event);
    cJSON_AddStringToObject(error, "status", status);
    cJSON_AddStringToObject(error, "reason", reason);
    cJSON_AddItemToArray(errors, error);
}

static void add_name(struct lines *lines, const char *name, uint64_t task)
{
    id_map_put(&lines->slots, task, task_names_add(&lines->names, name, task));
}

/* The index of a task that says none: of all live tasks that have names none has the same. */
static uint32_t free_index(const struct lines *lines)
{
    const struct task_names *names = &lines->names;
    return names->first_free != NONE ? names->first_free : names->slot_count;
}

/* Is one of these names taken? */
static bool names_taken(const struct lines *lines, const struct flowsched_event *event,
                        const char *task)
{
    if (task)
        return task_names_find(&lines->names, task) != NONE;
    bool taken = false;
    for (uint32_t i = 0; i < event->count && !taken; i++) {
        char *name =
            task_names_make(event->job, event->stage ? event->stage : "", event->first_index + i);
        taken = task_names_find(&lines->names, name) != NONE;
        memory_free(name);
    }
    return taken;
}

static enum flowsched_status submit(struct lines *lines, const char **reason)
{
    struct flowsched_event *event = &lines->read.event;
    const char *task = lines->read.task;
    if (names_taken(lines, event, task)) {
        *reason = "a live task has that name";
        return FLOWSCHED_EXISTS;
    }
    if (!event->job)
        event->job = task;
    if (task && !lines->read.has_index)
        event->first_index = free_index(lines);
    enum flowsched_status status = flowsched_apply(lines->engine, event, 1, NULL);
    *reason = flowsched_reason(lines->engine);
    size_t count;
    const uint64_t *tasks = flowsched_submitted(lines->engine, &count);
    for (size_t i = 0; i < count && status == FLOWSCHED_OK; i++) {
        char *made = task ? NULL
                          : task_names_make(event->job, event->stage ? event->stage : "",
                                            event->first_index + (uint32_t)i);
        add_name(lines, task ? task : made, tasks[i]);
        memory_free(made);
    }
    return status;
}

/* The name is free again once its task has ended. */
static void forget_ended(struct lines *lines, uint32_t slot, uint64_t task)
{
    struct flowsched_task state;
    if (flowsched_get_task(lines->engine, task, &state) != FLOWSCHED_NOT_FOUND)
        return;
    task_names_remove(&lines->names, slot);
    id_map_remove(&lines->slots, task);
}

static enum flowsched_status apply_to_task(struct lines *lines, const char **reason)
{
    struct flowsched_event *event = &lines->read.event;
    uint32_t slot = task_names_find(&lines->names, lines->read.task);
    if (slot == NONE) {
        *reason = "no live task has that name";
        return FLOWSCHED_NOT_FOUND;
    }
    event->task = lines->names.slots[slot].value;
    enum flowsched_status status = flowsched_apply(lines->engine, event, 1, NULL);
    *reason = flowsched_reason(lines->engine);
    if (status == FLOWSCHED_OK &&
        (event->kind == FLOWSCHED_TASK_FINISHED || event->kind == FLOWSCHED_TASK_KILLED ||
         event->kind == FLOWSCHED_TASK_FAILED)) {
        forget_ended(lines, slot, event->task);
    }
    return status;
}

static void apply_event(struct lines *lines, const cJSON *json, uint32_t index, int64_t now_us,
                        cJSON *errors)
{
    struct problem problem = {0};
    enum status read = event_json_read(&lines->read, json, now_us, &problem);
    if (read != STATUS_OK) {
        add_error(errors, index, status_text(read), problem.reason);
        return;
    }
    const char *reason = "";
    enum flowsched_status status;
    enum flowsched_event_kind kind = lines->read.event.kind;
    if (kind == FLOWSCHED_TASK_SUBMITTED) {
        status = submit(lines, &reason);
    } else if (kind > FLOWSCHED_TASK_SUBMITTED) {
        status = apply_to_task(lines, &reason);
    } else {
        status = flowsched_apply(lines->engine, &lines->read.event, 1, NULL);
        reason = flowsched_reason(lines->engine);
    }
    if (status != FLOWSCHED_OK)
        add_error(errors, index, flowsched_status_name(status), reason);
}

/* Decisions. */

static void add_gpus(cJSON *json, uint32_t devices)
{
    if (!devices)
        return;
    cJSON *gpus = cJSON_AddArrayToObject(json, "gpus");
    for (uint32_t d = 0; d < 32; d++)
        if (devices >> d & 1)
            cJSON_AddItemToArray(gpus, cJSON_CreateNumber(d));
}

static cJSON *decision_json(const struct lines *lines, const struct flowsched_decision *decision)
{
    cJSON *json = cJSON_CreateObject();
    uint32_t slot = id_map_get(&lines->slots, decision->task);
    cJSON_AddStringToObject(json, "type", flowsched_decision_name(decision->kind));
    cJSON_AddStringToObject(json, "task", lines->names.slots[slot].text);
    cJSON_AddStringToObject(json, "machine",
                            flowsched_machine_name(lines->engine, decision->machine));
    if (decision->from != FLOWSCHED_NONE)
        cJSON_AddStringToObject(json, "from",
                                flowsched_machine_name(lines->engine, decision->from));
    add_gpus(json, decision->devices);
    return json;
}

static void add_round(cJSON *answer, const struct flowsched_round *round)
{
    if (round->has_bound) {
        field_real(answer, "gap", round->gap);
        field_integer(answer, "cost", round->cost);
        field_integer(answer, "bound", round->bound);
    } else {
        cJSON_AddNullToObject(answer, "gap");
    }
    cJSON_AddBoolToObject(answer, "certified", round->certified);
    if (round->again)
        cJSON_AddBoolToObject(answer, "again", true);
    if (round->wake_us != FLOWSCHED_NEVER)
        field_integer(answer, "wake_us", round->wake_us);
}

static enum flowsched_status decide(struct lines *lines, int64_t now_us, cJSON *answer,
                                    cJSON *array)
{
    const struct flowsched_decision *decisions;
    size_t count;
    struct flowsched_round round;
    enum flowsched_status status =
        flowsched_decide(lines->engine, now_us, &decisions, &count, &round);
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(array, decision_json(lines, &decisions[i]));
    field_count(answer, "waiting", round.waiting);
    add_round(answer, &round);
    return status;
}

static const char *answer_events(struct lines *lines, const struct request *request)
{
    cJSON *answer = begin_answer(request);
    cJSON *errors = cJSON_CreateArray();
    uint32_t index = 0;
    lines->started = true;
    if (lines->now_us < request->now_us)
        lines->now_us = request->now_us;
    for (const cJSON *e = request->events ? request->events->child : NULL; e; e = e->next)
        apply_event(lines, e, index++, lines->now_us, errors);
    struct flowsched_summary summary;
    if (request->decide) {
        cJSON *decisions = cJSON_CreateArray();
        field_integer(answer, "now_us", lines->now_us);
        cJSON_AddItemToObject(answer, "decisions", decisions);
        enum flowsched_status status = decide(lines, lines->now_us, answer, decisions);
        if (status != FLOWSCHED_OK)
            add_error(errors, index, flowsched_status_name(status),
                      flowsched_reason(lines->engine));
    } else {
        flowsched_summarise(lines->engine, &summary);
        field_integer(answer, "now_us", lines->now_us);
        field_count(answer, "waiting", summary.tasks[FLOWSCHED_WAITING]);
    }
    cJSON_AddItemToObject(answer, "errors", errors);
    return end_answer(lines, answer);
}

/* Other requests. */

static enum status take_options(struct lines *lines, const cJSON *options, struct problem *problem)
{
    if (!options)
        return STATUS_OK;
    if (lines->started)
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                           "options can be set before the first event, not after");
    if (!cJSON_IsObject(options))
        return problem_set(problem, STATUS_BAD_INPUT, NULL, 0, 0, "options must be an object");
    for (const cJSON *option = options->child; option; option = option->next) {
        if (!cJSON_IsString(option))
            return problem_set(problem, STATUS_BAD_INPUT, NULL, 0, 0,
                               "option %.100s: the value must be a text", option->string);
        set_option(lines, option->string, option->valuestring);
    }
    return open_engine(lines, problem);
}

static const char *answer_hello(struct lines *lines, const struct request *request)
{
    struct problem problem = {0};
    enum status status = take_options(lines, request->options, &problem);
    if (status != STATUS_OK)
        return answer_error(lines, request, status, &problem);
    cJSON *answer = begin_answer(request);
    cJSON_AddStringToObject(answer, "program", "flowsched");
    cJSON_AddStringToObject(answer, "version", flowsched_version());
    cJSON_AddNumberToObject(answer, "protocol", LINES_PROTOCOL);
    cJSON *options = cJSON_AddObjectToObject(answer, "options");
    for (uint32_t i = 0; i < lines->option_count; i++)
        cJSON_AddStringToObject(options, lines->options[i].name, lines->options[i].value);
    return end_answer(lines, answer);
}

static const char *answer_state(struct lines *lines, const struct request *request)
{
    cJSON *answer = begin_answer(request);
    lines_state_add(lines, answer);
    return end_answer(lines, answer);
}

static const char *answer_explain(struct lines *lines, const struct request *request)
{
    struct problem problem = {0};
    uint32_t slot = request->task ? task_names_find(&lines->names, request->task) : NONE;
    if (slot == NONE)
        return answer_error(
            lines, request,
            problem_set(&problem, STATUS_NOT_FOUND, NULL, 0, 0, "no live task has that name"),
            &problem);
    cJSON *answer = begin_answer(request);
    lines_state_explain(lines, slot, answer);
    return end_answer(lines, answer);
}

/* Requests. */

static enum status bad(struct problem *problem, const char *reason)
{
    return problem_set(problem, STATUS_BAD_INPUT, NULL, 0, 0, "%s", reason);
}

/* Is there a NUL, as a byte or as \u0000? cJSON would end a text there. */
static bool has_nul(const char *line, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (!line[i])
            return true;
        if (line[i] == '\\' && i + 1 < size) {
            if (i + 5 < size && memcmp(line + i, "\\u0000", 6) == 0)
                return true;
            i++;
        }
    }
    return false;
}

static enum status parse(const char *line, size_t size, cJSON **json, struct problem *problem)
{
    while (size && strchr(" \t\r\n", line[size - 1]))
        size--;
    *json = NULL;
    if (has_nul(line, size))
        return bad(problem, "a text contains NUL");
    const uint8_t *wrong = u8_check((const uint8_t *)line, size);
    if (wrong)
        return problem_set(problem, STATUS_BAD_INPUT, NULL, 0, 0,
                           "the line is not UTF-8, from byte %zu on",
                           (size_t)(wrong - (const uint8_t *)line) + 1);
    const char *end = line;
    *json = cJSON_ParseWithLengthOpts(line, size, &end, false);
    if (*json && end == line + size)
        return STATUS_OK;
    cJSON_Delete(*json);
    *json = NULL;
    return problem_set(problem, STATUS_BAD_INPUT, NULL, 0, 0,
                       "the line is not JSON, from byte %zu on", (size_t)(end - line) + 1);
}

static enum status read_request(struct lines *lines, const cJSON *json, struct request *request,
                                struct problem *problem)
{
    static const char *const members[] = {"id",     "type",    "now_us", "events",
                                          "decide", "options", "task"};
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(json, "id");
    if (cJSON_IsNumber(id) || cJSON_IsString(id))
        request->id = id;
    else if (id && !cJSON_IsNull(id))
        return bad(problem, "id: must be a number, a text or null");
    request->now_us = lines->now_us;
    request->events = cJSON_GetObjectItemCaseSensitive(json, "events");
    request->options = cJSON_GetObjectItemCaseSensitive(json, "options");
    enum status status = json_check_members(json, members, COUNT_OF(members), problem);
    if (status == STATUS_OK && request->events && !cJSON_IsArray(request->events))
        status = bad(problem, "events: must be an array");
    if (status == STATUS_OK)
        status = json_read_text(json, "type", &request->type, problem);
    if (status == STATUS_OK)
        status = json_read_text(json, "task", &request->task, problem);
    if (status == STATUS_OK)
        status = json_read_flag(json, "decide", &request->decide, problem);
    if (status == STATUS_OK)
        status = json_read_integer(json, "now_us", -JSON_INTEGER_MAX, JSON_INTEGER_MAX,
                                   &request->now_us, problem);
    return status;
}

static const char *answer(struct lines *lines, const struct request *request)
{
    struct problem problem = {0};
    if (!request->type)
        return answer_events(lines, request);
    if (strcmp(request->type, "hello") == 0)
        return answer_hello(lines, request);
    if (strcmp(request->type, "state") == 0)
        return answer_state(lines, request);
    if (strcmp(request->type, "explain") == 0)
        return answer_explain(lines, request);
    enum status status =
        problem_set(&problem, STATUS_BAD_INPUT, NULL, 0, 0,
                    "there is no request of type %.100s; there are hello, state and explain, and "
                    "those without a type",
                    request->type);
    return answer_error(lines, request, status, &problem);
}

const char *lines_answer(struct lines *lines, const char *line, size_t size)
{
    cJSON *json;
    struct request request = {0};
    struct problem problem = {0};
    enum status status = parse(line, size, &json, &problem);
    if (status == STATUS_OK)
        status = read_request(lines, json, &request, &problem);
    const char *text = status == STATUS_OK ? answer(lines, &request)
                                           : answer_error(lines, &request, status, &problem);
    cJSON_Delete(json);
    return text;
}

const char *lines_refuse_long(struct lines *lines, size_t size_max)
{
    struct problem problem = {0};
    struct request request = {0};
    enum status status = problem_set(&problem, STATUS_TOO_LARGE, NULL, 0, 0,
                                     "the line has more than %zu bytes", size_max);
    return answer_error(lines, &request, status, &problem);
}
