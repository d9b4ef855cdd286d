/* repair_dive.c - see repair_dive.h.
 *
 * On a full cluster with whole costs most units that arrive in a batch find their place at
 * distance 0: of 620 searches for a batch of 1,000 changes on 12,500 full machines, 405. But each
 * search spreads over hundreds of vertices at distance 0 before it comes to one that misses
 * units, and the next one over nearly the same. So it is depth first here, and all dives share
 * what they have seen, as in the blocking flows of Dinic (1970): what did not lead anywhere is
 * not entered again. A vertex on a path that was found, and those left on the stack, are
 * forgotten, for more may go there.
 *
 * The hops are kept in the forward labels of the search, whose stamps are left alone. */
#include "solver/repair_dive.h"

#include "base/memory.h"
#include "solver/repair_graph.h"

/* A dive under way. */
struct dive {
    struct repair *repair;
    uint32_t end; /* a vertex that misses units, or NONE */
};

void repair_dive_afresh(struct repair *repair)
{
    repair->dive_count++;
    if (repair->dive_count != 0)
        return;
    for (uint32_t v = 0; v < repair->dived_room; v++)
        repair->dived[v] = 0;
    repair->dive_count = 1;
}

/* By a hop of length 0. */
static void visit(struct dive *dive, uint32_t v, struct hop hop)
{
    struct repair *repair = dive->repair;
    if (repair->dived[v] == repair->dive_count || dive->end != NONE)
        return;
    repair->dived[v] = repair->dive_count;
    repair->labels[v][0].hop = hop;
    struct list *stack = &repair->dive_stack;
    array_reserve(stack->items, stack->room, stack->count + 1);
    stack->items[stack->count++] = v;
    if ((repair->marks[v] & MARK_DEFICIT) || v == repair->sink)
        dive->end = v;
}

static void visit_halves(struct dive *dive, uint32_t u)
{
    const struct repair *repair = dive->repair;
    const struct vertex *vertex = &repair->vertices[u];
    for (uint32_t i = 0; i < vertex->half_count; i++) {
        const struct half *half = &vertex->halves[i];
        if (half->out > 0 && half->cost + repair->price[half->other] == repair->price[u])
            visit(dive, half->other, (struct hop){u, NONE, 0, i});
    }
}

static void visit_residents(struct dive *dive, uint32_t u)
{
    const struct repair *repair = dive->repair;
    const struct vertex *vertex = &repair->vertices[u];
    for (uint32_t i = 0; i < vertex->resident_count && dive->end == NONE; i++) {
        struct resident resident = vertex->residents[i];
        struct source source = repair->sources[resident.source];
        cost_t here = repair->options[resident.option].cost + repair->price[u];
        dive->repair->work += source.count;
        for (uint32_t o = source.first; o < source.first + source.count; o++) {
            struct option option = repair->options[o];
            if (option.cost + repair->price[option.vertex] == here && option.vertex != u &&
                repair_option_room(repair, resident.source, o) > 0)
                visit(dive, option.vertex, (struct hop){u, resident.source, resident.option, o});
        }
    }
}

bool repair_dive(struct repair *repair, uint32_t s, struct found *found)
{
    struct dive dive = {repair, NONE};
    struct list *stack = &repair->dive_stack;
    struct source source = repair->sources[s];
    array_reserve(repair->labels, repair->label_room, repair->vertex_count);
    array_reserve(repair->dived, repair->dived_room, repair->vertex_count);
    if (repair->dive_count == 0)
        repair->dive_count = 1;
    stack->count = 0;
    cost_t least = REPAIR_NO_HOP;
    for (uint32_t o = source.first; o < source.first + source.count; o++) {
        cost_t cost = repair->options[o].cost + repair->price[repair->options[o].vertex];
        if (cost < least && repair_option_room(repair, s, o) > 0)
            least = cost;
    }
    for (uint32_t o = source.first; o < source.first + source.count; o++) {
        struct option option = repair->options[o];
        if (option.cost + repair->price[option.vertex] == least &&
            repair_option_room(repair, s, o) > 0)
            visit(&dive, option.vertex, (struct hop){NONE, s, 0, o});
    }
    while (stack->count && dive.end == NONE) {
        uint32_t u = stack->items[--stack->count];
        visit_residents(&dive, u);
        visit_halves(&dive, u);
    }
    if (dive.end == NONE)
        return false;
    for (uint32_t i = 0; i < stack->count; i++)
        repair->dived[stack->items[i]] = repair->dive_count - 1;
    *found = (struct found){.path = true, .forward = true, .meeting = dive.end};
    repair_measure(repair, found);
    for (uint32_t v = dive.end; v != NONE; v = repair->labels[v][0].hop.from)
        repair->dived[v] = repair->dive_count - 1;
    return true;
}
