/* repair_changes.c - see repair_changes.h.
 *
 * The order of repair_apply:
 *  1. arcs that are gone leave, those of a source all at once;
 *  2. nodes that are gone leave, supplies change, new nodes come, and sources that cannot be
 *     sources any longer become vertices;
 *  3. new vertices get a price at which as little as possible is violated;
 *  4. arcs between vertices come or change, one at a time, each mended at once;
 *  5. options come or change; what is placed and would be better elsewhere becomes pending;
 *  6. vertices are contracted or no longer, and new hubs get their rows. */
#include "solver/repair_changes.h"

#include "base/assert.h"
#include "base/memory.h"
#include "solver/repair_contract.h"
#include "solver/repair_fetch.h"
#include "solver/repair_graph.h"
#include "solver/repair_sources.h"
#include "solver/repair_hubs.h"
#include "solver/repair_load.h"
#include "solver/repair_search.h"

/* Step 4: the length of the half at position i of v is negative and it has room, or its twin's
 * is. One unit after the other goes around, until no cycle is cheaper than nothing. */
static void mend(struct repair *repair, uint32_t v, uint32_t i)
{
    for (;;) {
        const struct half *half = &repair->vertices[v].halves[i];
        uint32_t w = half->other;
        cost_t length = half->cost + repair->price[w] - repair->price[v];
        bool more = length < 0 && half->out > 0;
        bool less = length > 0 && half->in > 0;
        if (!more && !less)
            return;
        bool from_hub = repair->vertices[more ? w : v].hub != NONE; /* begin at the quieter end */
        struct search search = {.source = NONE,
                                .from = more ? w : v,
                                .to = more ? v : w,
                                .backward = from_hub,
                                .patient = from_hub,
                                .bound = more ? -length : length};
        struct found found;
        repair_search(repair, &search, &found);
        if (!found.path)
            continue; /* now the length is 0 */
        flow_t room = more ? half->out : half->in;
        flow_t amount = found.amount < room ? found.amount : room;
        repair_push(repair, &found, amount);
        repair_half_push(repair, v, i, more ? amount : -amount);
    }
}

/* A contracted vertex comes back with its arc, as that is now. */
static void bring_back(struct repair *repair, uint32_t v)
{
    struct vertex *vertex = &repair->vertices[v];
    uint32_t a = vertex->out_arc;
    uint32_t target = vertex->into;
    repair_expand(repair, v);
    const struct network_arc *arc = &repair->network->arcs[a];
    flow_t flow = vertex->excess < arc->capacity ? vertex->excess : arc->capacity;
    if (flow < arc->lower)
        flow = arc->lower;
    repair_arc_add(repair, a, v, target, flow);
    mend(repair, v, repair->slot[a]);
}

/* Step 6. */
static void contract_and_promote(struct repair *repair)
{
    for (uint32_t i = 0; i < repair->touched_count; i++) {
        uint32_t v = repair->touched[i];
        const struct vertex *vertex = &repair->vertices[v];
        if (vertex->node == NONE)
            continue;
        if (vertex->into != NONE &&
            vertex->inflow > repair->network->arcs[vertex->out_arc].capacity)
            bring_back(repair, v);
        repair_promote(repair, v);
    }
    repair_contract_touched(repair);
}

/* Step 1, for an arc that was between these nodes and did not leave a source. */
static void detach_arc(struct repair *repair, const struct arc_delta *delta)
{
    uint32_t a = delta->arc;
    uint32_t tail = repair->role[delta->tail];
    if (delta->tail == delta->head) {
        repair->cost -= (wide_t)repair->flow[a] * delta->cost;
        repair->flow[a] = 0;
    } else if (repair->vertices[tail].into != NONE) {
        repair_expand(repair, tail);
    } else {
        repair_arc_remove(repair, a, tail);
    }
}

/* A source that cannot be one any longer: its arcs will be those of a vertex. */
static void make_vertex(struct repair *repair, uint32_t node)
{
    uint32_t s = repair->role[node] & ~SOURCE_BIT;
    repair_source_clear(repair, s);
    repair_source_remove(repair, s);
    uint32_t v = repair_vertex_add(repair, node);
    repair->role[node] = v;
    repair_add_excess(repair, v, repair->network->nodes[node].supply);
    repair_add_fresh(repair, v);
}

/* Unplace what would be better elsewhere. */
static void recheck(struct repair *repair, uint32_t s)
{
    const struct source *source = &repair->sources[s];
    cost_t least = REPAIR_NO_HOP;
    if (repair->current[s].vertex == NOWHERE)
        return;
    for (uint32_t o = source->first; o < source->first + source->count; o++) {
        cost_t cost = repair->options[o].cost + repair->price[repair->options[o].vertex];
        if (cost < least && repair_option_room(repair, s, o) > 0)
            least = cost;
    }
    for (uint32_t o = source->first; o < source->first + source->count; o++) {
        cost_t cost = repair->options[o].cost + repair->price[repair->options[o].vertex];
        if (cost > least)
            repair_unplace(repair, s, o, repair_option_flow(repair, s, o));
    }
}

/* What goes may leave room at a cheap option, for what is at a dear one. */
static void set_supply(struct repair *repair, uint32_t s, flow_t supply)
{
    repair_source_set_supply(repair, s, supply);
    recheck(repair, s);
}

static void change_node(struct repair *repair, const struct node_delta *delta)
{
    const struct network_node *node = &repair->network->nodes[delta->node];
    uint32_t role = repair->role[delta->node];
    if (!delta->existed) {
        repair_node_add(repair, delta->node);
    } else if (!node->live && repair_is_source(role)) {
        repair_source_remove(repair, role & ~SOURCE_BIT);
        repair->role[delta->node] = NONE;
    } else if (!node->live) {
        repair_vertex_remove(repair, role);
        repair->role[delta->node] = NONE;
    } else if (repair_is_source(role)) {
        if (node->supply < 0)
            make_vertex(repair, delta->node);
        else
            set_supply(repair, role & ~SOURCE_BIT, node->supply);
    } else {
        if (repair->vertices[role].into != NONE)
            bring_back(repair, role);
        repair_add_excess(repair, role, node->supply - delta->supply);
        repair_touch(repair, role);
    }
}

/* The price at vertex v, or the one that stands for it if it is contracted. */
static cost_t price_at(const struct repair *repair, uint32_t v)
{
    const struct vertex *vertex = &repair->vertices[v];
    return vertex->into == NONE ? repair->price[v] : repair->price[vertex->into] + vertex->offset;
}

/* What the dearest unit of a source costs from here on; false if none is placed. */
static bool placed_price(const struct repair *repair, uint32_t s, cost_t *price)
{
    const struct source *source = &repair->sources[s];
    bool placed = false;
    if (repair->current[s].vertex == NOWHERE)
        return false;
    for (uint32_t o = source->first; o < source->first + source->count; o++) {
        cost_t cost = repair->options[o].cost + repair->price[repair->options[o].vertex];
        if (repair_option_flow(repair, s, o) == 0 || (placed && cost <= *price))
            continue;
        *price = cost;
        placed = true;
    }
    return placed;
}

/* Step 3. A unit that leaves v for its cheapest head costs `most` from v on: no arc out of v
 * is violated. If an arc into v is then, the least price at which none is. */
static void set_price(struct repair *repair, uint32_t v)
{
    const struct network *network = repair->network;
    const struct network_node *node = &network->nodes[repair->vertices[v].node];
    cost_t most = INT64_MAX;
    cost_t least = INT64_MIN;
    for (uint32_t a = node->first_out; a != NONE; a = network->arcs[a].next_out) {
        const struct network_arc *arc = &network->arcs[a];
        uint32_t w = repair->role[arc->head];
        if (arc->capacity == arc->lower || repair->vertices[w].fresh)
            continue;
        if (arc->cost + price_at(repair, w) < most)
            most = arc->cost + price_at(repair, w);
    }
    for (uint32_t a = node->first_in; a != NONE; a = network->arcs[a].next_in) {
        const struct network_arc *arc = &network->arcs[a];
        uint32_t tail = repair->role[arc->tail];
        cost_t price = 0;
        if (arc->capacity == arc->lower)
            continue;
        if (repair_is_source(tail)) {
            if (!placed_price(repair, tail & ~SOURCE_BIT, &price))
                continue;
        } else if (repair->vertices[tail].fresh) {
            continue;
        } else {
            price = price_at(repair, tail);
        }
        if (price - arc->cost > least)
            least = price - arc->cost;
    }
    if (most == INT64_MAX)
        most = least == INT64_MIN ? 0 : least;
    repair->price[v] = most > least ? most : least;
    repair->vertices[v].fresh = false;
}

/* The arc that contracted vertex v stands for has changed. */
static void change_contracted(struct repair *repair, uint32_t v)
{
    const struct vertex *vertex = &repair->vertices[v];
    const struct network_arc *arc = &repair->network->arcs[vertex->out_arc];
    if (!repair_arc_plain(arc) || arc->capacity < vertex->inflow) {
        bring_back(repair, v);
    } else if (arc->cost != vertex->offset) {
        repair_reprice_contracted(repair, v, arc->cost);
        for (uint32_t i = 0; i < vertex->lister_count; i++)
            recheck(repair, vertex->listers[i].source); /* a hole has no unit placed */
    }
    repair_touch(repair, v);
}

/* Step 4: the arc is between vertices, and may be held already. */
static void sync_arc(struct repair *repair, uint32_t a)
{
    const struct network_arc *arc = &repair->network->arcs[a];
    uint32_t v = repair->role[arc->tail];
    uint32_t w = repair->role[arc->head];
    flow_t flow = arc->lower;
    if (repair->vertices[v].into != NONE && repair->vertices[v].out_arc == a) {
        change_contracted(repair, v);
        return;
    }
    if (repair->slot[a] != NONE) {
        const struct half *half = &repair->vertices[v].halves[repair->slot[a]];
        flow = repair->flow[a];
        if (half->cost == arc->cost && half->in == flow - arc->lower &&
            half->out == arc->capacity - flow)
            return;
        repair_arc_remove(repair, a, v);
        flow = flow < arc->lower ? arc->lower : flow > arc->capacity ? arc->capacity : flow;
    }
    if (repair->vertices[v].into != NONE)
        bring_back(repair, v);
    if (repair->vertices[w].into != NONE)
        bring_back(repair, w);
    repair_arc_add(repair, a, v, w, flow);
    mend(repair, v, repair->slot[a]);
}

/* Step 5. */
static void sync_option(struct repair *repair, uint32_t s, uint32_t a)
{
    const struct network_arc *arc = &repair->network->arcs[a];
    uint32_t o = repair->slot[a];
    if (o == NONE && arc->capacity > 0)
        repair_option_add(repair, s, a, repair->role[arc->head]);
    else if (o != NONE && arc->capacity == 0)
        repair_option_remove(repair, s, o);
    else if (o != NONE) {
        repair_option_set_cost(repair, s, o, arc->cost);
        repair_option_set_capacity(repair, s, o, arc->capacity);
    }
}

static bool same_ends(const struct network *network, const struct arc_delta *delta)
{
    const struct network_arc *arc = &network->arcs[delta->arc];
    return delta->existed && arc->tail == delta->tail && arc->head == delta->head;
}

/* For later: this delta is of an arc between vertices. */
static void put_aside(struct repair *repair, uint32_t delta)
{
    struct list *list = &repair->vertex_changes;
    array_reserve(list->items, list->room, list->count + 1);
    list->items[list->count++] = delta;
}

/* Step 1. Those of sources first: a contracted vertex that comes back gives the options that lead
 * to it new names, and may find no lost ones among them. */
static void detach_arcs(struct repair *repair)
{
    const struct network *network = repair->network;
    const struct arc_delta *deltas = network->arc_deltas;
    uint32_t count = network->arc_delta_count;
    repair->vertex_changes.count = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (repair_window_begins(i))
            repair_fetch_ends(repair, &deltas[i], repair_window(i, count));
        if (!deltas[i].existed || same_ends(network, &deltas[i]))
            continue;
        uint32_t tail = repair->role[deltas[i].tail];
        if (repair_is_source(tail))
            repair_option_lose(repair, tail & ~SOURCE_BIT, deltas[i].arc);
        else
            put_aside(repair, i);
    }
    repair_prune(repair);
    for (uint32_t i = 0; i < repair->vertex_changes.count; i++)
        detach_arc(repair, &deltas[repair->vertex_changes.items[i]]);
}

/* Step 2. */
static void apply_nodes(struct repair *repair)
{
    const struct network *network = repair->network;
    const struct arc_delta *deltas = network->arc_deltas;
    uint32_t count = network->arc_delta_count;
    for (uint32_t i = 0; i < network->node_delta_count; i++)
        change_node(repair, &network->node_deltas[i]);
    repair->vertex_changes.count = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (repair_window_begins(i))
            repair_fetch_ends(repair, &deltas[i], repair_window(i, count));
        const struct network_arc *arc = &network->arcs[deltas[i].arc];
        if (!network_arc_live(network, deltas[i].arc))
            continue;
        if (repair_is_source(repair->role[arc->head]))
            make_vertex(repair, arc->head);
        if (repair_is_source(repair->role[arc->tail]) && !repair_arc_plain(arc))
            make_vertex(repair, arc->tail);
        if (!repair_is_source(repair->role[arc->tail]))
            put_aside(repair, i); /* if its tail becomes a vertex later, step 4 sees to it */
    }
}

/* Steps 3 and 4. */
static void apply_arcs(struct repair *repair)
{
    const struct network *network = repair->network;
    for (uint32_t i = 0; i < repair->fresh_count; i++)
        if (repair->vertices[repair->fresh[i]].node != NONE)
            set_price(repair, repair->fresh[i]);
    for (uint32_t i = 0; i < repair->fresh_count; i++) {
        uint32_t node = repair->vertices[repair->fresh[i]].node;
        if (node == NONE)
            continue;
        for (uint32_t a = network->nodes[node].first_out; a != NONE; a = network->arcs[a].next_out)
            if (network->arcs[a].head != node)
                sync_arc(repair, a);
    }
    repair->fresh_count = 0;
    for (uint32_t i = 0; i < repair->vertex_changes.count; i++) {
        const struct arc_delta *delta = &network->arc_deltas[repair->vertex_changes.items[i]];
        const struct network_arc *arc = &network->arcs[delta->arc];
        if (arc->tail != arc->head) {
            sync_arc(repair, delta->arc);
            continue;
        }
        if (same_ends(network, delta))
            repair->cost -= (wide_t)repair->flow[delta->arc] * delta->cost;
        repair_loop_set(repair, delta->arc);
    }
}

/* Step 5. Those of a source mostly follow one another. */
static void apply_options(struct repair *repair)
{
    const struct network *network = repair->network;
    const struct arc_delta *deltas = network->arc_deltas;
    uint32_t count = network->arc_delta_count;
    uint32_t last = NO_SOURCE;
    for (uint32_t i = 0; i < count; i++) {
        if (repair_window_begins(i))
            repair_fetch_options(repair, &deltas[i], repair_window(i, count));
        uint32_t a = deltas[i].arc;
        if (!network_arc_live(network, a) || !repair_is_source(repair->role[network->arcs[a].tail]))
            continue;
        uint32_t s = repair->role[network->arcs[a].tail] & ~SOURCE_BIT;
        if (s != last)
            recheck(repair, last);
        sync_option(repair, s, a);
        last = s;
    }
    recheck(repair, last);
}

void repair_apply(struct repair *repair)
{
    repair_reserve_ids(repair);
    detach_arcs(repair);
    apply_nodes(repair);
    apply_arcs(repair);
    apply_options(repair);
    contract_and_promote(repair);
}

void repair_forget_closed(struct repair *repair)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < repair->pending_source_count; i++) {
        uint32_t s = repair->pending_sources[i];
        if (repair->stocks[s].pending > 0)
            repair->pending_sources[kept++] = s;
        else
            repair->stocks[s].in_pending = false;
    }
    repair->pending_source_count = kept;
    kept = 0;
    for (uint32_t i = 0; i < repair->excess_count; i++) {
        uint32_t v = repair->excesses[i];
        if (repair->vertices[v].excess > 0)
            repair->excesses[kept++] = v;
        else
            repair->vertices[v].in_excesses = false;
    }
    repair->excess_count = kept;
    kept = 0;
    for (uint32_t i = 0; i < repair->deficit_count; i++) {
        uint32_t v = repair->deficits[i];
        if (repair->vertices[v].excess < 0)
            repair->deficits[kept++] = v;
        else
            repair->vertices[v].in_deficits = false;
    }
    repair->deficit_count = kept;
}
