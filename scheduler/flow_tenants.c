/* flow_tenants.c - see flow_tenants.h. A tenant's node has the id 2t; that of the own tasks of
 * a tenant with others below it, 2t + 1. */
#include "scheduler/flow_tenants.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "costmodels/tenant_steps.h"
#include "scheduler/flow_nodes.h"

static bool is_own(uint32_t id)
{
    return id % 2 == 1;
}

/* Room for the tenants that there are; and who has others below it? */
static void reserve(struct flow_graph *graph, const struct cluster *cluster)
{
    uint32_t known = graph->tenant_count / 2;
    array_reserve(graph->tenants, graph->tenant_room, 2 * cluster->tenant_count);
    for (; graph->tenant_count < 2 * cluster->tenant_count; graph->tenant_count++)
        graph->tenants[graph->tenant_count] =
            (struct flow_tenant){.node = NONE, .first_bundle = NONE, .last_bundle = NONE};
    for (uint32_t t = known; t < cluster->tenant_count; t++)
        if (cluster->tenant_facts[t].parent != NONE)
            graph->tenants[2 * cluster->tenant_facts[t].parent].inner = true;
}

static uint32_t leaf_of(const struct flow_graph *graph, uint32_t tenant)
{
    return 2 * tenant + graph->tenants[2 * tenant].inner;
}

static uint32_t above(const struct cluster *cluster, uint32_t id)
{
    if (is_own(id))
        return id - 1;
    uint32_t parent = cluster->tenant_facts[id / 2].parent;
    return parent == NONE ? NONE : 2 * parent;
}

static void mark(struct flow_graph *graph, const struct cluster *cluster, uint32_t id)
{
    for (; id != NONE; id = above(cluster, id)) {
        struct flow_tenant *tenant = &graph->tenants[id];
        if (tenant->marked || tenant->node == NONE)
            continue;
        tenant->marked = true;
        id_list_add(&graph->marked_tenants, id);
    }
}

void flow_mark_tenant(struct flow_graph *graph, const struct cluster *cluster, uint32_t tenant)
{
    reserve(graph, cluster);
    mark(graph, cluster, leaf_of(graph, tenant));
}

/* Bundles that run come first, then those that began to wait first; further, whatever makes
 * the order follow from the cluster alone. */
static int order(const struct flow_bundle *a, const struct flow_bundle *b)
{
    bool a_waits = a->facts.machine == NONE;
    bool b_waits = b->facts.machine == NONE;
    if (a_waits != b_waits)
        return a_waits - b_waits;
    if (a->origin_us != b->origin_us)
        return a->origin_us < b->origin_us ? -1 : 1;
    if (a->facts.stage != b->facts.stage)
        return a->facts.stage < b->facts.stage ? -1 : 1;
    return memcmp(&a->facts.demand, &b->facts.demand, sizeof a->facts.demand);
}

static void insert(struct flow_graph *graph, struct flow_tenant *tenant, uint32_t bundle)
{
    struct flow_bundle *b = &graph->bundles[bundle];
    uint32_t previous = tenant->last_bundle;
    while (previous != NONE && order(b, &graph->bundles[previous]) < 0)
        previous = graph->bundles[previous].tenant_previous;
    b->tenant_previous = previous;
    b->tenant_next = previous == NONE ? tenant->first_bundle : graph->bundles[previous].tenant_next;
    if (previous == NONE)
        tenant->first_bundle = bundle;
    else
        graph->bundles[previous].tenant_next = bundle;
    if (b->tenant_next == NONE)
        tenant->last_bundle = bundle;
    else
        graph->bundles[b->tenant_next].tenant_previous = bundle;
}

uint32_t flow_enter_tenant(struct flow_graph *graph, const struct cluster *cluster, uint32_t bundle)
{
    reserve(graph, cluster);
    uint32_t leaf = leaf_of(graph, graph->bundles[bundle].facts.tenant);
    for (uint32_t id = leaf; id != NONE; id = above(cluster, id))
        if (graph->tenants[id].bundle_count++ == 0)
            graph->tenants[id].node = flow_new_node(graph, 0, FLOW_NODE_TENANT, id);
    insert(graph, &graph->tenants[leaf], bundle);
    mark(graph, cluster, leaf);
    return graph->tenants[leaf].node;
}

void flow_leave_tenant(struct flow_graph *graph, const struct cluster *cluster, uint32_t bundle)
{
    const struct flow_bundle *b = &graph->bundles[bundle];
    uint32_t leaf = leaf_of(graph, b->facts.tenant);
    struct flow_tenant *tenant = &graph->tenants[leaf];
    if (b->tenant_previous == NONE)
        tenant->first_bundle = b->tenant_next;
    else
        graph->bundles[b->tenant_previous].tenant_next = b->tenant_next;
    if (b->tenant_next == NONE)
        tenant->last_bundle = b->tenant_previous;
    else
        graph->bundles[b->tenant_next].tenant_previous = b->tenant_previous;
    mark(graph, cluster, leaf);
    for (uint32_t id = leaf; id != NONE; id = above(cluster, id)) {
        tenant = &graph->tenants[id];
        if (--tenant->bundle_count)
            continue;
        network_remove_node(&graph->network, tenant->node);
        tenant->node = NONE;
    }
}

static void shift(struct resources *sum, const struct resources *demand, int more)
{
    if (more > 0)
        resources_add(sum, demand);
    else
        resources_subtract(sum, demand);
}

void flow_tenant_runs(struct flow_graph *graph, const struct cluster *cluster, uint32_t tenant,
                      const struct resources *demand, int more)
{
    reserve(graph, cluster);
    shift(&graph->tenants[2 * tenant].running_in, demand, more);
    flow_mark_tenant(graph, cluster, tenant);
}

/* The node's cheapest or dearest step with room, or NONE. */
static uint32_t pick_step(const struct flow_graph *graph, uint32_t node, bool dearest)
{
    const struct network_arc *arcs = graph->network.arcs;
    uint32_t best = NONE;
    for (uint32_t a = graph->network.nodes[node].first_out; a != NONE; a = arcs[a].next_out) {
        bool better = best == NONE ||
                      (dearest ? arcs[a].cost > arcs[best].cost : arcs[a].cost < arcs[best].cost);
        if (arcs[a].capacity > 0 && better)
            best = a;
    }
    return best;
}

cost_t flow_tenant_settle(struct flow_graph *graph, const struct cluster *cluster, uint32_t tenant,
                          bool runs)
{
    cost_t cost = 0;
    for (uint32_t id = leaf_of(graph, tenant); id != NONE; id = above(cluster, id)) {
        uint32_t arc = pick_step(graph, graph->tenants[id].node, runs);
        if (arc == NONE)
            continue;
        const struct network_arc *a = &graph->network.arcs[arc];
        flow_t room = a->capacity - 1;
        cost += runs ? 0 : a->cost;
        network_change_arc(&graph->network, arc, a->lower < room ? a->lower : room, room, a->cost);
    }
    return cost;
}

/* Is `tenant` the one of the node or below it? */
static bool within(const struct cluster *cluster, uint32_t tenant, uint32_t id)
{
    if (is_own(id))
        return tenant == id / 2;
    while (tenant != NONE && tenant != id / 2)
        tenant = cluster->tenant_facts[tenant].parent;
    return tenant != NONE;
}

/* What the tenants of a node use, but for their tasks in the network. */
static struct resources outside_of(const struct flow_graph *graph, const struct cluster *cluster,
                                   uint32_t id)
{
    struct resources sum = {0};
    bool alone = is_own(id) || !graph->tenants[id].inner;
    uint32_t first = alone ? id / 2 : 0;
    uint32_t end = alone ? first + 1 : cluster->tenant_count;
    for (uint32_t t = first; t < end; t++) {
        if (!within(cluster, t, id))
            continue;
        resources_add(&sum, &cluster->tenant_facts[t].used);
        resources_subtract(&sum, &graph->tenants[2 * t].running_in);
    }
    return sum;
}

static void add_run(struct flow_graph *graph, uint32_t *count, const struct flow_bundle *bundle)
{
    array_reserve(graph->tenant_runs, graph->tenant_run_room, *count + 1);
    graph->tenant_runs[(*count)++] =
        (struct tenant_run){.demand = bundle->facts.demand, .count = bundle->task_count};
}

static int by_order(const void *a, const void *b, void *state)
{
    const struct flow_graph *graph = state;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    int first = order(&graph->bundles[x], &graph->bundles[y]);
    return first ? first : x < y ? -1 : x > y;
}

/* The bundles of a node in order: of all tenants below it, if it has such. */
static uint32_t collect_runs(struct flow_graph *graph, const struct cluster *cluster, uint32_t id,
                             uint32_t *running)
{
    uint32_t count = 0;
    uint32_t bundle_count = 0;
    *running = 0;
    bool alone = is_own(id) || !graph->tenants[id].inner;
    uint32_t first = alone ? id / 2 : 0;
    uint32_t end = alone ? first + 1 : cluster->tenant_count;
    for (uint32_t t = first; t < end; t++) {
        if (!within(cluster, t, id))
            continue;
        uint32_t b = graph->tenants[leaf_of(graph, t)].first_bundle;
        for (; b != NONE; b = graph->bundles[b].tenant_next) {
            array_reserve(graph->queue, graph->queue_room, bundle_count + 1);
            graph->queue[bundle_count++] = b;
        }
    }
    if (!alone && bundle_count)
        qsort_r(graph->queue, bundle_count, sizeof *graph->queue, by_order, graph);
    for (uint32_t i = 0; i < bundle_count; i++) {
        const struct flow_bundle *b = &graph->bundles[graph->queue[i]];
        *running += b->facts.machine != NONE ? b->task_count : 0;
        add_run(graph, &count, b);
    }
    return count;
}

static bool limited(const struct tenant_facts *facts)
{
    for (int r = 0; r < RESOURCE_COUNT; r++)
        if (facts->limited[r])
            return true;
    return false;
}

/* Make the node's arcs the steps; at least `must_wait` units have to go by them. */
static void set_steps(struct flow_graph *graph, const struct cluster *cluster, uint32_t id,
                      const struct tenant_steps *steps, uint32_t must_wait)
{
    struct network *network = &graph->network;
    uint32_t node = graph->tenants[id].node;
    uint32_t parent = above(cluster, id);
    uint32_t head = parent == NONE ? graph->sink : graph->tenants[parent].node;
    uint32_t arc = network->nodes[node].first_out;
    for (uint32_t i = 0; i < steps->count; i++) {
        uint32_t count = steps->steps[i].count;
        uint32_t lower = must_wait < count ? must_wait : count;
        must_wait -= lower;
        if (arc == NONE) {
            network_add_arc(network, node, head, lower, count, steps->steps[i].cost);
        } else {
            network_change_arc(network, arc, lower, count, steps->steps[i].cost);
            arc = network->arcs[arc].next_out;
        }
    }
    while (arc != NONE) {
        uint32_t next = network->arcs[arc].next_out;
        network_remove_arc(network, arc);
        arc = next;
    }
}

static void price(struct flow_graph *graph, const struct cluster *cluster,
                  const struct cluster_facts *all, uint32_t id)
{
    struct tenant_steps steps;
    struct tenant_facts facts =
        is_own(id) ? tenant_own_tasks(all, id / 2) : cluster->tenant_facts[id / 2];
    struct tenant_queue queue = {.outside = outside_of(graph, cluster, id)};
    queue.run_count = collect_runs(graph, cluster, id, &queue.running);
    queue.runs = graph->tenant_runs;
    tenant_steps_make(&steps, &graph->mix, &facts, &cluster->capacity, &queue);
    uint32_t must_wait = 0;
    if (limited(&facts)) {
        uint32_t total = 0;
        for (uint32_t i = 0; i < queue.run_count; i++)
            total += queue.runs[i].count;
        must_wait = total - tenant_may_run(&facts, &queue);
    }
    set_steps(graph, cluster, id, &steps, must_wait);
}

void flow_price_tenants(struct flow_graph *graph, const struct cluster *cluster, int64_t now_us)
{
    struct cluster_facts all = cluster_facts(cluster, now_us);
    reserve(graph, cluster);
    if (!resources_equal(&graph->shared, &cluster->capacity))
        for (uint32_t t = 0; t < cluster->tenant_count; t++)
            flow_mark_tenant(graph, cluster, t);
    graph->shared = cluster->capacity;
    for (uint32_t i = 0; i < graph->marked_tenants.count; i++) {
        uint32_t id = graph->marked_tenants.ids[i];
        graph->tenants[id].marked = false;
        if (graph->tenants[id].node != NONE)
            price(graph, cluster, &all, id);
    }
    graph->marked_tenants.count = 0;
}
