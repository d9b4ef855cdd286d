/* memory.c - see memory.h. */
#include "base/memory.h"

#include <malloc.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/assert.h"
#include "base/memory_block.h"
#include "base/memory_guard.h"

static atomic_size_t live;
static atomic_size_t peak;

/* Counts wrap around, so that a difference may be negative. */
static void count(size_t more)
{
    size_t now = atomic_fetch_add_explicit(&live, more, memory_order_relaxed) + more;
    if (now > atomic_load_explicit(&peak, memory_order_relaxed))
        atomic_store_explicit(&peak, now, memory_order_relaxed);
}

static void *system_allocate(void *state, size_t size, size_t alignment)
{
    (void)state;
    void *start = NULL;
    return posix_memalign(&start, alignment, size) == 0 ? start : NULL;
}

static void system_release(void *state, void *block, size_t size)
{
    (void)state;
    (void)size;
    free(block);
}

const struct memory_allocator memory_system = {NULL, system_allocate, system_release};

/* The bytes behind the lead, in a block of no context that malloc gave, or did not. */
SEES_HEADS static void *begin(void *start, size_t lead)
{
    if (!start)
        memory_fail();
    count(malloc_usable_size(start));
    struct memory_head *head = (struct memory_head *)((char *)start + lead) - 1;
    *head = (struct memory_head){NULL, lead};
    HIDE_HEAD(start, lead);
    return head + 1;
}

static void *start_of(void *bytes)
{
    return (char *)bytes - memory_head_of(bytes).lead;
}

void *memory_alloc(size_t size)
{
    struct memory_context *context = memory_current();
    if (context)
        return memset(memory_context_alloc(context, size), 0, size);
    size_t lead = sizeof(struct memory_head);
    return begin(size <= MEMORY_SIZE_MAX ? calloc(1, lead + size) : NULL, lead);
}

/* memory_resize of a block of no context, which may be NULL. */
static void *resize(void *block, size_t size)
{
    size_t lead = block ? memory_head_of(block).lead : sizeof(struct memory_head);
    void *start = block ? start_of(block) : NULL;
    size_t before = malloc_usable_size(start);
    void *resized = size <= MEMORY_SIZE_MAX ? realloc(start, lead + size) : NULL;
    if (resized)
        count(-before);
    return begin(resized, lead);
}

void *memory_resize(void *block, size_t size)
{
    struct memory_context *context = memory_context_of(block);
    return context ? memory_context_resize(context, block, size) : resize(block, size);
}

void memory_free(void *block)
{
    if (!block)
        return;
    struct memory_context *owner = memory_head_of(block).owner;
    if (owner) {
        memory_context_free(owner, block);
        return;
    }
    void *start = start_of(block);
    count(-malloc_usable_size(start));
    free(start);
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

void memory_prefer_huge(void *start, size_t size)
{
    madvise(start, size / MEMORY_HUGE_PAGE * MEMORY_HUGE_PAGE, MADV_HUGEPAGE);
}

/* A larger block of no context with the contents of the old one, which is freed: in huge pages. */
static void *move_to_huge(void *block, size_t old_size, size_t size)
{
    size_t lead = MEMORY_HUGE_LEAD;
    void *start = system_allocate(NULL, lead + size, MEMORY_HUGE_PAGE);
    if (start)
        memory_prefer_huge(start, lead + size);
    void *moved = begin(start, lead);
    if (block)
        memcpy(moved, block, old_size);
    memory_free(block);
    return moved;
}

void *memory_grow_to(void *array, uint32_t *room, size_t need, size_t item_size)
{
    ASSERT(*room < need && need < NONE);
    size_t old_size = *room * item_size;
    size_t size = need * item_size;
    bool huge = size >= MEMORY_HUGE_MIN && !memory_context_of(array);
    char *grown = huge ? move_to_huge(array, old_size, size) : memory_resize(array, size);
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
