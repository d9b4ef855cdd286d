/* simplex_builds.c - see simplex_builds.h. */
#include "solver/simplex_builds.h"

#include <string.h>

#include "base/assert.h"
#include "base/memory.h"

/* The parts of the template. NUMBER is the type of costs and flows; CORE, NODE and CYCLE name
 * its structures, and BUILD(name) its functions. */
#define ROOT 0
#define ARTIFICIAL_TO_ROOT (UINT32_MAX - 1)
#define ARTIFICIAL_FROM_ROOT (UINT32_MAX - 2)

#define NUMBER int32_t
#define NUMBER_MAX INT32_MAX
#define BUILD(name) compact_##name
#define CORE compact_core
#define NODE compact_node
#define CYCLE compact_cycle
#define WAYS compact_ways
#define SHIFT compact_shift
#define PACE compact_pace
#include "solver/simplex_core.h"
#include "solver/simplex_check.h"
#include "solver/simplex_pivot.h"
#include "solver/simplex_start.h"
#include "solver/simplex_run.h"
#undef NUMBER
#undef NUMBER_MAX
#undef BUILD
#undef CORE
#undef NODE
#undef CYCLE
#undef WAYS
#undef SHIFT
#undef PACE

#define NUMBER int64_t
#define NUMBER_MAX INT64_MAX
#define BUILD(name) wide_##name
#define CORE wide_core
#define NODE wide_node
#define CYCLE wide_cycle
#define WAYS wide_ways
#define SHIFT wide_shift
#define PACE wide_pace
#include "solver/simplex_core.h"
#include "solver/simplex_check.h"
#include "solver/simplex_pivot.h"
#include "solver/simplex_start.h"
#include "solver/simplex_run.h"

const struct simplex_build simplex_compact = {
    INT32_MAX,         compact_create,    compact_destroy,         compact_run,
    compact_give_flow, compact_give_tree, compact_give_potentials, compact_give_cut};

const struct simplex_build simplex_wide = {
    INT64_MAX,      wide_create,    wide_destroy,         wide_run,
    wide_give_flow, wide_give_tree, wide_give_potentials, wide_give_cut};
