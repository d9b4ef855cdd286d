/* repair_check.c - see repair_check.h. */
#include "solver/repair_check.h"

#include "base/memory.h"
#include "solver/repair_read.h"

static const char *check_option(const struct repair *repair, uint32_t s, uint32_t o)
{
    const struct option_arc *end = &repair->option_arcs[o];
    const struct option *option = &repair->options[o];
    const struct network_arc *arc = &repair->network->arcs[end->arc];
    const struct vertex *via = &repair->vertices[end->via];
    if (!network_arc_live(repair->network, end->arc) || arc->capacity == 0)
        return "an option's arc is gone";
    if (repair->slot[end->arc] != o || repair->role[arc->head] != end->via)
        return "an option and its arc do not agree";
    if (end->place >= via->lister_count || via->listers[end->place].source != s ||
        via->listers[end->place].cost != option->cost)
        return "an option is not listed";
    if (option->vertex != (via->into == NONE ? end->via : via->into) ||
        option->cost != arc->cost + (via->into == NONE ? 0 : via->offset))
        return "an option leads elsewhere than its arc";
    return NULL;
}

static const char *check_resident(const struct repair *repair, uint32_t s, uint32_t o)
{
    const struct source *source = &repair->sources[s];
    const struct vertex *vertex = &repair->vertices[repair->options[o].vertex];
    flow_t flow = repair_option_flow(repair, s, o);
    if (flow == 0)
        return NULL;
    uint32_t at = source->multi == NONE
                      ? repair->resident_at[s]
                      : repair->multis[source->multi].shares[o - source->first].resident_at;
    if (at >= vertex->resident_count || vertex->residents[at].source != s ||
        vertex->residents[at].option != o)
        return "a unit is not where it lives";
    if (source->multi == NONE && (repair->current[s].vertex != repair->options[o].vertex ||
                                  repair->current[s].cost != repair->options[o].cost))
        return "a source does not know where its unit is";
    return NULL;
}

static const char *check_source(const struct repair *repair, uint32_t s)
{
    const struct source *source = &repair->sources[s];
    const struct stock *stock = &repair->stocks[s];
    const struct network_node *node = &repair->network->nodes[stock->node];
    flow_t placed = 0;
    cost_t roomy = REPAIR_NO_HOP;
    cost_t used = -REPAIR_NO_HOP;
    const char *broken = NULL;
    if (!node->live || repair->role[stock->node] != (s | SOURCE_BIT))
        return "a source and its node do not agree";
    for (uint32_t o = source->first; o < source->first + source->count && !broken; o++) {
        bool hub = repair_is_hub(repair, repair->options[o].vertex);
        if (hub != (o < source->first + source->hub_count))
            return "options to hubs do not come first";
        broken = check_option(repair, s, o);
        if (!broken)
            broken = check_resident(repair, s, o);
        cost_t cost = repair->options[o].cost + repair->price[repair->options[o].vertex];
        placed += repair_option_flow(repair, s, o);
        if (repair_option_room(repair, s, o) > 0 && cost < roomy)
            roomy = cost;
        if (repair_option_flow(repair, s, o) > 0 && cost > used)
            used = cost;
    }
    if (broken)
        return broken;
    if (stock->supply != node->supply || stock->pending != stock->supply - placed)
        return "a source lost a unit";
    if (stock->pending > 0 && !stock->in_pending)
        return "a pending source is not in the list";
    return used > roomy ? "a unit would rather take another option" : NULL;
}

/* Halves of v; adds their flow to *excess as it enters and leaves. */
static const char *check_halves(const struct repair *repair, uint32_t v, flow_t *excess)
{
    const struct vertex *vertex = &repair->vertices[v];
    for (uint32_t i = 0; i < vertex->half_count; i++) {
        const struct half *half = &vertex->halves[i];
        const struct half *twin = &repair->vertices[half->other].halves[half->twin];
        const struct network_arc *arc = &repair->network->arcs[half->arc];
        flow_t flow = repair->flow[half->arc];
        if (twin->other != v || twin->twin != i || twin->arc != half->arc ||
            twin->leaves == half->leaves)
            return "two halves do not agree";
        if (half->leaves && (repair->slot[half->arc] != i || arc->cost != half->cost ||
                             half->out != arc->capacity - flow || half->in != flow - arc->lower))
            return "a half and its arc do not agree";
        if (half->out != twin->in || half->in != twin->out || half->out < 0 || half->in < 0)
            return "the rooms of two halves do not agree";
        if (half->out > 0 && half->cost + repair->price[half->other] < repair->price[v])
            return "the length of an arc is negative";
        *excess += half->leaves ? -flow : flow;
    }
    return NULL;
}

static const char *check_vertex(const struct repair *repair, uint32_t v)
{
    const struct vertex *vertex = &repair->vertices[v];
    flow_t excess = repair->network->nodes[vertex->node].supply;
    if (repair->role[vertex->node] != v)
        return "a vertex and its node do not agree";
    const char *broken = check_halves(repair, v, &excess);
    if (broken)
        return broken;
    for (uint32_t i = 0; i < vertex->resident_count; i++)
        excess +=
            repair_option_flow(repair, vertex->residents[i].source, vertex->residents[i].option);
    if (excess != vertex->excess)
        return "a vertex lost flow";
    if ((excess > 0 && !vertex->in_excesses) || (excess < 0 && !vertex->in_deficits))
        return "an open vertex is not in the list";
    flow_t inflow = 0;
    for (uint32_t i = 0; i < vertex->lister_count; i++) {
        uint32_t s = vertex->listers[i].source;
        if (s == NO_SOURCE)
            continue;
        inflow += repair_option_most(repair, s, repair_lister_option(repair, v, i));
    }
    if (vertex->arcs_in == 0 && inflow != vertex->inflow)
        return "a vertex counted its inflow wrong";
    return NULL;
}

/* The true least costs of a hub's rows, by vertex. */
struct truth {
    cost_t *toward, *away;
};

/* A hop of this cost from u to v. */
static void tell_truth(const struct repair *repair, struct truth *truths, uint32_t u, uint32_t v,
                       cost_t cost)
{
    uint32_t from = repair->vertices[u].hub;
    uint32_t to = repair->vertices[v].hub;
    if (from != NONE && cost < truths[from].away[v])
        truths[from].away[v] = cost;
    if (to != NONE && cost < truths[to].toward[u])
        truths[to].toward[u] = cost;
}

static void tell_hops(const struct repair *repair, struct truth *truths, uint32_t v)
{
    const struct vertex *vertex = &repair->vertices[v];
    for (uint32_t i = 0; i < vertex->half_count; i++)
        if (vertex->halves[i].out > 0)
            tell_truth(repair, truths, v, vertex->halves[i].other, vertex->halves[i].cost);
    for (uint32_t i = 0; i < vertex->resident_count; i++) {
        uint32_t s = vertex->residents[i].source;
        const struct source *source = &repair->sources[s];
        cost_t here = repair->options[vertex->residents[i].option].cost;
        for (uint32_t o = source->first; o < source->first + source->count; o++)
            if (repair->options[o].vertex != v && repair_option_room(repair, s, o) > 0)
                tell_truth(repair, truths, v, repair->options[o].vertex,
                           repair->options[o].cost - here);
    }
}

static const char *check_row(const struct repair *repair, const struct row *row,
                             const cost_t *truth, int sign)
{
    for (uint32_t v = 0; v < repair->vertex_count; v++) {
        if (repair->vertices[v].node == NONE)
            continue;
        if (row->cost[v] > truth[v])
            return "a hop is missing in the row of a hub";
        if (row->exact[v] && row->cost[v] != truth[v])
            return "a hop that is gone stands in the row of a hub";
        if (truth[v] != REPAIR_NO_HOP &&
            row->block[v / HUB_BLOCK] > truth[v] + sign * repair->price[v])
            return "a block of a hub's row misses its nearest vertex";
    }
    return NULL;
}

static const char *check_hubs(const struct repair *repair)
{
    const char *broken = NULL;
    struct truth *truths = memory_alloc((repair->hub_count + 1) * sizeof *truths);
    for (uint32_t h = 0; h < repair->hub_count; h++) {
        truths[h].toward = memory_alloc((size_t)repair->vertex_count * sizeof(cost_t));
        truths[h].away = memory_alloc((size_t)repair->vertex_count * sizeof(cost_t));
        for (uint32_t v = 0; v < repair->vertex_count; v++)
            truths[h].toward[v] = truths[h].away[v] = REPAIR_NO_HOP;
    }
    for (uint32_t v = 0; v < repair->vertex_count; v++)
        if (repair->vertices[v].node != NONE)
            tell_hops(repair, truths, v);
    for (uint32_t h = 0; h < repair->hub_count; h++) {
        if (!broken)
            broken = check_row(repair, &repair->hubs[h].toward, truths[h].toward, -1);
        if (!broken)
            broken = check_row(repair, &repair->hubs[h].away, truths[h].away, 1);
        memory_free(truths[h].toward);
        memory_free(truths[h].away);
    }
    memory_free(truths);
    return broken;
}

/* Does the list hold the hop, or its bound cover it? */
static bool is_near(const struct repair *repair, const struct near *near, uint32_t s,
                    uint32_t leave, uint32_t enter)
{
    struct option to = repair->options[enter];
    cost_t cost = (cost_t)to.cost - repair->options[leave].cost;
    for (uint32_t i = 0; i < near->count; i++) {
        struct near_hop hop = near->hops[i];
        if (hop.source == s && hop.leave == leave && hop.enter == enter)
            return hop.cost == cost && hop.to == to.vertex;
    }
    return near->cut != REPAIR_NO_HOP &&
           cost + repair->price[to.vertex] >= near->cut - (repair->fallen - near->fallen);
}

static const char *check_near(const struct repair *repair, uint32_t v)
{
    const struct vertex *vertex = &repair->vertices[v];
    const struct near *near = &repair->near[v];
    for (uint32_t i = 0; i < vertex->resident_count; i++) {
        struct resident resident = vertex->residents[i];
        struct source source = repair->sources[resident.source];
        for (uint32_t o = source.first; o < source.first + source.count; o++)
            if (repair->options[o].vertex != v &&
                repair_option_room(repair, resident.source, o) > 0 &&
                !is_near(repair, near, resident.source, resident.option, o))
                return "a list of hops that are near leaves one out";
    }
    return NULL;
}

const char *repair_check(const struct repair *repair)
{
    const char *broken = NULL;
    for (uint32_t s = 0; s < repair->source_count && !broken; s++)
        if (repair->stocks[s].node != NONE)
            broken = check_source(repair, s);
    for (uint32_t v = 0; v < repair->vertex_count && !broken; v++) {
        if (repair->vertices[v].node == NONE)
            continue;
        broken = check_vertex(repair, v);
        if (!broken && v < repair->near_room && repair->near_eras[v] == repair->era)
            broken = check_near(repair, v);
    }
    if (!broken)
        broken = check_hubs(repair);
    for (uint32_t v = 0; v < repair->network->node_limit && !broken; v++)
        if (repair->network->nodes[v].live != (repair->role[v] != NONE))
            broken = "a node has no role, or a role no node";
    return broken;
}
