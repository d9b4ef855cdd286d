/* flow_bundles.c - see flow_bundles.h. */
#include "scheduler/flow_bundles.h"

#include "base/assert.h"
#include "base/memory.h"
#include "base/random.h"
#include "costmodels/waiting_steps.h"
#include "scheduler/flow_aside.h"
#include "scheduler/flow_classes.h"
#include "scheduler/flow_fairness.h"
#include "scheduler/flow_nodes.h"
#include "scheduler/flow_preferences.h"
#include "scheduler/flow_tenants.h"

struct task_facts flow_bundle_facts(const struct flow_bundle *bundle, int64_t now_us)
{
    struct task_facts facts = bundle->facts;
    int64_t since_us = now_us - bundle->origin_us;
    if (facts.machine == NONE)
        facts.waited_us = since_us;
    else
        facts.ran_us = since_us;
    return facts;
}

/* The beginning of the step that the time is in. */
static int64_t step_begin(int64_t time_us)
{
    int64_t past = time_us % WAITING_STEP_US;
    return time_us - (past < 0 ? past + WAITING_STEP_US : past);
}

static uint64_t hash_facts(const struct task_facts *facts, int64_t origin_us)
{
    uint64_t hash = random_mix((uint64_t)facts->stage, (uint64_t)origin_us);
    hash = random_mix(hash, (uint64_t)facts->machine << 32 | (uint32_t)facts->priority);
    for (int r = 0; r < RESOURCE_COUNT; r++)
        hash = random_mix(hash, (uint64_t)facts->demand.amount[r]);
    return hash;
}

/* Does everything agree that a cost may depend on? The times are the origin's. */
static bool alike(const struct task_facts *a, const struct task_facts *b)
{
    return a->job == b->job && a->tenant == b->tenant && a->stage == b->stage &&
           a->priority == b->priority && a->machine == b->machine && a->blocks == b->blocks &&
           a->waited_us == b->waited_us && a->constraint == b->constraint && a->kind == b->kind &&
           a->deadline_us == b->deadline_us && a->latency_us == b->latency_us &&
           a->stops == b->stops && a->true_run_us == b->true_run_us &&
           resources_equal(&a->demand, &b->demand);
}

/* One unit less than the model says: of two equal choices, the task stays. */
static cost_t keeping_cost(const struct flow_graph *graph, const struct task_facts *facts,
                           const struct cluster_facts *all)
{
    return cost_mix_keeping(&graph->mix, facts, all) - 1;
}

/* One unit more than the model says: of two equal choices, the task runs. */
static cost_t waiting_cost(const struct flow_graph *graph, const struct task_facts *facts,
                           const struct cluster_facts *all)
{
    return facts->machine == NONE ? cost_mix_waiting(&graph->mix, facts, all) + 1
                                  : cost_mix_preempting(&graph->mix, facts, all);
}

/* The cheapest of all places, if they had room. */
static cost_t cheapest_place(const struct flow_graph *graph, const struct task_facts *facts,
                             const struct cluster_facts *all)
{
    struct preference places[PREFERENCES_MAX];
    uint32_t count = graph->mix.prefers ? cost_mix_preferences(&graph->mix, facts, all, places) : 0;
    cost_t cheapest = cost_mix_anywhere(&graph->mix, facts, all);
    for (uint32_t i = 0; i < count; i++)
        cheapest = places[i].cost < cheapest ? places[i].cost : cheapest;
    return cheapest;
}

static void hold(struct flow_graph *graph, uint32_t bundle, const struct task_facts *facts,
                 const struct cluster_facts *all)
{
    int64_t until_us = cost_mix_holds_until(&graph->mix, facts, all);
    ASSERT(until_us > all->now_us);
    bool pending = until_us == graph->bundles[bundle].until_us;
    graph->bundles[bundle].until_us = until_us;
    if (until_us != TIME_NEVER && !pending)
        heap_push(&graph->prices, until_us, bundle, bundle);
}

/* What it costs that the bundle waits, while it has no node. */
static void count_aside(struct flow_graph *graph, const struct flow_bundle *bundle, int more)
{
    if (bundle->node != NONE)
        return;
    graph->aside_count += (uint64_t)((int64_t)bundle->task_count * more);
    graph->aside_cost += (__int128)bundle->task_count * bundle->waiting * more;
}

void flow_show_bundle(struct flow_graph *graph, const struct cluster *cluster, uint32_t bundle)
{
    struct flow_bundle *b = &graph->bundles[bundle];
    struct flow_class *class = &graph->classes[b->class];
    struct network *network = &graph->network;
    count_aside(graph, b, -1);
    b->node = flow_new_node(graph, b->task_count, FLOW_NODE_BUNDLE, bundle);
    b->shown_at = class->shown.count;
    id_list_add(&class->shown, bundle);
    b->waiting_arc = network_add_arc(network, b->node, b->head, 0, FLOW_FIT_MAX, b->waiting);
    b->class_arc = network_add_arc(network, b->node, class->node, 0, FLOW_FIT_MAX, b->anywhere);
    b->keeping_arc = NONE;
    if (b->facts.machine != NONE) {
        struct task_facts facts = flow_bundle_facts(b, graph->now_us);
        struct cluster_facts all = cluster_facts(cluster, graph->now_us);
        uint32_t machine_node = flow_machine_node(graph, facts.machine);
        b->keeping_arc = network_add_arc(network, b->node, machine_node, 0, FLOW_FIT_MAX,
                                         keeping_cost(graph, &facts, &all));
        flow_mark_machine(graph, facts.machine);
    }
    flow_show_preferences(graph, cluster, bundle);
}

/* Its node goes, with all arcs. */
static void remove_node(struct flow_graph *graph, uint32_t bundle)
{
    struct flow_bundle *b = &graph->bundles[bundle];
    struct id_list *shown = &graph->classes[b->class].shown;
    uint32_t last = shown->ids[--shown->count];
    shown->ids[b->shown_at] = last;
    graph->bundles[last].shown_at = b->shown_at;
    network_remove_node(&graph->network, b->node);
    b->node = NONE;
}

void flow_hide_bundle(struct flow_graph *graph, uint32_t bundle)
{
    struct flow_bundle *b = &graph->bundles[bundle];
    ASSERT(b->own_arcs == 0);
    remove_node(graph, bundle);
    count_aside(graph, b, 1);
    flow_join_queue(graph, bundle);
}

/* It may come to run: it gets a class, and says what it prefers. */
static void enter_class(struct flow_graph *graph, const struct cluster *cluster, uint32_t bundle,
                        const struct task_facts *facts, const struct cluster_facts *all)
{
    struct flow_bundle *b = &graph->bundles[bundle];
    b->class = flow_enter_class(graph, facts, all);
    graph->classes[b->class].task_count += b->task_count;
    if (graph->sets_aside)
        flow_join_queue(graph, bundle);
    else
        flow_show_bundle(graph, cluster, bundle);
    flow_set_preferences(graph, cluster, bundle, facts, all);
}

static void leave_class(struct flow_graph *graph, uint32_t bundle)
{
    struct flow_bundle *b = &graph->bundles[bundle];
    flow_drop_preferences(graph, bundle);
    if (b->node == NONE)
        flow_leave_queue(graph, bundle);
    else
        remove_node(graph, bundle);
    flow_leave_class(graph, b->class);
}

/* A bundle gets its first costs, and its place in the network or beside it. */
static void enter(struct flow_graph *graph, const struct cluster *cluster, uint32_t bundle)
{
    struct flow_bundle *b = &graph->bundles[bundle];
    struct task_facts facts = flow_bundle_facts(b, graph->now_us);
    struct cluster_facts all = cluster_facts(cluster, graph->now_us);
    b->head = graph->sink;
    if (graph->mix.has_tenant_units)
        b->head = flow_enter_tenant(graph, cluster, bundle);
    if (graph->fairness)
        b->head = flow_enter_job(graph, facts.job, b->head);
    b->waiting = waiting_cost(graph, &facts, &all);
    b->anywhere = cost_mix_anywhere(&graph->mix, &facts, &all);
    b->next_place = flow_rests(graph) ? cheapest_place(graph, &facts, &all) : INT64_MIN;
    if (b->next_place < b->waiting)
        enter_class(graph, cluster, bundle, &facts, &all);
    else
        graph->resting_count++;
    hold(graph, bundle, &facts, &all);
}

static void leave(struct flow_graph *graph, const struct cluster *cluster, uint32_t bundle)
{
    const struct flow_bundle *b = &graph->bundles[bundle];
    if (b->class == NONE)
        graph->resting_count--;
    else
        leave_class(graph, bundle);
    if (graph->mix.has_tenant_units)
        flow_leave_tenant(graph, cluster, bundle);
    if (graph->fairness)
        flow_leave_job(graph, b->facts.job);
    if (b->facts.machine != NONE)
        flow_mark_machine(graph, b->facts.machine);
}

static uint32_t new_bundle(struct flow_graph *graph, const struct cluster *cluster,
                           const struct task_facts *facts, int64_t origin_us)
{
    uint32_t id = graph->free_bundle;
    if (id != NONE) {
        graph->free_bundle = graph->bundles[id].position;
    } else {
        array_reserve(graph->bundles, graph->bundle_room, graph->bundle_count + 1);
        id = graph->bundle_count++;
    }
    graph->bundles[id] = (struct flow_bundle){.facts = *facts,
                                              .origin_us = origin_us,
                                              .position = graph->bundles_in.count,
                                              .until_us = TIME_NEVER,
                                              .class = NONE,
                                              .node = NONE,
                                              .keeping_arc = NONE,
                                              .first_preference = NONE,
                                              .first_task = NONE,
                                              .last_task = NONE};
    id_chains_add(&graph->bundle_ids, hash_facts(facts, origin_us), id);
    id_list_add(&graph->bundles_in, id);
    enter(graph, cluster, id);
    return id;
}

static void free_bundle(struct flow_graph *graph, const struct cluster *cluster, uint32_t bundle)
{
    struct flow_bundle *b = &graph->bundles[bundle];
    leave(graph, cluster, bundle);
    b->until_us = TIME_NEVER;
    id_chains_remove(&graph->bundle_ids, hash_facts(&b->facts, b->origin_us), bundle);
    uint32_t last = graph->bundles_in.ids[--graph->bundles_in.count];
    graph->bundles_in.ids[b->position] = last;
    graph->bundles[last].position = b->position;
    b->position = graph->free_bundle;
    graph->free_bundle = bundle;
}

static uint32_t find_bundle(const struct flow_graph *graph, const struct task_facts *facts,
                            int64_t origin_us)
{
    uint32_t id = id_chains_first(&graph->bundle_ids, hash_facts(facts, origin_us));
    while (id != NONE &&
           (graph->bundles[id].origin_us != origin_us || !alike(&graph->bundles[id].facts, facts)))
        id = id_chains_next(&graph->bundle_ids, id);
    return id;
}

/* One task more, or less, of the bundle. */
static void count_task(struct flow_graph *graph, const struct cluster *cluster, uint32_t bundle,
                       int more)
{
    struct flow_bundle *b = &graph->bundles[bundle];
    count_aside(graph, b, -1);
    b->task_count += (uint32_t)more;
    count_aside(graph, b, 1);
    graph->task_in_count += (uint64_t)(int64_t)more;
    if (b->class != NONE) {
        struct flow_class *class = &graph->classes[b->class];
        class->task_count += (uint64_t)(int64_t)more;
        class->queued_count += b->node == NONE ? (uint64_t)(int64_t)more : 0;
        class->own_count += b->own_arcs ? (uint64_t)(int64_t)more : 0;
    }
    if (b->node != NONE)
        network_set_supply(&graph->network, b->node, b->task_count);
    if (graph->fairness)
        graph->jobs[b->facts.job].task_count += (uint32_t)more;
    if (graph->mix.has_tenant_units)
        flow_mark_tenant(graph, cluster, b->facts.tenant);
    if (graph->mix.has_tenant_units && b->facts.machine != NONE)
        flow_tenant_runs(graph, cluster, b->facts.tenant, &b->facts.demand, more);
    if (b->facts.machine != NONE) {
        graph->machines[b->facts.machine].running_in += (uint32_t)more;
        flow_mark_machine(graph, b->facts.machine);
    }
}

void flow_enter_task(struct flow_graph *graph, const struct cluster *cluster, uint32_t task)
{
    struct task_facts facts = cluster_task_facts(cluster, task, graph->now_us);
    bool waits = facts.machine == NONE;
    int64_t origin_us = step_begin(graph->now_us - (waits ? facts.waited_us : facts.ran_us));
    facts.ran_us = 0;
    facts.waited_us = waits ? 0 : waiting_step(facts.waited_us);
    facts.devices = 0;         /* which GPUs it has is no matter of cost */
    if (!graph->mix.prefers) { /* nobody asks where the input is */
        facts.blocks = NULL;
        facts.block_count = 0;
    }
    uint32_t bundle = find_bundle(graph, &facts, origin_us);
    if (bundle == NONE)
        bundle = new_bundle(graph, cluster, &facts, origin_us);
    struct flow_bundle *b = &graph->bundles[bundle];
    graph->tasks[task].bundle = bundle;
    graph->tasks[task].next = NONE;
    graph->tasks[task].previous = b->last_task;
    if (b->last_task == NONE)
        b->first_task = task;
    else
        graph->tasks[b->last_task].next = task;
    b->last_task = task;
    count_task(graph, cluster, bundle, 1);
}

void flow_leave_task(struct flow_graph *graph, const struct cluster *cluster, uint32_t task)
{
    struct flow_task *t = &graph->tasks[task];
    uint32_t bundle = t->bundle;
    struct flow_bundle *b = &graph->bundles[bundle];
    if (t->previous == NONE)
        b->first_task = t->next;
    else
        graph->tasks[t->previous].next = t->next;
    if (t->next == NONE)
        b->last_task = t->previous;
    else
        graph->tasks[t->next].previous = t->previous;
    t->bundle = NONE;
    count_task(graph, cluster, bundle, -1);
    if (!b->task_count)
        free_bundle(graph, cluster, bundle);
}

static void reprice_arc(struct flow_graph *graph, uint32_t arc, cost_t cost)
{
    network_change_arc(&graph->network, arc, 0, graph->network.arcs[arc].capacity, cost);
}

static void reprice_arcs(struct flow_graph *graph, const struct flow_bundle *b,
                         const struct task_facts *facts, const struct cluster_facts *all)
{
    reprice_arc(graph, b->waiting_arc, b->waiting);
    reprice_arc(graph, b->class_arc, b->anywhere);
    if (b->keeping_arc != NONE)
        reprice_arc(graph, b->keeping_arc, keeping_cost(graph, facts, all));
}

/* `inputs`: machines that may hold its data came or went. */
static void reprice(struct flow_graph *graph, const struct cluster *cluster, uint32_t bundle,
                    bool inputs)
{
    struct flow_bundle *b = &graph->bundles[bundle];
    struct task_facts facts = flow_bundle_facts(b, graph->now_us);
    struct cluster_facts all = cluster_facts(cluster, graph->now_us);
    count_aside(graph, b, -1);
    b->waiting = waiting_cost(graph, &facts, &all);
    b->anywhere = cost_mix_anywhere(&graph->mix, &facts, &all);
    count_aside(graph, b, 1);
    if (b->class == NONE) {
        if (inputs)
            b->next_place = cheapest_place(graph, &facts, &all);
        if (b->next_place < b->waiting) {
            graph->resting_count--;
            enter_class(graph, cluster, bundle, &facts, &all);
        }
    } else {
        graph->classes[b->class].stirred = true;
        if (b->node == NONE)
            flow_move_in_queue(graph, bundle);
        else
            reprice_arcs(graph, b, &facts, &all);
        if (inputs)
            flow_set_preferences(graph, cluster, bundle, &facts, &all);
        else if (b->next_place < b->waiting)
            flow_show_preferences(graph, cluster, bundle);
    }
    hold(graph, bundle, &facts, &all);
}

void flow_reprice_due(struct flow_graph *graph, const struct cluster *cluster)
{
    const struct heap_entry *top;
    while ((top = heap_top(&graph->prices)) && top->key <= graph->now_us) {
        uint32_t bundle = top->item;
        int64_t until_us = top->key;
        heap_pop(&graph->prices);
        struct flow_bundle *b = &graph->bundles[bundle];
        if (b->until_us != until_us)
            continue;
        b->until_us = TIME_NEVER;
        reprice(graph, cluster, bundle, false);
    }
}

/* Has the bundle data in a rack that changed? */
static bool input_changed(const struct flow_graph *graph, const struct cluster *cluster,
                          const struct task_facts *facts)
{
    for (uint32_t b = 0; b < facts->block_count; b++) {
        const struct block_facts *block = &facts->blocks[b];
        for (uint32_t c = 0; c < block->copy_count; c++)
            if (graph->racks[cluster->machine_facts[block->machines[c]].rack].changed)
                return true;
    }
    return graph->racks_came && facts->block_count;
}

void flow_reprice_inputs(struct flow_graph *graph, const struct cluster *cluster)
{
    for (uint32_t i = 0; i < graph->bundles_in.count; i++)
        if (input_changed(graph, cluster, &graph->bundles[graph->bundles_in.ids[i]].facts))
            reprice(graph, cluster, graph->bundles_in.ids[i], true);
}

void flow_reprice_keeping(struct flow_graph *graph, const struct cluster *cluster, uint32_t bundle)
{
    const struct flow_bundle *b = &graph->bundles[bundle];
    if (b->keeping_arc == NONE)
        return;
    struct task_facts facts = flow_bundle_facts(b, graph->now_us);
    struct cluster_facts all = cluster_facts(cluster, graph->now_us);
    reprice_arc(graph, b->keeping_arc, keeping_cost(graph, &facts, &all));
}
