/* types.h - the integer types and the "no such thing" id that every layer shares.
 *
 * Costs and flows are 64-bit integers everywhere outside a solver; ids are dense
 * 32-bit indices into arrays of their owner. */
#ifndef BASE_TYPES_H
#define BASE_TYPES_H

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int64_t cost_t;
typedef int64_t flow_t;

/* For sums and products of those that could leave 64 bits. */
__extension__ typedef __int128 wide_t;

/* No node, no arc, no task, no machine. */
#define NONE UINT32_MAX

/* A time that never comes; times are in microseconds. */
#define TIME_NEVER INT64_MAX

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
