/* repair_read.h - what is asked of the incremental solver's state all the time. */
#ifndef SOLVER_REPAIR_READ_H
#define SOLVER_REPAIR_READ_H

#include "solver/repair_state.h"

static inline bool repair_is_source(uint32_t role)
{
    return role != NONE && (role & SOURCE_BIT);
}

/* Told by the marks, which are few: the vertex need not be read for that. */
static inline bool repair_is_hub(const struct repair *repair, uint32_t v)
{
    return repair->marks[v] & MARK_HUB;
}

/* How much of the source uses the option; how much more could. */
static inline flow_t repair_option_flow(const struct repair *repair, uint32_t s, uint32_t o)
{
    const struct source *source = &repair->sources[s];
    if (source->multi == NONE)
        return repair->chosen[s] == o;
    return repair->multis[source->multi].shares[o - source->first].flow;
}

static inline flow_t repair_option_room(const struct repair *repair, uint32_t s, uint32_t o)
{
    const struct source *source = &repair->sources[s];
    if (source->multi == NONE)
        return repair->chosen[s] != o;
    const struct share *share = &repair->multis[source->multi].shares[o - source->first];
    return share->capacity - share->flow;
}

/* The most that can come by the option. */
static inline flow_t repair_option_most(const struct repair *repair, uint32_t s, uint32_t o)
{
    const struct source *source = &repair->sources[s];
    flow_t supply = repair->stocks[s].supply;
    if (source->multi == NONE)
        return supply;
    flow_t capacity = repair->multis[source->multi].shares[o - source->first].capacity;
    return capacity < supply ? capacity : supply;
}

/* The option that the i-th lister of vertex v stands for. O(options of its source). */
static inline uint32_t repair_lister_option(const struct repair *repair, uint32_t v, uint32_t i)
{
    uint32_t o = repair->sources[repair->vertices[v].listers[i].source].first;
    while (repair->option_arcs[o].via != v || repair->option_arcs[o].place != i)
        o++;
    return o;
}

#endif
