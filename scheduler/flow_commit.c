/* flow_commit.c - see flow_commit.h.
 *
 * 1. Decompose: a bundle's units leave by its arcs. Units that pass a class or a rack are all
 *    alike there, so bundles in turn take its outgoing flow arc by arc.
 * 2. Grant: suppose that all running tasks that should leave have left. In order of regret,
 *    grant of a claim what fits in every resource. Running tasks whose claim cannot be
 *    granted must stay where they are: then begin again with these staying. Every repetition
 *    has more of them, so this ends.
 * 3. A running task that should stop, but whose place nobody took, goes on.
 * 4. Moves that do not pay, or are more than a round may make, stay (flow_moves.h): from step 2
 *    on again.
 * 5. What waits and was not granted, but passes a node whose machines all cost the same, is
 *    granted on another one of these that still has room.
 *
 * Of a bundle that waits, who came first is placed first; of one that runs, who came last
 * leaves first. */
#include "scheduler/flow_commit.h"

#include <stdlib.h>

#include "base/assert.h"
#include "base/memory.h"
#include "scheduler/flow_classes.h"
#include "scheduler/flow_listing.h"
#include "scheduler/flow_moves.h"
#include "scheduler/flow_nodes.h"
#include "scheduler/flow_plan.h"
#include "scheduler/flow_put_back.h"

void flow_commit_init(struct flow_commit *commit, uint32_t moves_max)
{
    *commit = (struct flow_commit){.moves_max = moves_max};
}

void flow_commit_begin(struct flow_commit *commit, const struct cluster *cluster)
{
    flow_limits_begin(&commit->limits, cluster);
    commit->moves = 0;
    commit->has_planned = false;
}

void flow_commit_free(struct flow_commit *commit)
{
    flow_limits_free(&commit->limits);
    memory_free(commit->claims);
    memory_free(commit->stops);
    memory_free(commit->order);
    memory_free(commit->next_arcs);
    memory_free(commit->arc_left);
    memory_free(commit->rooms);
    memory_free(commit->fits);
    memory_free(commit->reached);
    memory_free(commit->named);
    memory_free(commit->touched);
    memory_free(commit->devices);
    memory_free(commit->stopped);
    memory_free(commit->planned);
    memory_free(commit->trial);
    memory_free(commit->needs);
    memory_free(commit->ranking);
}

/* Step 1. The next arc that a class or rack node has flow on, with how many units. */
static uint32_t next_arc(struct flow_commit *commit, const struct flow_graph *graph,
                         const flow_t *flow, uint32_t node)
{
    const struct network *network = &graph->network;
    while (commit->arc_left[node] == 0) {
        uint32_t arc = commit->next_arcs[node];
        ASSERT(arc != NONE);
        commit->arc_left[node] = flow[arc];
        if (flow[arc] == 0)
            commit->next_arcs[node] = network->arcs[arc].next_out;
    }
    return commit->next_arcs[node];
}

static void add_claim(struct flow_commit *commit, const struct flow_graph *graph, uint32_t bundle,
                      uint32_t arc, uint32_t machine, flow_t units)
{
    const struct flow_bundle *b = &graph->bundles[bundle];
    if (machine == b->facts.machine)
        return;
    uint32_t otherwise = b->keeping_arc != NONE ? b->keeping_arc : b->waiting_arc;
    array_reserve(commit->claims, commit->claim_room, commit->claim_count + 1);
    commit->claims[commit->claim_count++] = (struct flow_claim){
        .bundle = bundle,
        .machine = machine,
        .arc = arc,
        .units = (uint32_t)units,
        .regret = graph->network.arcs[otherwise].cost - graph->network.arcs[arc].cost};
}

uint32_t flow_claim_via(const struct flow_graph *graph, uint32_t arc)
{
    uint32_t head = graph->network.arcs[arc].head;
    struct flow_node node = graph->nodes[head];
    if (node.kind != FLOW_NODE_RACK_CLASS)
        return head;
    return graph->racks[graph->rack_classes[node.id].rack].node;
}

/* Units of a bundle pass a class or rack node: to which machines? */
static void follow(struct flow_commit *commit, const struct flow_graph *graph, const flow_t *flow,
                   uint32_t bundle, uint32_t arc)
{
    const struct network *network = &graph->network;
    uint32_t node = flow_claim_via(graph, arc);
    for (flow_t units = flow[arc]; units > 0;) {
        uint32_t onward = next_arc(commit, graph, flow, node);
        flow_t part = units < commit->arc_left[node] ? units : commit->arc_left[node];
        add_claim(commit, graph, bundle, arc, graph->nodes[network->arcs[onward].head].id, part);
        units -= part;
        commit->arc_left[node] -= part;
        if (commit->arc_left[node] == 0)
            commit->next_arcs[node] = network->arcs[onward].next_out;
    }
}

static void decompose_bundle(struct flow_commit *commit, const struct flow_graph *graph,
                             const flow_t *flow, uint32_t bundle)
{
    const struct network *network = &graph->network;
    const struct flow_bundle *b = &graph->bundles[bundle];
    uint32_t arc = network->nodes[b->node].first_out;
    for (; arc != NONE; arc = network->arcs[arc].next_out) {
        if (flow[arc] == 0 || arc == b->keeping_arc)
            continue;
        struct flow_node head = graph->nodes[network->arcs[arc].head];
        if (head.kind == FLOW_NODE_MACHINE) {
            add_claim(commit, graph, bundle, arc, head.id, flow[arc]);
        } else if (arc != b->waiting_arc) {
            follow(commit, graph, flow, bundle, arc);
        } else if (b->keeping_arc != NONE) {
            array_reserve(commit->stops, commit->stop_room, commit->stop_count + 1);
            commit->stops[commit->stop_count++] =
                (struct flow_stop){.bundle = bundle, .units = (uint32_t)flow[arc]};
        }
    }
}

static void start_node(struct flow_commit *commit, const struct flow_graph *graph, uint32_t node)
{
    commit->next_arcs[node] = graph->network.nodes[node].first_out;
    commit->arc_left[node] = 0;
}

static void decompose(struct flow_commit *commit, const struct flow_graph *graph,
                      const flow_t *flow)
{
    array_reserve(commit->next_arcs, commit->node_room, graph->network.node_limit);
    array_reserve(commit->arc_left, commit->left_room, graph->network.node_limit);
    commit->claim_count = commit->stop_count = 0;
    for (uint32_t i = 0; i < graph->classes_in.count; i++)
        start_node(commit, graph, graph->classes[graph->classes_in.ids[i]].node);
    for (uint32_t i = 0; i < graph->rack_count; i++)
        if (graph->racks[i].node != NONE)
            start_node(commit, graph, graph->racks[i].node);
    for (uint32_t i = 0; i < graph->classes_in.count; i++) {
        const struct id_list *shown = &graph->classes[graph->classes_in.ids[i]].shown;
        for (uint32_t b = 0; b < shown->count; b++)
            decompose_bundle(commit, graph, flow, shown->ids[b]);
    }
}

/* Step 2. Those who lose most first; then who came first. */
static int by_regret(const void *a, const void *b, void *state)
{
    const struct flow_graph *graph = ((const void **)state)[1];
    const struct flow_commit *commit = ((const void **)state)[0];
    const struct flow_claim *x = &commit->claims[*(const uint32_t *)a];
    const struct flow_claim *y = &commit->claims[*(const uint32_t *)b];
    int64_t x_us = graph->bundles[x->bundle].origin_us;
    int64_t y_us = graph->bundles[y->bundle].origin_us;
    if (x->regret != y->regret)
        return x->regret > y->regret ? -1 : 1;
    if (x_us != y_us)
        return x_us < y_us ? -1 : 1;
    return x < y ? -1 : x > y;
}

static void sort_claims(struct flow_commit *commit, const struct flow_graph *graph)
{
    array_reserve(commit->order, commit->order_room, commit->claim_count);
    for (uint32_t i = 0; i < commit->claim_count; i++) {
        commit->order[i] = i;
        commit->claims[i].stay = 0;
    }
    const void *state[] = {commit, graph};
    if (commit->claim_count)
        qsort_r(commit->order, commit->claim_count, sizeof *commit->order, by_regret, state);
}

struct room *flow_commit_room(struct flow_commit *commit, const struct flow_graph *graph,
                              uint32_t machine)
{
    if (commit->fits[machine] != commit->fit) {
        array_reserve(commit->touched, commit->touched_room, commit->touched_count + 1);
        commit->touched[commit->touched_count++] = machine;
        commit->rooms[machine] = graph->machines[machine].listed.room;
    }
    commit->fits[machine] = commit->fit;
    return &commit->rooms[machine];
}

/* The next one of a bundle's tasks to be named, from start_naming on. */
static uint32_t name_task(struct flow_commit *commit, const struct flow_graph *graph,
                          uint32_t bundle)
{
    uint32_t task = commit->named[bundle];
    bool runs = graph->bundles[bundle].keeping_arc != NONE;
    commit->named[bundle] = runs ? graph->tasks[task].previous : graph->tasks[task].next;
    return task;
}

static void start_bundle(struct flow_commit *commit, const struct flow_graph *graph,
                         uint32_t bundle)
{
    const struct flow_bundle *b = &graph->bundles[bundle];
    commit->named[bundle] = b->keeping_arc == NONE ? b->first_task : b->last_task;
}

static void start_naming(struct flow_commit *commit, const struct flow_graph *graph)
{
    array_reserve(commit->named, commit->named_room, graph->bundle_count);
    for (uint32_t i = 0; i < commit->claim_count; i++)
        start_bundle(commit, graph, commit->claims[i].bundle);
    for (uint32_t i = 0; i < commit->stop_count; i++)
        start_bundle(commit, graph, commit->stops[i].bundle);
}

/* `units` tasks of the bundle leave their machine, if they run. */
static void vacate(struct flow_commit *commit, const struct flow_graph *graph,
                   const struct cluster *cluster, uint32_t bundle, uint32_t units)
{
    const struct task_facts *facts = &graph->bundles[bundle].facts;
    if (facts->machine == NONE)
        return;
    for (uint32_t i = 0; i < units; i++) {
        uint32_t task = name_task(commit, graph, bundle);
        if (cluster->machine_facts[facts->machine].up)
            room_give(flow_commit_room(commit, graph, facts->machine), &facts->demand,
                      cluster->task_facts[task].devices);
    }
}

/* What is free, once all have left that should and may. */
static void vacate_all(struct flow_commit *commit, const struct flow_graph *graph,
                       const struct cluster *cluster)
{
    array_reserve(commit->rooms, commit->machine_room, cluster->machine_count);
    array_reserve(commit->fits, commit->fits_room, cluster->machine_count);
    commit->fit++;
    commit->touched_count = 0;
    start_naming(commit, graph);
    for (uint32_t i = 0; i < commit->claim_count; i++)
        vacate(commit, graph, cluster, commit->claims[i].bundle,
               commit->claims[i].units - commit->claims[i].stay);
    for (uint32_t i = 0; i < commit->stop_count; i++)
        vacate(commit, graph, cluster, commit->stops[i].bundle,
               commit->stops[i].units - commit->stops[i].stay);
}

/* Take the room for `units` more of the claim. */
static void grant_units(struct flow_commit *commit, const struct flow_graph *graph,
                        struct flow_claim *claim, uint32_t units)
{
    const struct resources *demand = &graph->bundles[claim->bundle].facts.demand;
    struct room *room = flow_commit_room(commit, graph, claim->machine);
    bool devices = demand->amount[RESOURCE_GPU] > 0;
    if (claim->granted == 0)
        claim->first_devices = commit->device_count;
    claim->granted += units;
    const struct task_facts *facts = &graph->bundles[claim->bundle].facts;
    if (facts->machine == NONE)
        flow_limits_grant(&commit->limits, facts->tenant, demand, units);
    for (uint32_t i = 0; i < units; i++) {
        uint32_t set = room_take(room, demand);
        if (!devices)
            continue;
        array_reserve(commit->devices, commit->device_room, commit->device_count + 1);
        commit->devices[commit->device_count++] = set;
    }
}

/* How many units of the claim have room on its machine, and within its tenant's limits? */
static uint32_t units_that_fit(struct flow_commit *commit, const struct flow_graph *graph,
                               const struct cluster *cluster, const struct flow_claim *claim,
                               uint32_t wanted)
{
    const struct task_facts *facts = &graph->bundles[claim->bundle].facts;
    const struct room *room = flow_commit_room(commit, graph, claim->machine);
    uint32_t units = room_fit_count(room, &facts->demand, wanted);
    if (facts->machine != NONE) /* it goes on using what it uses */
        return units;
    return flow_limits_fit(&commit->limits, cluster, facts->tenant, &facts->demand, units);
}

/* One pass of step 2; false if running tasks have to stay that were thought to leave. */
static bool grant(struct flow_commit *commit, const struct flow_graph *graph,
                  const struct cluster *cluster)
{
    vacate_all(commit, graph, cluster);
    flow_limits_clear(&commit->limits);
    commit->device_count = 0;
    for (uint32_t i = 0; i < commit->claim_count; i++) {
        struct flow_claim *claim = &commit->claims[commit->order[i]];
        const struct task_facts *facts = &graph->bundles[claim->bundle].facts;
        uint32_t wanted = claim->units - claim->stay;
        bool allowed = cluster->machine_facts[claim->machine].up &&
                       cluster_allows(cluster, facts->constraint, claim->machine);
        claim->granted = 0;
        if (allowed)
            grant_units(commit, graph, claim,
                        units_that_fit(commit, graph, cluster, claim, wanted));
        if (claim->granted < wanted && facts->machine != NONE) {
            claim->stay += wanted - claim->granted;
            return false;
        }
    }
    return true;
}

/* Step 5. A machine of equal cost where the claim fits: of the rack, if it goes by one;
 * *from is where to look, and moves on. */
static uint32_t find_other(struct flow_commit *commit, struct flow_graph *graph,
                           const struct cluster *cluster, const struct flow_claim *claim,
                           uint32_t *from)
{
    const struct task_facts *facts = &graph->bundles[claim->bundle].facts;
    const struct resources *demand = &facts->demand;
    struct flow_node via = graph->nodes[flow_claim_via(graph, claim->arc)];
    if (via.kind == FLOW_NODE_RACK) {
        const struct rack_facts *rack = &cluster->racks[via.id];
        for (; *from < rack->machine_count; ++*from) {
            uint32_t machine = rack->machines[*from];
            if (cluster->machine_facts[machine].up &&
                cluster_allows(cluster, facts->constraint, machine) &&
                room_fits(flow_commit_room(commit, graph, machine), demand))
                return machine;
        }
        return NONE;
    }
    if (via.kind != FLOW_NODE_CLASS)
        return NONE;
    while ((*from = machine_index_next(&graph->index, demand, *from)) != NONE) {
        const struct room *room = flow_commit_room(commit, graph, *from);
        if (room_fits(room, demand) && cluster_allows(cluster, facts->constraint, *from))
            return *from;
        machine_index_set(&graph->index, *from, true, &room->free);
        flow_mark_machine(graph, *from); /* the next refresh puts the index right */
        ++*from;
    }
    return NONE;
}

static void redirect(struct flow_commit *commit, struct flow_graph *graph,
                     const struct cluster *cluster, uint32_t index)
{
    uint32_t from = 0;
    struct flow_claim other = commit->claims[index];
    for (uint32_t missing = other.units - other.granted; missing;) {
        other.machine = find_other(commit, graph, cluster, &other, &from);
        if (other.machine == NONE)
            return;
        other.units = units_that_fit(commit, graph, cluster, &other, missing);
        if (!other.units) /* the tenant may have no more */
            return;
        other.granted = 0;
        grant_units(commit, graph, &other, other.units);
        missing -= other.units;
        commit->claims[index].units -= other.units;
        array_reserve(commit->claims, commit->claim_room, commit->claim_count + 1);
        commit->claims[commit->claim_count++] = other;
    }
}

/* By a rack a task may go to any of its machines, for the network knows no better; by its
 * class, if machines do not differ in cost. Running tasks stay, for others count on that. */
static void redirect_all(struct flow_commit *commit, struct flow_graph *graph,
                         const struct cluster *cluster)
{
    bool priced = graph->mix.has_class_units || graph->mix.has_machine_units;
    uint32_t count = commit->claim_count;
    for (uint32_t i = 0; i < count; i++) {
        const struct flow_claim *claim = &commit->claims[commit->order[i]];
        uint32_t via = flow_claim_via(graph, claim->arc);
        bool waits = graph->bundles[claim->bundle].keeping_arc == NONE;
        bool equal = !priced || graph->nodes[via].kind == FLOW_NODE_RACK;
        if (waits && claim->granted < claim->units && equal)
            redirect(commit, graph, cluster, commit->order[i]);
    }
}

/* Step 3. With fairness, to stop may be what is wanted. */
static void stop_tasks(struct flow_commit *commit, const struct flow_graph *graph,
                       const struct cluster *cluster)
{
    commit->stopped_count = 0;
    start_naming(commit, graph);
    for (uint32_t i = 0; i < commit->claim_count; i++)
        for (uint32_t u = commit->claims[i].stay; u < commit->claims[i].units; u++)
            if (graph->bundles[commit->claims[i].bundle].keeping_arc != NONE)
                name_task(commit, graph, commit->claims[i].bundle);
    for (uint32_t i = 0; i < commit->stop_count; i++) {
        struct flow_stop *stop = &commit->stops[i];
        const struct task_facts *facts = &graph->bundles[stop->bundle].facts;
        bool up = cluster->machine_facts[facts->machine].up;
        stop->granted = 0;
        for (uint32_t u = stop->stay; u < stop->units; u++) {
            uint32_t task = name_task(commit, graph, stop->bundle);
            uint32_t devices = cluster->task_facts[task].devices;
            struct room *room = flow_commit_room(commit, graph, facts->machine);
            bool stays = !up || (!graph->fairness && room_fits_on(room, &facts->demand, devices));
            if (stays && up)
                room_take_on(room, &facts->demand, devices);
            if (stays)
                continue;
            array_reserve(commit->stopped, commit->stopped_room, commit->stopped_count + 1);
            commit->stopped[commit->stopped_count++] = task;
            stop->granted++;
        }
    }
}

uint32_t flow_commit_fit(struct flow_commit *commit, struct flow_graph *graph,
                         const struct cluster *cluster, const flow_t *flow)
{
    decompose(commit, graph, flow);
    sort_claims(commit, graph);
    do {
        while (!grant(commit, graph, cluster))
            ;
        stop_tasks(commit, graph, cluster);
    } while (graph->preemption && flow_moves_restrain(commit, graph, cluster));
    redirect_all(commit, graph, cluster);
    commit->misfits = 0;
    commit->granted = 0;
    for (uint32_t i = 0; i < commit->claim_count; i++) {
        commit->granted += commit->claims[i].granted;
        commit->misfits += commit->claims[i].units - commit->claims[i].granted;
    }
    return commit->misfits;
}

static void place_claim(struct flow_commit *commit, const struct flow_graph *graph,
                        const struct cluster *cluster, const struct flow_claim *claim,
                        struct decision_list *decisions)
{
    const struct flow_bundle *bundle = &graph->bundles[claim->bundle];
    bool runs = bundle->keeping_arc != NONE;
    bool devices = bundle->facts.demand.amount[RESOURCE_GPU] > 0;
    for (uint32_t u = 0; u < claim->granted; u++)
        decision_add_on(decisions, cluster, runs ? DECISION_MIGRATE : DECISION_PLACE,
                        name_task(commit, graph, claim->bundle), claim->machine,
                        devices ? commit->devices[claim->first_devices + u] : 0);
}

static void emit(struct flow_commit *commit, const struct flow_graph *graph,
                 const struct cluster *cluster, struct decision_list *decisions)
{
    start_naming(commit, graph);
    for (uint32_t i = 0; i < commit->claim_count; i++)
        place_claim(commit, graph, cluster, &commit->claims[i], decisions);
    for (uint32_t i = 0; i < commit->stopped_count; i++)
        decision_add(decisions, cluster, DECISION_PREEMPT, commit->stopped[i], NONE);
}

cost_t flow_claim_cost(const struct flow_graph *graph, const struct cluster *cluster,
                       const struct flow_claim *claim)
{
    const struct network_arc *arc = &graph->network.arcs[claim->arc];
    if (graph->nodes[arc->head].kind != FLOW_NODE_MACHINE)
        return arc->cost;
    uint32_t class = graph->bundles[claim->bundle].class;
    return arc->cost - flow_class_unit(graph, cluster, class, claim->machine, 0);
}

cost_t flow_commit_plan(struct flow_commit *commit, struct flow_graph *graph,
                        const struct cluster *cluster, struct decision_list *decisions)
{
    flow_limits_plan(&commit->limits);
    uint32_t first = decisions->count;
    cost_t cost = 0;
    emit(commit, graph, cluster, decisions);
    flow_moves_plan(commit, graph, cluster);
    for (uint32_t i = 0; i < commit->claim_count; i++)
        cost +=
            (cost_t)commit->claims[i].granted * flow_claim_cost(graph, cluster, &commit->claims[i]);
    for (uint32_t i = first; i < decisions->count; i++) {
        uint32_t task = decisions->decisions[i].task;
        const struct flow_bundle *b = &graph->bundles[graph->tasks[task].bundle];
        if (decisions->decisions[i].kind == DECISION_PREEMPT)
            cost += graph->network.arcs[b->waiting_arc].cost;
        else
            cost +=
                flow_graph_place_cost(graph, cluster, b->class, decisions->decisions[i].machine);
        cost += flow_plan_task(graph, cluster, task, decisions->decisions[i].machine);
    }
    for (uint32_t i = 0; i < commit->touched_count; i++)
        flow_plan_room(graph, cluster, commit->touched[i], &commit->rooms[commit->touched[i]]);
    return cost;
}

/* Is there a task that waits by choice, or although its class has room somewhere? */
static bool undecided(const struct flow_graph *graph, const flow_t *flow)
{
    if (graph->resting_count)
        return true;
    for (uint32_t i = 0; i < graph->classes_in.count; i++) {
        const struct flow_class *class = &graph->classes[graph->classes_in.ids[i]];
        if (class->listed && class->queue.count)
            return true;
        for (uint32_t b = 0; class->listed && b < class->shown.count; b++)
            if (flow[graph->bundles[class->shown.ids[b]].waiting_arc] > 0)
                return true;
    }
    return false;
}

void flow_commit_finish(struct flow_commit *commit, const struct flow_graph *graph,
                        const struct cluster *cluster, const flow_t *flow, cost_t cost,
                        struct decision_list *decisions, struct round_report *report)
{
    emit(commit, graph, cluster, decisions);
    if (commit->misfits || commit->stop_count)
        cost += flow_put_back(commit, graph, flow);
    report->has_cost = flow_graph_add_aside(graph, cost, &report->cost);
    report->misfits = commit->misfits;
    report->undecided = commit->misfits || undecided(graph, flow);
}
