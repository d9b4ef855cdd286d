/* id_chains.h - ids by a 64-bit hash of what they stand for; several may share one.
 *
 * Who looks something up walks the ids of its hash, first to last, and compares. An id is in
 * at most one chain at a time. */
#ifndef BASE_ID_CHAINS_H
#define BASE_ID_CHAINS_H

#include "base/id_map.h"

struct id_chains {
    struct id_map first; /* by hash */
    uint32_t *next;      /* by id: the next of the same hash, or NONE */
    uint32_t next_room;
};

void id_chains_init(struct id_chains *chains);
void id_chains_free(struct id_chains *chains);

/* The first id of a hash, and the one after an id; NONE: no more. O(1) expected. */
uint32_t id_chains_first(const struct id_chains *chains, uint64_t hash);
uint32_t id_chains_next(const struct id_chains *chains, uint32_t id);

/* Add an id to its hash's chain; remove it again. O(1) expected; O(chain) to remove. */
void id_chains_add(struct id_chains *chains, uint64_t hash, uint32_t id);
void id_chains_remove(struct id_chains *chains, uint64_t hash, uint32_t id);

#endif
