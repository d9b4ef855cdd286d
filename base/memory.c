/* memory.c - see memory.h. */
#include "base/memory.h"

#include <malloc.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

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

void *memory_grow(void *array, uint32_t *room, size_t need, size_t item_size)
{
    ASSERT(need < NONE);
    size_t wanted = *room ? *room : 8;
    while (wanted < need)
        wanted *= 2;
    if (wanted >= NONE)
        wanted = NONE - 1;
    char *grown = memory_resize(array, wanted * item_size);
    memset(grown + *room * item_size, 0, (wanted - *room) * item_size);
    *room = (uint32_t)wanted;
    return grown;
}
