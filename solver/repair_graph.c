/* repair_graph.c - see repair_graph.h. */
#include "solver/repair_graph.h"

#include "base/assert.h"
#include "base/memory.h"
#include "solver/repair_hubs.h"

static void grow_vertices(struct repair *repair, uint32_t room)
{
    repair->vertices =
        memory_grow_shared(repair->vertices, repair->vertex_room, room, sizeof *repair->vertices);
    repair->marks =
        memory_grow_shared(repair->marks, repair->vertex_room, room, sizeof *repair->marks);
    repair->price =
        memory_grow_shared(repair->price, repair->vertex_room, room, sizeof *repair->price);
    repair->vertex_room = room;
}

void repair_vertices_reserve(struct repair *repair, uint32_t vertices)
{
    grow_vertices(repair, vertices + FALSE_VERTICES);
}

uint32_t repair_vertex_add(struct repair *repair, uint32_t node)
{
    uint32_t v;
    if (repair->free_vertex_count) {
        v = repair->free_vertices[--repair->free_vertex_count];
    } else {
        v = repair->vertex_count;
        if (v == repair->vertex_room)
            grow_vertices(repair, v < 8 ? 8 : 2 * v);
        repair->vertex_count++;
        repair_hubs_reserve(repair);
    }
    struct vertex *vertex = &repair->vertices[v];
    struct half *halves = vertex->halves;
    struct resident *residents = vertex->residents;
    struct lister *listers = vertex->listers;
    *vertex = (struct vertex){.halves = halves,
                              .residents = residents,
                              .listers = listers,
                              .half_room = vertex->half_room,
                              .resident_room = vertex->resident_room,
                              .lister_room = vertex->lister_room,
                              .node = node,
                              .hub = NONE,
                              .into = NONE,
                              .first_child = NONE,
                              .first_hole = -1,
                              .in_deficits = vertex->in_deficits,
                              .in_excesses = vertex->in_excesses,
                              .touched = vertex->touched};
    repair->price[v] = 0;
    return v;
}

void repair_vertex_remove(struct repair *repair, uint32_t v)
{
    struct vertex *vertex = &repair->vertices[v];
    ASSERT(vertex->half_count == 0);
    ASSERT(vertex->resident_count == 0);
    repair_hubs_forget(repair, v);
    vertex->node = NONE;
    repair_add_excess(repair, v, -vertex->excess);
    repair->marks[v] = 0;
    array_reserve(repair->free_vertices, repair->free_vertex_room, repair->free_vertex_count + 1);
    repair->free_vertices[repair->free_vertex_count++] = v;
}

static void set_mark(struct repair *repair, uint32_t v, enum mark mark, bool on)
{
    uint8_t others = repair->marks[v] & (uint8_t)~mark;
    repair->marks[v] = on ? others | (uint8_t)mark : others;
}

void repair_add_excess(struct repair *repair, uint32_t v, flow_t amount)
{
    struct vertex *vertex = &repair->vertices[v];
    bool was_missing = vertex->excess < 0;
    vertex->excess += amount;
    repair->missing_count += (vertex->excess < 0) - was_missing;
    set_mark(repair, v, MARK_EXCESS, vertex->excess > 0);
    set_mark(repair, v, MARK_DEFICIT, vertex->excess < 0);
    if (vertex->excess > 0 && !vertex->in_excesses) {
        array_reserve(repair->excesses, repair->excess_room, repair->excess_count + 1);
        repair->excesses[repair->excess_count++] = v;
        vertex->in_excesses = true;
    }
    if (vertex->excess < 0 && !vertex->in_deficits) {
        array_reserve(repair->deficits, repair->deficit_room, repair->deficit_count + 1);
        repair->deficits[repair->deficit_count++] = v;
        vertex->in_deficits = true;
    }
}

void repair_touch(struct repair *repair, uint32_t v)
{
    if (repair->vertices[v].touched)
        return;
    array_reserve(repair->touched, repair->touched_room, repair->touched_count + 1);
    repair->touched[repair->touched_count++] = v;
    repair->vertices[v].touched = true;
}

static uint32_t append_half(struct repair *repair, uint32_t v, struct half half)
{
    struct vertex *vertex = &repair->vertices[v];
    array_reserve(vertex->halves, vertex->half_room, vertex->half_count + 1);
    vertex->halves[vertex->half_count] = half;
    return vertex->half_count++;
}

void repair_arc_add(struct repair *repair, uint32_t a, uint32_t v, uint32_t w, flow_t flow)
{
    const struct network_arc *arc = &repair->network->arcs[a];
    flow_t room = arc->capacity - flow;
    flow_t back = flow - arc->lower;
    uint32_t i = append_half(repair, v, (struct half){w, 0, a, true, arc->cost, room, back});
    uint32_t j = append_half(repair, w, (struct half){v, i, a, false, -arc->cost, back, room});
    repair->vertices[v].halves[i].twin = j;
    repair->slot[a] = i;
    repair->flow[a] = flow;
    repair->cost += (wide_t)flow * arc->cost;
    repair->vertices[w].arcs_in++;
    repair_add_excess(repair, v, -flow);
    repair_add_excess(repair, w, flow);
    repair_hubs_half(repair, v, &repair->vertices[v].halves[i]);
    repair_touch(repair, v);
    repair_touch(repair, w);
}

/* Take the half at position i out; the last one moves there. */
static void drop_half(struct repair *repair, uint32_t v, uint32_t i)
{
    struct vertex *vertex = &repair->vertices[v];
    uint32_t last = --vertex->half_count;
    if (i == last)
        return;
    struct half *moved = &vertex->halves[i];
    *moved = vertex->halves[last];
    repair->vertices[moved->other].halves[moved->twin].twin = i;
    if (moved->leaves)
        repair->slot[moved->arc] = i;
}

/* The last arc into v from a vertex is gone: what its listers can send matters now. O(listers),
 * once for a vertex in most networks. */
static void recount_inflow(struct repair *repair, uint32_t v)
{
    struct vertex *vertex = &repair->vertices[v];
    vertex->inflow = 0;
    for (uint32_t i = 0; i < vertex->lister_count; i++) {
        uint32_t s = vertex->listers[i].source;
        if (s != NO_SOURCE)
            vertex->inflow += repair_option_most(repair, s, repair_lister_option(repair, v, i));
    }
}

void repair_arc_remove(struct repair *repair, uint32_t a, uint32_t v)
{
    uint32_t i = repair->slot[a];
    struct half half = repair->vertices[v].halves[i];
    flow_t flow = repair->flow[a];
    repair->cost -= (wide_t)flow * half.cost;
    half.out = half.in = 0;
    repair_hubs_half(repair, v, &half);
    drop_half(repair, v, i);
    drop_half(repair, half.other, half.twin);
    repair->slot[a] = NONE;
    repair->flow[a] = 0;
    if (--repair->vertices[half.other].arcs_in == 0)
        recount_inflow(repair, half.other);
    repair_add_excess(repair, v, flow);
    repair_add_excess(repair, half.other, -flow);
    repair_touch(repair, v);
    repair_touch(repair, half.other);
}

void repair_half_push(struct repair *repair, uint32_t v, uint32_t i, flow_t amount)
{
    struct half *half = &repair->vertices[v].halves[i];
    struct half *twin = &repair->vertices[half->other].halves[half->twin];
    bool had_out = half->out > 0;
    bool had_in = half->in > 0;
    half->out -= amount;
    half->in += amount;
    twin->out += amount;
    twin->in -= amount;
    repair->flow[half->arc] += half->leaves ? amount : -amount;
    repair->cost += (wide_t)amount * half->cost;
    if ((half->out > 0) != had_out || (half->in > 0) != had_in)
        repair_hubs_half(repair, v, half); /* otherwise its hops are what they were */
}
