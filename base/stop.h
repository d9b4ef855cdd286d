/* stop.h - one thread tells another that its answer is not needed any more. */
#ifndef BASE_STOP_H
#define BASE_STOP_H

#include <stdatomic.h>

#include "base/types.h"

struct stop {
    atomic_bool set;
};

static inline void stop_set(struct stop *stop)
{
    atomic_store(&stop->set, true);
}

/* Cheap enough for inner loops; false for NULL. */
static inline bool stop_is_set(const struct stop *stop)
{
    return stop && atomic_load_explicit(&stop->set, memory_order_relaxed);
}

#endif
