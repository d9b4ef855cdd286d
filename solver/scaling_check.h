/* scaling_check.h - did a phase of the cost scaling algorithm end as it should? For deep checks.
 *
 * No later phase need find out that one did not: if the prices can be refined to every precision
 * that is left, what a phase has ended with is the answer.
 *
 * Included by scaling_core.h, with the types of a width before it. */
#ifndef SOLVER_SCALING_CHECK_H
#define SOLVER_SCALING_CHECK_H

#include "base/assert.h"
#include "solver/scaling_state.h"

#ifdef DEEP_CHECKS
/* The marks say what the rooms are, and what has room is optimal to the precision. */
static void check_half(const struct scaling *s, uint32_t u, uint32_t h)
{
    struct half half = s->halves[h];
    const struct mate *mate = &s->mates[h];
    const struct mate *back = &s->mates[mate->half];
    ASSERT(back->half == h);
    ASSERT(half_node(s->halves[mate->half]) == u);
    ASSERT(mate->room >= 0);
    ASSERT(((half.to & HALF_ROOM) != 0) == (mate->room > 0));
    ASSERT(((half.to & HALF_BACK) != 0) == (back->room > 0));
    if (mate->room > 0)
        ASSERT(reduced_cost(s, s->price[u], half) >= -((price_t)1 << s->precision));
}

/* Nothing is left to move either, at any node. */
static void check_phase(const struct scaling *s)
{
    for (uint32_t u = 0; u < s->node_count; u++) {
        ASSERT(s->excess[u] == 0);
        for (uint32_t h = s->first[u]; h < s->first[u + 1]; h++)
            check_half(s, u, h);
    }
}
#else
static void check_phase(const struct scaling *s)
{
    (void)s;
}
#endif

#endif
