/* policy.c - the table of policies. */
#include "scheduler/policy.h"

#include <string.h>

#include "base/assert.h"

extern const struct policy_kind policy_flow;
extern const struct policy_kind policy_noop;

static const struct policy_kind *const kinds[] = {&policy_flow, &policy_noop};

uint32_t policy_kind_count(void)
{
    return COUNT_OF(kinds);
}

const struct policy_kind *policy_kind_at(uint32_t index)
{
    ASSERT(index < COUNT_OF(kinds));
    return kinds[index];
}

const struct policy_kind *policy_kind_find(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (strcmp(kinds[i]->name, name) == 0)
            return kinds[i];
    return NULL;
}
