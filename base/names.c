/* names.c - see names.h. */
#include "base/names.h"

#include <string.h>

#include "base/assert.h"
#include "base/memory.h"
#include "base/random.h"

void names_init(struct names *names)
{
    *names = (struct names){0};
}

void names_free(struct names *names)
{
    for (uint32_t i = 0; i < names->count; i++)
        memory_free(names->texts[i]);
    memory_free(names->texts);
    memory_free(names->slots);
    names_init(names);
}

uint64_t names_hash(const char *text)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
    return random_mix(0, hash);
}

static uint32_t home(const struct names *names, const char *text)
{
    return (uint32_t)names_hash(text) & (names->slot_room - 1);
}

/* The slot that holds the text's id, or the free one where it belongs. */
static uint32_t find_slot(const struct names *names, const char *text)
{
    uint32_t slot = home(names, text);
    while (names->slots[slot] != NONE && strcmp(names->texts[names->slots[slot]], text) != 0)
        slot = (slot + 1) & (names->slot_room - 1);
    return slot;
}

static void resize_slots(struct names *names, uint32_t room)
{
    memory_free(names->slots);
    names->slots = memory_alloc((size_t)room * sizeof *names->slots);
    names->slot_room = room;
    for (uint32_t i = 0; i < room; i++)
        names->slots[i] = NONE;
    for (uint32_t id = 0; id < names->count; id++)
        names->slots[find_slot(names, names->texts[id])] = id;
}

uint32_t names_intern(struct names *names, const char *text)
{
    if (2 * ((uint64_t)names->count + 1) > names->slot_room)
        resize_slots(names, names->slot_room ? 2 * names->slot_room : 16);
    uint32_t slot = find_slot(names, text);
    if (names->slots[slot] != NONE)
        return names->slots[slot];
    array_reserve(names->texts, names->text_room, names->count + 1);
    uint32_t id = names->count++;
    names->texts[id] = memory_copy_text(text);
    names->slots[slot] = id;
    return id;
}

uint32_t names_find(const struct names *names, const char *text)
{
    return names->slot_room ? names->slots[find_slot(names, text)] : NONE;
}

const char *names_text(const struct names *names, uint32_t id)
{
    ASSERT(id < names->count);
    return names->texts[id];
}
