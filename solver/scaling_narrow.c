/* scaling_narrow.c - cost scaling with 32-bit costs and capacities and 64-bit prices: 16 bytes
 * for each half of an arc. */
#include "solver/scaling_width.h"

typedef int32_t arc_cost_t;
typedef int32_t room_t;
typedef int64_t price_t;

#define ARC_COST_MAX INT32_MAX
#define ROOM_MAX INT32_MAX
#define PRICE_MIN (-(INT64_C(1) << 62))
#define WIDTH SCALING_NARROW

#include "solver/scaling_core.h"
