/* scaling_wide.c - cost scaling with 64-bit costs and capacities and 128-bit prices.
 *
 * Within ranges.h, with n nodes and a largest cost of C, nC <= 2^60, and n < 2^30 as halves have
 * it; so scaled costs are at most 2^31 C, and n times that is at most 2^91. The prices of one
 * phase spread by less than 16n times a scaled cost (scaling_core.h), those of fewer than 100
 * phases by less than 2^103; those of an earlier answer by at most 2^91 (scaling_load.h) before
 * them. They never leave this width. */
#include "solver/scaling_width.h"

typedef int64_t arc_cost_t;
typedef int64_t room_t;
typedef wide_t price_t;

#define ARC_COST_MAX INT64_MAX
#define ROOM_MAX INT64_MAX
#define PRICE_MIN (-((wide_t)1 << 124))
#define WIDTH SCALING_WIDE

#include "solver/scaling_core.h"
