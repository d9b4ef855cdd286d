/* repair_near.c - see repair_near.h. */
#include "solver/repair_near.h"

#include "base/assert.h"
#include "base/memory.h"
#include "solver/repair_read.h"

void repair_near_forget(struct repair *repair, uint32_t u)
{
    if (u < repair->near_room)
        repair->near_eras[u] = 0;
}

/* The list of u, if it holds. */
static struct near *held(struct repair *repair, uint32_t u)
{
    bool holds = u < repair->near_room && repair->near_eras[u] == repair->era;
    return holds ? &repair->near[u] : NULL;
}

void repair_near_left(struct repair *repair, uint32_t s, uint32_t o)
{
    uint32_t u = repair->options[o].vertex;
    struct near *near = held(repair, u);
    if (!near)
        return;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < near->count; i++)
        if (near->hops[i].source != s || near->hops[i].leave != o)
            near->hops[kept++] = near->hops[i];
    near->count = kept;
}

/* Keep a hop that has come up, or let go of the longest instead. */
static void admit(const struct repair *repair, struct near *near, struct near_hop hop)
{
    if (near->count < NEAR_MAX) {
        near->hops[near->count++] = hop;
        return;
    }
    cost_t most = hop.cost + repair->price[hop.to];
    struct near_hop *longest = &hop;
    for (uint32_t i = 0; i < near->count; i++) {
        cost_t key = near->hops[i].cost + repair->price[near->hops[i].to];
        if (key <= most)
            continue;
        most = key;
        longest = &near->hops[i];
    }
    *longest = hop;
    if (most < near->cut)
        near->cut = most;
}

void repair_near_came(struct repair *repair, uint32_t s, uint32_t o)
{
    uint32_t u = repair->options[o].vertex;
    struct near *near = held(repair, u);
    if (!near)
        return;
    if (near->cut != REPAIR_NO_HOP)
        near->cut -= repair->fallen - near->fallen;
    near->fallen = repair->fallen;
    const struct source *source = &repair->sources[s];
    for (uint32_t q = source->first; q < source->first + source->count; q++) {
        struct option option = repair->options[q];
        cost_t cost = (cost_t)option.cost - repair->options[o].cost;
        if (option.vertex != u && cost + repair->price[option.vertex] < near->cut &&
            repair_option_room(repair, s, q) > 0)
            admit(repair, near, (struct near_hop){cost, option.vertex, s, o, q});
    }
}

void repair_near_forget_source(struct repair *repair, uint32_t s)
{
    const struct source *source = &repair->sources[s];
    if (repair->current[s].vertex == NOWHERE)
        return;
    if (source->multi == NONE) {
        repair_near_forget(repair, repair->current[s].vertex);
        return;
    }
    for (uint32_t o = source->first; o < source->first + source->count; o++)
        if (repair_option_flow(repair, s, o) > 0)
            repair_near_forget(repair, repair->options[o].vertex);
}

void repair_near_forget_all(struct repair *repair)
{
    repair->fallen = 0;
    if (++repair->era != 0)
        return;
    for (uint32_t v = 0; v < repair->near_room; v++)
        repair->near_eras[v] = 0;
    repair->era = 1;
}

/* Hops in order, with the price of where they lead. */
struct ranking {
    cost_t keys[NEAR_MAX];
    struct near *near;
};

static void rank_hop(struct ranking *ranking, cost_t key, struct near_hop hop)
{
    struct near *near = ranking->near;
    if (key >= near->cut)
        return;
    uint32_t i = near->count;
    if (i < NEAR_MAX) {
        near->count++;
    } else {
        cost_t most = ranking->keys[--i];
        near->cut = key < most ? most : key;
        if (key >= most)
            return;
    }
    for (; i > 0 && ranking->keys[i - 1] > key; i--) {
        ranking->keys[i] = ranking->keys[i - 1];
        near->hops[i] = near->hops[i - 1];
    }
    ranking->keys[i] = key;
    near->hops[i] = hop;
}

/* Residents whose options are asked for ahead. */
#define AHEAD 12

static void fetch(const struct repair *repair, const struct vertex *vertex, uint32_t i)
{
    if (i >= vertex->resident_count)
        return;
    __builtin_prefetch(&repair->options[vertex->residents[i].option]);
    __builtin_prefetch(&repair->sources[vertex->residents[i].source]);
}

static void make(struct repair *repair, uint32_t u, struct near *near, uint64_t *work)
{
    const struct vertex *vertex = &repair->vertices[u];
    struct ranking ranking = {.near = near};
    near->count = 0;
    near->cut = REPAIR_NO_HOP;
    for (uint32_t i = 0; i < AHEAD; i++)
        fetch(repair, vertex, i);
    for (uint32_t i = 0; i < vertex->resident_count; i++) {
        fetch(repair, vertex, i + AHEAD);
        struct resident resident = vertex->residents[i];
        struct source source = repair->sources[resident.source];
        cost_t here = repair->options[resident.option].cost;
        *work += source.count;
        for (uint32_t o = source.first; o < source.first + source.count; o++) {
            struct option option = repair->options[o];
            if (option.vertex == u ||
                (source.multi != NONE && repair_option_room(repair, resident.source, o) == 0))
                continue;
            cost_t cost = option.cost - here;
            rank_hop(&ranking, cost + repair->price[option.vertex],
                     (struct near_hop){cost, option.vertex, resident.source, resident.option, o});
        }
    }
    near->fallen = repair->fallen;
    repair->near_eras[u] = repair->era;
}

const struct near *repair_near(struct repair *repair, uint32_t u, uint64_t *work)
{
    if (repair->near_room < repair->vertex_count) {
        uint32_t room = repair->near_room;
        array_reserve_exactly(repair->near_eras, room, repair->vertex_room);
        array_reserve_exactly(repair->near, repair->near_room, repair->vertex_room);
    }
    struct near *near = held(repair, u);
    if (near)
        return near;
    ASSERT(repair->near != NULL);
    near = &repair->near[u];
    if (!near->asked) {
        near->asked = true;
        return NULL;
    }
    make(repair, u, near, work);
    return near;
}
