/* repair_fetch.c - see repair_fetch.h. */
#include "solver/repair_fetch.h"

#include "solver/repair_read.h"

/* All lines of what lies at this address. */
static void fetch(const void *address, size_t size)
{
    for (size_t at = 0; at < size; at += 64)
        __builtin_prefetch((const char *)address + at);
    __builtin_prefetch((const char *)address + size - 1);
}

#define FETCH(object) fetch(&(object), sizeof(object))

/* What edits of options and residents need of a vertex; the excess and the inflow lie on the other
 * line. */
static void fetch_vertex(const struct repair *repair, uint32_t v)
{
    __builtin_prefetch(&repair->vertices[v]);
}

static void fetch_excess(const struct repair *repair, uint32_t v)
{
    __builtin_prefetch(&repair->vertices[v].excess);
}

/* Once the vertex is there: the inflow, if it is counted. Without a branch: what follows would wait
 * for each that is mispredicted, and with one, taking over the options of a batch took twice as
 * long (flowsched bench solver --machines 12500 --slots 12 --load 50 --rows batch). */
static void fetch_inflow(const struct vertex *vertex)
{
    __builtin_prefetch(vertex->arcs_in == 0 ? (const void *)&vertex->inflow : vertex);
}

/* What the rows of the hubs say of the vertex. */
static void fetch_rows(const struct repair *repair, uint32_t v)
{
    for (uint32_t h = 0; h < repair->hub_count; h++) {
        const struct hub *hub = &repair->hubs[h];
        __builtin_prefetch(&hub->toward.cost[v]);
    }
}

static void fetch_source(const struct repair *repair, uint32_t s)
{
    __builtin_prefetch(&repair->sources[s]);
    __builtin_prefetch(&repair->stocks[s]);
    __builtin_prefetch(&repair->current[s]);
    __builtin_prefetch(&repair->chosen[s]);
}

/* Once the source is there. */
static void fetch_its_options(const struct repair *repair, uint32_t s)
{
    const struct source *source = &repair->sources[s];
    if (source->count > 0)
        fetch(&repair->options[source->first], source->count * sizeof *repair->options);
}

/* Likewise, but also what is not known yet, and what searches need not know of it. */
static void fetch_room(const struct repair *repair, uint32_t s)
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
        __builtin_prefetch(&repair->network->arcs[deltas[i].arc]);
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
    for (uint32_t i = 0; i < count; i++)
        if (deltas[i].existed)
            __builtin_prefetch(&repair->stocks[repair->role[deltas[i].tail] & ~SOURCE_BIT]);
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
        fetch_vertex(repair, heads[found]);
        if (found == 0 || tails[found] != tails[found - 1])
            fetch_source(repair, tails[found]);
        found++;
    }
    for (uint32_t i = 0; i < found; i++) {
        const struct vertex *vertex = &repair->vertices[heads[i]];
        uint32_t hole = (uint32_t)vertex->first_hole;
        uint32_t end = vertex->lister_count;
        if (vertex->listers)
            __builtin_prefetch(&vertex->listers[hole < end ? hole : end]);
        fetch_inflow(vertex);
        if (i == 0 || tails[i] != tails[i - 1])
            fetch_room(repair, tails[i]);
    }
}

void repair_fetch_losers(const struct repair *repair, const uint32_t *sources, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        fetch_source(repair, sources[i]);
        __builtin_prefetch(&repair->resident_at[sources[i]]);
        __builtin_prefetch(&repair->shown[sources[i]]);
    }
    for (uint32_t i = 0; i < count; i++)
        fetch_room(repair, sources[i]);
    for (uint32_t i = 0; i < count; i++) {
        const struct source *source = &repair->sources[sources[i]];
        for (uint32_t o = source->first; o < source->first + source->count; o++)
            fetch_vertex(repair, repair->option_arcs[o].via);
        fetch_vertex(repair, repair->current[sources[i]].vertex);
        fetch_excess(repair, repair->current[sources[i]].vertex);
        if (repair->shown[sources[i]] != NONE)
            __builtin_prefetch(&repair->flow[repair->shown[sources[i]]]);
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct source *source = &repair->sources[sources[i]];
        for (uint32_t o = source->first; o < source->first + source->count; o++) {
            const struct option_arc *end = &repair->option_arcs[o];
            const struct vertex *vertex = &repair->vertices[end->via];
            __builtin_prefetch(&vertex->listers[end->place]);
            fetch_inflow(vertex);
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

/* Of these vertices, the halves, and the other ends of those that join them to the sink. */
static void fetch_halves(const struct repair *repair, const uint32_t *vertices, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct vertex *vertex = &repair->vertices[vertices[i]];
        uint32_t near =
            vertex->half_count < REPAIR_NEAR_HALVES ? vertex->half_count : REPAIR_NEAR_HALVES;
        if (near)
            fetch(vertex->halves, near * sizeof *vertex->halves);
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct vertex *vertex = &repair->vertices[vertices[i]];
        for (uint32_t k = 0; k < vertex->half_count && k < REPAIR_NEAR_HALVES; k++) {
            const struct half *half = &vertex->halves[k];
            if (half->other != repair->sink)
                continue;
            FETCH(repair->vertices[half->other].halves[half->twin]);
            __builtin_prefetch(&repair->flow[half->arc]);
        }
    }
}

void repair_fetch_sources(const struct repair *repair, const uint32_t *sources, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        __builtin_prefetch(&repair->sources[sources[i]]);
        __builtin_prefetch(&repair->stocks[sources[i]]);
    }
    for (uint32_t i = 0; i < count; i++)
        fetch_its_options(repair, sources[i]);
}

void repair_fetch_pending(const struct repair *repair, const uint32_t *sources, uint32_t count)
{
    uint32_t best[REPAIR_WINDOW];
    for (uint32_t i = 0; i < count; i++) {
        fetch_source(repair, sources[i]);
        __builtin_prefetch(&repair->resident_at[sources[i]]);
    }
    for (uint32_t i = 0; i < count; i++)
        fetch_its_options(repair, sources[i]);
    for (uint32_t i = 0; i < count; i++) {
        best[i] = best_vertex(repair, sources[i]);
        fetch_vertex(repair, best[i]);
        if (repair->marks[best[i]] & MARK_DEFICIT)
            fetch_excess(repair, best[i]);
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct vertex *vertex = &repair->vertices[best[i]];
        if (vertex->resident_room)
            __builtin_prefetch(&vertex->residents[vertex->resident_count]);
        fetch_rows(repair, best[i]);
    }
    fetch_halves(repair, best, count);
}

void repair_fetch_dirty(const struct repair *repair, const uint32_t *sources, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        fetch_source(repair, sources[i]);
        __builtin_prefetch(&repair->shown[sources[i]]);
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t chosen = repair->chosen[sources[i]];
        uint32_t shown = repair->shown[sources[i]];
        if (chosen != NONE)
            __builtin_prefetch(&repair->option_arcs[chosen]);
        if (shown == NONE)
            continue;
        __builtin_prefetch(&repair->slot[shown]);
        __builtin_prefetch(&repair->flow[shown]);
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t chosen = repair->chosen[sources[i]];
        if (chosen == NONE)
            continue;
        fetch_vertex(repair, repair->option_arcs[chosen].via);
        __builtin_prefetch(&repair->flow[repair->option_arcs[chosen].arc]);
    }
}

void repair_fetch_deficits(const struct repair *repair, const uint32_t *vertices, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        FETCH(repair->vertices[vertices[i]]);
    fetch_halves(repair, vertices, count);
}
