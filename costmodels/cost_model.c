/* cost_model.c - the table of cost models. */
#include "costmodels/cost_model.h"

#include <string.h>

#include "base/assert.h"
#include "costmodels/load_spreading.h"
#include "costmodels/quincy.h"

static const struct cost_model *const MODELS[] = {&cost_model_quincy, &cost_model_load_spreading};

uint32_t cost_model_count(void)
{
    return COUNT_OF(MODELS);
}

const struct cost_model *cost_model_at(uint32_t index)
{
    ASSERT(index < COUNT_OF(MODELS));
    return MODELS[index];
}

const struct cost_model *cost_model_find(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(MODELS); i++)
        if (strcmp(MODELS[i]->name, name) == 0)
            return MODELS[i];
    return NULL;
}
