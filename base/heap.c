/* heap.c - see heap.h. */
#include "base/heap.h"

#include "base/assert.h"
#include "base/memory.h"

void heap_init(struct heap *heap)
{
    *heap = (struct heap){0};
}

void heap_free(struct heap *heap)
{
    memory_free(heap->entries);
    heap_init(heap);
}

void heap_clear(struct heap *heap)
{
    heap->count = 0;
}

static bool before(const struct heap_entry *a, const struct heap_entry *b)
{
    return a->key != b->key ? a->key < b->key : a->tie < b->tie;
}

void heap_push(struct heap *heap, int64_t key, uint64_t tie, uint32_t item)
{
    array_reserve(heap->entries, heap->room, heap->count + 1);
    struct heap_entry entry = {key, tie, item};
    uint32_t hole = heap->count++;
    while (hole > 0) {
        uint32_t parent = (hole - 1) / 2;
        if (!before(&entry, &heap->entries[parent]))
            break;
        heap->entries[hole] = heap->entries[parent];
        hole = parent;
    }
    heap->entries[hole] = entry;
}

const struct heap_entry *heap_top(const struct heap *heap)
{
    return heap->count ? &heap->entries[0] : NULL;
}

struct heap_entry heap_pop(struct heap *heap)
{
    ASSERT(heap->count > 0);
    struct heap_entry top = heap->entries[0];
    struct heap_entry last = heap->entries[--heap->count];
    uint32_t hole = 0;
    for (;;) {
        uint32_t child = 2 * hole + 1;
        if (child >= heap->count)
            break;
        if (child + 1 < heap->count && before(&heap->entries[child + 1], &heap->entries[child]))
            child++;
        if (!before(&heap->entries[child], &last))
            break;
        heap->entries[hole] = heap->entries[child];
        hole = child;
    }
    if (heap->count)
        heap->entries[hole] = last;
    return top;
}
