/* id_heap.h - a heap of ids, the largest key on top, whose keys may change.
 *
 * Of equal keys the smaller tie is nearer the top. Where an id is in the heap is kept in an
 * array of the caller, by id, so that several heaps with different ids can share one. All zero
 * is an empty heap. */
#ifndef BASE_ID_HEAP_H
#define BASE_ID_HEAP_H

#include "base/id_list.h"

struct id_heap_entry {
    int64_t key, tie;
    uint32_t id;
};

struct id_heap {
    struct id_heap_entry *entries;
    uint32_t count, room;
};

void id_heap_free(struct id_heap *heap);

/* Add an id that is not in it. O(log n). */
void id_heap_add(struct id_heap *heap, uint32_t *places, uint32_t id, int64_t key, int64_t tie);

/* Give an id that is in it another key. O(log n). */
void id_heap_change(struct id_heap *heap, uint32_t *places, uint32_t id, int64_t key);

/* Remove an id that is in it. O(log n). */
void id_heap_remove(struct id_heap *heap, uint32_t *places, uint32_t id);

/* The entry on top, or NULL; borrowed until the next change. O(1). */
const struct id_heap_entry *id_heap_top(const struct id_heap *heap);

/* List all ids of the largest key, in no meaningful order; the list is emptied before. O(as many
 * as there are). */
void id_heap_list_top(const struct id_heap *heap, struct id_list *ids);

#endif
