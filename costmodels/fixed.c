/* fixed.c - see fixed.h. Inside, numbers are in units of 2^-60. */
#include "costmodels/fixed.h"

#include "base/assert.h"

#define INNER_BITS 60
#define INNER_ONE (INT64_C(1) << INNER_BITS)
#define EXTRA_BITS (INNER_BITS - 32)
#define SERIES_BITS 44

/* Beyond it the normal distribution has less than 1 / FIXED_ONE left. */
#define NORMAL_END (7 * FIXED_ONE)

/* Constants in units of 2^-60, rounded: ln 2, and 1 / sqrt(2 pi). */
#define LOG_2 INT64_C(799144290325165979)
#define NORMAL_PEAK INT64_C(459949134171706403)

static int64_t product(int64_t a, int64_t b)
{
    return (int64_t)((wide_t)a * b >> INNER_BITS);
}

static int64_t to_outer(int64_t inner)
{
    return (inner + (INT64_C(1) << (EXTRA_BITS - 1))) >> EXTRA_BITS;
}

/* e^-x = 2^-n e^-r, where x = n ln 2 + r: n, at most INNER_BITS, and by its series e^-r. */
static int64_t exp_minus(wide_t x, int *halvings)
{
    wide_t n = x / LOG_2;
    *halvings = n < INNER_BITS ? (int)n : INNER_BITS;
    int64_t r = (int64_t)(x % LOG_2);
    int64_t sum = 0;
    int64_t term = INNER_ONE;
    for (int i = 1; term; i++) {
        sum += term;
        term = -product(term, r) / i;
    }
    return sum;
}

int64_t fixed_exp_minus(int64_t x)
{
    ASSERT(x >= 0);
    int halvings;
    int64_t rest = exp_minus((wide_t)x << EXTRA_BITS, &halvings);
    return to_outer(rest >> halvings);
}

/* ln n = k ln 2 + ln m for n = 2^k m: ln m = 2 artanh((m - 1) / (m + 1)), with 1 <= m < 2. */
int64_t fixed_log(int64_t n)
{
    ASSERT(n >= 1);
    int k = 63 - __builtin_clzll((unsigned long long)n);
    int64_t m = (int64_t)(((wide_t)n << INNER_BITS) >> k);
    int64_t t = (int64_t)(((wide_t)(m - INNER_ONE) << INNER_BITS) / ((wide_t)m + INNER_ONE));
    int64_t square = product(t, t);
    int64_t sum = 0;
    for (int64_t i = 1, power = t; power; i += 2, power = product(power, square))
        sum += power / i;
    wide_t logarithm = (wide_t)LOG_2 * k + 2 * (wide_t)sum;
    return (int64_t)((logarithm + (INT64_C(1) << (EXTRA_BITS - 1))) >> EXTRA_BITS);
}

/* Phi(z) = 1/2 + phi(z) (z + z^3/3 + z^5/(3 5) + ...) for z >= 0: no term is negative, so that
 * nothing cancels (Abramowitz and Stegun, 26.2.11). The terms are in units of 2^-44: at the end
 * they reach 2^35, and times z^2 they still fit. */
static int64_t upper_half(int64_t z)
{
    if (z >= NORMAL_END)
        return FIXED_ONE;
    wide_t square = (wide_t)z * z >> 32;
    wide_t sum = 0;
    wide_t term = (wide_t)z << (SERIES_BITS - 32);
    for (int n = 3; term; n += 2) {
        sum += term;
        term = (term * square >> 32) / n;
    }
    int halvings;
    int64_t density = product(NORMAL_PEAK, exp_minus((square << EXTRA_BITS) / 2, &halvings));
    wide_t above = (sum >> halvings) * density >> (SERIES_BITS + EXTRA_BITS);
    return above < FIXED_ONE / 2 ? FIXED_ONE / 2 + (int64_t)above : FIXED_ONE;
}

int64_t fixed_normal(int64_t z)
{
    return z >= 0 ? upper_half(z) : FIXED_ONE - upper_half(-z);
}
