/* memory.h - the only place that calls malloc.
 *
 * A program that runs out of memory is stopped like one that breaks an ASSERT: with a
 * message and exit status 70. Sizes that come from outside are limited where they
 * enter, so that a short bad file cannot ask for much.
 *
 * A library may not stop its program, and its memory may be its caller's to give: while a
 * context is current, blocks come from it and belong to it (base/memory_context.h), and a failed
 * allocation may be survived (base/memory_guard.h). What is below holds for either. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include "base/types.h"

/* `size` zeroed bytes, aligned for any type; never NULL. */
void *memory_alloc(size_t size);

/* The block grown or shrunk to `size`, where it belongs; NULL: a new one. New bytes are not
 * zeroed. Never NULL; what cannot be had leaves the block as it is. */
void *memory_resize(void *block, size_t size);

void memory_free(void *block);

/* A copy of the text, to be freed with memory_free. */
char *memory_copy_text(const char *text);

/* Grow an array so that it has room for `need` items; doubles, so appending is O(1)
 * amortised. New room is zeroed. */
void *memory_grow(void *array, uint32_t *room, size_t need, size_t item_size);

/* Grow an array to room for exactly `need` items, more than it has. New room is zeroed. */
void *memory_grow_to(void *array, uint32_t *room, size_t need, size_t item_size);

/* Likewise, of several arrays that have one room in common, which the caller sets after the last;
 * nothing if it is not to grow. */
void *memory_grow_shared(void *array, uint32_t room, size_t need, size_t item_size);

/* Bytes that are allocated now in blocks of no context, and the most there were since the last
 * restart: as malloc counts them, which is a little more than was asked for. Counts of the whole
 * process, the one state here that is global, because the heap is. Exact with threads, but that
 * a peak may miss what two of them allocate in the same instant. O(1). */
size_t memory_live(void);
size_t memory_peak(void);
void memory_restart_peak(void);

/* array_reserve(tasks, task_room, task_count + 1) */
#define array_reserve(array, room, need) \
    ((need) <= (room) ? (void)0          \
                      : (void)((array) = memory_grow((array), &(room), (need), sizeof *(array))))

/* Likewise, of an array whose items are counted beforehand. */
#define array_reserve_exactly(array, room, need) \
    ((need) <= (room)                            \
         ? (void)0                               \
         : (void)((array) = memory_grow_to((array), &(room), (need), sizeof *(array))))

#endif
