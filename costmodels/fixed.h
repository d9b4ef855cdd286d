/* fixed.h - exponential, logarithm and the normal distribution in whole numbers.
 *
 * The C library's functions may differ in the last bit from one machine to the next, and a
 * price that differs is another decision. These are series over 64- and 128-bit integers: the
 * same everywhere, and right to within 2 / FIXED_ONE. A number is in units of 1 / FIXED_ONE. */
#ifndef COSTMODELS_FIXED_H
#define COSTMODELS_FIXED_H

#include "base/types.h"

#define FIXED_ONE (INT64_C(1) << 32)

/* e^-x for x >= 0. */
int64_t fixed_exp_minus(int64_t x);

/* The natural logarithm of the whole number n >= 1 (n itself, not in units). */
int64_t fixed_log(int64_t n);

/* The share of a standard normal distribution that is at most z. */
int64_t fixed_normal(int64_t z);

#endif
