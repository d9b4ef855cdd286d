/* id_map.h - a hash map from 64-bit keys to 32-bit ids.
 *
 * Open addressing with linear probing and backward-shift deletion (Knuth, The Art of
 * Computer Programming 6.4, algorithm R), at most half full. It cannot be iterated:
 * nothing may depend on hash order. */
#ifndef BASE_ID_MAP_H
#define BASE_ID_MAP_H

#include "base/types.h"

struct id_map_slot {
    uint64_t key;
    uint32_t id; /* NONE: the slot is free */
};

struct id_map {
    struct id_map_slot *slots;
    uint32_t room; /* a power of two, or 0 */
    uint32_t count;
};

void id_map_init(struct id_map *map);
void id_map_free(struct id_map *map);

/* Set key -> id, replacing what was there; id is not NONE. O(1) expected. */
void id_map_put(struct id_map *map, uint64_t key, uint32_t id);

/* The id, or NONE. O(1) expected. */
uint32_t id_map_get(const struct id_map *map, uint64_t key);

/* Remove the key if it is there. O(1) expected. */
void id_map_remove(struct id_map *map, uint64_t key);

#endif
