/* response_time.h - how often does a service answer too late? The model that is declared.
 *
 * A machine is a queue (M/M/1): with a share rho of it claimed, a request takes longer than L
 * with the chance R(rho) = exp(-(1 - rho) L / S), where S is what it takes alone. Nothing is
 * known of any service but its target, so that S is the same for all. */
#ifndef COSTMODELS_RESPONSE_TIME_H
#define COSTMODELS_RESPONSE_TIME_H

#include "base/types.h"

#define RESPONSE_ALONE_US 10000
#define RESPONSE_MODEL "M/M/1, 10 ms alone"

/* share x L / S, with the share in billionths; in units of 1 / FIXED_ONE. */
int64_t response_exponent(wide_t share, int64_t latency_us);

/* R, in units of 1 / FIXED_ONE; FIXED_ONE if nothing is left. The load is in billionths. */
int64_t response_slow(wide_t load, int64_t latency_us);

/* What 99 of 100 requests stay within: ln(100) S / (1 - rho), where R is a hundredth; TIME_NEVER
 * if nothing is left. The load is in billionths. */
int64_t response_p99_us(wide_t load);

#endif
