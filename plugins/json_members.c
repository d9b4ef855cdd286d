/* json_members.c - see json_members.h. */
#include "plugins/json_members.h"

#include <math.h>
#include <string.h>

static enum status bad(struct problem *problem, const char *name, const char *reason)
{
    return problem_set(problem, STATUS_BAD_INPUT, NULL, 0, 0, "%.100s: %s", name, reason);
}

enum status json_check_members(const cJSON *object, const char *const *names, size_t count,
                               struct problem *problem)
{
    uint64_t seen = 0;
    if (!cJSON_IsObject(object))
        return problem_set(problem, STATUS_BAD_INPUT, NULL, 0, 0, "it is not an object");
    for (const cJSON *member = object->child; member; member = member->next) {
        size_t i = 0;
        while (i < count && strcmp(names[i], member->string) != 0)
            i++;
        if (i == count)
            return bad(problem, member->string, "there is no such member here");
        if (seen >> i & 1)
            return bad(problem, member->string, "the member is there twice");
        seen |= UINT64_C(1) << i;
    }
    return STATUS_OK;
}

enum status json_read_text(const cJSON *object, const char *name, const char **text,
                           struct problem *problem)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, name);
    if (!member)
        return STATUS_OK;
    if (!cJSON_IsString(member))
        return bad(problem, name, "must be a text");
    *text = member->valuestring;
    return STATUS_OK;
}

enum status json_read_integer(const cJSON *object, const char *name, int64_t min, int64_t max,
                              int64_t *value, struct problem *problem)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, name);
    if (!member)
        return STATUS_OK;
    double number = member->valuedouble;
    if (!cJSON_IsNumber(member) || nearbyint(number) != number)
        return bad(problem, name, "must be a whole number");
    if (number < -(double)JSON_INTEGER_MAX || number > (double)JSON_INTEGER_MAX ||
        (int64_t)number < min || (int64_t)number > max)
        return bad(problem, name, "is out of range");
    *value = (int64_t)number;
    return STATUS_OK;
}

enum status json_read_flag(const cJSON *object, const char *name, bool *value,
                           struct problem *problem)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, name);
    if (!member)
        return STATUS_OK;
    if (!cJSON_IsBool(member))
        return bad(problem, name, "must be true or false");
    *value = cJSON_IsTrue(member);
    return STATUS_OK;
}

enum status json_read_resources(const cJSON *object, const char *name,
                                struct flowsched_resources *resources, struct problem *problem)
{
    static const char *const names[] = {"cpu", "memory", "gpu", "disk"};
    double *const amounts[] = {&resources->cpu, &resources->memory, &resources->gpu,
                               &resources->disk};
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, name);
    if (!member)
        return STATUS_OK;
    enum status status = json_check_members(member, names, 4, problem);
    for (int r = 0; r < 4 && status == STATUS_OK; r++) {
        const cJSON *amount = cJSON_GetObjectItemCaseSensitive(member, names[r]);
        if (amount && !cJSON_IsNumber(amount))
            status = bad(problem, names[r], "must be a number");
        else if (amount)
            *amounts[r] = amount->valuedouble;
    }
    return status;
}

void json_add_resources(cJSON *object, const char *name,
                        const struct flowsched_resources *resources)
{
    static const char *const names[] = {"cpu", "memory", "gpu", "disk"};
    const double amounts[] = {resources->cpu, resources->memory, resources->gpu, resources->disk};
    cJSON *json = cJSON_AddObjectToObject(object, name);
    for (int r = 0; r < 4; r++)
        if (amounts[r] > 0)
            cJSON_AddNumberToObject(json, names[r], amounts[r]);
}
