/* machine_index.h - which machine has room for this? Found without looking at all of them.
 *
 * A segment tree over machine ids; each node holds the componentwise maximum of the free
 * resources below it. A subtree whose maximum does not hold the demand is skipped; one
 * whose maximum does may still hold no single machine that does, so a search is O(log M)
 * as a rule and O(M) at worst. */
#ifndef SCHEDULER_MACHINE_INDEX_H
#define SCHEDULER_MACHINE_INDEX_H

#include "base/resources.h"

struct machine_index {
    struct resources *maxima; /* a heap-ordered tree; leaves from `leaves` on */
    uint32_t leaves;          /* a power of two, or 0 */
};

void machine_index_init(struct machine_index *index);
void machine_index_free(struct machine_index *index);

/* Machine `machine` has `room` free; none at all if `up` is false. O(log M). */
void machine_index_set(struct machine_index *index, uint32_t machine, bool up,
                       const struct resources *room);

/* The first machine with an id of at least `from` where the demand fits, or NONE. */
uint32_t machine_index_next(const struct machine_index *index, const struct resources *demand,
                            uint32_t from);

#endif
