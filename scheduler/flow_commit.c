/* flow_commit.c - see flow_commit.h.
 *
 * 1. Decompose: every task's unit leaves by one arc. Units that pass a class or a rack of
 *    it are all alike there, so tasks in order of id take its outgoing flow arc by arc.
 * 2. Grant: suppose that all running tasks that should leave have left. In order of regret,
 *    grant a wish for a machine if the task fits there in every resource. A running task
 *    whose wish cannot be granted must stay where it is: then begin again with it staying.
 *    Every repetition has one such task more, so this ends.
 * 3. A running task that should stop, but whose place nobody took, goes on. */
#include "scheduler/flow_commit.h"

#include <stdlib.h>

#include "base/assert.h"
#include "base/memory.h"

void flow_commit_init(struct flow_commit *commit)
{
    *commit = (struct flow_commit){0};
}

void flow_commit_free(struct flow_commit *commit)
{
    memory_free(commit->wishes);
    memory_free(commit->order);
    memory_free(commit->next_arcs);
    memory_free(commit->arc_left);
    memory_free(commit->rooms);
    memory_free(commit->counts);
    memory_free(commit->job_counts);
}

static int by_task(const void *a, const void *b)
{
    uint32_t x = ((const struct flow_wish *)a)->task;
    uint32_t y = ((const struct flow_wish *)b)->task;
    return x < y ? -1 : x > y;
}

/* The next machine that a class or rack node sends a unit to. */
static uint32_t take_unit(struct flow_commit *commit, const struct flow_graph *graph,
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
    uint32_t arc = commit->next_arcs[node];
    if (--commit->arc_left[node] == 0)
        commit->next_arcs[node] = network->arcs[arc].next_out;
    return graph->nodes[network->arcs[arc].head].id;
}

static void follow_unit(struct flow_commit *commit, const struct flow_graph *graph,
                        const flow_t *flow, struct flow_wish *wish)
{
    const struct network *network = &graph->network;
    const struct flow_task *task = &graph->tasks[wish->task];
    uint32_t arc = network->nodes[task->node].first_out;
    while (flow[arc] == 0)
        arc = network->arcs[arc].next_out;
    uint32_t head = network->arcs[arc].head;
    wish->cost = network->arcs[arc].cost;
    if (graph->nodes[head].kind == FLOW_NODE_JOB)
        wish->machine = NONE;
    else if (graph->nodes[head].kind == FLOW_NODE_MACHINE)
        wish->machine = graph->nodes[head].id;
    else
        wish->machine = take_unit(commit, graph, flow, head);
    uint32_t otherwise = task->keeping_arc != NONE ? task->keeping_arc : task->waiting_arc;
    wish->regret = network->arcs[otherwise].cost - wish->cost;
}

static void start_node(struct flow_commit *commit, const struct flow_graph *graph, uint32_t node)
{
    commit->next_arcs[node] = graph->network.nodes[node].first_out;
    commit->arc_left[node] = 0;
}

static void decompose(struct flow_commit *commit, const struct flow_graph *graph,
                      const flow_t *flow)
{
    const struct network *network = &graph->network;
    array_reserve(commit->next_arcs, commit->node_room, network->node_limit);
    array_reserve(commit->arc_left, commit->left_room, network->node_limit);
    for (uint32_t i = 0; i < graph->class_in_count; i++)
        start_node(commit, graph, graph->classes[graph->classes_in[i]].node);
    for (uint32_t i = 0; i < graph->rack_count; i++)
        if (graph->racks[i].node != NONE)
            start_node(commit, graph, graph->racks[i].node);
    array_reserve(commit->wishes, commit->wish_room, graph->task_in_count);
    commit->wish_count = graph->task_in_count;
    for (uint32_t i = 0; i < graph->task_in_count; i++)
        commit->wishes[i] = (struct flow_wish){.task = graph->tasks_in[i]};
    if (commit->wish_count)
        qsort(commit->wishes, commit->wish_count, sizeof *commit->wishes, by_task);
    for (uint32_t i = 0; i < commit->wish_count; i++)
        follow_unit(commit, graph, flow, &commit->wishes[i]);
}

static uint32_t place_of(const struct cluster *cluster, const struct flow_wish *wish)
{
    return cluster->task_facts[wish->task].machine;
}

static int by_regret(const void *a, const void *b, void *state)
{
    const struct flow_commit *commit = state;
    const struct flow_wish *x = &commit->wishes[*(const uint32_t *)a];
    const struct flow_wish *y = &commit->wishes[*(const uint32_t *)b];
    if (x->regret != y->regret)
        return x->regret > y->regret ? -1 : 1;
    return x->task < y->task ? -1 : x->task > y->task;
}

static void sort_wishes(struct flow_commit *commit, const struct cluster *cluster)
{
    array_reserve(commit->order, commit->order_room, commit->wish_count);
    commit->order_count = 0;
    for (uint32_t i = 0; i < commit->wish_count; i++) {
        const struct flow_wish *wish = &commit->wishes[i];
        if (wish->machine != NONE && wish->machine != place_of(cluster, wish))
            commit->order[commit->order_count++] = i;
    }
    if (commit->order_count)
        qsort_r(commit->order, commit->order_count, sizeof *commit->order, by_regret, commit);
}

/* What is free, once all have left that should and may. */
static void vacate(struct flow_commit *commit, const struct cluster *cluster)
{
    array_reserve(commit->rooms, commit->machine_room, cluster->machine_count);
    for (uint32_t i = 0; i < commit->wish_count; i++) {
        const struct flow_wish *wish = &commit->wishes[i];
        uint32_t place = place_of(cluster, wish);
        if (place != NONE)
            room_of_machine(&commit->rooms[place], &cluster->machine_facts[place]);
        if (wish->machine != NONE)
            room_of_machine(&commit->rooms[wish->machine], &cluster->machine_facts[wish->machine]);
    }
    for (uint32_t i = 0; i < commit->wish_count; i++) {
        const struct flow_wish *wish = &commit->wishes[i];
        uint32_t place = place_of(cluster, wish);
        if (place != NONE && place != wish->machine && !wish->returns &&
            cluster->machine_facts[place].up)
            room_give(&commit->rooms[place], &cluster->task_facts[wish->task].demand,
                      cluster->task_facts[wish->task].devices);
    }
}

/* One pass of step 2; false if a running task has to stay that was thought to leave. */
static bool grant(struct flow_commit *commit, const struct cluster *cluster)
{
    vacate(commit, cluster);
    for (uint32_t i = 0; i < commit->order_count; i++) {
        struct flow_wish *wish = &commit->wishes[commit->order[i]];
        const struct resources *demand = &cluster->task_facts[wish->task].demand;
        if (wish->returns)
            continue;
        wish->granted = cluster->machine_facts[wish->machine].up &&
                        room_fits(&commit->rooms[wish->machine], demand);
        if (wish->granted) {
            wish->devices = room_take(&commit->rooms[wish->machine], demand);
        } else if (place_of(cluster, wish) != NONE) {
            wish->returns = true;
            return false;
        }
    }
    return true;
}

/* Step 3: those that should stop. With fairness, to stop may be what is wanted. */
static void keep_running(struct flow_commit *commit, const struct flow_graph *graph,
                         const struct cluster *cluster)
{
    for (uint32_t i = 0; i < commit->wish_count; i++) {
        struct flow_wish *wish = &commit->wishes[i];
        uint32_t place = place_of(cluster, wish);
        if (place == NONE || wish->machine != NONE)
            continue;
        const struct task_facts *task = &cluster->task_facts[wish->task];
        bool up = cluster->machine_facts[place].up;
        wish->returns = !up || (!graph->fairness &&
                                room_fits_on(&commit->rooms[place], &task->demand, task->devices));
        wish->granted = !wish->returns;
        if (wish->returns && up)
            room_take_on(&commit->rooms[place], &task->demand, task->devices);
    }
}

static void emit(const struct flow_commit *commit, const struct cluster *cluster,
                 struct decision_list *decisions)
{
    for (uint32_t i = 0; i < commit->wish_count; i++) {
        const struct flow_wish *wish = &commit->wishes[i];
        bool running = place_of(cluster, wish) != NONE;
        if (!wish->granted)
            continue;
        enum decision_kind kind = wish->machine == NONE ? DECISION_PREEMPT
                                  : running             ? DECISION_MIGRATE
                                                        : DECISION_PLACE;
        decision_add_on(decisions, cluster, kind, wish->task, wish->machine, wish->devices);
    }
}

/* Where the task is in the end, or NONE. */
static uint32_t final_place(const struct cluster *cluster, const struct flow_wish *wish)
{
    return wish->granted ? wish->machine : place_of(cluster, wish);
}

/* What the k-th unit costs behind the task's own arc: on the way from its machine, or from
 * its job if it waits, to the sink. Counts k. */
static cost_t count_unit(struct flow_commit *commit, const struct flow_graph *graph,
                         const struct cluster *cluster, uint32_t task, uint32_t machine)
{
    if (machine != NONE)
        return flow_graph_unit_cost(graph, cluster, machine, commit->counts[machine]++);
    uint32_t job = cluster->task_facts[task].job;
    return flow_graph_spare_cost(graph, job, commit->job_counts[job]++);
}

/* These costs, as they are in the end less as the flow has them. */
static cost_t unit_cost_difference(struct flow_commit *commit, const struct flow_graph *graph,
                                   const struct cluster *cluster)
{
    cost_t difference = 0;
    if (!graph->mix.has_machine_units && !graph->fairness)
        return 0;
    array_reserve(commit->counts, commit->count_room, cluster->machine_count);
    array_reserve(commit->job_counts, commit->job_room, cluster->job_count);
    for (int final = 0; final < 2; final++) {
        for (uint32_t i = 0; i < commit->wish_count; i++) {
            const struct flow_wish *wish = &commit->wishes[i];
            uint32_t machine = final ? final_place(cluster, wish) : wish->machine;
            commit->job_counts[cluster->task_facts[wish->task].job] = 0;
            if (machine != NONE)
                commit->counts[machine] = 0;
        }
        for (uint32_t i = 0; i < commit->wish_count; i++) {
            const struct flow_wish *wish = &commit->wishes[i];
            uint32_t machine = final ? final_place(cluster, wish) : wish->machine;
            cost_t cost = count_unit(commit, graph, cluster, wish->task, machine);
            difference += final ? cost : -cost;
        }
    }
    return difference;
}

static void account(struct flow_commit *commit, struct flow_graph *graph,
                    const struct cluster *cluster, cost_t bound, struct round_report *report)
{
    report->has_cost = true;
    report->bound = bound;
    report->cost = bound + unit_cost_difference(commit, graph, cluster);
    for (uint32_t i = 0; i < commit->wish_count; i++) {
        const struct flow_wish *wish = &commit->wishes[i];
        const struct flow_task *task = &graph->tasks[wish->task];
        uint32_t place = place_of(cluster, wish);
        if (!wish->granted && wish->machine != place)
            report->cost += wish->regret;
        bool misfit = !wish->granted && wish->machine != NONE && wish->machine != place;
        report->misfits += misfit;
        if (misfit && graph->preemption)
            flow_graph_block(graph, task->class, wish->machine);
        bool waits = final_place(cluster, wish) == NONE;
        report->undecided |= waits && (misfit || graph->classes[task->class].listed > 0);
    }
}

void flow_commit_round(struct flow_commit *commit, struct flow_graph *graph,
                       const struct cluster *cluster, const struct flow_optimum *optimum,
                       struct decision_list *decisions, struct round_report *report)
{
    decompose(commit, graph, optimum->flow);
    sort_wishes(commit, cluster);
    while (!grant(commit, cluster))
        ;
    keep_running(commit, graph, cluster);
    emit(commit, cluster, decisions);
    account(commit, graph, cluster, optimum->bound, report);
}
