/* test_fixed.c - functions over whole numbers against the C library's. */
#include <criterion/criterion.h>
#include <math.h>

#include "costmodels/fixed.h"

static double real(int64_t fixed)
{
    return (double)fixed / (double)FIXED_ONE;
}

static int64_t fixed(double value)
{
    return (int64_t)llround(value * (double)FIXED_ONE);
}

#define CLOSE 5e-10 /* two units */

Test(fixed, exponentials)
{
    for (double x = 0; x < 30; x += 0.0137)
        cr_assert_float_eq(real(fixed_exp_minus(fixed(x))), exp(-real(fixed(x))), CLOSE, "%g", x);
    cr_assert_eq(fixed_exp_minus(0), FIXED_ONE);
    cr_assert_eq(fixed_exp_minus(INT64_MAX), 0);
}

Test(fixed, logarithms)
{
    for (int64_t n = 1; n < 3000; n++)
        cr_assert_float_eq(real(fixed_log(n)), log((double)n), CLOSE, "%d", (int)n);
    for (int64_t n = 3000; n < INT64_MAX / 3; n += n / 7)
        cr_assert_float_eq(real(fixed_log(n)), (double)logl((long double)n), CLOSE, "%" PRId64, n);
    cr_assert_eq(fixed_log(1), 0);
    cr_assert_float_eq(real(fixed_log(INT64_MAX)), 63 * log(2), CLOSE);
}

Test(fixed, the_normal_distribution)
{
    int64_t before = 0;
    for (double z = -9; z < 9; z += 0.0071) {
        int64_t share = fixed_normal(fixed(z));
        cr_assert_float_eq(real(share), 0.5 * erfc(-real(fixed(z)) / sqrt(2)), CLOSE, "%g", z);
        cr_assert_geq(share, before - 2, "%g", z);
        before = share;
    }
    cr_assert_eq(fixed_normal(0), FIXED_ONE / 2);
    cr_assert_eq(fixed_normal(-100 * FIXED_ONE), 0);
    cr_assert_eq(fixed_normal(100 * FIXED_ONE), FIXED_ONE);
}
