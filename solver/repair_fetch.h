/* repair_fetch.h - asking memory ahead for what is about to be read.
 *
 * Taking over a batch of changes is one miss of the cache after the other: from the arc to the
 * node, the vertex, the place in its list. A miss that waits for another one costs twenty times
 * as much as one that does not. So before a window of changes is dealt with, the caller has all
 * of it fetched here, one stage of addresses after the other. Nothing is changed by that. */
#ifndef SOLVER_REPAIR_FETCH_H
#define SOLVER_REPAIR_FETCH_H

#include "solver/repair_state.h"

/* Changes that are fetched at once: with half as many, the first miss of each stage weighs more;
 * twice as many gain nothing. */
#define REPAIR_WINDOW 64

/* A machine has two halves, from its rack and to the sink: that far one looks for that. */
#define REPAIR_NEAR_HALVES 4

/* Is change i of a batch the first of a window? How many changes does that have? */
static inline bool repair_window_begins(uint32_t i)
{
    return i % REPAIR_WINDOW == 0;
}

static inline uint32_t repair_window(uint32_t i, uint32_t count)
{
    return count - i < REPAIR_WINDOW ? count - i : REPAIR_WINDOW;
}

/* What the ends of changed arcs were and are: what it takes to tell whose they are. */
void repair_fetch_ends(const struct repair *repair, const struct arc_delta *deltas, uint32_t count);

/* For options of sources that come or change with these arcs. */
void repair_fetch_options(const struct repair *repair, const struct arc_delta *deltas,
                          uint32_t count);

/* For sources that lose options. */
void repair_fetch_losers(const struct repair *repair, const uint32_t *sources, uint32_t count);

/* For looking at the options of sources. */
void repair_fetch_sources(const struct repair *repair, const uint32_t *sources, uint32_t count);

/* For pending sources that mostly take their best option. */
void repair_fetch_pending(const struct repair *repair, const uint32_t *sources, uint32_t count);

/* For publishing what sources do. */
void repair_fetch_dirty(const struct repair *repair, const uint32_t *sources, uint32_t count);

/* For vertices that miss units, which mostly come back from the sink. */
void repair_fetch_deficits(const struct repair *repair, const uint32_t *vertices, uint32_t count);

#endif
