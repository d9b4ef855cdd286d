/* repair_contract.c - see repair_contract.h. */
#include "solver/repair_contract.h"

#include "solver/repair_graph.h"
#include "solver/repair_sources.h"
#include "solver/repair_hubs.h"
#include "solver/repair_publish.h"

/* The flow that comes to vertex v by its listers. */
static flow_t listed_flow(const struct repair *repair, uint32_t v)
{
    flow_t sum = 0;
    const struct vertex *vertex = &repair->vertices[v];
    for (uint32_t i = 0; i < vertex->lister_count; i++)
        if (vertex->listers[i].source != NO_SOURCE)
            sum += repair_option_flow(repair, vertex->listers[i].source,
                                      repair_lister_option(repair, v, i));
    return sum;
}

/* Let the options by v lead to `target` from now on, for `offset` more. */
static void redirect(struct repair *repair, uint32_t v, uint32_t target, cost_t offset)
{
    const struct vertex *vertex = &repair->vertices[v];
    for (uint32_t i = 0; i < vertex->lister_count; i++)
        if (vertex->listers[i].source != NO_SOURCE)
            repair_option_redirect(repair, vertex->listers[i].source,
                                   repair_lister_option(repair, v, i), target, offset);
}

/* Does v only pass units on, by one arc that can never be full? */
static bool passes(const struct repair *repair, uint32_t v)
{
    const struct vertex *vertex = &repair->vertices[v];
    const struct network_node *node = &repair->network->nodes[vertex->node];
    if (vertex->arcs_in || vertex->first_child != NONE || vertex->excess || node->supply)
        return false;
    if (node->first_out == NONE)
        return false;
    const struct network_arc *arc = &repair->network->arcs[node->first_out];
    if (arc->next_out != NONE || arc->head == arc->tail || arc->lower > 0)
        return false;
    uint32_t target = repair->role[arc->head];
    return repair->vertices[target].into == NONE && vertex->inflow <= arc->capacity &&
           -REPAIR_OPTION_COST_MAX <= arc->cost && arc->cost <= REPAIR_OPTION_COST_MAX;
}

static void link_child(struct repair *repair, uint32_t v, uint32_t target)
{
    struct vertex *vertex = &repair->vertices[v];
    vertex->into = target;
    vertex->previous_child = NONE;
    vertex->next_child = repair->vertices[target].first_child;
    if (vertex->next_child != NONE)
        repair->vertices[vertex->next_child].previous_child = v;
    repair->vertices[target].first_child = v;
}

static void unlink_child(struct repair *repair, uint32_t v)
{
    struct vertex *vertex = &repair->vertices[v];
    if (vertex->previous_child != NONE)
        repair->vertices[vertex->previous_child].next_child = vertex->next_child;
    else
        repair->vertices[vertex->into].first_child = vertex->next_child;
    if (vertex->next_child != NONE)
        repair->vertices[vertex->next_child].previous_child = vertex->previous_child;
    vertex->into = NONE;
}

static void contract(struct repair *repair, uint32_t v)
{
    struct vertex *vertex = &repair->vertices[v];
    uint32_t a = repair->network->nodes[vertex->node].first_out;
    flow_t flow = repair->flow[a];
    uint32_t target = vertex->halves[repair->slot[a]].other;
    repair_arc_remove(repair, a, v);
    repair_add_excess(repair, v, -flow); /* its residents move along */
    repair_add_excess(repair, target, flow);
    link_child(repair, v, target);
    vertex->out_arc = a;
    vertex->offset = repair->network->arcs[a].cost;
    repair->flow[a] = flow;
    redirect(repair, v, target, vertex->offset);
    repair_hubs_forget(repair, v); /* no hop leads here any more */
}

void repair_expand(struct repair *repair, uint32_t v)
{
    struct vertex *vertex = &repair->vertices[v];
    uint32_t target = vertex->into;
    flow_t flow = listed_flow(repair, v);
    unlink_child(repair, v);
    repair->price[v] = repair->price[target] + vertex->offset;
    redirect(repair, v, v, -vertex->offset);
    repair->flow[vertex->out_arc] = 0;
    repair_add_excess(repair, v, flow);
    repair_add_excess(repair, target, -flow);
    repair_touch(repair, v);
}

void repair_reprice_contracted(struct repair *repair, uint32_t v, cost_t cost)
{
    struct vertex *vertex = &repair->vertices[v];
    cost_t more = cost - vertex->offset;
    vertex->offset = cost;
    for (uint32_t i = 0; i < vertex->lister_count; i++)
        if (vertex->listers[i].source != NO_SOURCE)
            repair_option_raise(repair, vertex->listers[i].source,
                                repair_lister_option(repair, v, i), more);
}

void repair_contract_touched(struct repair *repair)
{
    repair_publish(repair);
    for (uint32_t i = 0; i < repair->touched_count; i++) {
        uint32_t v = repair->touched[i];
        struct vertex *vertex = &repair->vertices[v];
        vertex->touched = false;
        if (vertex->node != NONE && vertex->into == NONE && passes(repair, v))
            contract(repair, v);
    }
    repair->touched_count = 0;
}

/* The options that lead to hubs come first; then all hops are noted anew. */
static void note_all(struct repair *repair)
{
    for (uint32_t s = 0; s < repair->source_count; s++)
        if (repair->stocks[s].node != NONE)
            repair_source_sort(repair, s);
    for (uint32_t v = 0; v < repair->vertex_count; v++) {
        const struct vertex *vertex = &repair->vertices[v];
        for (uint32_t i = 0; i < vertex->resident_count; i++)
            repair_hubs_resident(repair, vertex->residents[i].source, vertex->residents[i].option);
        for (uint32_t i = 0; i < vertex->half_count; i++)
            repair_hubs_half(repair, v, &vertex->halves[i]);
    }
}

void repair_promote(struct repair *repair, uint32_t v)
{
    const struct vertex *vertex = &repair->vertices[v];
    if (vertex->option_count + vertex->half_count >= repair->hub_min && repair_hubs_add(repair, v))
        note_all(repair);
}
