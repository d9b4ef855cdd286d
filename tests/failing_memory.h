/* failing_memory.h - an allocator that says no when it is told to, and sees what it is asked.
 *
 * Each of its blocks remembers its size and alignment. Filled with a pattern before it is given
 * out, as who allocates may not count on zeroes. Used by one thread at a time. */
#ifndef TESTS_FAILING_MEMORY_H
#define TESTS_FAILING_MEMORY_H

#include "base/memory_context.h"

struct failing_memory {
    uint64_t calls;    /* allocations that it was asked for */
    uint64_t failures; /* of them it refused */
    uint64_t fail_at;  /* refuse this call, counted from 1; 0: none */
    bool and_after;    /* and every one after it */
    bool no_huge;      /* refuse what is to be aligned to more than 16 */
    uint64_t blocks;   /* that are not released */
    size_t bytes;      /* of them */
    size_t bytes_most; /* there were */
};

/* What a context is given; the memory must outlive the context's blocks. */
struct memory_allocator failing_memory_allocator(struct failing_memory *memory);

/* Fail the test if a block was not released. Sizes, and whether it is a block at all, are checked
 * at each release. */
void failing_memory_check_empty(const struct failing_memory *memory);

#endif
