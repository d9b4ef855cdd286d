/* repair_load.c - see repair_load.h.
 *
 * Lists are counted first and then filled in the order of the arcs, as a counting sort does:
 * growing them one by one took half of a solve in which most tasks get their best place. */
#include "solver/repair_load.h"

#include <string.h>

#include "base/assert.h"
#include "base/memory.h"
#include "solver/repair_contract.h"
#include "solver/repair_graph.h"
#include "solver/repair_sources.h"
#include "solver/repair_hubs.h"
#include "solver/repair_near.h"
#include "solver/repair_search.h"

void repair_state_init(struct repair *repair)
{
    *repair = (struct repair){
        .hub_min = repair->hub_min, .patience = repair->patience, .free_multi = NONE, .sink = NONE};
    memset(repair->free_spans, 0xff, sizeof repair->free_spans);
    repair_near_forget_all(repair);
    repair_search_init(repair);
}

void repair_state_free(struct repair *repair)
{
    for (uint32_t v = 0; v < repair->vertex_count; v++) {
        memory_free(repair->vertices[v].halves);
        memory_free(repair->vertices[v].residents);
        memory_free(repair->vertices[v].listers);
    }
    for (uint32_t m = 0; m < repair->multi_count; m++)
        memory_free(repair->multis[m].shares);
    while (repair->hub_count)
        repair_hubs_forget(repair, repair->hubs[0].vertex);
    void *const blocks[] = {
        repair->role,          repair->marks,
        repair->labels,        repair->stamps,
        repair->near,          repair->near_eras,
        repair->slot,          repair->price,
        repair->vertices,      repair->sources,
        repair->stocks,        repair->current,
        repair->free_vertices, repair->chosen,
        repair->shown,         repair->multis,
        repair->resident_at,   repair->free_sources,
        repair->options,       repair->hubs,
        repair->option_arcs,   repair->pending_sources,
        repair->excesses,      repair->deficits,
        repair->touched,       repair->dirty_sources,
        repair->flow,          repair->fresh,
        repair->losers.items,  repair->vertex_changes.items,
    };
    for (uint32_t i = 0; i < COUNT_OF(blocks); i++)
        memory_free(blocks[i]);
    repair_search_free(repair);
}

/* Some more than there is, so that the first to arrive makes nothing grow. */
static uint32_t with_slack(uint32_t count)
{
    return count + count / 32 + 16;
}

void repair_reserve_ids(struct repair *repair)
{
    const struct network *network = repair->network;
    uint32_t roles = repair->role_room;
    uint32_t slots = repair->slot_room;
    if (roles == 0) {
        array_reserve_exactly(repair->role, repair->role_room, with_slack(network->node_limit));
        array_reserve_exactly(repair->slot, repair->slot_room, with_slack(network->arc_limit));
        array_reserve_exactly(repair->flow, repair->flow_room, with_slack(network->arc_limit));
    }
    array_reserve(repair->role, repair->role_room, network->node_limit);
    array_reserve(repair->slot, repair->slot_room, network->arc_limit);
    array_reserve(repair->flow, repair->flow_room, (size_t)network->arc_limit + 1);
    for (uint32_t v = roles; v < repair->role_room; v++)
        repair->role[v] = NONE;
    for (uint32_t a = slots; a < repair->slot_room; a++)
        repair->slot[a] = NONE;
}

bool repair_arc_plain(const struct network_arc *arc)
{
    return arc->lower == 0 && -REPAIR_OPTION_COST_MAX <= arc->cost &&
           arc->cost <= REPAIR_OPTION_COST_MAX;
}

/* How many arcs leave the node, if it can be a source; NONE if not. */
static uint32_t source_degree(const struct network *network, uint32_t node)
{
    const struct network_node *here = &network->nodes[node];
    uint32_t degree = 0;
    if (here->supply < 0 || here->first_in != NONE)
        return NONE;
    for (uint32_t a = here->first_out; a != NONE; a = network->arcs[a].next_out) {
        if (!repair_arc_plain(&network->arcs[a]))
            return NONE;
        degree++;
    }
    return degree;
}

void repair_add_fresh(struct repair *repair, uint32_t v)
{
    array_reserve(repair->fresh, repair->fresh_room, repair->fresh_count + 1);
    repair->fresh[repair->fresh_count++] = v;
    repair->vertices[v].fresh = true;
    repair_touch(repair, v);
}

static void add_node(struct repair *repair, uint32_t node, uint32_t degree)
{
    flow_t supply = repair->network->nodes[node].supply;
    if (degree != NONE) {
        uint32_t s = repair_source_add(repair, node, supply, degree);
        repair->role[node] = s | SOURCE_BIT;
    } else {
        uint32_t v = repair_vertex_add(repair, node);
        repair->role[node] = v;
        repair_add_excess(repair, v, supply);
        repair_add_fresh(repair, v);
    }
}

void repair_node_add(struct repair *repair, uint32_t node)
{
    add_node(repair, node, source_degree(repair->network, node));
}

void repair_loop_set(struct repair *repair, uint32_t a)
{
    const struct network_arc *arc = &repair->network->arcs[a];
    repair->flow[a] = arc->cost < 0 ? arc->capacity : arc->lower;
    repair->cost += (wide_t)repair->flow[a] * arc->cost;
}

/* What there will be of each, so that nothing has to grow while it is loaded. */
struct tally {
    uint32_t *degree;  /* by node: as source_degree tells */
    uint32_t *arcs_in; /* by node */
    uint32_t *halves;  /* by vertex */
    uint32_t *listers; /* by vertex: loaded so far */
    struct lister **list;
    flow_t *inflow;
};

/* source_degree of all nodes, in one pass over the arcs. */
static void count_arcs(const struct network *network, struct tally *tally)
{
    tally->degree = memory_alloc((size_t)network->node_limit * sizeof *tally->degree);
    tally->arcs_in = memory_alloc((size_t)network->node_limit * sizeof *tally->arcs_in);
    for (uint32_t a = 0; a < network->arc_limit; a++) {
        const struct network_arc *arc = &network->arcs[a];
        if (!network_arc_live(network, a))
            continue;
        tally->arcs_in[arc->head]++;
        if (!repair_arc_plain(arc))
            tally->degree[arc->tail] = NONE;
        else if (tally->degree[arc->tail] != NONE)
            tally->degree[arc->tail]++;
    }
    for (uint32_t v = 0; v < network->node_limit; v++)
        if (network->nodes[v].supply < 0 || tally->arcs_in[v] > 0)
            tally->degree[v] = NONE;
}

static void load_nodes(struct repair *repair, const struct tally *tally)
{
    const struct network *network = repair->network;
    uint32_t sources = 0;
    uint32_t vertices = FALSE_VERTICES;
    uint32_t options = 0;
    for (uint32_t v = 0; v < network->node_limit; v++) {
        bool source = tally->degree[v] != NONE;
        sources += network->nodes[v].live && source;
        vertices += network->nodes[v].live && !source;
        if (network->nodes[v].live && source)
            options += repair_span_room(tally->degree[v]);
    }
    repair_vertices_reserve(repair, with_slack(vertices));
    repair_sources_reserve(repair, with_slack(sources), with_slack(options));
    for (uint32_t v = 0; v < FALSE_VERTICES; v++)
        repair_vertex_add(repair, NONE);
    uint32_t first = repair_source_add(repair, NONE, 0, 0);
    ASSERT(first == NO_SOURCE);
    repair->price[NOWHERE] = -REPAIR_FAR;
    repair->price[MULTI] = REPAIR_FAR;
    for (uint32_t v = 0; v < network->node_limit; v++)
        if (network->nodes[v].live)
            add_node(repair, v, tally->degree[v]);
}

/* Room for the lists of vertices: arcs among them have halves; the others, listers. */
static void reserve_lists(struct repair *repair, struct tally *tally)
{
    const struct network *network = repair->network;
    size_t count = repair->vertex_count;
    tally->halves = memory_alloc(count * sizeof *tally->halves);
    tally->listers = memory_alloc(count * sizeof *tally->listers);
    tally->list = memory_alloc(count * sizeof(struct lister *));
    tally->inflow = memory_alloc(count * sizeof *tally->inflow);
    for (uint32_t v = FALSE_VERTICES; v < count; v++) {
        uint32_t first = network->nodes[repair->vertices[v].node].first_out;
        for (uint32_t a = first; a != NONE; a = network->arcs[a].next_out) {
            uint32_t head = network->arcs[a].head;
            tally->arcs_in[head]--;
            tally->halves[v]++;
            tally->halves[repair->role[head]]++;
        }
    }
    for (uint32_t v = FALSE_VERTICES; v < count; v++) {
        struct vertex *vertex = &repair->vertices[v];
        array_reserve_exactly(vertex->halves, vertex->half_room, tally->halves[v]);
        /* Some more, or the next source to list a vertex would make its list move: without, one
         * arrival took 10 us, not 6 (flowsched bench solver --load 90 --rows task). */
        uint32_t listers = tally->arcs_in[vertex->node];
        array_reserve_exactly(vertex->listers, vertex->lister_room, listers + listers / 4 + 2);
        tally->list[v] = vertex->listers;
    }
}

static void free_tally(struct tally *tally)
{
    memory_free(tally->degree);
    memory_free(tally->arcs_in);
    memory_free(tally->halves);
    memory_free(tally->listers);
    memory_free(tally->list);
    memory_free(tally->inflow);
}

/* What repair_option_add does, while nothing is placed, nothing contracted, and no vertex a
 * hub. */
static void load_option(struct repair *repair, uint32_t s, uint32_t a, struct tally *tally)
{
    const struct network_arc *arc = &repair->network->arcs[a];
    struct source *source = &repair->sources[s];
    uint32_t v = repair->role[arc->head];
    uint32_t o = source->first + source->count;
    if (source->multi != NONE) {
        struct multi *multi = &repair->multis[source->multi];
        array_reserve_exactly(multi->shares, multi->room, repair->stocks[s].room);
        multi->shares[source->count] = (struct share){0, arc->capacity, 0};
    }
    source->count++;
    repair->options[o] = (struct option){v, (int32_t)arc->cost};
    repair->option_arcs[o] = (struct option_arc){a, v, tally->listers[v]};
    repair->slot[a] = o;
    tally->list[v][tally->listers[v]++] = (struct lister){s, (int32_t)arc->cost};
    tally->inflow[v] += repair_option_most(repair, s, o);
}

static void load_arcs(struct repair *repair, struct tally *tally)
{
    const struct network *network = repair->network;
    for (uint32_t a = 0; a < network->arc_limit; a++) {
        const struct network_arc *arc = &network->arcs[a];
        if (!network_arc_live(network, a))
            continue;
        uint32_t tail = repair->role[arc->tail];
        if (arc->tail == arc->head)
            repair_loop_set(repair, a);
        else if (!repair_is_source(tail))
            repair_arc_add(repair, a, tail, repair->role[arc->head],
                           arc->cost < 0 ? arc->capacity : arc->lower);
        else if (arc->capacity > 0)
            load_option(repair, tail & ~SOURCE_BIT, a, tally);
    }
    for (uint32_t v = FALSE_VERTICES; v < repair->vertex_count; v++) {
        struct vertex *vertex = &repair->vertices[v];
        vertex->lister_count = vertex->option_count = tally->listers[v];
        vertex->inflow = tally->inflow[v];
    }
}

void repair_load(struct repair *repair)
{
    const struct network *network = repair->network;
    uint64_t work = repair->work;
    repair_state_free(repair);
    repair_state_init(repair);
    repair->network = network;
    repair->work = work;
    repair_reserve_ids(repair);
    struct tally tally = {0};
    count_arcs(network, &tally);
    load_nodes(repair, &tally);
    reserve_lists(repair, &tally);
    load_arcs(repair, &tally);
    free_tally(&tally);
    repair_contract_touched(repair);
    for (uint32_t i = 0; i < repair->fresh_count; i++) {
        repair->vertices[repair->fresh[i]].fresh = false;
        repair_promote(repair, repair->fresh[i]);
    }
    repair->fresh_count = 0;
}
