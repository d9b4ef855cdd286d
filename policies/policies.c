/* policies.c - see policies.h. */
#include "policies/policies.h"

#include <string.h>

#include "base/assert.h"
#include "base/number.h"

extern const struct policy_kind policy_flow;
extern const struct policy_kind policy_bestfit_l2;
extern const struct policy_kind policy_borg;
extern const struct policy_kind policy_drf_ideal;
extern const struct policy_kind policy_fifo;
extern const struct policy_kind policy_kube;
extern const struct policy_kind policy_mesos_drf;
extern const struct policy_kind policy_random;
extern const struct policy_kind policy_slo_score;
extern const struct policy_kind policy_sparrow;
extern const struct policy_kind policy_srtf;
extern const struct policy_kind policy_tetris;
extern const struct policy_kind policy_noop;

static const struct policy_kind *const kinds[] = {
    &policy_flow, &policy_bestfit_l2, &policy_borg,   &policy_drf_ideal, &policy_fifo,
    &policy_kube, &policy_mesos_drf,  &policy_random, &policy_slo_score, &policy_sparrow,
    &policy_srtf, &policy_tetris,     &policy_noop,
};

uint32_t policy_kind_count(void)
{
    return COUNT_OF(kinds);
}

const struct policy_kind *policy_kind_at(uint32_t index)
{
    ASSERT(index < COUNT_OF(kinds));
    return kinds[index];
}

static const struct policy_kind *find(const char *name, size_t size)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (strlen(kinds[i]->name) == size && memcmp(kinds[i]->name, name, size) == 0)
            return kinds[i];
    return NULL;
}

const struct policy_kind *policy_kind_find(const char *name)
{
    return find(name, strlen(name));
}

void policy_set_standard(const struct policy_kind *kind, struct policy_options *options)
{
    for (uint32_t i = 0; i < kind->option_count; i++)
        options->values[i] = kind->options[i].standard;
}

static enum status wrong(struct problem *problem, const char *text, const char *reason)
{
    return problem_set(problem, STATUS_USAGE, NULL, 0, 0, "policy %s: %s", text, reason);
}

/* One OPTION=VALUE of `size` bytes. */
static enum status read_option(const struct policy_kind *kind, const char *part, size_t size,
                               const char *text, int64_t *values, struct problem *problem)
{
    char low[32], high[32];
    size_t name_size = strcspn(part, "=+");
    for (uint32_t i = 0; i < kind->option_count; i++) {
        const struct policy_option *option = &kind->options[i];
        if (strlen(option->name) != name_size || memcmp(option->name, part, name_size) != 0)
            continue;
        if (name_size + 1 < size &&
            number_parse_fixed(part + name_size + 1, size - name_size - 1, POLICY_DIGITS,
                               &values[i]) == STATUS_OK &&
            values[i] >= option->min && values[i] <= option->max)
            return STATUS_OK;
        number_print_fixed(option->min, POLICY_DIGITS, low);
        number_print_fixed(option->max, POLICY_DIGITS, high);
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                           "policy %s: %s= wants a number from %s to %s", text, option->name, low,
                           high);
    }
    return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                       "policy %s: %s has no option %.*s; `flowsched list` names those there are",
                       text, kind->name, (int)name_size, part);
}

enum status policy_read(const char *text, const struct policy_kind **kind,
                        struct policy_options *options, struct problem *problem)
{
    size_t name_size = strcspn(text, "=:");
    const char *rest = text + name_size;
    *kind = find(text, name_size);
    if (!*kind)
        return wrong(problem, text, "unknown; `flowsched list` names those there are");
    policy_set_standard(*kind, options);
    if (*rest == '=') {
        if (!(*kind)->priced)
            return wrong(problem, text, "only flow takes a cost model");
        options->cost_model = rest + 1;
        return STATUS_OK;
    }
    while (*rest) {
        const char *part = rest + 1;
        size_t size = strcspn(part, "+");
        enum status status = read_option(*kind, part, size, text, options->values, problem);
        if (status != STATUS_OK)
            return status;
        rest = part + size;
    }
    return STATUS_OK;
}
