/* checked.h - sums and products of outside numbers that say when they overflow. */
#ifndef BASE_CHECKED_H
#define BASE_CHECKED_H

#include "base/types.h"

/* *sum = a + b; false, with *sum unchanged, if that leaves int64. */
static inline bool checked_add(int64_t a, int64_t b, int64_t *sum)
{
    int64_t value;
    if (__builtin_add_overflow(a, b, &value))
        return false;
    *sum = value;
    return true;
}

/* *product = a * b; false, with *product unchanged, if that leaves int64. */
static inline bool checked_mul(int64_t a, int64_t b, int64_t *product)
{
    int64_t value;
    if (__builtin_mul_overflow(a, b, &value))
        return false;
    *product = value;
    return true;
}

#endif
