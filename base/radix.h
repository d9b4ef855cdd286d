/* radix.h - sort many whole numbers in linear time. */
#ifndef BASE_RADIX_H
#define BASE_RADIX_H

#include "base/types.h"

/* Sort keys, a byte at a time from the lowest; bytes that are the same in all are passed over.
 * `spare` has the same length. The sorted keys are in the array returned, one of the two.
 * O(count) for each byte that differs. */
uint64_t *radix_sort(uint64_t *keys, uint64_t *spare, uint32_t count);

#endif
