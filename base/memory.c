/* memory.c - see memory.h. */
#include "base/memory.h"

#include <malloc.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/assert.h"

static atomic_size_t live;
static atomic_size_t peak;

/* Counts wrap around, so that a difference may be negative. */
static void count(size_t more)
{
    size_t now = atomic_fetch_add_explicit(&live, more, memory_order_relaxed) + more;
    if (now > atomic_load_explicit(&peak, memory_order_relaxed))
        atomic_store_explicit(&peak, now, memory_order_relaxed);
}

void *memory_alloc(size_t size)
{
    void *block = calloc(1, size ? size : 1);
    bool memory_available = block != NULL;
    ASSERT(memory_available);
    count(malloc_usable_size(block));
    return block;
}

void *memory_resize(void *block, size_t size)
{
    size_t before = malloc_usable_size(block);
    void *resized = realloc(block, size ? size : 1);
    bool memory_available = resized != NULL;
    ASSERT(memory_available);
    count(malloc_usable_size(resized) - before);
    return resized;
}

void memory_free(void *block)
{
    count(-malloc_usable_size(block));
    free(block);
}

size_t memory_live(void)
{
    return atomic_load_explicit(&live, memory_order_relaxed);
}

size_t memory_peak(void)
{
    return atomic_load_explicit(&peak, memory_order_relaxed);
}

void memory_restart_peak(void)
{
    atomic_store_explicit(&peak, memory_live(), memory_order_relaxed);
}

char *memory_copy_text(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = memory_alloc(size);
    memcpy(copy, text, size);
    return copy;
}

/* Arrays from this size on lie in huge pages, if the system has them: they are scattered over
 * by searches, which miss the address cache at nearly every step otherwise, and their first
 * touch costs a fault for every 4 KiB. Solving a full cluster of 12,500 machines takes 0.75
 * of the time. */
#define HUGE_PAGE ((size_t)2 << 20)
#define HUGE_MIN HUGE_PAGE

/* A larger block with the contents of the old one, which is freed: in huge pages but for the last
 * part, so that nothing is wasted. */
static void *move_to_huge(void *block, size_t old_size, size_t size)
{
    void *moved = NULL;
    bool memory_available = posix_memalign(&moved, HUGE_PAGE, size) == 0;
    ASSERT(memory_available);
    /* It is advice: where it is not taken nothing changes. */
    madvise(moved, size / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE);
    if (block)
        memcpy(moved, block, old_size);
    count(malloc_usable_size(moved));
    memory_free(block);
    return moved;
}

void *memory_grow_to(void *array, uint32_t *room, size_t need, size_t item_size)
{
    ASSERT(*room < need && need < NONE);
    size_t old_size = *room * item_size;
    size_t size = need * item_size;
    char *grown =
        size < HUGE_MIN ? memory_resize(array, size) : move_to_huge(array, old_size, size);
    memset(grown + old_size, 0, size - old_size);
    *room = (uint32_t)need;
    return grown;
}

void *memory_grow_shared(void *array, uint32_t room, size_t need, size_t item_size)
{
    return need > room ? memory_grow_to(array, &room, need, item_size) : array;
}

void *memory_grow(void *array, uint32_t *room, size_t need, size_t item_size)
{
    ASSERT(need < NONE);
    size_t wanted = *room ? *room : 8;
    while (wanted < need)
        wanted *= 2;
    return memory_grow_to(array, room, wanted < NONE ? wanted : NONE - 1, item_size);
}
