/* turns.c - see turns.h. */
#include "policies/turns.h"

#include "base/assert.h"
#include "base/memory.h"

#define SHARE_BITS 50
#define SHARE_MAX (INT64_C(1) << 61)
#define GUARANTEED (INT64_C(1) << 62) /* more than shares differ */

static uint32_t tenant_node(uint32_t tenant)
{
    return 2 * tenant;
}

static uint32_t own_node(uint32_t tenant)
{
    return 2 * tenant + 1;
}

static bool is_own(uint32_t node)
{
    return node & 1;
}

void turns_free(struct turns *turns)
{
    for (uint32_t node = 0; node < 2 * turns->tenant_count; node++) {
        heap_free(&turns->nodes[node].lines);
        id_heap_free(&turns->nodes[node].below);
    }
    memory_free(turns->nodes);
    memory_free(turns->places);
    memory_free(turns->stale);
    id_list_free(&turns->stale_tenants);
    id_heap_free(&turns->top);
    *turns = (struct turns){0};
}

static void reserve(struct turns *turns, uint32_t tenant_count)
{
    array_reserve(turns->nodes, turns->node_room, 2 * tenant_count);
    array_reserve(turns->places, turns->place_room, 2 * tenant_count);
    array_reserve(turns->stale, turns->stale_room, tenant_count);
    for (uint32_t node = 2 * turns->tenant_count; node < 2 * tenant_count; node++)
        turns->places[node] = NONE;
    if (turns->tenant_count < tenant_count)
        turns->tenant_count = tenant_count;
}

void turns_mark(struct turns *turns, const struct cluster *cluster, uint32_t tenant)
{
    reserve(turns, cluster->tenant_count);
    if (turns->stale[tenant])
        return;
    turns->stale[tenant] = true;
    id_list_add(&turns->stale_tenants, tenant);
}

/* The node above: NONE at the top. */
static uint32_t above(const struct cluster *cluster, uint32_t node)
{
    if (is_own(node))
        return node - 1;
    uint32_t parent = cluster->tenant_facts[node / 2].parent;
    return parent == NONE ? NONE : tenant_node(parent);
}

void turns_begin(struct turns *turns, const struct cluster *cluster)
{
    reserve(turns, cluster->tenant_count);
    ASSERT(turns->top.count == 0);
    for (uint32_t i = 0; i < turns->stale_tenants.count; i++) {
        uint32_t tenant = turns->stale_tenants.ids[i];
        struct resources more = cluster->tenant_facts[tenant].used;
        resources_subtract(&more, &turns->nodes[own_node(tenant)].used);
        for (uint32_t v = own_node(tenant); v != NONE; v = above(cluster, v))
            resources_add(&turns->nodes[v].used, &more);
        turns->stale[tenant] = false;
    }
    turns->stale_tenants.count = 0;
}

/* The dominant share over the weight, in 2^-SHARE_BITS. */
static int64_t weighted_share(const struct resources *used, const struct resources *capacity,
                              uint32_t weight)
{
    int64_t share = 0;
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        if (capacity->amount[r] <= 0)
            continue;
        wide_t part = ((wide_t)used->amount[r] << SHARE_BITS) * TENANT_WEIGHT_ONE /
                      ((wide_t)capacity->amount[r] * weight);
        if (part > share)
            share = part > SHARE_MAX ? SHARE_MAX : (int64_t)part;
    }
    return share;
}

/* The line that is next of what is below a node with something to place. */
static uint32_t first_line(const struct turns *turns, uint32_t node)
{
    while (!is_own(node))
        node = id_heap_top(&turns->nodes[node].below)->id;
    return heap_top(&turns->nodes[node].lines)->item;
}

/* Does the node lack something guaranteed that its next task demands? */
static bool lacks(const struct turns *turns, const struct tenant_facts *facts,
                  const struct waiting *waiting, uint32_t node)
{
    if (resources_zero(&facts->guarantee))
        return false;
    const struct resources *used = &turns->nodes[node].used;
    const struct resources *demand = &waiting->lines[first_line(turns, node)].facts.demand;
    for (int r = 0; r < RESOURCE_COUNT; r++)
        if (demand->amount[r] > 0 && used->amount[r] < facts->guarantee.amount[r])
            return true;
    return false;
}

static int64_t key_of(const struct turns *turns, const struct cluster *cluster,
                      const struct waiting *waiting, uint32_t node)
{
    const struct tenant_facts *facts = &cluster->tenant_facts[node / 2];
    const struct resources *used = &turns->nodes[node].used;
    if (is_own(node))
        return -weighted_share(used, &cluster->capacity, TENANT_WEIGHT_ONE);
    int64_t share = weighted_share(used, &cluster->capacity, facts->weight);
    return lacks(turns, facts, waiting, node) ? GUARANTEED - share : -share;
}

static bool has_something(const struct turn *node)
{
    return node->lines.count > 0 || node->below.count > 0;
}

/* The node and those above it are where they belong, from below to the top. */
static void settle(struct turns *turns, const struct cluster *cluster,
                   const struct waiting *waiting, uint32_t node)
{
    for (uint32_t v = node; v != NONE; v = above(cluster, v)) {
        uint32_t parent = above(cluster, v);
        struct id_heap *heap = parent == NONE ? &turns->top : &turns->nodes[parent].below;
        if (!has_something(&turns->nodes[v])) {
            id_heap_remove(heap, turns->places, v);
            turns->places[v] = NONE;
            continue;
        }
        int64_t key = key_of(turns, cluster, waiting, v);
        if (turns->places[v] == NONE)
            id_heap_add(heap, turns->places, v, key, v);
        else
            id_heap_change(heap, turns->places, v, key);
    }
}

void turns_add(struct turns *turns, const struct cluster *cluster, const struct waiting *waiting,
               uint32_t line)
{
    const struct waiting_line *l = &waiting->lines[line];
    uint32_t node = own_node(l->facts.tenant);
    heap_push(&turns->nodes[node].lines, 0, l->arrival, line);
    settle(turns, cluster, waiting, node);
}

uint32_t turns_next(const struct turns *turns)
{
    const struct id_heap_entry *top = id_heap_top(&turns->top);
    return top ? first_line(turns, top->id) : NONE;
}

void turns_take(struct turns *turns, const struct cluster *cluster, const struct waiting *waiting,
                const struct resources *placed, uint32_t tenant)
{
    uint32_t node = own_node(tenant);
    heap_pop(&turns->nodes[node].lines);
    if (placed) {
        turns_mark(turns, cluster, tenant);
        for (uint32_t v = node; v != NONE; v = above(cluster, v))
            resources_add(&turns->nodes[v].used, placed);
    }
    settle(turns, cluster, waiting, node);
}

bool turns_within_limits(const struct turns *turns, const struct cluster *cluster, uint32_t tenant,
                         const struct resources *demand)
{
    for (; tenant != NONE; tenant = cluster->tenant_facts[tenant].parent) {
        const struct tenant_facts *facts = &cluster->tenant_facts[tenant];
        const struct resources *used = &turns->nodes[tenant_node(tenant)].used;
        for (int r = 0; r < RESOURCE_COUNT; r++)
            if (facts->limited[r] && demand->amount[r] > 0 &&
                used->amount[r] + demand->amount[r] > facts->limit.amount[r])
                return false;
    }
    return true;
}
