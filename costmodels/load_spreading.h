/* load_spreading.h - the cost model that evens out how many tasks machines run. */
#ifndef COSTMODELS_LOAD_SPREADING_H
#define COSTMODELS_LOAD_SPREADING_H

#include "costmodels/cost_model.h"

extern const struct cost_model cost_model_load_spreading;

#endif
