/* memory_context.h - who owns blocks of memory: all of an owner's can go at once.
 *
 * A block that is allocated while a context is current (memory_enter) belongs to it for good: it
 * is resized and freed there, by memory_resize and memory_free, whichever context is current
 * then. So code that allocates needs to know nothing of contexts. Memory comes from the
 * allocator that the context was given, and from malloc without one.
 *
 * Memory that runs out ends the process, unless the deed was begun by memory_try
 * (base/memory_guard.h) or was provided for by memory_reserve (base/memory_reserve.h).
 *
 * What LEMON (solver/lemon_shim.cc), igraph, cJSON, zlib, zstd and the C library (qsort, files)
 * allocate for themselves is no context's: it is not counted and not dropped. So what holds it is
 * destroyed before its context is dropped: solvers of LEMON's, open files.
 *
 * A context is used by one thread at a time, not always the same. Contexts have nothing in common.
 * Which one is current, and which memory_try is the innermost, is kept by thread, and only while a
 * call lasts; beside the counts in base/memory.c, which contexts leave alone, nothing is global. */
#ifndef BASE_MEMORY_CONTEXT_H
#define BASE_MEMORY_CONTEXT_H

#include "base/types.h"

struct memory_allocator {
    void *state; /* handed to both */

    /* `size` bytes at a multiple of `alignment`, or NULL. They need not be zeroed. It is 16, and
     * for a block of 2 MiB or more 2 MiB, a wish: NULL, and the block is asked for at 16. */
    void *(*allocate)(void *state, size_t size, size_t alignment);

    /* Take back a block, never NULL, with the size that it was allocated with. */
    void (*release)(void *state, void *block, size_t size);
};

struct memory_context {
    struct memory_allocator allocator;
    struct memory_block *blocks; /* newest first */
    struct memory_reserve *reserve;
    /* Bytes that it has from its allocator now, and the most there were: blocks, with the 48 or
     * 64 bytes before each, and reserves. To be read. */
    size_t live, peak;
};

/* An owner of nothing yet. The allocator is copied; NULL: malloc and free. */
void memory_context_init(struct memory_context *context, const struct memory_allocator *allocator);

/* Release all that the context owns, its reserves too. It may be used again, as after init but
 * that it keeps its peak. O(blocks). */
void memory_context_drop(struct memory_context *context);

/* Let a context be the thread's current one; NULL: none, as for a caller's code that is called
 * back. Returns the one before, for memory_leave. O(1). */
struct memory_context *memory_enter(struct memory_context *context);
void memory_leave(struct memory_context *previous);

/* The thread's current one, or NULL. */
struct memory_context *memory_current(void);

/* Fail an ASSERT if links, owners or counts contradict each other. O(blocks). */
void memory_context_check(const struct memory_context *context);

#endif
