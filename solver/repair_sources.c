/* repair_sources.c - see repair_sources.h. */
#include "solver/repair_sources.h"

#include "base/assert.h"
#include "base/memory.h"
#include "solver/repair_fetch.h"
#include "solver/repair_graph.h"
#include "solver/repair_hubs.h"
#include "solver/repair_near.h"

static void grow_sources(struct repair *repair, uint32_t room)
{
    repair->sources =
        memory_grow_shared(repair->sources, repair->source_room, room, sizeof *repair->sources);
    repair->stocks =
        memory_grow_shared(repair->stocks, repair->source_room, room, sizeof *repair->stocks);
    repair->current =
        memory_grow_shared(repair->current, repair->source_room, room, sizeof *repair->current);
    repair->chosen =
        memory_grow_shared(repair->chosen, repair->source_room, room, sizeof *repair->chosen);
    repair->resident_at = memory_grow_shared(repair->resident_at, repair->source_room, room,
                                             sizeof *repair->resident_at);
    repair->shown =
        memory_grow_shared(repair->shown, repair->source_room, room, sizeof *repair->shown);
    repair->source_room = room;
}

static void grow_options(struct repair *repair, uint32_t room)
{
    repair->options =
        memory_grow_shared(repair->options, repair->option_room, room, sizeof *repair->options);
    repair->option_arcs = memory_grow_shared(repair->option_arcs, repair->option_room, room,
                                             sizeof *repair->option_arcs);
    repair->option_room = room;
}

void repair_sources_reserve(struct repair *repair, uint32_t sources, uint32_t options)
{
    grow_sources(repair, sources + 1);
    grow_options(repair, options);
    array_reserve_exactly(repair->pending_sources, repair->pending_source_room, sources);
    array_reserve_exactly(repair->dirty_sources, repair->dirty_source_room, sources);
}

static void grow_source(struct repair *repair, uint32_t s, uint32_t need);

uint32_t repair_source_add(struct repair *repair, uint32_t node, flow_t supply, uint32_t options)
{
    uint32_t s;
    if (repair->free_source_count) {
        s = repair->free_sources[--repair->free_source_count];
    } else {
        s = repair->source_count++;
        if (s == repair->source_room)
            grow_sources(repair, s < 8 ? 8 : 2 * s);
    }
    struct stock *stock = &repair->stocks[s];
    repair->sources[s] = (struct source){.first = NONE, .multi = NONE};
    *stock = (struct stock){.node = node, .in_pending = stock->in_pending, .dirty = stock->dirty};
    repair->current[s] = (struct current){NOWHERE, 0};
    repair->chosen[s] = NONE;
    repair->shown[s] = NONE;
    grow_source(repair, s, options);
    repair_source_set_supply(repair, s, supply);
    return s;
}

static uint32_t span_class(uint32_t room)
{
    return room <= 128 ? room / 4 : 32 + (uint32_t)(31 - __builtin_clz(room));
}

/* A multiple of 4, or above 128 a power of 2. */
uint32_t repair_span_room(uint32_t need)
{
    if (need <= 128)
        return (need + 3) / 4 * 4;
    return UINT32_C(1) << (32 - __builtin_clz(need - 1));
}

static uint32_t take_span(struct repair *repair, uint32_t room)
{
    uint32_t *free_span = &repair->free_spans[span_class(room)];
    uint32_t first = *free_span;
    if (first != NONE) {
        *free_span = repair->option_arcs[first].place;
        return first;
    }
    first = repair->option_count;
    repair->option_count += room;
    if (repair->option_count > repair->option_room)
        grow_options(repair, repair->option_count + repair->option_count / 2);
    return first;
}

static void give_span(struct repair *repair, uint32_t first, uint32_t room)
{
    if (room == 0)
        return;
    repair->option_arcs[first].place = repair->free_spans[span_class(room)];
    repair->free_spans[span_class(room)] = first;
}

/* Tell all that know an option of source s by its position that this is it. */
static void name_option(struct repair *repair, uint32_t s, uint32_t o, bool chosen)
{
    const struct option_arc *end = &repair->option_arcs[o];
    const struct source *source = &repair->sources[s];
    struct vertex *vertex = &repair->vertices[repair->options[o].vertex];
    repair->slot[end->arc] = o;
    if (source->multi != NONE) {
        const struct multi *multi = &repair->multis[source->multi];
        const struct share *share = &multi->shares[o - source->first];
        if (share->flow > 0)
            vertex->residents[share->resident_at].option = o;
    } else if (chosen) {
        repair->chosen[s] = o;
        vertex->residents[repair->resident_at[s]].option = o;
    }
}

#define SWAP(type, x, y)  \
    do {                  \
        type swapped = x; \
        (x) = y;          \
        (y) = swapped;    \
    } while (0)

static void swap_options(struct repair *repair, uint32_t s, uint32_t o, uint32_t q)
{
    if (o == q)
        return;
    repair_near_forget_source(repair, s);
    const struct source *source = &repair->sources[s];
    uint32_t chosen = repair->chosen[s];
    SWAP(struct option, repair->options[o], repair->options[q]);
    SWAP(struct option_arc, repair->option_arcs[o], repair->option_arcs[q]);
    if (source->multi != NONE) {
        struct multi *multi = &repair->multis[source->multi];
        SWAP(struct share, multi->shares[o - source->first], multi->shares[q - source->first]);
    }
    name_option(repair, s, o, chosen == q);
    name_option(repair, s, q, chosen == o);
}

static bool leads_to_hub(const struct repair *repair, uint32_t o)
{
    return repair_is_hub(repair, repair->options[o].vertex);
}

void repair_source_sort(struct repair *repair, uint32_t s)
{
    struct source *source = &repair->sources[s];
    source->hub_count = 0;
    for (uint32_t o = source->first; o < source->first + source->count; o++)
        if (leads_to_hub(repair, o))
            swap_options(repair, s, o, source->first + source->hub_count++);
}

/* An option of the source goes to a place before it that is free. */
static void move_option(struct repair *repair, uint32_t s, uint32_t from, uint32_t to)
{
    const struct source *source = &repair->sources[s];
    repair->options[to] = repair->options[from];
    repair->option_arcs[to] = repair->option_arcs[from];
    if (source->multi != NONE) {
        struct share *shares = repair->multis[source->multi].shares;
        shares[to - source->first] = shares[from - source->first];
    }
    name_option(repair, s, to, repair->chosen[s] == from);
}

/* More room for options, at another place in the pool. */
static void grow_source(struct repair *repair, uint32_t s, uint32_t need)
{
    struct source *source = &repair->sources[s];
    struct stock *stock = &repair->stocks[s];
    if (need <= stock->room)
        return;
    repair_near_forget_source(repair, s);
    uint32_t room = repair_span_room(need > stock->room * 2 ? need : stock->room * 2);
    uint32_t first = take_span(repair, room);
    uint32_t old = source->first;
    uint32_t chosen = repair->chosen[s];
    source->first = first;
    for (uint32_t i = 0; i < source->count; i++) {
        repair->options[first + i] = repair->options[old + i];
        repair->option_arcs[first + i] = repair->option_arcs[old + i];
        name_option(repair, s, first + i, chosen == old + i);
    }
    give_span(repair, old, stock->room);
    stock->room = room;
}

static void set_dirty(struct repair *repair, uint32_t s)
{
    if (repair->stocks[s].dirty)
        return;
    array_reserve(repair->dirty_sources, repair->dirty_source_room, repair->dirty_source_count + 1);
    repair->dirty_sources[repair->dirty_source_count++] = s;
    repair->stocks[s].dirty = true;
}

static void add_pending(struct repair *repair, uint32_t s, flow_t amount)
{
    struct stock *stock = &repair->stocks[s];
    stock->pending += amount;
    if (stock->pending == 0 || stock->in_pending)
        return;
    array_reserve(repair->pending_sources, repair->pending_source_room,
                  repair->pending_source_count + 1);
    repair->pending_sources[repair->pending_source_count++] = s;
    stock->in_pending = true;
}

/* The source's first unit at this option. */
static void settle(struct repair *repair, uint32_t s, uint32_t o)
{
    const struct source *source = &repair->sources[s];
    struct vertex *vertex = &repair->vertices[repair->options[o].vertex];
    array_reserve(vertex->residents, vertex->resident_room, vertex->resident_count + 1);
    vertex->residents[vertex->resident_count] = (struct resident){s, o};
    if (source->multi == NONE) {
        repair->resident_at[s] = vertex->resident_count;
        repair->chosen[s] = o;
        repair->current[s] = (struct current){repair->options[o].vertex, repair->options[o].cost};
    } else {
        repair->multis[source->multi].shares[o - source->first].resident_at =
            vertex->resident_count;
    }
    vertex->resident_count++;
    repair_near_came(repair, s, o);
    repair_hubs_resident(repair, s, o);
}

/* Its last unit leaves. */
static void leave(struct repair *repair, uint32_t s, uint32_t o)
{
    const struct source *source = &repair->sources[s];
    struct vertex *vertex = &repair->vertices[repair->options[o].vertex];
    repair_hubs_doubt(repair, s, repair->options[o].vertex);
    repair_near_left(repair, s, o);
    uint32_t i = source->multi == NONE
                     ? repair->resident_at[s]
                     : repair->multis[source->multi].shares[o - source->first].resident_at;
    struct resident moved = vertex->residents[--vertex->resident_count];
    vertex->residents[i] = moved;
    const struct source *other = &repair->sources[moved.source];
    if (other->multi == NONE)
        repair->resident_at[moved.source] = i;
    else
        repair->multis[other->multi].shares[moved.option - other->first].resident_at = i;
    if (source->multi == NONE) {
        repair->chosen[s] = NONE;
        repair->current[s].vertex = NOWHERE;
    }
}

/* Some hops between the options of a source are gone, or dearer. */
static void doubt_all(struct repair *repair, uint32_t s)
{
    const struct source *source = &repair->sources[s];
    repair_near_forget_source(repair, s);
    if (repair->current[s].vertex == NOWHERE || repair->hub_count == 0)
        return;
    for (uint32_t o = source->first; o < source->first + source->count; o++)
        if (repair_option_flow(repair, s, o) > 0)
            repair_hubs_doubt(repair, s, repair->options[o].vertex);
}

/* More flow of the source by the option, or less. */
static void add_flow(struct repair *repair, uint32_t s, uint32_t o, flow_t amount)
{
    const struct source *source = &repair->sources[s];
    repair->cost += (wide_t)amount * repair->options[o].cost;
    set_dirty(repair, s);
    if (source->multi == NONE) {
        if (amount > 0)
            settle(repair, s, o);
        else
            leave(repair, s, o);
        return;
    }
    struct share *share = &repair->multis[source->multi].shares[o - source->first];
    bool was = share->flow > 0;
    bool was_full = share->flow == share->capacity;
    share->flow += amount;
    if (!was && share->flow > 0)
        settle(repair, s, o);
    else if (was && share->flow == 0)
        leave(repair, s, o);
    if (was_full && amount < 0) {
        repair_near_forget_source(repair, s);
        repair_hubs_option(repair, s, o); /* others of its units could come back */
    }
    if (share->flow == share->capacity)
        doubt_all(repair, s); /* others of them no longer can */
}

void repair_place(struct repair *repair, uint32_t s, uint32_t o, flow_t amount)
{
    add_pending(repair, s, -amount);
    add_flow(repair, s, o, amount);
}

void repair_unplace(struct repair *repair, uint32_t s, uint32_t o, flow_t amount)
{
    if (amount == 0)
        return;
    add_flow(repair, s, o, -amount);
    add_pending(repair, s, amount);
    repair_add_excess(repair, repair->options[o].vertex, -amount);
}

void repair_move(struct repair *repair, uint32_t s, uint32_t from, uint32_t to, flow_t amount)
{
    add_flow(repair, s, from, -amount);
    add_flow(repair, s, to, amount);
}

/* A source of more than one unit has a share beside each option. */
static void make_multi(struct repair *repair, uint32_t s)
{
    struct source *source = &repair->sources[s];
    uint32_t m = repair->free_multi;
    if (m != NONE) {
        repair->free_multi = repair->multis[m].next_free;
    } else {
        m = repair->multi_count++;
        array_reserve(repair->multis, repair->multi_room, m + 1);
        repair->multis[m] = (struct multi){0};
    }
    struct multi *multi = &repair->multis[m];
    array_reserve(multi->shares, multi->room, repair->stocks[s].room);
    uint32_t count = source->count;
    ASSERT(count <= multi->room);
    uint32_t chosen = repair->chosen[s];
    for (uint32_t i = 0; i < count; i++) {
        uint32_t o = source->first + i;
        flow_t capacity = repair->network->arcs[repair->option_arcs[o].arc].capacity;
        capacity = capacity < 1 ? 1 : capacity; /* it has become 0, which is still to come here */
        multi->shares[i] = (struct share){chosen == o, capacity, repair->resident_at[s]};
    }
    source->multi = m;
    repair->chosen[s] = NONE;
    repair->current[s] = (struct current){MULTI, 0};
}

/* Count what the option can bring in (sign 1), or no longer (-1), at its vertex. One that others
 * lead to by arcs is not contracted, and what comes in does not matter. */
static void count_inflow(struct repair *repair, uint32_t s, uint32_t o, int sign)
{
    uint32_t via = repair->option_arcs[o].via;
    struct vertex *vertex = &repair->vertices[via];
    if (vertex->arcs_in == 0) {
        vertex->inflow += sign * repair_option_most(repair, s, o);
        repair_touch(repair, via);
    } else if (vertex->option_count + vertex->half_count >= repair->hub_min &&
               !repair_is_hub(repair, via)) {
        repair_touch(repair, via);
    }
}

void repair_source_set_supply(struct repair *repair, uint32_t s, flow_t supply)
{
    struct source *source = &repair->sources[s];
    for (uint32_t o = source->first; o < source->first + source->count; o++)
        count_inflow(repair, s, o, -1);
    repair_near_forget_source(repair, s);
    if (supply > 1 && source->multi == NONE)
        make_multi(repair, s);
    struct stock *stock = &repair->stocks[s];
    flow_t more = supply - stock->supply;
    stock->supply = supply;
    for (uint32_t o = source->first; o < source->first + source->count; o++)
        count_inflow(repair, s, o, 1);
    /* What is taken away comes from the pending first. */
    for (uint32_t o = source->first; o < source->first + source->count; o++) {
        flow_t lacking = -more - stock->pending;
        flow_t flow = repair_option_flow(repair, s, o);
        if (lacking > 0)
            repair_unplace(repair, s, o, lacking < flow ? lacking : flow);
    }
    add_pending(repair, s, more);
}

void repair_source_remove(struct repair *repair, uint32_t s)
{
    struct source *source = &repair->sources[s];
    ASSERT(source->count == 0);
    if (source->multi != NONE) {
        repair->multis[source->multi].next_free = repair->free_multi;
        repair->free_multi = source->multi;
    }
    struct stock *stock = &repair->stocks[s];
    give_span(repair, source->first, stock->room);
    stock->node = NONE;
    stock->pending = 0;
    source->multi = NONE;
    array_reserve(repair->free_sources, repair->free_source_room, repair->free_source_count + 1);
    repair->free_sources[repair->free_source_count++] = s;
}

static void add_lister(struct repair *repair, uint32_t s, uint32_t o)
{
    struct option_arc *end = &repair->option_arcs[o];
    struct vertex *via = &repair->vertices[end->via];
    uint32_t place = (uint32_t)via->first_hole;
    if (via->first_hole < 0) {
        place = via->lister_count++;
        array_reserve(via->listers, via->lister_room, via->lister_count);
    } else {
        via->first_hole = via->listers[place].cost;
    }
    via->listers[place] = (struct lister){s, repair->options[o].cost};
    end->place = place;
}

static void drop_lister(struct repair *repair, uint32_t o)
{
    const struct option_arc *end = &repair->option_arcs[o];
    struct vertex *via = &repair->vertices[end->via];
    via->listers[end->place] = (struct lister){NO_SOURCE, via->first_hole};
    via->first_hole = (int32_t)end->place;
}

/* The vertex that an option with this structural head leads to, and what it costs more. */
static uint32_t target_of(const struct repair *repair, uint32_t via, cost_t *offset)
{
    const struct vertex *vertex = &repair->vertices[via];
    *offset = vertex->into == NONE ? 0 : vertex->offset;
    return vertex->into == NONE ? via : vertex->into;
}

void repair_option_add(struct repair *repair, uint32_t s, uint32_t a, uint32_t via)
{
    struct source *source = &repair->sources[s];
    const struct network_arc *arc = &repair->network->arcs[a];
    grow_source(repair, s, source->count + 1);
    uint32_t o = source->first + source->count++;
    cost_t offset;
    uint32_t v = target_of(repair, via, &offset);
    repair->options[o] = (struct option){v, (int32_t)(arc->cost + offset)};
    repair->option_arcs[o] = (struct option_arc){a, via, 0};
    repair->slot[a] = o;
    if (source->multi != NONE) {
        struct multi *multi = &repair->multis[source->multi];
        array_reserve(multi->shares, multi->room, source->count);
        multi->shares[source->count - 1] = (struct share){0, arc->capacity, 0};
    }
    add_lister(repair, s, o);
    count_inflow(repair, s, o, 1);
    repair->vertices[v].option_count++;
    if (leads_to_hub(repair, o)) {
        swap_options(repair, s, o, source->first + source->hub_count);
        o = source->first + source->hub_count++;
    }
    repair_near_forget_source(repair, s);
    repair_hubs_option(repair, s, o);
}

/* Nobody knows the option any more, and what was published of it goes with its arc. */
static void forget_option(struct repair *repair, uint32_t s, uint32_t o)
{
    uint32_t a = repair->option_arcs[o].arc;
    const struct vertex *via = &repair->vertices[repair->option_arcs[o].via];
    count_inflow(repair, s, o, -1);
    drop_lister(repair, o);
    repair->vertices[repair->options[o].vertex].option_count--;
    repair->slot[a] = NONE;
    if (repair->sources[s].multi == NONE && repair->shown[s] != a)
        return; /* nothing was */
    if (via->into != NONE)
        repair->flow[via->out_arc] -= repair->flow[a];
    repair->shown[s] = NONE;
    repair->flow[a] = 0;
}

void repair_option_remove(struct repair *repair, uint32_t s, uint32_t o)
{
    struct source *source = &repair->sources[s];
    repair_unplace(repair, s, o, repair_option_flow(repair, s, o));
    if (o < source->first + source->hub_count) {
        swap_options(repair, s, o, source->first + --source->hub_count);
        o = source->first + source->hub_count;
    }
    swap_options(repair, s, o, source->first + source->count - 1);
    o = source->first + source->count - 1;
    doubt_all(repair, s);
    forget_option(repair, s, o);
    source->count--;
}

void repair_option_lose(struct repair *repair, uint32_t s, uint32_t a)
{
    struct list *losers = &repair->losers;
    if (repair->slot[a] == NONE)
        return;
    repair->slot[a] = NONE;
    if (repair->stocks[s].lost++ > 0)
        return;
    if (losers->count == REPAIR_WINDOW)
        repair_prune(repair);
    array_reserve(losers->items, losers->room, losers->count + 1);
    losers->items[losers->count++] = s;
}

/* Is the option's arc gone? Mostly all of a source are, and their slots need not be read again. */
static bool is_lost(const struct repair *repair, uint32_t s, uint32_t o)
{
    return repair->stocks[s].lost == repair->sources[s].count ||
           repair->slot[repair->option_arcs[o].arc] == NONE;
}

static void prune_source(struct repair *repair, uint32_t s)
{
    struct source *source = &repair->sources[s];
    uint32_t end = source->first + source->count;
    uint32_t hub_end = source->first + source->hub_count;
    uint32_t kept = source->first;
    for (uint32_t o = source->first; o < end; o++)
        if (is_lost(repair, s, o))
            repair_unplace(repair, s, o, repair_option_flow(repair, s, o));
    doubt_all(repair, s);
    for (uint32_t o = source->first; o < end; o++) {
        if (is_lost(repair, s, o)) {
            forget_option(repair, s, o);
            source->hub_count -= o < hub_end;
            continue;
        }
        if (kept < o)
            move_option(repair, s, o, kept);
        kept++;
    }
    source->count = kept - source->first;
    repair->stocks[s].lost = 0;
}

void repair_prune(struct repair *repair)
{
    struct list *losers = &repair->losers;
    repair_fetch_losers(repair, losers->items, losers->count);
    for (uint32_t i = 0; i < losers->count; i++)
        prune_source(repair, losers->items[i]);
    losers->count = 0;
}

void repair_source_clear(struct repair *repair, uint32_t s)
{
    const struct source *source = &repair->sources[s];
    for (uint32_t o = source->first; o < source->first + source->count; o++)
        repair->slot[repair->option_arcs[o].arc] = NONE;
    repair->stocks[s].lost = source->count;
    prune_source(repair, s);
}

/* An option's cost as searches see it. */
static void set_option_cost(struct repair *repair, uint32_t s, uint32_t o, int32_t cost)
{
    struct option *option = &repair->options[o];
    const struct option_arc *end = &repair->option_arcs[o];
    flow_t flow = repair_option_flow(repair, s, o);
    repair->cost += (wide_t)flow * ((cost_t)cost - option->cost);
    option->cost = cost;
    doubt_all(repair, s);
    repair->vertices[end->via].listers[end->place].cost = cost;
    if (repair->chosen[s] == o)
        repair->current[s].cost = cost;
    if (flow > 0)
        repair_hubs_resident(repair, s, o);
    repair_hubs_option(repair, s, o);
}

void repair_option_set_cost(struct repair *repair, uint32_t s, uint32_t o, cost_t cost)
{
    cost_t offset;
    target_of(repair, repair->option_arcs[o].via, &offset);
    set_option_cost(repair, s, o, (int32_t)(cost + offset));
}

void repair_option_set_capacity(struct repair *repair, uint32_t s, uint32_t o, flow_t capacity)
{
    const struct source *source = &repair->sources[s];
    if (source->multi == NONE)
        return; /* one unit always fits */
    flow_t flow = repair_option_flow(repair, s, o);
    if (flow > capacity)
        repair_unplace(repair, s, o, flow - capacity);
    count_inflow(repair, s, o, -1);
    doubt_all(repair, s);
    repair->multis[source->multi].shares[o - source->first].capacity = capacity;
    count_inflow(repair, s, o, 1);
    repair_hubs_option(repair, s, o);
}

void repair_option_raise(struct repair *repair, uint32_t s, uint32_t o, cost_t more)
{
    set_option_cost(repair, s, o, (int32_t)(repair->options[o].cost + more));
}

void repair_option_redirect(struct repair *repair, uint32_t s, uint32_t o, uint32_t target,
                            cost_t more)
{
    flow_t flow = repair_option_flow(repair, s, o);
    if (flow > 0)
        leave(repair, s, o);
    doubt_all(repair, s);
    repair->vertices[repair->options[o].vertex].option_count--;
    repair->options[o].vertex = target;
    repair->vertices[target].option_count++;
    if (flow > 0)
        settle(repair, s, o);
    repair_option_raise(repair, s, o, more);
    repair_source_sort(repair, s);
}
