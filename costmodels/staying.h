/* staying.h - hysteresis: what the stop or the move of a running task must save.
 *
 * It doubles each time that the task was stopped or moved, so that whatever else costs do, a
 * task is not moved for ever: no gain is larger than two ranges of the model. */
#ifndef COSTMODELS_STAYING_H
#define COSTMODELS_STAYING_H

#include "costmodels/facts.h"

/* `stay`, doubled for each stop; from 1 to `most`. */
static inline cost_t staying(cost_t stay, uint32_t stops, cost_t most)
{
    stay = stay > 1 ? stay : 1;
    for (; stops && stay < most; stops--)
        stay *= 2;
    return stay < most ? stay : most;
}

#endif
