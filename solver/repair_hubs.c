/* repair_hubs.c - see repair_hubs.h. */
#include "solver/repair_hubs.h"

#include "base/memory.h"
#include "solver/repair_graph.h"

/* Each costs two rows, and a look at every shift of a price. */
#define HUBS_MAX 16

static uint32_t block_count(const struct repair *repair)
{
    return (repair->vertex_room + HUB_BLOCK - 1) / HUB_BLOCK;
}

static void reserve_row(cost_t **row, uint32_t *room, uint32_t need)
{
    uint32_t from = *room;
    array_reserve(*row, *room, need);
    for (uint32_t i = from; i < *room; i++)
        (*row)[i] = REPAIR_NO_HOP;
}

static void reserve_rows(struct repair *repair, struct hub *hub)
{
    reserve_row(&hub->toward, &hub->toward_room, block_count(repair) * HUB_BLOCK);
    reserve_row(&hub->away, &hub->away_room, block_count(repair) * HUB_BLOCK);
    reserve_row(&hub->toward_block, &hub->toward_block_room, block_count(repair));
    reserve_row(&hub->away_block, &hub->away_block_room, block_count(repair));
}

void repair_hubs_reserve(struct repair *repair)
{
    for (uint32_t h = 0; h < repair->hub_count; h++)
        reserve_rows(repair, &repair->hubs[h]);
}

void repair_hub_toward(struct repair *repair, uint32_t h, uint32_t u, cost_t cost)
{
    struct hub *hub = &repair->hubs[h];
    cost_t *block = &hub->toward_block[u / HUB_BLOCK];
    if (cost < hub->toward[u])
        hub->toward[u] = cost;
    if (hub->toward[u] - repair->price[u] < *block)
        *block = hub->toward[u] - repair->price[u];
}

void repair_hub_away(struct repair *repair, uint32_t h, uint32_t w, cost_t cost)
{
    struct hub *hub = &repair->hubs[h];
    cost_t *block = &hub->away_block[w / HUB_BLOCK];
    if (cost < hub->away[w])
        hub->away[w] = cost;
    if (hub->away[w] + repair->price[w] < *block)
        *block = hub->away[w] + repair->price[w];
}

void repair_hubs_resident(struct repair *repair, uint32_t s, uint32_t o)
{
    const struct source *source = &repair->sources[s];
    const struct option *options = repair->options;
    uint32_t u = options[o].vertex;
    for (uint32_t q = source->first; q < source->first + source->hub_count; q++)
        if (q != o)
            repair_hub_toward(repair, repair->vertices[options[q].vertex].hub, u,
                              (cost_t)options[q].cost - options[o].cost);
    uint32_t h = repair->vertices[u].hub;
    if (h == NONE)
        return;
    for (uint32_t q = source->first; q < source->first + source->count; q++)
        if (q != o)
            repair_hub_away(repair, h, options[q].vertex,
                            (cost_t)options[q].cost - options[o].cost);
}

void repair_hubs_option(struct repair *repair, uint32_t s, uint32_t o)
{
    const struct source *source = &repair->sources[s];
    for (uint32_t q = source->first; q < source->first + source->count; q++) {
        if (q == o || repair_option_flow(repair, s, q) == 0)
            continue;
        cost_t cost = (cost_t)repair->options[o].cost - repair->options[q].cost;
        uint32_t to = repair->options[o].vertex;
        uint32_t from = repair->options[q].vertex;
        if (repair->vertices[to].hub != NONE)
            repair_hub_toward(repair, repair->vertices[to].hub, from, cost);
        if (repair->vertices[from].hub != NONE)
            repair_hub_away(repair, repair->vertices[from].hub, to, cost);
    }
}

void repair_hubs_half(struct repair *repair, uint32_t v, const struct half *half)
{
    uint32_t h = repair->vertices[v].hub;
    if (h != NONE && half->out > 0)
        repair_hub_away(repair, h, half->other, half->cost);
    if (h != NONE && half->in > 0)
        repair_hub_toward(repair, h, half->other, -half->cost);
    h = repair->vertices[half->other].hub;
    if (h != NONE && half->out > 0)
        repair_hub_toward(repair, h, v, half->cost);
    if (h != NONE && half->in > 0)
        repair_hub_away(repair, h, v, -half->cost);
}

void repair_hubs_price_rose(struct repair *repair, uint32_t v)
{
    for (uint32_t h = 0; h < repair->hub_count; h++)
        if (repair->hubs[h].toward[v] != REPAIR_NO_HOP)
            repair_hub_toward(repair, h, v, repair->hubs[h].toward[v]);
}

void repair_hubs_price_fell(struct repair *repair, uint32_t v)
{
    for (uint32_t h = 0; h < repair->hub_count; h++)
        if (repair->hubs[h].away[v] != REPAIR_NO_HOP)
            repair_hub_away(repair, h, v, repair->hubs[h].away[v]);
}

/* The options that lead to hubs come first; then all hops are noted anew. */
static void note_all(struct repair *repair)
{
    for (uint32_t s = 0; s < repair->source_count; s++)
        if (repair->sources[s].node != NONE)
            repair_source_sort(repair, s);
    for (uint32_t v = 0; v < repair->vertex_count; v++) {
        const struct vertex *vertex = &repair->vertices[v];
        for (uint32_t i = 0; i < vertex->resident_count; i++)
            repair_hubs_resident(repair, vertex->residents[i].source, vertex->residents[i].option);
        for (uint32_t i = 0; i < vertex->half_count; i++)
            repair_hubs_half(repair, v, &vertex->halves[i]);
    }
}

void repair_hub_promote(struct repair *repair, uint32_t v)
{
    struct vertex *vertex = &repair->vertices[v];
    if (vertex->hub != NONE || repair->hub_count == HUBS_MAX ||
        vertex->option_count + vertex->half_count < repair->hub_min)
        return;
    array_reserve(repair->hubs, repair->hub_room, repair->hub_count + 1);
    vertex->hub = repair->hub_count++;
    repair->hubs[vertex->hub] = (struct hub){.vertex = v};
    reserve_rows(repair, &repair->hubs[vertex->hub]);
    note_all(repair);
}

void repair_hubs_forget(struct repair *repair, uint32_t v)
{
    for (uint32_t h = 0; h < repair->hub_count; h++) {
        repair->hubs[h].toward[v] = REPAIR_NO_HOP;
        repair->hubs[h].away[v] = REPAIR_NO_HOP;
    }
    uint32_t gone = repair->vertices[v].hub;
    if (gone == NONE)
        return;
    struct hub *hub = &repair->hubs[gone];
    memory_free(hub->toward);
    memory_free(hub->away);
    memory_free(hub->toward_block);
    memory_free(hub->away_block);
    repair->vertices[v].hub = NONE;
    *hub = repair->hubs[--repair->hub_count];
    if (gone < repair->hub_count)
        repair->vertices[hub->vertex].hub = gone;
}
