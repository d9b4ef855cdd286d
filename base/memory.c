/* memory.c - see memory.h. */
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"

void *memory_alloc(size_t size)
{
    void *block = calloc(1, size ? size : 1);
    bool memory_available = block != NULL;
    ASSERT(memory_available);
    return block;
}

void *memory_resize(void *block, size_t size)
{
    void *resized = realloc(block, size ? size : 1);
    bool memory_available = resized != NULL;
    ASSERT(memory_available);
    return resized;
}

void memory_free(void *block)
{
    free(block);
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
