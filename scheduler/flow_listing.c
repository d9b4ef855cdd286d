/* flow_listing.c - classes, their racks, and the machines that both lead to. */
#include "scheduler/flow_listing.h"

#include "base/assert.h"
#include "base/memory.h"
#include "base/random.h"
#include "costmodels/room.h"
#include "scheduler/flow_nodes.h"

static bool blocked(const struct flow_machine *machine, uint32_t class)
{
    for (uint32_t i = 0; i < machine->blocked_count; i++)
        if (machine->blocked[i] == class)
            return true;
    return false;
}

/* How many of the class can the machine take? */
uint32_t flow_slots(const struct flow_graph *graph, const struct cluster *cluster, uint32_t class,
                    uint32_t machine)
{
    const struct flow_machine *m = &graph->machines[machine];
    if (!cluster->machine_facts[machine].up || blocked(m, class) ||
        !cluster_allows(cluster, graph->classes[class].constraint, machine))
        return 0;
    struct room room;
    room_of_machine(&room, &cluster->machine_facts[machine]);
    return room_fit_count(&room, &graph->classes[class].demand, FLOW_FIT_MAX) + m->running_in;
}

static uint64_t hash_class(const struct resources *demand, uint32_t constraint)
{
    uint64_t hash = constraint;
    for (int r = 0; r < RESOURCE_COUNT; r++)
        hash = random_mix(hash, (uint64_t)demand->amount[r]);
    return hash;
}

uint32_t flow_intern_class(struct flow_graph *graph, const struct resources *demand,
                           uint32_t constraint)
{
    uint64_t hash = hash_class(demand, constraint);
    uint32_t first = id_map_get(&graph->class_ids, hash);
    for (uint32_t c = first; c != NONE; c = graph->classes[c].same_hash)
        if (graph->classes[c].constraint == constraint &&
            resources_equal(&graph->classes[c].demand, demand))
            return c;
    array_reserve(graph->classes, graph->class_room, graph->class_count + 1);
    uint32_t class = graph->class_count++;
    graph->classes[class] = (struct flow_class){
        .demand = *demand, .constraint = constraint, .same_hash = first, .node = NONE};
    id_map_put(&graph->class_ids, hash, class);
    return class;
}

/* One task more of the class; its node. */
uint32_t flow_enter_class(struct flow_graph *graph, uint32_t class)
{
    struct flow_class *c = &graph->classes[class];
    c->task_count++;
    if (c->node != NONE)
        return c->node;
    c->node = flow_new_node(graph, 0, FLOW_NODE_CLASS, class);
    c->listed = 0;
    c->complete = false;
    /* Classes begin their search in different places, so as not to meet on one machine. */
    if (graph->machine_count)
        c->cursor = (uint32_t)(random_mix(0, class) % graph->machine_count);
    array_reserve(graph->classes_in, graph->class_in_room, graph->class_in_count + 1);
    c->position = graph->class_in_count;
    graph->classes_in[graph->class_in_count++] = class;
    return c->node;
}

static uint64_t listing_key(uint32_t node, uint32_t machine)
{
    return (uint64_t)node << 32 | machine;
}

/* Remove the node of a class or of a rack of it; its machines' room must be counted anew. */
static void remove_lister(struct flow_graph *graph, uint32_t node)
{
    uint32_t arc = graph->network.nodes[node].first_out;
    for (; arc != NONE; arc = graph->network.arcs[arc].next_out) {
        uint32_t machine = graph->nodes[graph->network.arcs[arc].head].id;
        id_map_remove(&graph->listings, listing_key(node, machine));
        flow_mark_machine(graph, machine);
    }
    network_remove_node(&graph->network, node);
}

void flow_leave_class(struct flow_graph *graph, uint32_t class)
{
    struct flow_class *c = &graph->classes[class];
    if (--c->task_count)
        return;
    remove_lister(graph, c->node);
    c->node = NONE;
    uint32_t last = graph->classes_in[--graph->class_in_count];
    graph->classes_in[c->position] = last;
    graph->classes[last].position = c->position;
}

/* An arc from a class, or from a rack of it, to a machine that has room for it. */
static void list_machine(struct flow_graph *graph, const struct cluster *cluster, uint32_t node,
                         uint32_t class, uint32_t machine)
{
    uint32_t slots = flow_slots(graph, cluster, class, machine);
    uint64_t key = listing_key(node, machine);
    if (!slots || id_map_get(&graph->listings, key) != NONE)
        return;
    uint32_t head = flow_machine_node(graph, machine);
    id_map_put(&graph->listings, key, network_add_arc(&graph->network, node, head, 0, slots, 0));
    if (node == graph->classes[class].node)
        graph->classes[class].listed += slots;
    flow_mark_machine(graph, machine);
}

/* The class's way to a rack, or NONE. */
uint32_t flow_find_rack(const struct flow_graph *graph, uint32_t class, uint32_t rack)
{
    uint32_t id = graph->rack_first[rack];
    while (id != NONE && graph->racks[id].class != class)
        id = graph->racks[id].next;
    return id;
}

/* One task more that prefers the rack; its id. */
uint32_t flow_enter_rack(struct flow_graph *graph, const struct cluster *cluster, uint32_t class,
                         uint32_t rack)
{
    uint32_t id = flow_find_rack(graph, class, rack);
    if (id != NONE) {
        graph->racks[id].users++;
        return id;
    }
    id = graph->free_rack;
    if (id != NONE) {
        graph->free_rack = graph->racks[id].next;
    } else {
        array_reserve(graph->racks, graph->rack_room, graph->rack_count + 1);
        id = graph->rack_count++;
    }
    uint32_t node = flow_new_node(graph, 0, FLOW_NODE_RACK, id);
    graph->racks[id] = (struct flow_rack){
        .class = class, .rack = rack, .node = node, .next = graph->rack_first[rack], .users = 1};
    graph->rack_first[rack] = id;
    const struct rack_facts *facts = &cluster->racks[rack];
    for (uint32_t i = 0; i < facts->machine_count; i++)
        list_machine(graph, cluster, node, class, facts->machines[i]);
    return id;
}

void flow_leave_rack(struct flow_graph *graph, uint32_t id)
{
    struct flow_rack *rack = &graph->racks[id];
    if (--rack->users)
        return;
    remove_lister(graph, rack->node);
    rack->node = NONE;
    uint32_t *link = &graph->rack_first[rack->rack];
    while (*link != id)
        link = &graph->racks[*link].next;
    *link = rack->next;
    rack->next = graph->free_rack;
    graph->free_rack = id;
}

/* Give the arc the room that there is now; one of a class or rack goes if there is none. */
static void refresh_arc(struct flow_graph *graph, const struct cluster *cluster, uint32_t arc,
                        uint32_t machine)
{
    const struct network_arc *a = &graph->network.arcs[arc];
    struct flow_node tail = graph->nodes[a->tail];
    if (tail.kind == FLOW_NODE_TASK) {
        const struct flow_task *task = &graph->tasks[tail.id];
        flow_t room =
            arc == task->keeping_arc || flow_slots(graph, cluster, task->class, machine) > 0;
        network_change_arc(&graph->network, arc, 0, room, a->cost);
        return;
    }
    bool of_class = tail.kind == FLOW_NODE_CLASS;
    uint32_t class = of_class ? tail.id : graph->racks[tail.id].class;
    bool moved = !of_class && graph->racks[tail.id].rack != cluster->machine_facts[machine].rack;
    uint32_t slots = moved ? 0 : flow_slots(graph, cluster, class, machine);
    if (of_class)
        graph->classes[class].listed += slots - (uint64_t)a->capacity;
    if (slots) {
        network_change_arc(&graph->network, arc, 0, slots, a->cost);
        return;
    }
    id_map_remove(&graph->listings, listing_key(a->tail, machine));
    network_remove_arc(&graph->network, arc);
}

/* Must a class list every machine that can take a task of it? */
static bool lists_all(const struct flow_graph *graph)
{
    return graph->preemption || graph->mix.has_machine_units;
}

/* A class that lists all machines with room gets this one too; or it is complete no more,
 * if it has enough without. */
static void complete_listing(struct flow_graph *graph, const struct cluster *cluster,
                             uint32_t class, uint32_t machine)
{
    struct flow_class *c = &graph->classes[class];
    if (!c->complete)
        return;
    c->complete = lists_all(graph) || c->listed < graph->task_in_count;
    if (c->complete)
        list_machine(graph, cluster, c->node, class, machine);
}

/* All arcs to a machine get the room that there is now, and the racks and the complete
 * classes that do not list it yet get their arcs. */
void flow_refresh_listings(struct flow_graph *graph, const struct cluster *cluster,
                           uint32_t machine)
{
    const struct machine_facts *facts = &cluster->machine_facts[machine];
    struct resources room = cluster_machine_free(cluster, machine);
    machine_index_set(&graph->index, machine, facts->up, &room);
    const struct flow_machine *m = &graph->machines[machine];
    uint32_t arc = m->node == NONE ? NONE : graph->network.nodes[m->node].first_in;
    while (arc != NONE) {
        uint32_t next = graph->network.arcs[arc].next_in;
        refresh_arc(graph, cluster, arc, machine);
        arc = next;
    }
    if (!facts->up)
        return;
    for (uint32_t id = graph->rack_first[facts->rack]; id != NONE; id = graph->racks[id].next)
        list_machine(graph, cluster, graph->racks[id].node, graph->racks[id].class, machine);
    for (uint32_t i = 0; i < graph->class_in_count; i++)
        complete_listing(graph, cluster, graph->classes_in[i], machine);
}

/* List machines with room from the cursor on, once around, until there is room for every
 * task of the network. */
static void extend_class(struct flow_graph *graph, const struct cluster *cluster, uint32_t class)
{
    uint32_t start = graph->classes[class].cursor;
    bool around = false;
    while (graph->classes[class].listed < graph->task_in_count) {
        struct flow_class *c = &graph->classes[class];
        uint32_t machine = machine_index_next(&graph->index, &c->demand, c->cursor);
        if (machine == NONE && !around) {
            around = true;
            c->cursor = 0;
            continue;
        }
        if (machine == NONE || (around && machine >= start)) {
            c->complete = true;
            return;
        }
        c->cursor = machine + 1;
        list_machine(graph, cluster, c->node, class, machine);
    }
}

void flow_extend_classes(struct flow_graph *graph, const struct cluster *cluster)
{
    for (uint32_t i = 0; i < graph->class_in_count; i++) {
        uint32_t class = graph->classes_in[i];
        if (graph->classes[class].complete)
            continue;
        if (!lists_all(graph)) {
            extend_class(graph, cluster, class);
            continue;
        }
        for (uint32_t m = 0; m < graph->machine_count; m++)
            list_machine(graph, cluster, graph->classes[class].node, class, m);
        graph->classes[class].complete = true;
    }
}

/* The tasks that run here, and as many more as fit of the least that may come. */
static uint32_t count_units(const struct flow_graph *graph, const struct cluster *cluster,
                            uint32_t machine)
{
    const struct flow_machine *m = &graph->machines[machine];
    struct resources least = {0};
    bool any = false;
    uint32_t arc = graph->network.nodes[m->node].first_in;
    for (; arc != NONE; arc = graph->network.arcs[arc].next_in) {
        struct flow_node tail = graph->nodes[graph->network.arcs[arc].tail];
        if (graph->network.arcs[arc].capacity == 0)
            continue;
        uint32_t class = tail.id;
        if (tail.kind == FLOW_NODE_RACK)
            class = graph->racks[tail.id].class;
        if (tail.kind == FLOW_NODE_TASK) {
            if (arc == graph->tasks[tail.id].keeping_arc)
                continue;
            class = graph->tasks[tail.id].class;
        }
        const struct resources *demand = &graph->classes[class].demand;
        for (int r = 0; r < RESOURCE_COUNT; r++)
            if (!any || demand->amount[r] < least.amount[r])
                least.amount[r] = demand->amount[r];
        any = true;
    }
    struct room room;
    room_of_machine(&room, &cluster->machine_facts[machine]);
    bool takes_more = any && cluster->machine_facts[machine].up;
    return m->running_in + (takes_more ? room_fit_count(&room, &least, FLOW_FIT_MAX) : 0);
}

cost_t flow_graph_unit_cost(const struct flow_graph *graph, const struct cluster *cluster,
                            uint32_t machine, uint32_t k)
{
    if (!graph->mix.has_machine_units)
        return 0;
    const struct machine_facts *facts = &cluster->machine_facts[machine];
    uint32_t outside = facts->running - graph->machines[machine].running_in;
    return cost_mix_machine_unit(&graph->mix, facts, outside + k);
}

/* One arc to the sink, or parallel ones that cost more and more. A machine that nothing
 * leads to any more leaves the network. */
void flow_refresh_units(struct flow_graph *graph, const struct cluster *cluster, uint32_t machine)
{
    struct flow_machine *m = &graph->machines[machine];
    struct network *network = &graph->network;
    if (m->node == NONE)
        return;
    if (network->nodes[m->node].first_in == NONE) {
        network_remove_node(network, m->node);
        m->node = NONE;
        m->unit_count = 0;
        return;
    }
    uint32_t units = count_units(graph, cluster, machine);
    bool parallel = graph->mix.has_machine_units;
    uint32_t wanted = 1;
    if (parallel)
        wanted = units < graph->unit_limit ? units : graph->unit_limit;
    for (; m->unit_count > wanted; m->unit_count--)
        network_remove_arc(network, network->nodes[m->node].first_out);
    for (; m->unit_count < wanted; m->unit_count++)
        network_add_arc(network, m->node, graph->sink, 0, 0, 0);
    uint32_t arc = network->nodes[m->node].first_out;
    for (uint32_t k = 0; k < wanted; k++, arc = network->arcs[arc].next_out)
        network_change_arc(network, arc, 0, parallel ? 1 : units,
                           flow_graph_unit_cost(graph, cluster, machine, k));
}
