/* failing_memory.c - see failing_memory.h. */
#include "tests/failing_memory.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define MARK UINT64_C(0x5ca1ab1e0ddba11)

/* Right before a block; `alignment` bytes are before the block in all. */
struct label {
    const struct failing_memory *memory;
    uint64_t mark;
    size_t size, alignment;
};

static bool refuses(struct failing_memory *memory, size_t alignment)
{
    memory->calls++;
    bool now = memory->fail_at && (memory->calls == memory->fail_at ||
                                   (memory->and_after && memory->calls > memory->fail_at));
    if (memory->no_huge && alignment > 16)
        now = true;
    memory->failures += now;
    return now;
}

static size_t lead(size_t alignment)
{
    return alignment < sizeof(struct label) ? sizeof(struct label) : alignment;
}

static void *allocate(void *state, size_t size, size_t alignment)
{
    struct failing_memory *memory = state;
    cr_assert(alignment == 16 || alignment == (size_t)2 << 20, "alignment %zu", alignment);
    cr_assert_gt(size, 0);
    if (refuses(memory, alignment))
        return NULL;
    void *start = NULL;
    cr_assert_eq(posix_memalign(&start, lead(alignment), lead(alignment) + size), 0);
    char *block = (char *)start + lead(alignment);
    ((struct label *)block)[-1] = (struct label){memory, MARK, size, alignment};
    memset(block, 0xa5, size);
    memory->blocks++;
    memory->bytes += size;
    if (memory->bytes_most < memory->bytes)
        memory->bytes_most = memory->bytes;
    return block;
}

static void release(void *state, void *block, size_t size)
{
    struct failing_memory *memory = state;
    cr_assert_not_null(block);
    struct label *label = (struct label *)block - 1;
    cr_assert_eq(label->mark, MARK, "not a block, or released before");
    cr_assert_eq(label->memory, memory, "another allocator's block");
    cr_assert_eq(label->size, size, "allocated %zu, released %zu", label->size, size);
    cr_assert_eq((uintptr_t)block % label->alignment, 0);
    label->mark = 0;
    memory->blocks--;
    memory->bytes -= size;
    free((char *)block - lead(label->alignment));
}

struct memory_allocator failing_memory_allocator(struct failing_memory *memory)
{
    return (struct memory_allocator){memory, allocate, release};
}

void failing_memory_check_empty(const struct failing_memory *memory)
{
    cr_assert_eq(memory->blocks, 0, "%" PRIu64 " blocks, %zu bytes, were not released",
                 memory->blocks, memory->bytes);
    cr_assert_eq(memory->bytes, 0);
}
