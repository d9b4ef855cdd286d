/* flow_graph.c - see flow_graph.h: what is marked, and the order in which it is brought up to
 * date. */
#include "scheduler/flow_graph.h"

#include "base/assert.h"
#include "base/memory.h"
#include "scheduler/flow_aside.h"
#include "scheduler/flow_bundles.h"
#include "scheduler/flow_classes.h"
#include "scheduler/flow_fairness.h"
#include "scheduler/flow_listing.h"
#include "scheduler/flow_nodes.h"
#include "scheduler/flow_plan.h"
#include "scheduler/flow_racks.h"
#include "scheduler/flow_tenants.h"
#include "scheduler/flow_units.h"

/* With one id of so many in use, in a network that is not small, it is built anew. */
#define SCATTERED 8
#define SMALL 4096

void flow_graph_init(struct flow_graph *graph, const struct cost_mix *mix, bool preemption,
                     bool fairness)
{
    *graph = (struct flow_graph){.mix = *mix,
                                 .preemption = preemption,
                                 .fairness = fairness,
                                 .sets_aside = !preemption && !fairness && !mix->has_tenant_units,
                                 .list_all = preemption,
                                 .unit_limit = 1,
                                 .free_bundle = NONE,
                                 .free_class = NONE,
                                 .oldest_class = NONE,
                                 .newest_class = NONE,
                                 .free_preference = NONE,
                                 .free_rack_class = NONE};
    network_init(&graph->network);
    id_chains_init(&graph->bundle_ids);
    id_chains_init(&graph->class_ids);
    id_map_init(&graph->listings);
    id_map_init(&graph->rack_class_ids);
    heap_init(&graph->prices);
    heap_init(&graph->offers);
    machine_index_init(&graph->index);
    graph->sink = flow_new_node(graph, 0, FLOW_NODE_SINK, 0);
}

void flow_graph_free(struct flow_graph *graph)
{
    network_free(&graph->network);
    id_chains_free(&graph->bundle_ids);
    id_chains_free(&graph->class_ids);
    id_map_free(&graph->listings);
    id_map_free(&graph->rack_class_ids);
    heap_free(&graph->prices);
    heap_free(&graph->offers);
    machine_index_free(&graph->index);
    for (uint32_t m = 0; m < graph->machine_count; m++)
        memory_free(graph->machines[m].planned);
    memory_free(graph->nodes);
    memory_free(graph->tasks);
    memory_free(graph->bundles);
    id_list_free(&graph->bundles_in);
    memory_free(graph->queue_places);
    id_list_free(&graph->behind);
    for (uint32_t c = 0; c < graph->class_count; c++)
        flow_clear_class(&graph->classes[c]);
    memory_free(graph->classes);
    memory_free(graph->refreshed);
    id_list_free(&graph->classes_in);
    memory_free(graph->preferences);
    memory_free(graph->rack_classes);
    memory_free(graph->racks);
    id_list_free(&graph->changed_racks);
    id_list_free(&graph->marked_rack_classes);
    memory_free(graph->machines);
    id_list_free(&graph->machines_in);
    memory_free(graph->jobs);
    memory_free(graph->tenants);
    id_list_free(&graph->marked_tenants);
    memory_free(graph->queue);
    memory_free(graph->tenant_runs);
    memory_free(graph->arc_siblings);
    id_list_free(&graph->listers);
    id_list_free(&graph->marked_tasks);
    id_list_free(&graph->marked_machines);
    id_list_free(&graph->planned_tasks);
    id_list_free(&graph->planned_machines);
}

/* Make room for the ids that the cluster has given out. */
static void reserve(struct flow_graph *graph, const struct cluster *cluster)
{
    array_reserve(graph->tasks, graph->task_room, cluster->task_limit);
    for (; graph->task_limit < cluster->task_limit; graph->task_limit++)
        graph->tasks[graph->task_limit] = (struct flow_task){.bundle = NONE, .mark = NONE};
    array_reserve(graph->machines, graph->machine_room, cluster->machine_count);
    for (; graph->machine_count < cluster->machine_count; graph->machine_count++)
        graph->machines[graph->machine_count] =
            (struct flow_machine){.node = NONE, .listed = {.rack = NONE}, .first_preference = NONE};
    array_reserve(graph->jobs, graph->job_room, cluster->job_count);
    for (; graph->job_count < cluster->job_count; graph->job_count++)
        graph->jobs[graph->job_count].node = NONE;
    array_reserve(graph->racks, graph->rack_room, cluster->rack_count);
    while (graph->rack_count < cluster->rack_count)
        graph->racks[graph->rack_count++] = (struct flow_rack){.node = NONE, .first_class = NONE};
}

static bool belongs(const struct flow_graph *graph, const struct cluster *cluster, uint32_t task)
{
    enum task_state state = cluster->tasks[task].state;
    return state == TASK_WAITING || (state == TASK_RUNNING && graph->preemption);
}

/* A machine that goes to another rack has left this one before, which marked it. */
static void mark_rack(struct flow_graph *graph, uint32_t rack)
{
    if (graph->racks[rack].changed)
        return;
    graph->racks[rack].changed = true;
    id_list_add(&graph->changed_racks, rack);
}

void flow_graph_mark(struct flow_graph *graph, const struct cluster *cluster,
                     const struct change *change)
{
    reserve(graph, cluster);
    if (change->machine != NONE)
        flow_mark_machine(graph, change->machine);
    if (change->cause == CAUSE_MACHINE)
        mark_rack(graph, cluster->machine_facts[change->machine].rack);
    uint32_t task = change->task;
    if (task == NONE)
        return;
    if (cluster->task_facts[task].machine != NONE)
        flow_mark_machine(graph, cluster->task_facts[task].machine);
    if (graph->mix.has_tenant_units)
        flow_mark_tenant(graph, cluster, cluster->task_facts[task].tenant);
    if (graph->tasks[task].bundle != NONE)
        flow_leave_task(graph, cluster, task);
    if (belongs(graph, cluster, task))
        flow_mark_task(graph, task);
    else
        graph->tasks[task].mark = NONE; /* its id may be given out again, to one that comes later */
}

static void update_tasks(struct flow_graph *graph, const struct cluster *cluster)
{
    if (graph->changed_racks.count && graph->mix.prefers)
        flow_reprice_inputs(graph, cluster);
    for (uint32_t i = 0; i < graph->changed_racks.count; i++)
        graph->racks[graph->changed_racks.ids[i]].changed = false;
    graph->changed_racks.count = 0;
    graph->racks_came = false;
    for (uint32_t i = 0; i < graph->marked_tasks.count; i++) {
        uint32_t task = graph->marked_tasks.ids[i];
        if (graph->tasks[task].mark != i)
            continue;
        graph->tasks[task].mark = NONE;
        if (belongs(graph, cluster, task) && graph->tasks[task].bundle == NONE)
            flow_enter_task(graph, cluster, task);
    }
    graph->marked_tasks.count = 0;
    flow_reprice_due(graph, cluster);
}

static void mark_nodes(struct flow_graph *graph)
{
    for (uint32_t i = 0; i < graph->machines_in.count; i++)
        flow_mark_machine(graph, graph->machines_in.ids[i]);
}

/* There must be as many parallel arcs as tasks may go to one machine; eight times as many
 * are too many. False: it is as it was. */
static bool update_unit_limit(struct flow_graph *graph)
{
    uint32_t limit = graph->unit_limit;
    uint64_t need = graph->preemption ? graph->task_in_count : graph->placeable;
    bool parallel = graph->mix.has_machine_units || graph->mix.has_class_units;
    if (!parallel || (limit >= need && limit / 8 <= need))
        return false;
    graph->unit_limit = 1;
    while (graph->unit_limit < need)
        graph->unit_limit *= 2;
    for (uint32_t i = 0; i < graph->classes_in.count; i++)
        graph->classes[graph->classes_in.ids[i]].capped = false;
    mark_nodes(graph);
    return true;
}

static void refresh_listings(struct flow_graph *graph, const struct cluster *cluster)
{
    for (uint32_t i = 0; i < graph->marked_machines.count; i++)
        flow_refresh_listings(graph, cluster, graph->marked_machines.ids[i]);
    flow_count_placeable(graph);
}

static void refresh(struct flow_graph *graph, const struct cluster *cluster)
{
    if (graph->fairness)
        flow_bound_jobs(graph, cluster);
    if (graph->mix.has_tenant_units && !graph->cautious)
        flow_price_tenants(graph, cluster, graph->now_us);
    refresh_listings(graph, cluster);
    if (update_unit_limit(graph))
        refresh_listings(graph, cluster);
    flow_extend_classes(graph, cluster);
    flow_choose_racks(graph, cluster);
    flow_choose_shown(graph, cluster);
    for (uint32_t i = 0; i < graph->marked_machines.count; i++) {
        graph->machines[graph->marked_machines.ids[i]].marked = false;
        flow_refresh_units(graph, cluster, graph->marked_machines.ids[i]);
    }
    graph->marked_machines.count = 0;
    network_set_supply(&graph->network, graph->sink,
                       (flow_t)graph->aside_count - (flow_t)graph->task_in_count);
}

void flow_graph_refresh(struct flow_graph *graph, const struct cluster *cluster)
{
    if (!graph->cautious)
        mark_nodes(graph);
    graph->cautious = true;
    refresh(graph, cluster);
}

bool flow_graph_add_aside(const struct flow_graph *graph, cost_t cost, cost_t *whole)
{
    __int128 sum = graph->aside_cost + cost;
    if (sum > INT64_MAX || sum < INT64_MIN)
        return false;
    *whole = (cost_t)sum;
    return true;
}

/* All that belong to the network, those that share a bundle in their order. */
static void mark_tasks(struct flow_graph *graph, const struct cluster *cluster,
                       const struct flow_graph *old)
{
    for (uint32_t i = 0; i < old->bundles_in.count; i++) {
        uint32_t task = old->bundles[old->bundles_in.ids[i]].first_task;
        for (; task != NONE; task = old->tasks[task].next)
            flow_mark_task(graph, task);
    }
    for (uint32_t i = 0; i < old->marked_tasks.count; i++)
        if (old->tasks[old->marked_tasks.ids[i]].mark == i)
            flow_mark_task(graph, old->marked_tasks.ids[i]);
    for (uint32_t i = 0; i < old->planned_tasks.count; i++)
        if (belongs(graph, cluster, old->planned_tasks.ids[i]))
            flow_mark_task(graph, old->planned_tasks.ids[i]);
}

/* Begin anew, when the ids of the network have grown far beyond what is in use: what is left
 * would lie scattered over a large memory. What made them so many took longer. */
static void rebuild(struct flow_graph *graph, const struct cluster *cluster)
{
    struct flow_graph old = *graph;
    flow_graph_init(graph, &old.mix, old.preemption, old.fairness);
    graph->list_all = old.list_all;
    graph->now_us = old.now_us;
    reserve(graph, cluster);
    for (uint32_t m = 0; m < graph->machine_count; m++)
        flow_mark_machine(graph, m);
    mark_tasks(graph, cluster, &old);
    flow_graph_free(&old);
}

void flow_graph_update(struct flow_graph *graph, const struct cluster *cluster, int64_t now_us)
{
    reserve(graph, cluster);
    graph->now_us = now_us;
    if (graph->network.arc_limit / SCATTERED > graph->network.arc_count + SMALL)
        rebuild(graph, cluster);
    if (graph->cautious)
        mark_nodes(graph);
    graph->cautious = false;
    flow_forget_plan(graph);
    for (uint32_t i = 0; i < graph->marked_machines.count; i++)
        flow_look(graph, cluster, graph->marked_machines.ids[i]);
    update_tasks(graph, cluster);
    refresh(graph, cluster);
}
