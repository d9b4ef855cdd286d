/* repair_hubs.c - see repair_hubs.h. */
#include "solver/repair_hubs.h"

#include "base/memory.h"
#include "solver/repair_read.h"

/* Each costs two rows, and a look at every shift of a price. */
#define HUBS_MAX 16

static uint32_t block_count(const struct repair *repair)
{
    return (repair->vertex_room + HUB_BLOCK - 1) / HUB_BLOCK;
}

static void reserve_costs(cost_t **costs, uint32_t *room, uint32_t need)
{
    uint32_t from = *room;
    array_reserve(*costs, *room, need);
    for (uint32_t i = from; i < *room; i++)
        (*costs)[i] = REPAIR_NO_HOP;
}

static void reserve_row(const struct repair *repair, struct row *row)
{
    reserve_costs(&row->cost, &row->cost_room, block_count(repair) * HUB_BLOCK);
    reserve_costs(&row->block, &row->block_room, block_count(repair));
    array_reserve(row->exact, row->exact_room, block_count(repair) * HUB_BLOCK);
}

static void free_row(struct row *row)
{
    memory_free(row->cost);
    memory_free(row->block);
    memory_free(row->exact);
}

void repair_hubs_reserve(struct repair *repair)
{
    for (uint32_t h = 0; h < repair->hub_count; h++) {
        reserve_row(repair, &repair->hubs[h].toward);
        reserve_row(repair, &repair->hubs[h].away);
    }
}

/* There is a hop of this cost, where `price` goes with the vertex at the other end. */
static void note(struct row *row, uint32_t v, cost_t cost, cost_t price)
{
    if (cost < row->cost[v])
        row->cost[v] = cost;
    if (row->cost[v] + price < row->block[v / HUB_BLOCK])
        row->block[v / HUB_BLOCK] = row->cost[v] + price;
}

void repair_hub_toward(struct repair *repair, uint32_t h, uint32_t u, cost_t cost)
{
    if (u != repair->hubs[h].vertex)
        note(&repair->hubs[h].toward, u, cost, -repair->price[u]);
}

void repair_hub_away(struct repair *repair, uint32_t h, uint32_t w, cost_t cost)
{
    if (w != repair->hubs[h].vertex)
        note(&repair->hubs[h].away, w, cost, repair->price[w]);
}

void repair_hubs_resident(struct repair *repair, uint32_t s, uint32_t o)
{
    const struct source *source = &repair->sources[s];
    const struct option *options = repair->options;
    uint32_t u = options[o].vertex;
    for (uint32_t q = source->first; q < source->first + source->hub_count; q++)
        if (q != o && repair_option_room(repair, s, q) > 0)
            repair_hub_toward(repair, repair->vertices[options[q].vertex].hub, u,
                              (cost_t)options[q].cost - options[o].cost);
    if (!repair_is_hub(repair, u))
        return;
    uint32_t h = repair->vertices[u].hub;
    for (uint32_t q = source->first; q < source->first + source->count; q++)
        if (q != o && repair_option_room(repair, s, q) > 0)
            repair_hub_away(repair, h, options[q].vertex,
                            (cost_t)options[q].cost - options[o].cost);
}

void repair_hubs_option(struct repair *repair, uint32_t s, uint32_t o)
{
    const struct source *source = &repair->sources[s];
    if (repair->current[s].vertex == NOWHERE || repair_option_room(repair, s, o) == 0)
        return;
    for (uint32_t q = source->first; q < source->first + source->count; q++) {
        if (q == o || repair_option_flow(repair, s, q) == 0)
            continue;
        cost_t cost = (cost_t)repair->options[o].cost - repair->options[q].cost;
        uint32_t to = repair->options[o].vertex;
        uint32_t from = repair->options[q].vertex;
        if (repair_is_hub(repair, to))
            repair_hub_toward(repair, repair->vertices[to].hub, from, cost);
        if (repair_is_hub(repair, from))
            repair_hub_away(repair, repair->vertices[from].hub, to, cost);
    }
}

void repair_hubs_doubt(struct repair *repair, uint32_t s, uint32_t u)
{
    const struct source *source = &repair->sources[s];
    for (uint32_t h = 0; h < repair->hub_count; h++)
        repair->hubs[h].toward.exact[u] = false;
    if (!repair_is_hub(repair, u))
        return;
    uint32_t h = repair->vertices[u].hub;
    for (uint32_t o = source->first; o < source->first + source->count; o++)
        repair->hubs[h].away.exact[repair->options[o].vertex] = false;
}

/* What joins hub number h to vertex v has changed. */
static void doubt_both(struct repair *repair, uint32_t h, uint32_t v)
{
    repair->hubs[h].toward.exact[v] = false;
    repair->hubs[h].away.exact[v] = false;
}

void repair_hubs_half(struct repair *repair, uint32_t v, const struct half *half)
{
    if (repair_is_hub(repair, v)) {
        uint32_t h = repair->vertices[v].hub;
        doubt_both(repair, h, half->other);
        if (half->out > 0)
            repair_hub_away(repair, h, half->other, half->cost);
        if (half->in > 0)
            repair_hub_toward(repair, h, half->other, -half->cost);
    }
    if (repair_is_hub(repair, half->other)) {
        uint32_t h = repair->vertices[half->other].hub;
        doubt_both(repair, h, v);
        if (half->out > 0)
            repair_hub_toward(repair, h, v, half->cost);
        if (half->in > 0)
            repair_hub_away(repair, h, v, -half->cost);
    }
}

void repair_hubs_price_rose(struct repair *repair, uint32_t v)
{
    for (uint32_t h = 0; h < repair->hub_count; h++)
        if (repair->hubs[h].toward.cost[v] != REPAIR_NO_HOP)
            note(&repair->hubs[h].toward, v, REPAIR_NO_HOP, -repair->price[v]);
}

void repair_hubs_price_fell(struct repair *repair, uint32_t v)
{
    for (uint32_t h = 0; h < repair->hub_count; h++)
        if (repair->hubs[h].away.cost[v] != REPAIR_NO_HOP)
            note(&repair->hubs[h].away, v, REPAIR_NO_HOP, repair->price[v]);
}

void repair_hubs_forget(struct repair *repair, uint32_t v)
{
    for (uint32_t h = 0; h < repair->hub_count; h++) {
        repair->hubs[h].toward.cost[v] = REPAIR_NO_HOP;
        repair->hubs[h].away.cost[v] = REPAIR_NO_HOP;
    }
    uint32_t gone = repair->vertices[v].hub;
    if (gone == NONE)
        return;
    struct hub *hub = &repair->hubs[gone];
    free_row(&hub->toward);
    free_row(&hub->away);
    repair->vertices[v].hub = NONE;
    repair->marks[v] &= (uint8_t)~MARK_HUB;
    *hub = repair->hubs[--repair->hub_count];
    if (gone < repair->hub_count)
        repair->vertices[hub->vertex].hub = gone;
}

bool repair_hubs_add(struct repair *repair, uint32_t v)
{
    struct vertex *vertex = &repair->vertices[v];
    if (vertex->hub != NONE || repair->hub_count == HUBS_MAX)
        return false;
    array_reserve(repair->hubs, repair->hub_room, repair->hub_count + 1);
    vertex->hub = repair->hub_count++;
    repair->marks[v] |= MARK_HUB;
    repair->hubs[vertex->hub] = (struct hub){.vertex = v};
    repair_hubs_reserve(repair);
    return true;
}

/* The least cost of a hop by which a resident of u can go to w, or `least` if none costs less; `by`
 * tells the hop. One of the two vertices is the hub. */
static cost_t cheapest_resident(const struct repair *repair, uint32_t hub, uint32_t u, uint32_t w,
                                cost_t least, struct hop *by)
{
    const struct vertex *vertex = &repair->vertices[u];
    bool to_hub = repair_is_hub(repair, w);
    for (uint32_t i = 0; i < vertex->resident_count; i++) {
        struct resident resident = vertex->residents[i];
        const struct source *source = &repair->sources[resident.source];
        cost_t here = repair->options[resident.option].cost;
        uint32_t end = source->first + (to_hub ? source->hub_count : source->count);
        for (uint32_t o = source->first; o < end; o++) {
            cost_t cost = repair->options[o].cost - here;
            if (repair->options[o].vertex != w || cost >= least ||
                repair_option_room(repair, resident.source, o) == 0)
                continue;
            least = cost;
            *by = (struct hop){hub, resident.source, resident.option, o};
        }
    }
    return least;
}

cost_t repair_hubs_cheapest_toward(const struct repair *repair, uint32_t hub, uint32_t u,
                                   struct hop *by)
{
    const struct vertex *vertex = &repair->vertices[u];
    cost_t least = REPAIR_NO_HOP;
    for (uint32_t i = 0; i < vertex->half_count; i++) {
        const struct half *half = &vertex->halves[i];
        if (half->other != hub || half->out == 0 || half->cost >= least)
            continue;
        least = half->cost;
        *by = (struct hop){hub, NONE, 0, i};
    }
    return cheapest_resident(repair, hub, u, hub, least, by);
}

/* From the hub to w, by its residents among those that list w. */
static cost_t cheapest_lister_away(const struct repair *repair, uint32_t hub, uint32_t w,
                                   struct hop *by)
{
    cost_t least = REPAIR_NO_HOP;
    const struct vertex *vertex = &repair->vertices[w];
    for (uint32_t i = 0; i < vertex->lister_count; i++) {
        struct lister lister = vertex->listers[i];
        const struct source *source = &repair->sources[lister.source];
        uint32_t at = repair->current[lister.source].vertex;
        if (at != hub && at != MULTI)
            continue;
        uint32_t enter = at == MULTI ? repair_lister_option(repair, w, i) : NONE;
        if (at == MULTI && repair_option_room(repair, lister.source, enter) == 0)
            continue;
        for (uint32_t o = source->first; o < source->first + source->hub_count; o++) {
            cost_t cost = (cost_t)lister.cost - repair->options[o].cost;
            if (repair->options[o].vertex != hub || cost >= least ||
                repair_option_flow(repair, lister.source, o) == 0)
                continue;
            least = cost;
            *by = (struct hop){hub, lister.source, o, enter};
        }
    }
    return least;
}

/* The residents are looked for among those that list w, unless w may have too many of them, or has
 * contracted vertices that they list instead. */
cost_t repair_hubs_cheapest_away(const struct repair *repair, uint32_t hub, uint32_t w,
                                 struct hop *by)
{
    const struct vertex *vertex = &repair->vertices[w];
    cost_t least = vertex->hub != NONE || vertex->first_child != NONE
                       ? cheapest_resident(repair, hub, hub, w, REPAIR_NO_HOP, by)
                       : cheapest_lister_away(repair, hub, w, by);
    for (uint32_t i = 0; i < vertex->half_count; i++) {
        const struct half *half = &vertex->halves[i];
        if (half->other != hub || half->in == 0 || -half->cost >= least)
            continue;
        least = -half->cost;
        *by = (struct hop){hub, NONE, 0, half->twin};
    }
    return least;
}
