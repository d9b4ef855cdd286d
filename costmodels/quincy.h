/* quincy.h - the cost model of Quincy: data locality against waiting. */
#ifndef COSTMODELS_QUINCY_H
#define COSTMODELS_QUINCY_H

#include "costmodels/cost_model.h"

extern const struct cost_model cost_model_quincy;

#endif
