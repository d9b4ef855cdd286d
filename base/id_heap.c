/* id_heap.c - see id_heap.h. */
#include "base/id_heap.h"

#include "base/assert.h"

void id_heap_free(struct id_heap *heap)
{
    memory_free(heap->entries);
    *heap = (struct id_heap){0};
}

static bool above(const struct id_heap_entry *a, const struct id_heap_entry *b)
{
    return a->key != b->key ? a->key > b->key : a->tie < b->tie;
}

static void put(struct id_heap *heap, uint32_t *places, uint32_t at,
                const struct id_heap_entry *entry)
{
    heap->entries[at] = *entry;
    places[entry->id] = at;
}

/* The entry goes into the hole at `at`, or above or below it. */
static void settle(struct id_heap *heap, uint32_t *places, uint32_t at, struct id_heap_entry entry)
{
    while (at > 0 && above(&entry, &heap->entries[(at - 1) / 2])) {
        put(heap, places, at, &heap->entries[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    for (;;) {
        uint32_t child = 2 * at + 1;
        if (child + 1 < heap->count && above(&heap->entries[child + 1], &heap->entries[child]))
            child++;
        if (child >= heap->count || !above(&heap->entries[child], &entry))
            break;
        put(heap, places, at, &heap->entries[child]);
        at = child;
    }
    put(heap, places, at, &entry);
}

void id_heap_add(struct id_heap *heap, uint32_t *places, uint32_t id, int64_t key, int64_t tie)
{
    array_reserve(heap->entries, heap->room, heap->count + 1);
    uint32_t at = heap->count++;
    heap->entries[at] = (struct id_heap_entry){key, tie, id};
    settle(heap, places, at, heap->entries[at]);
}

void id_heap_change(struct id_heap *heap, uint32_t *places, uint32_t id, int64_t key)
{
    uint32_t at = places[id];
    ASSERT(at < heap->count);
    ASSERT(heap->entries[at].id == id);
    struct id_heap_entry entry = heap->entries[at];
    entry.key = key;
    settle(heap, places, at, entry);
}

void id_heap_remove(struct id_heap *heap, uint32_t *places, uint32_t id)
{
    uint32_t at = places[id];
    ASSERT(at < heap->count);
    ASSERT(heap->entries[at].id == id);
    struct id_heap_entry last = heap->entries[--heap->count];
    if (at < heap->count)
        settle(heap, places, at, last);
}

const struct id_heap_entry *id_heap_top(const struct id_heap *heap)
{
    return heap->count ? &heap->entries[0] : NULL;
}

/* None is below one of a smaller key, so they are together at the top. */
void id_heap_list_top(const struct id_heap *heap, struct id_list *ids)
{
    ids->count = 0;
    if (heap->count)
        id_list_add(ids, 0);
    for (uint32_t i = 0; i < ids->count; i++) {
        uint32_t first = 2 * ids->ids[i] + 1;
        for (uint32_t child = first; child < first + 2 && child < heap->count; child++)
            if (heap->entries[child].key == heap->entries[0].key)
                id_list_add(ids, child);
        ids->ids[i] = heap->entries[ids->ids[i]].id;
    }
}
