/* clock.h - wall time, for reports and progress only: no result may depend on it. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/types.h"

/* Nanoseconds of a clock that never goes back. */
uint64_t clock_ns(void);

/* Nanoseconds since *from_ns, which becomes now: the laps of one watch leave no time out. */
uint64_t clock_lap(uint64_t *from_ns);

#endif
