/* queues.c - see queues.h. */
#include "policies/queues.h"

#include <stdlib.h>

#include "base/memory.h"
#include "policies/tetris_score.h"

void queues_init(struct queues *queues)
{
    *queues = (struct queues){0};
}

void queues_free(struct queues *queues)
{
    memory_free(queues->order);
    memory_free(queues->tenants);
    queues_init(queues);
}

void queues_begin(struct queues *queues)
{
    queues->round++;
    queues_clear(queues);
}

void queues_clear(struct queues *queues)
{
    queues->count = 0;
}

/* The tenant, with nothing planned if that was in another round. */
static struct queue_tenant *tenant_of(struct queues *queues, uint32_t tenant)
{
    array_reserve(queues->tenants, queues->tenant_room, tenant + 1);
    for (; queues->tenant_count <= tenant; queues->tenant_count++)
        queues->tenants[queues->tenant_count] = (struct queue_tenant){.at = NONE};
    struct queue_tenant *t = &queues->tenants[tenant];
    if (t->round != queues->round)
        t->planned = (struct resources){{0}};
    t->round = queues->round;
    return t;
}

static bool has_queue(const struct queues *queues, uint32_t tenant)
{
    uint32_t at = queues->tenants[tenant].at;
    return at < queues->count && queues->order[at].tenant == tenant;
}

static double share_of(const struct cluster *cluster, const struct queue_tenant *state,
                       uint32_t tenant)
{
    struct resources sum = cluster->tenant_facts[tenant].used;
    resources_add(&sum, &state->planned);
    return (double)resources_dominant_share(&sum, &cluster->capacity) /
           (double)cluster->tenant_facts[tenant].weight;
}

void queues_enter(struct queues *queues, const struct cluster *cluster, uint32_t tenant)
{
    struct queue_tenant *state = tenant_of(queues, tenant);
    if (has_queue(queues, tenant))
        return;
    array_reserve(queues->order, queues->room, queues->count + 1);
    state->at = queues->count++;
    queues->order[state->at] =
        (struct queue){.tenant = tenant, .share = share_of(cluster, state, tenant)};
}

static bool before(const struct queue *a, const struct queue *b)
{
    return a->share < b->share || (a->share == b->share && a->tenant < b->tenant);
}

static int compare(const void *a, const void *b)
{
    return before(a, b) ? -1 : before(b, a);
}

void queues_sort(struct queues *queues)
{
    if (queues->count > 1)
        qsort(queues->order, queues->count, sizeof *queues->order, compare);
    for (uint32_t i = 0; i < queues->count; i++)
        queues->tenants[queues->order[i].tenant].at = i;
}

void queues_charge(struct queues *queues, const struct cluster *cluster, uint32_t tenant,
                   const struct resources *demand)
{
    struct queue_tenant *state = tenant_of(queues, tenant);
    resources_add(&state->planned, demand);
    if (!has_queue(queues, tenant))
        return;
    uint32_t at = state->at;
    struct queue queue = queues->order[at];
    queue.share = share_of(cluster, state, tenant);
    for (; at + 1 < queues->count && before(&queues->order[at + 1], &queue); at++) {
        queues->order[at] = queues->order[at + 1];
        queues->tenants[queues->order[at].tenant].at = at;
    }
    queues->order[at] = queue;
    state->at = at;
}

void queues_ask_none(struct queues *queues)
{
    for (uint32_t i = 0; i < queues->count; i++)
        queues->order[i].asks = false;
}

void queues_ask(struct queues *queues, uint32_t tenant)
{
    queues->order[queues->tenants[tenant].at].asks = true;
}

void queues_serve(struct queues *queues, int64_t fairness)
{
    uint32_t asking = 0;
    for (uint32_t i = 0; i < queues->count; i++)
        asking += queues->order[i].asks;
    uint32_t left = tetris_queue_limit(fairness, asking);
    for (uint32_t i = 0; i < queues->count; i++) {
        struct queue *queue = &queues->order[i];
        queue->served = queue->asks && left > 0;
        left -= queue->served;
    }
}

bool queues_served(const struct queues *queues, uint32_t tenant)
{
    return queues->order[queues->tenants[tenant].at].served;
}
