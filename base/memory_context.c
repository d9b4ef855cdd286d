/* memory_context.c - see memory_context.h. */
#include "base/memory_context.h"

#include <string.h>

#include "base/assert.h"
#include "base/memory_block.h"
#include "base/memory_guard.h"
#include "base/memory_reserve.h"

/* NULL outside memory_enter and memory_leave. */
static _Thread_local struct memory_context *current;

struct memory_context *memory_current(void)
{
    return current;
}

struct memory_context *memory_enter(struct memory_context *context)
{
    struct memory_context *previous = current;
    current = context;
    return previous;
}

void memory_leave(struct memory_context *previous)
{
    current = previous;
}

void memory_context_init(struct memory_context *context, const struct memory_allocator *allocator)
{
    *context = (struct memory_context){.allocator = allocator ? *allocator : memory_system};
}

void *memory_context_ask(struct memory_context *context, size_t size, size_t alignment)
{
    const struct memory_allocator *allocator = &context->allocator;
    void *start = allocator->allocate(allocator->state, size, alignment);
    if (!start)
        return NULL;
    ASSERT((uintptr_t)start % alignment == 0);
    context->live += size;
    if (context->peak < context->live)
        context->peak = context->live;
    return start;
}

void memory_context_give_back(struct memory_context *context, void *start, size_t size)
{
    context->live -= size;
    context->allocator.release(context->allocator.state, start, size);
}

/* Where the bytes of a block, of which all is filled in but the links, become its owner's. */
SEES_HEADS static void *take_over(struct memory_block block, void *start)
{
    struct memory_context *owner = block.head.owner;
    char *bytes = (char *)start + block.head.lead;
    struct memory_block *place = (struct memory_block *)bytes - 1;
    block.next = owner->blocks;
    *place = block;
    if (block.next)
        block.next->previous = place;
    owner->blocks = place;
    HIDE_HEAD(start, block.head.lead);
    return bytes;
}

/* The block that was, of which only links have become void. */
SEES_HEADS static struct memory_block let_go(void *bytes)
{
    struct memory_block block = ((struct memory_block *)bytes)[-1];
    if (block.next)
        block.next->previous = block.previous;
    if (block.previous)
        block.previous->next = block.next;
    else
        block.head.owner->blocks = block.next;
    SHOW_HEAD((char *)bytes - block.head.lead, block.head.lead);
    return block;
}

/* In huge pages if it is large and there are such, else anywhere, and at last in the reserve.
 * Fills in the block's head and reserve; NULL if there is no room for it. */
static void *find_room(struct memory_context *context, struct memory_block *block)
{
    if (block->size > MEMORY_SIZE_MAX)
        return NULL;
    block->head = (struct memory_head){context, MEMORY_HUGE_LEAD};
    if (block->size >= MEMORY_HUGE_MIN) {
        size_t size = MEMORY_HUGE_LEAD + block->size;
        void *start = memory_context_ask(context, size, MEMORY_HUGE_PAGE);
        if (start) {
            memory_prefer_huge(start, size);
            return start;
        }
    }
    block->head.lead = sizeof *block;
    size_t size = sizeof *block + block->size;
    void *start = memory_context_ask(context, size, MEMORY_ALIGNMENT);
    if (start || !context->reserve)
        return start;
    block->reserve = context->reserve;
    return memory_reserve_take(context->reserve, size);
}

void *memory_context_alloc(struct memory_context *context, size_t size)
{
    struct memory_block block = {.size = size};
    void *start = find_room(context, &block);
    if (!start)
        memory_fail();
    return take_over(block, start);
}

void memory_context_free(struct memory_context *context, void *bytes)
{
    struct memory_block block = let_go(bytes);
    if (block.reserve)
        memory_reserve_put_back(context, block.reserve);
    else
        memory_context_give_back(context, (char *)bytes - block.head.lead,
                                 block.head.lead + block.size);
}

SEES_HEADS static size_t size_of(const void *bytes)
{
    return ((const struct memory_block *)bytes)[-1].size;
}

void *memory_context_resize(struct memory_context *context, void *bytes, size_t size)
{
    void *resized = memory_context_alloc(context, size);
    if (bytes) {
        size_t before = size_of(bytes);
        memcpy(resized, bytes, before < size ? before : size);
        memory_context_free(context, bytes);
    }
    return resized;
}

void memory_context_drop(struct memory_context *context)
{
#ifdef DEEP_CHECKS
    memory_context_check(context);
#endif
    while (context->blocks)
        memory_context_free(context, context->blocks + 1);
    memory_reserve_release(context);
    ASSERT(context->live == 0);
}

SEES_HEADS void memory_context_check(const struct memory_context *context)
{
    size_t counted = 0;
    const struct memory_block *previous = NULL;
    for (const struct memory_block *block = context->blocks; block; block = block->next) {
        ASSERT(block->head.owner == context);
        ASSERT(block->previous == previous);
        if (!block->reserve)
            counted += block->head.lead + block->size;
        previous = block;
    }
    ASSERT(context->live >= counted);
    ASSERT(context->peak >= context->live);
}
