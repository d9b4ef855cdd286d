/* id_map.c - see id_map.h. */
#include "base/id_map.h"

#include "base/assert.h"
#include "base/memory.h"
#include "base/random.h"

void id_map_init(struct id_map *map)
{
    *map = (struct id_map){0};
}

void id_map_free(struct id_map *map)
{
    memory_free(map->slots);
    id_map_init(map);
}

static uint32_t home(const struct id_map *map, uint64_t key)
{
    return (uint32_t)random_mix(0, key) & (map->room - 1);
}

/* The slot that holds the key, or the free one where it belongs. */
static uint32_t find(const struct id_map *map, uint64_t key)
{
    uint32_t slot = home(map, key);
    while (map->slots[slot].id != NONE && map->slots[slot].key != key)
        slot = (slot + 1) & (map->room - 1);
    return slot;
}

static void resize(struct id_map *map, uint32_t room)
{
    struct id_map old = *map;
    map->slots = memory_alloc((size_t)room * sizeof *map->slots);
    map->room = room;
    for (uint32_t i = 0; i < room; i++)
        map->slots[i].id = NONE;
    for (uint32_t i = 0; i < old.room; i++)
        if (old.slots[i].id != NONE)
            map->slots[find(map, old.slots[i].key)] = old.slots[i];
    memory_free(old.slots);
}

void id_map_put(struct id_map *map, uint64_t key, uint32_t id)
{
    ASSERT(id != NONE);
    if (2 * ((uint64_t)map->count + 1) > map->room)
        resize(map, map->room ? 2 * map->room : 16);
    uint32_t slot = find(map, key);
    if (map->slots[slot].id == NONE)
        map->count++;
    map->slots[slot] = (struct id_map_slot){key, id};
}

uint32_t id_map_get(const struct id_map *map, uint64_t key)
{
    return map->count ? map->slots[find(map, key)].id : NONE;
}

void id_map_remove(struct id_map *map, uint64_t key)
{
    if (id_map_get(map, key) == NONE)
        return;
    uint32_t hole = find(map, key);
    uint32_t mask = map->room - 1;
    for (uint32_t next = (hole + 1) & mask; map->slots[next].id != NONE; next = (next + 1) & mask) {
        uint32_t distance = (next - home(map, map->slots[next].key)) & mask;
        if (distance < ((next - hole) & mask))
            continue; /* it would fall before its home */
        map->slots[hole] = map->slots[next];
        hole = next;
    }
    map->slots[hole].id = NONE;
    map->count--;
}
