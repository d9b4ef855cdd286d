/* extremes.h - the least and the most of numbers that come, change and go.
 *
 * A tournament: numbers are the leaves of a complete binary tree, by id, and each node above
 * knows the least and the most of its two children. */
#ifndef REPLAY_EXTREMES_H
#define REPLAY_EXTREMES_H

#include "base/types.h"

struct range {
    int64_t least, most; /* of nothing: INT64_MAX, INT64_MIN */
};

struct extremes {
    struct range *nodes; /* 1 is the root, v has the children 2v and 2v + 1 */
    uint32_t room;       /* leaves; a power of two, or 0 */
};

void extremes_free(struct extremes *extremes);

/* Id's number is `value` now. O(log ids), amortised. */
void extremes_set(struct extremes *extremes, uint32_t id, int64_t value);

/* Id, which was set once, has no number any more. O(log ids). */
void extremes_remove(struct extremes *extremes, uint32_t id);

/* Of all numbers there are. O(1). */
struct range extremes_range(const struct extremes *extremes);

#endif
