/* repair_fetch.c - see repair_fetch.h. */
#include "solver/repair_fetch.h"

#include "solver/repair_graph.h"

/* All lines of what lies at this address. */
static void fetch(const void *address, size_t size)
{
    for (size_t at = 0; at < size; at += 64)
        __builtin_prefetch((const char *)address + at);
    __builtin_prefetch((const char *)address + size - 1);
}

#define FETCH(object) fetch(&(object), sizeof(object))

static void fetch_source(const struct repair *repair, uint32_t s)
{
    __builtin_prefetch(&repair->sources[s]);
    __builtin_prefetch(&repair->stocks[s]);
    __builtin_prefetch(&repair->current[s]);
    __builtin_prefetch(&repair->chosen[s]);
    __builtin_prefetch(&repair->resident_at[s]);
    __builtin_prefetch(&repair->shown[s]);
}

static void fetch_own_options(const struct repair *repair, uint32_t s)
{
    const struct source *source = &repair->sources[s];
    uint32_t room = repair->stocks[s].room;
    if (room == 0)
        return;
    fetch(&repair->options[source->first], room * sizeof *repair->options);
    fetch(&repair->option_arcs[source->first], room * sizeof *repair->option_arcs);
}

void repair_fetch_ends(const struct repair *repair, const struct arc_delta *deltas, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        FETCH(repair->network->arcs[deltas[i].arc]);
        __builtin_prefetch(&repair->slot[deltas[i].arc]);
        if (deltas[i].existed)
            __builtin_prefetch(&repair->role[deltas[i].tail]);
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct network_arc *arc = &repair->network->arcs[deltas[i].arc];
        if (arc->tail == NONE)
            continue;
        __builtin_prefetch(&repair->role[arc->tail]);
        __builtin_prefetch(&repair->role[arc->head]);
    }
}

void repair_fetch_options(const struct repair *repair, const struct arc_delta *deltas,
                          uint32_t count)
{
    uint32_t tails[REPAIR_WINDOW];
    uint32_t heads[REPAIR_WINDOW];
    uint32_t found = 0;
    repair_fetch_ends(repair, deltas, count);
    for (uint32_t i = 0; i < count; i++) {
        const struct network_arc *arc = &repair->network->arcs[deltas[i].arc];
        if (arc->tail == NONE || !repair_is_source(repair->role[arc->tail]))
            continue;
        tails[found] = repair->role[arc->tail] & ~SOURCE_BIT;
        heads[found] = repair->role[arc->head];
        FETCH(repair->vertices[heads[found]]);
        if (found == 0 || tails[found] != tails[found - 1])
            fetch_source(repair, tails[found]);
        found++;
    }
    for (uint32_t i = 0; i < found; i++) {
        const struct vertex *vertex = &repair->vertices[heads[i]];
        if (vertex->listers)
            __builtin_prefetch(
                &vertex->listers[vertex->first_hole < 0 ? vertex->lister_count
                                                        : (uint32_t)vertex->first_hole]);
        if (i == 0 || tails[i] != tails[i - 1])
            fetch_own_options(repair, tails[i]);
    }
}

void repair_fetch_losers(const struct repair *repair, const uint32_t *sources, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        fetch_source(repair, sources[i]);
    for (uint32_t i = 0; i < count; i++)
        fetch_own_options(repair, sources[i]);
    for (uint32_t i = 0; i < count; i++) {
        const struct source *source = &repair->sources[sources[i]];
        for (uint32_t o = source->first; o < source->first + source->count; o++) {
            FETCH(repair->vertices[repair->option_arcs[o].via]);
            __builtin_prefetch(&repair->slot[repair->option_arcs[o].arc]);
        }
        if (repair->shown[sources[i]] != NONE)
            __builtin_prefetch(&repair->flow[repair->shown[sources[i]]]);
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct source *source = &repair->sources[sources[i]];
        for (uint32_t o = source->first; o < source->first + source->count; o++) {
            const struct option_arc *end = &repair->option_arcs[o];
            __builtin_prefetch(&repair->vertices[end->via].listers[end->place]);
        }
        const struct vertex *at = &repair->vertices[repair->current[sources[i]].vertex];
        if (at->resident_count > 0) {
            __builtin_prefetch(&at->residents[repair->resident_at[sources[i]]]);
            __builtin_prefetch(&at->residents[at->resident_count - 1]);
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct vertex *at = &repair->vertices[repair->current[sources[i]].vertex];
        if (at->resident_count == 0)
            continue;
        uint32_t last = at->residents[at->resident_count - 1].source;
        __builtin_prefetch(&repair->sources[last]);
        __builtin_prefetch(&repair->resident_at[last]);
    }
}

/* The vertex that the cheapest option of a source leads to, or NOWHERE. */
static uint32_t best_vertex(const struct repair *repair, uint32_t s)
{
    const struct source *source = &repair->sources[s];
    uint32_t best = NOWHERE;
    cost_t least = REPAIR_NO_HOP;
    for (uint32_t o = source->first; o < source->first + source->count; o++) {
        struct option option = repair->options[o];
        cost_t cost = option.cost + repair->price[option.vertex];
        best = cost < least ? option.vertex : best;
        least = cost < least ? cost : least;
    }
    return best;
}

void repair_fetch_pending(const struct repair *repair, const uint32_t *sources, uint32_t count)
{
    uint32_t best[REPAIR_WINDOW];
    for (uint32_t i = 0; i < count; i++)
        fetch_source(repair, sources[i]);
    for (uint32_t i = 0; i < count; i++)
        fetch_own_options(repair, sources[i]);
    for (uint32_t i = 0; i < count; i++) {
        best[i] = best_vertex(repair, sources[i]);
        FETCH(repair->vertices[best[i]]);
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct vertex *vertex = &repair->vertices[best[i]];
        if (vertex->half_count)
            fetch(vertex->halves, 3 * sizeof *vertex->halves);
        if (vertex->resident_room)
            __builtin_prefetch(&vertex->residents[vertex->resident_count]);
    }
    if (repair->sink == NONE)
        return;
    const struct vertex *sink = &repair->vertices[repair->sink];
    for (uint32_t i = 0; i < count; i++) {
        const struct vertex *vertex = &repair->vertices[best[i]];
        for (uint32_t k = 0; k < vertex->half_count && k < 3; k++) {
            if (vertex->halves[k].other != repair->sink)
                continue;
            FETCH(sink->halves[vertex->halves[k].twin]);
            __builtin_prefetch(&repair->flow[vertex->halves[k].arc]);
        }
    }
}
