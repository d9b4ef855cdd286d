/* tenants_file.c - see tenants_file.h. */
#include "replay/tenants_file.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#include "base/input.h"
#include "base/memory.h"
#include "base/number.h"
#include "scheduler/tenants.h"

#define TEXT_MAX (1u << 26)
#define WEIGHT_DIGITS 3

struct text {
    char *bytes;
    uint32_t size, room;
};

/* What is being read, for messages. */
struct reading {
    const char *path;
    const char *tenant;
    struct problem *problem;
};

static enum status bad(const struct reading *reading, const char *member, const char *reason)
{
    return problem_set(reading->problem, STATUS_BAD_INPUT, reading->path, 0, 0, "tenant %s: %s: %s",
                       reading->tenant, member, reason);
}

/* All lines, each with a line feed. */
static enum status read_lines(struct input *input, struct text *text, struct problem *problem)
{
    char *line;
    size_t size;
    enum status status;
    while ((status = input_line(input, &line, &size, problem)) == STATUS_OK) {
        if (text->size + size + 2 > TEXT_MAX)
            return problem_set(problem, STATUS_TOO_LARGE, input_name(input), 0, 0,
                               "more than 64 MiB are no file of tenants");
        array_reserve(text->bytes, text->room, text->size + size + 2);
        memcpy(text->bytes + text->size, line, size);
        text->size += (uint32_t)size;
        text->bytes[text->size++] = '\n';
        text->bytes[text->size] = '\0';
    }
    return status == STATUS_END ? STATUS_OK : status;
}

static enum status read_text(const char *path, struct text *text, struct problem *problem)
{
    struct input *input;
    enum status status = input_open(&input, path, problem);
    if (status == STATUS_OK)
        status = read_lines(input, text, problem);
    input_close(input);
    return status;
}

static enum status parse(const char *path, const struct text *text, cJSON **json,
                         struct problem *problem)
{
    const char *bytes = text->bytes;
    const char *end = bytes;
    uint64_t line = 1;
    uint32_t column = 1;
    *json = cJSON_ParseWithLengthOpts(bytes, text->size + 1, &end, true);
    if (*json)
        return STATUS_OK;
    for (const char *at = bytes; at < end && at < bytes + text->size; at++) {
        column = *at == '\n' ? 1 : column + 1;
        line += *at == '\n';
    }
    return problem_set(problem, STATUS_BAD_INPUT, path, line, column, "this is no JSON");
}

/* A number, by way of the 15 digits that a double has for sure. */
static enum status take_number(const cJSON *json, int digits, int64_t *value)
{
    char text[64];
    if (!cJSON_IsNumber(json))
        return STATUS_BAD_INPUT;
    int size = snprintf(text, sizeof text, "%.15g", json->valuedouble);
    return number_parse_fixed(text, (size_t)size, digits, value);
}

static enum status read_resources(const struct reading *reading, const cJSON *object,
                                  struct resources *amounts, bool *given)
{
    if (!cJSON_IsObject(object))
        return bad(reading, object->string, "say {\"RESOURCE\": AMOUNT, ...}");
    for (const cJSON *member = object->child; member; member = member->next) {
        enum resource resource = resource_find(member->string, strlen(member->string));
        int64_t amount;
        if (resource == RESOURCE_COUNT)
            return bad(reading, member->string, "unknown: resources are cpu, memory, gpu, disk");
        if (given[resource])
            return bad(reading, member->string, "a resource is named twice");
        if (take_number(member, RESOURCE_DIGITS, &amount) != STATUS_OK || amount < 0)
            return bad(reading, member->string, "an amount is a number from 0 to 9223372036");
        given[resource] = true;
        amounts->amount[resource] = amount;
    }
    return STATUS_OK;
}

static enum status read_weight(const struct reading *reading, const cJSON *json, uint32_t *weight)
{
    int64_t thousandths;
    if (take_number(json, WEIGHT_DIGITS, &thousandths) != STATUS_OK || thousandths < 1 ||
        thousandths > TENANT_WEIGHT_MAX)
        return bad(reading, json->string, "a weight is a number from 0.001 to 1000000");
    *weight = (uint32_t)thousandths;
    return STATUS_OK;
}

static enum status read_member(const struct reading *reading, const cJSON *json,
                               struct tenant_definition *definition, bool *guaranteed)
{
    if (strcmp(json->string, "weight") == 0)
        return read_weight(reading, json, &definition->weight);
    if (strcmp(json->string, "guarantee") == 0)
        return read_resources(reading, json, &definition->guarantee, guaranteed);
    if (strcmp(json->string, "limit") == 0)
        return read_resources(reading, json, &definition->limit, definition->limited);
    if (strcmp(json->string, "parent") != 0)
        return bad(reading, json->string,
                   "unknown: members are weight, parent, guarantee and limit");
    if (!cJSON_IsString(json))
        return bad(reading, json->string, "say the name of a tenant");
    definition->parent = json->valuestring;
    return STATUS_OK;
}

static bool repeats(const cJSON *object, const cJSON *member)
{
    for (const cJSON *other = object->child; other != member; other = other->next)
        if (strcmp(other->string, member->string) == 0)
            return true;
    return false;
}

static enum status read_tenant(const struct reading *reading, const cJSON *object,
                               struct tenant_definition *definition)
{
    bool guaranteed[RESOURCE_COUNT] = {false};
    *definition = (struct tenant_definition){.name = object->string, .weight = TENANT_WEIGHT_ONE};
    if (!cJSON_IsObject(object))
        return bad(reading, "it", "say {\"weight\": 2, ...}");
    for (const cJSON *member = object->child; member; member = member->next) {
        if (repeats(object, member))
            return bad(reading, member->string, "named twice");
        enum status status = read_member(reading, member, definition, guaranteed);
        if (status != STATUS_OK)
            return status;
    }
    for (int r = 0; r < RESOURCE_COUNT; r++)
        if (definition->limited[r] && definition->guarantee.amount[r] > definition->limit.amount[r])
            return bad(reading, resource_name((enum resource)r),
                       "the guarantee is more than the limit");
    return STATUS_OK;
}

static enum status define(struct reading *reading, const cJSON *json, struct cluster *cluster,
                          struct tenant_definition *definitions)
{
    struct names names;
    uint32_t count = 0;
    enum status status = STATUS_OK;
    names_init(&names);
    for (const cJSON *object = json->child; object && status == STATUS_OK; object = object->next) {
        reading->tenant = object->string;
        if (names_intern(&names, object->string) < count)
            status = bad(reading, "it", "named twice");
        else
            status = read_tenant(reading, object, &definitions[count++]);
    }
    names_free(&names);
    if (status != STATUS_OK)
        return status;
    status = tenants_define(cluster, definitions, count, reading->problem);
    if (status != STATUS_OK && reading->problem)
        snprintf(reading->problem->file, sizeof reading->problem->file, "%s", reading->path);
    return status;
}

enum status tenants_file_read(const char *path, struct cluster *cluster, struct problem *problem)
{
    struct text text = {.bytes = memory_alloc(1), .room = 1};
    struct reading reading = {.path = path, .problem = problem};
    cJSON *json = NULL;
    enum status status = read_text(path, &text, problem);
    if (status == STATUS_OK)
        status = parse(path, &text, &json, problem);
    if (status == STATUS_OK && !cJSON_IsObject(json))
        status = problem_set(problem, STATUS_BAD_INPUT, path, 1, 1,
                             "say {\"TENANT\": {\"weight\": 2, ...}, ...}");
    if (status == STATUS_OK) {
        size_t count = (size_t)cJSON_GetArraySize(json) + 1;
        struct tenant_definition *definitions = memory_alloc(count * sizeof *definitions);
        status = define(&reading, json, cluster, definitions);
        memory_free(definitions);
    }
    cJSON_Delete(json);
    memory_free(text.bytes);
    return status;
}
