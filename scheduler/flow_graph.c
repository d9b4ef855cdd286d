/* flow_graph.c - see flow_graph.h: tasks and jobs in the network, and its update. */
#include "scheduler/flow_graph.h"

#include "base/assert.h"
#include "base/memory.h"
#include "scheduler/flow_fairness.h"
#include "scheduler/flow_listing.h"
#include "scheduler/flow_nodes.h"

void flow_graph_init(struct flow_graph *graph, const struct cost_mix *mix, bool preemption,
                     bool fairness)
{
    *graph = (struct flow_graph){
        .mix = *mix, .preemption = preemption, .fairness = fairness, .free_rack = NONE};
    network_init(&graph->network);
    id_map_init(&graph->class_ids);
    id_map_init(&graph->listings);
    machine_index_init(&graph->index);
    graph->sink = flow_new_node(graph, 0, FLOW_NODE_SINK, 0);
}

void flow_graph_free(struct flow_graph *graph)
{
    network_free(&graph->network);
    id_map_free(&graph->class_ids);
    id_map_free(&graph->listings);
    machine_index_free(&graph->index);
    for (uint32_t m = 0; m < graph->machine_count; m++)
        memory_free(graph->machines[m].blocked);
    memory_free(graph->nodes);
    memory_free(graph->tasks);
    memory_free(graph->tasks_in);
    memory_free(graph->classes);
    memory_free(graph->classes_in);
    memory_free(graph->racks);
    memory_free(graph->rack_first);
    memory_free(graph->machines);
    memory_free(graph->jobs);
    memory_free(graph->marked_tasks);
    memory_free(graph->marked_machines);
    memory_free(graph->marked_jobs);
}

/* Make room for the ids that the cluster has given out. */
static void reserve(struct flow_graph *graph, const struct cluster *cluster)
{
    array_reserve(graph->tasks, graph->task_room, cluster->task_limit);
    for (; graph->task_limit < cluster->task_limit; graph->task_limit++)
        graph->tasks[graph->task_limit].node = NONE;
    array_reserve(graph->machines, graph->machine_room, cluster->machine_count);
    for (; graph->machine_count < cluster->machine_count; graph->machine_count++)
        graph->machines[graph->machine_count].node = NONE;
    array_reserve(graph->jobs, graph->job_room, cluster->job_count);
    for (; graph->job_count < cluster->job_count; graph->job_count++)
        graph->jobs[graph->job_count].node = NONE;
    array_reserve(graph->rack_first, graph->rack_first_room, cluster->rack_count);
    while (graph->rack_first_count < cluster->rack_count)
        graph->rack_first[graph->rack_first_count++] = NONE;
}

static void mark_task(struct flow_graph *graph, uint32_t task)
{
    if (graph->tasks[task].marked)
        return;
    graph->tasks[task].marked = true;
    array_reserve(graph->marked_tasks, graph->marked_task_room, graph->marked_task_count + 1);
    graph->marked_tasks[graph->marked_task_count++] = task;
}

static void mark_job(struct flow_graph *graph, uint32_t job)
{
    if (graph->jobs[job].marked)
        return;
    graph->jobs[job].marked = true;
    array_reserve(graph->marked_jobs, graph->marked_job_room, graph->marked_job_count + 1);
    graph->marked_jobs[graph->marked_job_count++] = job;
}

static void enter_job(struct flow_graph *graph, uint32_t job)
{
    struct flow_job *j = &graph->jobs[job];
    mark_job(graph, job);
    j->task_count++;
    if (j->node != NONE)
        return;
    j->node = flow_new_node(graph, 0, FLOW_NODE_JOB, job);
    j->sink_arc = network_add_arc(&graph->network, j->node, graph->sink, 0, 0, 0);
    j->spare_arc = NONE;
}

static void leave_job(struct flow_graph *graph, uint32_t job)
{
    struct flow_job *j = &graph->jobs[job];
    mark_job(graph, job);
    if (--j->task_count)
        return;
    network_remove_node(&graph->network, j->node);
    j->node = NONE;
}

/* Arcs to the machines and racks that the task prefers; its own machine has its own arc. */
static void add_preferences(struct flow_graph *graph, const struct cluster *cluster, uint32_t task,
                            const struct task_facts *facts, int64_t now_us)
{
    struct preference preferences[PREFERENCES_MAX];
    struct cluster_facts all = cluster_facts(cluster, now_us);
    uint32_t node = graph->tasks[task].node;
    uint32_t class = graph->tasks[task].class;
    uint32_t count = 0;
    if (graph->mix.prefers)
        count = cost_mix_preferences(&graph->mix, facts, &all, preferences);
    ASSERT(count <= PREFERENCES_MAX);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t id = preferences[i].id;
        if (preferences[i].kind == PREFERENCE_RACK) {
            uint32_t rack = flow_enter_rack(graph, cluster, class, id);
            network_add_arc(&graph->network, node, graph->racks[rack].node, 0, 1,
                            preferences[i].cost);
        } else if (id != facts->machine) {
            flow_t room = flow_slots(graph, cluster, class, id) > 0;
            network_add_arc(&graph->network, node, flow_machine_node(graph, id), 0, room,
                            preferences[i].cost);
            flow_mark_machine(graph, id);
        }
    }
}

static bool belongs(const struct flow_graph *graph, const struct cluster *cluster, uint32_t task)
{
    enum task_state state = cluster->tasks[task].state;
    return state == TASK_WAITING || (state == TASK_RUNNING && graph->preemption);
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

static void add_task(struct flow_graph *graph, const struct cluster *cluster, uint32_t task,
                     int64_t now_us)
{
    struct task_facts facts = cluster_task_facts(cluster, task, now_us);
    struct cluster_facts all = cluster_facts(cluster, now_us);
    uint32_t class = flow_intern_class(graph, &facts.demand, facts.constraint);
    uint32_t class_node = flow_enter_class(graph, class);
    enter_job(graph, facts.job);
    struct flow_task *t = &graph->tasks[task];
    t->node = flow_new_node(graph, 1, FLOW_NODE_TASK, task);
    t->class = class;
    t->machine = facts.machine;
    t->keeping_arc = NONE;
    struct network *network = &graph->network;
    t->waiting_arc = network_add_arc(network, t->node, graph->jobs[facts.job].node, 0, 1,
                                     waiting_cost(graph, &facts, &all));
    t->class_arc = network_add_arc(network, t->node, class_node, 0, 1,
                                   cost_mix_anywhere(&graph->mix, &facts, &all));
    if (facts.machine != NONE) {
        graph->machines[facts.machine].running_in++;
        t->keeping_arc = network_add_arc(network, t->node, flow_machine_node(graph, facts.machine),
                                         0, 1, keeping_cost(graph, &facts, &all));
        flow_mark_machine(graph, facts.machine);
    }
    add_preferences(graph, cluster, task, &facts, now_us);
    array_reserve(graph->tasks_in, graph->task_in_room, graph->task_in_count + 1);
    t->position = graph->task_in_count;
    graph->tasks_in[graph->task_in_count++] = task;
}

/* The arc from a task to the machine or rack that it prefers, or NONE. */
static uint32_t find_preference(const struct flow_graph *graph, uint32_t task,
                                const struct preference *preference)
{
    const struct flow_task *t = &graph->tasks[task];
    uint32_t head = NONE;
    if (preference->kind == PREFERENCE_MACHINE) {
        head = graph->machines[preference->id].node;
    } else {
        uint32_t rack = flow_find_rack(graph, t->class, preference->id);
        head = rack == NONE ? NONE : graph->racks[rack].node;
    }
    uint32_t arc = graph->network.nodes[t->node].first_out;
    while (arc != NONE && (graph->network.arcs[arc].head != head || arc == t->keeping_arc))
        arc = graph->network.arcs[arc].next_out;
    return arc;
}

static uint32_t count_arcs(const struct flow_graph *graph, uint32_t task)
{
    uint32_t count = 0;
    uint32_t arc = graph->network.nodes[graph->tasks[task].node].first_out;
    for (; arc != NONE; arc = graph->network.arcs[arc].next_out)
        count++;
    return count;
}

/* Data moved: give the arcs of a task their new costs, if they lead where they led before.
 * False, with nothing changed, if they do not. */
static bool reprice(struct flow_graph *graph, const struct cluster *cluster, uint32_t task,
                    int64_t now_us)
{
    struct task_facts facts = cluster->task_facts[task];
    struct cluster_facts all = cluster_facts(cluster, now_us);
    struct preference preferences[PREFERENCES_MAX];
    uint32_t arcs[PREFERENCES_MAX];
    uint32_t count = 0, found = 0;
    if (graph->mix.prefers)
        count = cost_mix_preferences(&graph->mix, &facts, &all, preferences);
    for (uint32_t i = 0; i < count; i++) {
        if (preferences[i].kind == PREFERENCE_MACHINE && preferences[i].id == facts.machine)
            continue;
        arcs[found] = find_preference(graph, task, &preferences[i]);
        preferences[found] = preferences[i];
        if (arcs[found++] == NONE)
            return false;
    }
    struct flow_task *t = &graph->tasks[task];
    if (found + 2 + (t->keeping_arc != NONE) != count_arcs(graph, task))
        return false;
    struct network *network = &graph->network;
    network_change_arc(network, t->class_arc, 0, 1, cost_mix_anywhere(&graph->mix, &facts, &all));
    for (uint32_t i = 0; i < found; i++)
        network_change_arc(network, arcs[i], 0, network->arcs[arcs[i]].capacity,
                           preferences[i].cost);
    return true;
}

static void leave_node(struct flow_graph *graph, uint32_t node)
{
    uint32_t id = graph->nodes[node].id;
    switch (graph->nodes[node].kind) {
    case FLOW_NODE_JOB:
        leave_job(graph, id);
        break;
    case FLOW_NODE_CLASS:
        flow_leave_class(graph, id);
        break;
    case FLOW_NODE_RACK:
        flow_leave_rack(graph, id);
        break;
    default:
        ASSERT(graph->nodes[node].kind == FLOW_NODE_MACHINE);
        flow_mark_machine(graph, id);
    }
}

static void remove_task(struct flow_graph *graph, uint32_t task)
{
    struct flow_task *t = &graph->tasks[task];
    uint32_t heads[PREFERENCES_MAX + 3];
    uint32_t head_count = 0;
    uint32_t arc = graph->network.nodes[t->node].first_out;
    for (; arc != NONE; arc = graph->network.arcs[arc].next_out)
        heads[head_count++] = graph->network.arcs[arc].head;
    network_remove_node(&graph->network, t->node);
    t->node = NONE;
    if (t->machine != NONE)
        graph->machines[t->machine].running_in--;
    for (uint32_t i = 0; i < head_count; i++)
        leave_node(graph, heads[i]);
    uint32_t last = graph->tasks_in[--graph->task_in_count];
    graph->tasks_in[t->position] = last;
    graph->tasks[last].position = t->position;
}

static void machine_changed(struct flow_graph *graph, uint32_t machine)
{
    graph->machines[machine].blocked_count = 0;
    flow_mark_machine(graph, machine);
}

void flow_graph_mark(struct flow_graph *graph, const struct cluster *cluster,
                     const struct change *change)
{
    reserve(graph, cluster);
    if (change->machine != NONE)
        machine_changed(graph, change->machine);
    graph->presence_changed |= change->cause == CAUSE_MACHINE;
    uint32_t task = change->task;
    if (task == NONE)
        return;
    if (cluster->task_facts[task].machine != NONE)
        machine_changed(graph, cluster->task_facts[task].machine);
    if (belongs(graph, cluster, task))
        mark_task(graph, task);
    else if (graph->tasks[task].node != NONE)
        remove_task(graph, task);
}

void flow_graph_block(struct flow_graph *graph, uint32_t class, uint32_t machine)
{
    struct flow_machine *m = &graph->machines[machine];
    array_reserve(m->blocked, m->blocked_room, m->blocked_count + 1);
    m->blocked[m->blocked_count++] = class;
    flow_mark_machine(graph, machine);
}

static void update_tasks(struct flow_graph *graph, const struct cluster *cluster, int64_t now_us)
{
    for (uint32_t i = 0; graph->presence_changed && i < graph->task_in_count; i++) {
        uint32_t task = graph->tasks_in[i];
        if (cluster->task_facts[task].block_count && !graph->tasks[task].marked &&
            !reprice(graph, cluster, task, now_us))
            mark_task(graph, task);
    }
    graph->presence_changed = false;
    for (uint32_t i = 0; i < graph->marked_task_count; i++) {
        uint32_t task = graph->marked_tasks[i];
        graph->tasks[task].marked = false;
        if (graph->tasks[task].node != NONE)
            remove_task(graph, task);
        if (belongs(graph, cluster, task))
            add_task(graph, cluster, task, now_us);
    }
    graph->marked_task_count = 0;
}

/* Waiting has become dearer, and a longer run more worth keeping. */
static void update_costs(struct flow_graph *graph, const struct cluster *cluster, int64_t now_us)
{
    struct cluster_facts all = cluster_facts(cluster, now_us);
    for (uint32_t i = 0; i < graph->task_in_count; i++) {
        uint32_t task = graph->tasks_in[i];
        const struct flow_task *t = &graph->tasks[task];
        struct task_facts facts = cluster_task_facts(cluster, task, now_us);
        network_change_arc(&graph->network, t->waiting_arc, 0, 1,
                           waiting_cost(graph, &facts, &all));
        if (t->keeping_arc != NONE)
            network_change_arc(&graph->network, t->keeping_arc, 0, 1,
                               keeping_cost(graph, &facts, &all));
    }
}

static void update_jobs(struct flow_graph *graph, const struct cluster *cluster)
{
    for (uint32_t i = 0; i < graph->marked_job_count; i++) {
        struct flow_job *job = &graph->jobs[graph->marked_jobs[i]];
        job->marked = false;
        if (job->node != NONE && !graph->fairness)
            network_change_arc(&graph->network, job->sink_arc, 0, job->task_count, 0);
    }
    graph->marked_job_count = 0;
    if (graph->fairness)
        flow_bound_jobs(graph, cluster);
}

/* There must be as many parallel arcs as tasks may go to one machine; eight times as many
 * are too many. */
static void update_unit_limit(struct flow_graph *graph)
{
    uint32_t limit = graph->unit_limit;
    uint32_t need = graph->task_in_count;
    if (!graph->mix.has_machine_units || (limit >= need && limit / 8 <= need))
        return;
    graph->unit_limit = 1;
    while (graph->unit_limit < need)
        graph->unit_limit *= 2;
    for (uint32_t m = 0; m < graph->machine_count; m++)
        if (graph->machines[m].node != NONE)
            flow_mark_machine(graph, m);
}

void flow_graph_update(struct flow_graph *graph, const struct cluster *cluster, int64_t now_us)
{
    reserve(graph, cluster);
    update_tasks(graph, cluster, now_us);
    update_costs(graph, cluster, now_us);
    update_jobs(graph, cluster);
    update_unit_limit(graph);
    for (uint32_t i = 0; i < graph->marked_machine_count; i++)
        flow_refresh_listings(graph, cluster, graph->marked_machines[i]);
    flow_extend_classes(graph, cluster);
    for (uint32_t i = 0; i < graph->marked_machine_count; i++) {
        graph->machines[graph->marked_machines[i]].marked = false;
        flow_refresh_units(graph, cluster, graph->marked_machines[i]);
    }
    graph->marked_machine_count = 0;
    network_set_supply(&graph->network, graph->sink, -(flow_t)graph->task_in_count);
}
