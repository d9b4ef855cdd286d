/* memory_block.h - what stands before the bytes of a block: known to base/memory*.c alone.
 *
 *     start                                         bytes
 *     |   unused   |  links, reserve, size  |  head  |
 *     |<------------------- lead ------------------->|
 *
 * Every block has a head, so that memory_free finds its owner at once, whoever calls it and
 * whichever context is current; the rest is there only if the owner is a context. To tell blocks
 * apart by bits of their address would cost them their alignment, and to go by what is current
 * breaks where code of the caller's is called back. A replay of 60,000 tasks of a generated trace
 * takes 1.0004 of the instructions that it took without heads, and 1.004 in a context (callgrind);
 * a larger one has 1.005 of the peak memory, and 1.02 in a context, which moves what it resizes.
 *
 * The address sanitizer is told that what stands before the bytes is not to be touched, so that it
 * still finds who writes before a block. Functions that may are marked SEES_HEADS. */
#ifndef BASE_MEMORY_BLOCK_H
#define BASE_MEMORY_BLOCK_H

#include "base/memory_context.h"

#ifndef __has_feature
#define __has_feature(name) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#define SEES_HEADS __attribute__((no_sanitize("address")))
#define HIDE_HEAD(start, lead) __asan_poison_memory_region((start), (lead))
#define SHOW_HEAD(start, lead) __asan_unpoison_memory_region((start), (lead))
#else
#define SEES_HEADS
#define HIDE_HEAD(start, lead) ((void)(start), (void)(lead))
#define SHOW_HEAD(start, lead) ((void)(start), (void)(lead))
#endif

/* Enough for any type. */
#define MEMORY_ALIGNMENT ((size_t)16)

/* Sums of a size and what stands before it do not overflow. */
#define MEMORY_SIZE_MAX (SIZE_MAX / 4)

/* Blocks from this size on lie in huge pages, if the system has them: arrays are scattered over
 * by searches, which miss the address cache at nearly every step otherwise, and their first
 * touch costs a fault for every 4 KiB. Solving a full cluster of 12,500 machines takes 0.75
 * of the time. Their bytes begin a cache line, for structs that fill one. */
#define MEMORY_HUGE_PAGE ((size_t)2 << 20)
#define MEMORY_HUGE_MIN MEMORY_HUGE_PAGE
#define MEMORY_HUGE_LEAD ((size_t)64)

struct memory_head {
    struct memory_context *owner; /* NULL: none */
    size_t lead;
};

struct memory_block {
    struct memory_block *next, *previous; /* of the same owner */
    struct memory_reserve *reserve;       /* that it lies in; NULL: the allocator gave it */
    size_t size;                          /* without the lead */
    struct memory_head head;
};

_Static_assert(sizeof(struct memory_head) % MEMORY_ALIGNMENT == 0, "bytes stand behind it");
_Static_assert(sizeof(struct memory_block) % MEMORY_ALIGNMENT == 0, "bytes stand behind it");
_Static_assert(sizeof(struct memory_block) <= MEMORY_HUGE_LEAD, "it stands there");

SEES_HEADS static inline struct memory_head memory_head_of(const void *bytes)
{
    return ((const struct memory_head *)bytes)[-1];
}

/* Who is asked for the next bytes of a block: its owner, or the current context where there is no
 * block yet. NULL: none. */
static inline struct memory_context *memory_context_of(const void *bytes)
{
    return bytes ? memory_head_of(bytes).owner : memory_current();
}

/* Bytes of a context, not zeroed. The block to resize may be NULL. Ends in memory_fail, with
 * nothing changed, if they cannot be had. O(1), and of a resize O(size). */
void *memory_context_alloc(struct memory_context *context, size_t size);
void *memory_context_resize(struct memory_context *context, void *bytes, size_t size);
void memory_context_free(struct memory_context *context, void *bytes);

/* The allocator's own answers, counted: NULL if it has nothing. */
void *memory_context_ask(struct memory_context *context, size_t size, size_t alignment);
void memory_context_give_back(struct memory_context *context, void *start, size_t size);

/* malloc and free. */
extern const struct memory_allocator memory_system;

/* Advise the system to have what begins at `start`, a multiple of MEMORY_HUGE_PAGE, in huge
 * pages, but for the last part, so that nothing is wasted. Where it is not taken nothing changes.
 */
void memory_prefer_huge(void *start, size_t size);

#endif
