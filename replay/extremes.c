/* extremes.c - see extremes.h. */
#include "replay/extremes.h"

#include "base/assert.h"
#include "base/memory.h"

#define ROOM_MIN 16

static const struct range nothing = {INT64_MAX, INT64_MIN};

void extremes_free(struct extremes *extremes)
{
    memory_free(extremes->nodes);
    *extremes = (struct extremes){0};
}

static struct range unite(struct range a, struct range b)
{
    return (struct range){a.least < b.least ? a.least : b.least, a.most > b.most ? a.most : b.most};
}

static void play(struct extremes *extremes, uint32_t v)
{
    extremes->nodes[v] = unite(extremes->nodes[2 * v], extremes->nodes[2 * v + 1]);
}

static void grow(struct extremes *extremes, uint32_t id)
{
    struct extremes grown = {.room = extremes->room ? extremes->room : ROOM_MIN};
    while (grown.room <= id)
        grown.room *= 2;
    grown.nodes = memory_alloc(2 * (size_t)grown.room * sizeof *grown.nodes);
    for (uint32_t i = 0; i < grown.room; i++)
        grown.nodes[grown.room + i] =
            i < extremes->room ? extremes->nodes[extremes->room + i] : nothing;
    for (uint32_t v = grown.room - 1; v > 0; v--)
        play(&grown, v);
    extremes_free(extremes);
    *extremes = grown;
}

static void put(struct extremes *extremes, uint32_t id, struct range range)
{
    uint32_t v = extremes->room + id;
    extremes->nodes[v] = range;
    while (v /= 2)
        play(extremes, v);
}

void extremes_set(struct extremes *extremes, uint32_t id, int64_t value)
{
    ASSERT(id < NONE / 4);
    if (id >= extremes->room)
        grow(extremes, id);
    put(extremes, id, (struct range){value, value});
}

void extremes_remove(struct extremes *extremes, uint32_t id)
{
    ASSERT(id < extremes->room);
    put(extremes, id, nothing);
}

struct range extremes_range(const struct extremes *extremes)
{
    return extremes->room ? extremes->nodes[1] : nothing;
}
