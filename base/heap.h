/* heap.h - a binary min-heap of (key, tie, item), ordered by key, then by tie.
 *
 * Equal entries cannot be told apart by order, so callers that need a total order give
 * distinct ties (a sequence number). There is no decrease-key: push again and skip what
 * is stale when it comes out. */
#ifndef BASE_HEAP_H
#define BASE_HEAP_H

#include "base/types.h"

struct heap_entry {
    int64_t key;
    uint64_t tie;
    uint32_t item;
};

struct heap {
    struct heap_entry *entries;
    uint32_t count;
    uint32_t room;
};

void heap_init(struct heap *heap);
void heap_free(struct heap *heap);
void heap_clear(struct heap *heap);

/* O(log n). */
void heap_push(struct heap *heap, int64_t key, uint64_t tie, uint32_t item);

/* The smallest entry, or NULL; borrowed until the next push or pop. O(1). */
const struct heap_entry *heap_top(const struct heap *heap);

/* Remove and return the smallest entry of a heap that is not empty. O(log n). */
struct heap_entry heap_pop(struct heap *heap);

#endif
