/* id_chains.c - see id_chains.h. */
#include "base/id_chains.h"

#include "base/memory.h"

void id_chains_init(struct id_chains *chains)
{
    *chains = (struct id_chains){0};
    id_map_init(&chains->first);
}

void id_chains_free(struct id_chains *chains)
{
    id_map_free(&chains->first);
    memory_free(chains->next);
    id_chains_init(chains);
}

uint32_t id_chains_first(const struct id_chains *chains, uint64_t hash)
{
    return id_map_get(&chains->first, hash);
}

uint32_t id_chains_next(const struct id_chains *chains, uint32_t id)
{
    return chains->next[id];
}

void id_chains_add(struct id_chains *chains, uint64_t hash, uint32_t id)
{
    array_reserve(chains->next, chains->next_room, (size_t)id + 1);
    chains->next[id] = id_map_get(&chains->first, hash);
    id_map_put(&chains->first, hash, id);
}

void id_chains_remove(struct id_chains *chains, uint64_t hash, uint32_t id)
{
    uint32_t at = id_map_get(&chains->first, hash);
    if (at != id) {
        while (chains->next[at] != id)
            at = chains->next[at];
        chains->next[at] = chains->next[id];
    } else if (chains->next[id] != NONE) {
        id_map_put(&chains->first, hash, chains->next[id]);
    } else {
        id_map_remove(&chains->first, hash);
    }
}
