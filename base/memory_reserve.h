/* memory_reserve.h - memory held back, so that a small deed cannot fail half-way.
 *
 * It is one block from the context's allocator, handed out from its front to its end, and only
 * where the allocator has nothing: as long as there is memory it stays whole. */
#ifndef BASE_MEMORY_RESERVE_H
#define BASE_MEMORY_RESERVE_H

#include "base/memory_context.h"
#include "base/status.h"

/* Make sure that the next allocations in the context cannot fail, of up to `count` blocks and
 * `size` bytes in all. To resize a block is to allocate all of its new bytes, and arrays that
 * grow double. What is freed can be taken again when all of the reserve is free; what is still
 * taken at the next call is replaced by it. Blocks of a reserve are like others, but never in
 * huge pages; the memory of one that was replaced is released with the last of its blocks.
 * STATUS_NO_MEMORY, with nothing changed, if that much cannot be had. O(1). */
enum status memory_reserve(struct memory_context *context, size_t size, size_t count);

/* For memory_context.c: the start of `size` bytes, or NULL; one block less lies in it; release
 * the context's own, in which none does. */
void *memory_reserve_take(struct memory_reserve *reserve, size_t size);
void memory_reserve_put_back(struct memory_context *context, struct memory_reserve *reserve);
void memory_reserve_release(struct memory_context *context);

#endif
