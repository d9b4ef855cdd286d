/* cost_model.c - the table of cost models. */
#include "costmodels/cost_model.h"

#include <string.h>

#include "base/assert.h"

extern const struct cost_model cost_model_quincy;
extern const struct cost_model cost_model_load_spreading;
extern const struct cost_model cost_model_drf;
extern const struct cost_model cost_model_cpu_mem;
extern const struct cost_model cost_model_packing;
extern const struct cost_model cost_model_slo;
extern const struct cost_model cost_model_latency;

static const struct cost_model *const models[] = {
    &cost_model_quincy,  &cost_model_load_spreading, &cost_model_drf,
    &cost_model_cpu_mem, &cost_model_packing,        &cost_model_slo,
    &cost_model_latency,
};

uint32_t cost_model_count(void)
{
    return COUNT_OF(models);
}

const struct cost_model *cost_model_at(uint32_t index)
{
    ASSERT(index < COUNT_OF(models));
    return models[index];
}

const struct cost_model *cost_model_find(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(models); i++)
        if (strcmp(models[i]->name, name) == 0)
            return models[i];
    return NULL;
}
