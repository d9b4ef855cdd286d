/* memory_reserve.c - see memory_reserve.h. */
#include "base/memory_reserve.h"

#include "base/memory_block.h"

struct memory_reserve {
    size_t size, used; /* with this */
    size_t block_count;
    size_t unused; /* keeps the alignment */
};

_Static_assert(sizeof(struct memory_reserve) % MEMORY_ALIGNMENT == 0, "blocks stand behind it");

static size_t room(const struct memory_reserve *reserve)
{
    return reserve ? reserve->size - reserve->used : 0;
}

/* The most that such blocks take; false if that is no number. */
static bool find_need(size_t size, size_t count, size_t *need)
{
    size_t beside = sizeof(struct memory_block) + MEMORY_ALIGNMENT - 1;
    return !__builtin_mul_overflow(count, beside, need) &&
           !__builtin_add_overflow(*need, size, need) && *need <= MEMORY_SIZE_MAX;
}

enum status memory_reserve(struct memory_context *context, size_t size, size_t count)
{
    size_t need;
    if (!find_need(size, count, &need))
        return STATUS_NO_MEMORY;
    if (room(context->reserve) >= need)
        return STATUS_OK;
    size_t with_this = sizeof(struct memory_reserve) + need;
    struct memory_reserve *reserve = memory_context_ask(context, with_this, MEMORY_ALIGNMENT);
    if (!reserve)
        return STATUS_NO_MEMORY;
    if (context->reserve && !context->reserve->block_count)
        memory_reserve_release(context);
    *reserve = (struct memory_reserve){.size = with_this, .used = sizeof *reserve};
    context->reserve = reserve;
    return STATUS_OK;
}

void *memory_reserve_take(struct memory_reserve *reserve, size_t size)
{
    size_t taken = (size + MEMORY_ALIGNMENT - 1) / MEMORY_ALIGNMENT * MEMORY_ALIGNMENT;
    if (room(reserve) < taken)
        return NULL;
    void *start = (char *)reserve + reserve->used;
    reserve->used += taken;
    reserve->block_count++;
    return start;
}

void memory_reserve_put_back(struct memory_context *context, struct memory_reserve *reserve)
{
    if (--reserve->block_count)
        return;
    if (reserve == context->reserve)
        reserve->used = sizeof *reserve;
    else
        memory_context_give_back(context, reserve, reserve->size);
}

void memory_reserve_release(struct memory_context *context)
{
    struct memory_reserve *reserve = context->reserve;
    context->reserve = NULL;
    if (reserve)
        memory_context_give_back(context, reserve, reserve->size);
}
