/* library_options.c - see library_options.h. */
#include "plugins/library_options.h"

#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "policies/policies.h"

#define STANDARD_MIX "quincy"
#define STANDARD_MOVES 100

static enum status wrong(struct problem *problem, const struct flowsched_option *given,
                         const char *reason)
{
    return problem_set(problem, STATUS_USAGE, NULL, 0, 0, "option %s=%s: %s", given->name,
                       given->value, reason);
}

static enum status set_text(char **text, const struct flowsched_option *given)
{
    memory_free(*text);
    *text = memory_copy_text(given->value);
    return STATUS_OK;
}

static enum status set_switch(bool *value, const struct flowsched_option *given,
                              struct problem *problem)
{
    *value = strcmp(given->value, "on") == 0;
    return *value || strcmp(given->value, "off") == 0 ? STATUS_OK
                                                      : wrong(problem, given, "say on or off");
}

static enum status read_number(int64_t *value, int64_t max, const struct flowsched_option *given,
                               struct problem *problem)
{
    enum status status = number_parse_int(given->value, strlen(given->value), value);
    if (status != STATUS_OK || *value < 0 || *value > max)
        return wrong(problem, given, "say a whole number, of 0 or more, that is not too large");
    return STATUS_OK;
}

static enum status set_count(uint32_t *value, const struct flowsched_option *given,
                             struct problem *problem)
{
    int64_t number;
    enum status status = read_number(&number, UINT32_MAX - 1, given, problem);
    if (status == STATUS_OK)
        *value = (uint32_t)number;
    return status;
}

static enum status set_seed(uint64_t *value, const struct flowsched_option *given,
                            struct problem *problem)
{
    int64_t number;
    enum status status = read_number(&number, INT64_MAX, given, problem);
    if (status == STATUS_OK)
        *value = (uint64_t)number;
    return status;
}

static enum status read_one(struct library_options *options, const struct flowsched_option *given,
                            struct problem *problem)
{
    if (!given->name || !given->value)
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0, "an option has no name or no value");
    struct policy_options *policy = &options->policy_options;
    if (strcmp(given->name, "policy") == 0)
        return set_text(&options->policy_text, given);
    if (strcmp(given->name, "cost-model") == 0)
        return set_text(&options->cost_model, given);
    if (strcmp(given->name, "solver") == 0)
        return set_text(&options->solver, given);
    if (strcmp(given->name, "tenants") == 0)
        return set_text(&options->tenants, given);
    if (strcmp(given->name, "preemption") == 0)
        return set_switch(&policy->preemption, given, problem);
    if (strcmp(given->name, "fairness") == 0)
        return set_switch(&policy->fairness, given, problem);
    if (strcmp(given->name, "clairvoyant") == 0)
        return set_switch(&options->engine.clairvoyant, given, problem);
    if (strcmp(given->name, "moves") == 0)
        return set_count(&policy->moves_max, given, problem);
    if (strcmp(given->name, "max-retries") == 0)
        return set_count(&options->engine.max_retries, given, problem);
    if (strcmp(given->name, "seed") == 0)
        return set_seed(&policy->seed, given, problem);
    return wrong(problem, given,
                 "unknown; there are policy, cost-model, solver, tenants, preemption, moves, "
                 "fairness, clairvoyant, max-retries and seed");
}

/* What the texts say, once all are there. */
static enum status settle(struct library_options *options, struct problem *problem)
{
    struct policy_options *policy = &options->policy_options;
    policy->cost_model = options->cost_model;
    policy->solver = options->solver;
    enum status status = policy_read(options->policy_text, &options->policy, policy, problem);
    if (status != STATUS_OK)
        return status;
    if (options->policy->clairvoyant && !options->engine.clairvoyant)
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                           "policy %s knows how long tasks run: set clairvoyant to on",
                           options->policy->name);
    return STATUS_OK;
}

enum status library_options_read(struct library_options *options,
                                 const struct flowsched_option *given, size_t count,
                                 struct problem *problem)
{
    *options = (struct library_options){
        .policy_text = memory_copy_text("flow"),
        .cost_model = memory_copy_text(STANDARD_MIX),
        .solver = memory_copy_text("auto"),
        .policy_options = {.moves_max = STANDARD_MOVES, .seed = 1},
        .engine = engine_options_default,
    };
    options->engine.max_retries = UINT32_MAX;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = read_one(options, &given[i], problem);
    if (status == STATUS_OK)
        status = settle(options, problem);
    if (status != STATUS_OK)
        library_options_free(options);
    return status;
}

void library_options_free(struct library_options *options)
{
    memory_free(options->policy_text);
    memory_free(options->cost_model);
    memory_free(options->solver);
    memory_free(options->tenants);
    *options = (struct library_options){0};
}
