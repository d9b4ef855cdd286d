/* cost_mix.c - see cost_mix.h. */
#include "costmodels/cost_mix.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/number.h"
#include "base/random.h"

static void add_part(struct cost_mix *mix, const struct cost_model *model, int64_t weight)
{
    mix->parts[mix->count].model = model;
    mix->parts[mix->count++].weight = weight;
    mix->prefers |= model->preferences != NULL;
    mix->has_class_units |= model->class_unit != NULL;
    mix->has_machine_units |= model->machine_unit != NULL;
    mix->has_tenant_units |= model->tenant_unit != NULL;
}

struct cost_mix cost_mix_of(const struct cost_model *model)
{
    struct cost_mix mix = {0};
    add_part(&mix, model, 1);
    return mix;
}

static enum status wrong(struct problem *problem, const char *text, const char *reason)
{
    return problem_set(problem, STATUS_USAGE, NULL, 0, 0, "--cost-model %s: %s", text, reason);
}

static const struct cost_model *find(const char *name, size_t size)
{
    for (uint32_t i = 0; i < cost_model_count(); i++) {
        const struct cost_model *model = cost_model_at(i);
        if (strlen(model->name) == size && memcmp(model->name, name, size) == 0)
            return model;
    }
    return NULL;
}

static bool contains(const struct cost_mix *mix, const struct cost_model *model)
{
    for (uint32_t i = 0; i < mix->count; i++)
        if (mix->parts[i].model == model)
            return true;
    return false;
}

/* One NAME[:WEIGHT] of `size` bytes. */
static enum status read_part(struct cost_mix *mix, const char *part, size_t size, const char *text,
                             struct problem *problem)
{
    const char *colon = memchr(part, ':', size);
    size_t name_size = colon ? (size_t)(colon - part) : size;
    const struct cost_model *model = find(part, name_size);
    int64_t weight = 1;
    if (!model)
        return wrong(problem, text, "unknown; `flowsched list` names those there are");
    if (contains(mix, model))
        return wrong(problem, text, "a model is named twice");
    if (mix->count == COST_MIX_MAX)
        return wrong(problem, text, "too many models");
    if (colon && (number_parse_int(colon + 1, size - name_size - 1, &weight) != STATUS_OK ||
                  weight < 1 || weight > COST_WEIGHT_MAX))
        return wrong(problem, text, "a weight is a whole number from 1 to 1000000");
    add_part(mix, model, weight);
    return STATUS_OK;
}

static enum status check_ranges(const struct cost_mix *mix, const char *text,
                                struct problem *problem)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < mix->count; i++) {
        int64_t range;
        if (!checked_mul(mix->parts[i].weight, mix->parts[i].model->range, &range) ||
            !checked_add(sum, range, &sum) || sum > COST_MODEL_MAX)
            return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                               "--cost-model %s: with %s the costs may leave the range of "
                               "%" PRId64 ": take smaller weights",
                               text, mix->parts[i].model->name, COST_MODEL_MAX);
    }
    return STATUS_OK;
}

enum status cost_mix_read(struct cost_mix *mix, const char *text, struct problem *problem)
{
    *mix = (struct cost_mix){0};
    for (const char *part = text;; part++) {
        size_t size = strcspn(part, ",+");
        enum status status = read_part(mix, part, size, text, problem);
        if (status != STATUS_OK)
            return status;
        part += size;
        if (!*part)
            return check_ranges(mix, text, problem);
    }
}

cost_t cost_mix_waiting(const struct cost_mix *mix, const struct task_facts *task,
                        const struct cluster_facts *cluster)
{
    cost_t sum = 0;
    for (uint32_t i = 0; i < mix->count; i++)
        sum += mix->parts[i].weight * mix->parts[i].model->waiting(task, cluster);
    return sum;
}

cost_t cost_mix_anywhere(const struct cost_mix *mix, const struct task_facts *task,
                         const struct cluster_facts *cluster)
{
    cost_t sum = 0;
    for (uint32_t i = 0; i < mix->count; i++)
        if (mix->parts[i].model->anywhere)
            sum += mix->parts[i].weight * mix->parts[i].model->anywhere(task, cluster);
    return sum;
}

cost_t cost_mix_keeping(const struct cost_mix *mix, const struct task_facts *task,
                        const struct cluster_facts *cluster)
{
    cost_t sum = 0;
    for (uint32_t i = 0; i < mix->count; i++)
        sum += mix->parts[i].weight * mix->parts[i].model->keeping(task, cluster);
    return sum;
}

cost_t cost_mix_preempting(const struct cost_mix *mix, const struct task_facts *task,
                           const struct cluster_facts *cluster)
{
    cost_t sum = 0;
    for (uint32_t i = 0; i < mix->count; i++)
        sum += mix->parts[i].weight * mix->parts[i].model->preempting(task, cluster);
    return sum;
}

int64_t cost_mix_holds_until(const struct cost_mix *mix, const struct task_facts *task,
                             const struct cluster_facts *cluster)
{
    int64_t until_us = TIME_NEVER;
    for (uint32_t i = 0; i < mix->count; i++) {
        const struct cost_model *model = mix->parts[i].model;
        int64_t holds_us = model->holds_until ? model->holds_until(task, cluster) : TIME_NEVER;
        until_us = holds_us < until_us ? holds_us : until_us;
    }
    return until_us;
}

uint64_t cost_mix_class_key(const struct cost_mix *mix, const struct task_facts *task,
                            const struct cluster_facts *cluster)
{
    uint64_t key = 0;
    for (uint32_t i = 0; i < mix->count; i++)
        if (mix->parts[i].model->class_key)
            key = random_mix(key, mix->parts[i].model->class_key(task, cluster));
    return key;
}

cost_t cost_mix_class_unit(const struct cost_mix *mix, const struct task_facts *task,
                           const struct machine_facts *machine, uint32_t k)
{
    cost_t sum = 0;
    for (uint32_t i = 0; i < mix->count; i++)
        if (mix->parts[i].model->class_unit)
            sum += mix->parts[i].weight * mix->parts[i].model->class_unit(task, machine, k);
    return sum;
}

cost_t cost_mix_machine_unit(const struct cost_mix *mix, const struct machine_facts *machine,
                             uint32_t running)
{
    cost_t sum = 0;
    for (uint32_t i = 0; i < mix->count; i++)
        if (mix->parts[i].model->machine_unit)
            sum += mix->parts[i].weight * mix->parts[i].model->machine_unit(machine, running);
    return sum;
}

cost_t cost_mix_tenant_worth(const struct cost_mix *mix, const struct tenant_facts *tenant,
                             int64_t share)
{
    cost_t sum = 0;
    for (uint32_t i = 0; i < mix->count; i++) {
        const struct cost_model *model = mix->parts[i].model;
        if (model->tenant_unit)
            sum += mix->parts[i].weight * (model->range - model->tenant_unit(tenant, share));
    }
    return sum;
}

/* What one part says of a machine or rack that another one prefers. */
static cost_t opinion(const struct cost_model *model, const struct task_facts *task,
                      const struct cluster_facts *cluster, const struct preference *of)
{
    struct preference own[PREFERENCES_MAX];
    uint32_t count = model->preferences ? model->preferences(task, cluster, own) : 0;
    uint32_t rack = of->kind == PREFERENCE_RACK ? of->id : cluster->machines[of->id].rack;
    cost_t cost = model->anywhere ? model->anywhere(task, cluster) : 0;
    for (uint32_t i = count; i-- > 0;) { /* racks, then machines, which know better */
        bool same = own[i].kind == of->kind && own[i].id == of->id;
        if (same || (own[i].kind == PREFERENCE_RACK && own[i].id == rack))
            cost = own[i].cost;
        if (same)
            return cost;
    }
    return cost;
}

static int by_place(const void *a, const void *b)
{
    const struct preference *x = a, *y = b;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static uint32_t unite(struct preference *all, uint32_t count, const struct preference *more,
                      uint32_t more_count)
{
    for (uint32_t i = 0; i < more_count && count < PREFERENCES_MAX; i++) {
        uint32_t known = 0;
        while (known < count && by_place(&all[known], &more[i]) != 0)
            known++;
        if (known == count)
            all[count++] = more[i];
    }
    return count;
}

uint32_t cost_mix_preferences(const struct cost_mix *mix, const struct task_facts *task,
                              const struct cluster_facts *cluster, struct preference *preferences)
{
    uint32_t count = 0;
    if (mix->count == 1) { /* the same, without asking twice */
        count = mix->parts[0].model->preferences(task, cluster, preferences);
        for (uint32_t p = 0; p < count; p++)
            preferences[p].cost *= mix->parts[0].weight;
        return count;
    }
    for (uint32_t i = 0; i < mix->count; i++) {
        struct preference own[PREFERENCES_MAX];
        if (mix->parts[i].model->preferences)
            count = unite(preferences, count, own,
                          mix->parts[i].model->preferences(task, cluster, own));
    }
    for (uint32_t p = 0; p < count; p++) {
        cost_t sum = 0;
        for (uint32_t i = 0; i < mix->count; i++)
            sum +=
                mix->parts[i].weight * opinion(mix->parts[i].model, task, cluster, &preferences[p]);
        preferences[p].cost = sum;
    }
    if (count)
        qsort(preferences, count, sizeof *preferences, by_place);
    return count;
}
