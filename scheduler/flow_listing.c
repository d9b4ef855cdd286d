/* flow_listing.c - see flow_listing.h. */
#include "scheduler/flow_listing.h"

#include "base/memory.h"
#include "scheduler/flow_aside.h"
#include "scheduler/flow_bundles.h"
#include "scheduler/flow_classes.h"
#include "scheduler/flow_nodes.h"
#include "scheduler/flow_plan.h"
#include "scheduler/flow_preferences.h"

/* Units that classes list together, as a rule. Where thousands of tasks of hundreds of classes
 * may be placed at once, all that the argument of flow_listing.h asks for are millions of
 * arcs and gigabytes. */
#define LISTED_MAX (1u << 18)

/* A class that lists so many times what it needs lists anew. */
#define MUCH 16

/* Classes that are remembered: more than the kinds of demands that a trace has at a time. */
#define REMEMBERED_MAX 1024

/* Do machines differ in what they cost a class? */
static bool priced(const struct flow_graph *graph)
{
    return graph->mix.has_class_units || graph->mix.has_machine_units;
}

/* Machines of equal cost are taken in turn from the class's own place on. */
static uint32_t rank(const struct flow_class *class, uint32_t machine)
{
    return machine - class->cursor;
}

cost_t flow_class_unit(const struct flow_graph *graph, const struct cluster *cluster,
                       uint32_t class, uint32_t machine, uint32_t k)
{
    if (!graph->mix.has_class_units)
        return 0;
    uint32_t planned = flow_planned_units(&graph->machines[machine], class);
    return cost_mix_class_unit(&graph->mix, &graph->classes[class].facts,
                               &cluster->machine_facts[machine], planned + k);
}

/* What the k-th unit costs from the class to the sink. */
static cost_t whole_unit(const struct flow_graph *graph, const struct cluster *cluster,
                         uint32_t class, uint32_t machine, uint32_t k)
{
    return flow_class_unit(graph, cluster, class, machine, k) +
           flow_graph_unit_cost(graph, cluster, machine, k);
}

cost_t flow_graph_place_cost(const struct flow_graph *graph, const struct cluster *cluster,
                             uint32_t class, uint32_t machine)
{
    return whole_unit(graph, cluster, class, machine, 0);
}

/* Of `slots` units, how many are within the class's limit? */
static uint32_t within_limit(const struct flow_graph *graph, const struct cluster *cluster,
                             uint32_t class, uint32_t machine, uint32_t slots)
{
    const struct flow_class *c = &graph->classes[class];
    if (c->complete)
        return slots;
    uint32_t units = 0;
    while (units < slots) {
        cost_t cost = whole_unit(graph, cluster, class, machine, units);
        if (cost > c->limit_cost || (cost == c->limit_cost && rank(c, machine) > c->limit_rank))
            break;
        units++;
    }
    return units;
}

/* How many units is the class to have on the machine, as it lists it? */
static uint32_t wanted_units(struct flow_graph *graph, const struct cluster *cluster,
                             uint32_t class, uint32_t machine)
{
    uint32_t slots = flow_slots(graph, cluster, class, machine);
    if (!priced(graph))
        return slots;
    if (slots > graph->unit_limit) {
        slots = graph->unit_limit;
        graph->classes[class].capped = true;
    }
    return graph->list_all ? slots : within_limit(graph, cluster, class, machine, slots);
}

/* The arcs of one listing, from the first on, while they are made what they are to be. */
struct listing {
    uint32_t node, head;
    uint32_t first, last; /* arcs that are right already */
    uint32_t rest;        /* those that are not yet */
    uint64_t units_before;
};

static void set_arc(struct flow_graph *graph, struct listing *listing, uint32_t units, cost_t cost)
{
    uint32_t arc = listing->rest;
    if (arc == NONE) {
        arc = network_add_arc(&graph->network, listing->node, listing->head, 0, units, cost);
        array_reserve(graph->arc_siblings, graph->arc_sibling_room, (size_t)arc + 1);
    } else {
        listing->units_before += (uint64_t)graph->network.arcs[arc].capacity;
        listing->rest = graph->arc_siblings[arc];
        network_change_arc(&graph->network, arc, 0, units, cost);
    }
    graph->arc_siblings[arc] = NONE;
    if (listing->first == NONE)
        listing->first = arc;
    else
        graph->arc_siblings[listing->last] = arc;
    listing->last = arc;
}

/* Units of equal cost make one arc. */
static void set_arcs(struct flow_graph *graph, const struct cluster *cluster,
                     struct listing *listing, uint32_t class, uint32_t machine, uint32_t units)
{
    uint32_t run = 0;
    cost_t run_cost = 0;
    if (!graph->mix.has_class_units) {
        if (units)
            set_arc(graph, listing, units, 0);
        return;
    }
    for (uint32_t k = 0; k < units; k++) {
        cost_t cost = flow_class_unit(graph, cluster, class, machine, k);
        if (run && cost != run_cost) {
            set_arc(graph, listing, run, run_cost);
            run = 0;
        }
        run_cost = cost;
        run++;
    }
    if (run)
        set_arc(graph, listing, run, run_cost);
}

static void drop_rest(struct flow_graph *graph, struct listing *listing)
{
    while (listing->rest != NONE) {
        uint32_t arc = listing->rest;
        listing->rest = graph->arc_siblings[arc];
        listing->units_before += (uint64_t)graph->network.arcs[arc].capacity;
        network_remove_arc(&graph->network, arc);
    }
}

/* Bring the arcs from a class to a machine up to date: as many units as are to be listed now.
 * O(units). */
static void list_machine(struct flow_graph *graph, const struct cluster *cluster, uint32_t class,
                         uint32_t machine)
{
    uint32_t node = graph->classes[class].node;
    uint64_t key = flow_listing_key(node, machine);
    uint32_t units = wanted_units(graph, cluster, class, machine);
    uint32_t old = id_map_get(&graph->listings, key);
    if (!units && old == NONE)
        return;
    struct listing listing = {.node = node, .first = NONE, .last = NONE, .rest = old};
    if (units)
        listing.head = flow_machine_node(graph, machine);
    set_arcs(graph, cluster, &listing, class, machine, units);
    drop_rest(graph, &listing);
    if (!units)
        id_map_remove(&graph->listings, key);
    else if (listing.first != old)
        id_map_put(&graph->listings, key, listing.first);
    graph->classes[class].listed += units - listing.units_before;
    flow_mark_machine(graph, machine);
}

/* The classes that list the machine; and what keeps tasks there may cost something else. */
static void collect_listers(struct flow_graph *graph, const struct cluster *cluster,
                            uint32_t machine)
{
    uint32_t node = graph->machines[machine].node;
    uint32_t arc = node == NONE ? NONE : graph->network.nodes[node].first_in;
    graph->listers.count = 0;
    for (; arc != NONE; arc = graph->network.arcs[arc].next_in) {
        uint32_t tail = graph->network.arcs[arc].tail;
        if (graph->nodes[tail].kind == FLOW_NODE_BUNDLE)
            flow_reprice_keeping(graph, cluster, graph->nodes[tail].id);
        if (graph->nodes[tail].kind != FLOW_NODE_CLASS ||
            id_map_get(&graph->listings, flow_listing_key(tail, machine)) != arc)
            continue; /* the second of parallel arcs */
        id_list_add(&graph->listers, graph->nodes[tail].id);
    }
}

/* So many units does the class have to list: `placeable` of them, but not more than its part of
 * all that may be listed, unless it has many tasks itself. */
static uint64_t needed(const struct flow_graph *graph, const struct flow_class *class)
{
    uint64_t part = LISTED_MAX / (graph->classes_in.count + 1);
    uint64_t own = 2 * flow_class_demand(graph, class) + 16;
    uint64_t most = own > part ? own : part;
    return graph->placeable < most ? graph->placeable : most;
}

/* Does a class that does not list the machine yet have to? */
static bool joins(struct flow_graph *graph, struct flow_class *class, const struct resources *room)
{
    if (!graph->list_all && !resources_fit(&class->facts.demand, room))
        return false;
    if (priced(graph))
        return class->complete || class->limit_cost != INT64_MIN;
    if (!class->complete)
        return false;
    class->complete = graph->list_all || class->listed < needed(graph, class);
    return class->complete;
}

/* The rack has a machine more, or less, that takes tasks. */
static void count_up(struct flow_graph *graph, uint32_t rack, int more)
{
    struct flow_rack *r = &graph->racks[rack];
    graph->racks_came |= r->up_count == 0;
    r->up_count += (uint32_t)more;
    graph->racks_came |= r->up_count == 0;
}

static bool same_room(const struct flow_room *a, const struct flow_room *b)
{
    bool same = a->running == b->running && a->rack == b->rack && a->labels == b->labels &&
                a->up == b->up && resources_equal(&a->room.free, &b->room.free) &&
                a->room.devices.count == b->room.devices.count;
    for (uint32_t d = 0; same && d < a->room.devices.count; d++)
        same = a->room.devices.free[d] == b->room.devices.free[d];
    return same;
}

void flow_look(struct flow_graph *graph, const struct cluster *cluster, uint32_t machine)
{
    const struct machine_facts *facts = &cluster->machine_facts[machine];
    struct flow_machine *m = &graph->machines[machine];
    struct flow_room before = m->listed;
    m->listed.running = m->running_in;
    m->listed.rack = facts->rack;
    m->listed.labels = facts->labels;
    m->listed.up = facts->up;
    if (!m->in_plan)
        room_of_machine(&m->listed.room, facts);
    machine_index_set(&graph->index, machine, facts->up, &m->listed.room.free);
    if (same_room(&before, &m->listed)) /* a machine never looked at has no rack there */
        return;
    if (before.up)
        count_up(graph, before.rack, -1);
    if (facts->up)
        count_up(graph, facts->rack, 1);
    flow_refresh_preferences(graph, cluster, machine, &before);
}

/* As many are noted as it is worth to look at again. */
static void note_refreshed(struct flow_graph *graph, uint32_t machine)
{
    if (graph->refreshed_room < graph->machine_count / 4 + 1) {
        array_reserve(graph->refreshed, graph->refreshed_room, graph->machine_count / 4 + 1);
        graph->refreshed_count += graph->refreshed_room; /* what was noted is elsewhere now */
    }
    graph->refreshed[graph->refreshed_count++ % graph->refreshed_room] = machine;
}

void flow_refresh_listings(struct flow_graph *graph, const struct cluster *cluster,
                           uint32_t machine)
{
    flow_look(graph, cluster, machine);
    note_refreshed(graph, machine);
    collect_listers(graph, cluster, machine);
    for (uint32_t i = 0; i < graph->listers.count; i++)
        list_machine(graph, cluster, graph->listers.ids[i], machine);
    if (!graph->machines[machine].listed.up)
        return;
    struct resources free = graph->machines[machine].listed.room.free;
    for (uint32_t i = 0; i < graph->classes_in.count; i++)
        if (joins(graph, &graph->classes[graph->classes_in.ids[i]], &free))
            list_machine(graph, cluster, graph->classes_in.ids[i], machine);
}

void flow_count_placeable(struct flow_graph *graph)
{
    graph->placeable = 0;
    for (uint32_t i = 0; i < graph->classes_in.count; i++) {
        const struct flow_class *class = &graph->classes[graph->classes_in.ids[i]];
        uint64_t demand = flow_class_demand(graph, class);
        uint64_t most = class->listed + class->own_count;
        bool less = class->complete && !class->capped && most < demand;
        graph->placeable += less ? most : demand;
    }
}

/* Many more than it needs are listed, which cost every solve: begin anew from the cursor on. */
static void list_fewer(struct flow_graph *graph, uint32_t class)
{
    struct flow_class *c = &graph->classes[class];
    uint32_t arc = graph->network.nodes[c->node].first_out;
    while (arc != NONE) {
        uint32_t machine = graph->nodes[graph->network.arcs[arc].head].id;
        uint32_t next = graph->network.arcs[arc].next_out;
        id_map_remove(&graph->listings, flow_listing_key(c->node, machine));
        flow_mark_machine(graph, machine);
        network_remove_arc(&graph->network, arc);
        arc = next;
    }
    c->listed = 0;
    c->complete = false;
}

/* List machines with room from the cursor on, once around, until there is enough. */
static void list_in_turn(struct flow_graph *graph, const struct cluster *cluster, uint32_t class,
                         uint64_t enough)
{
    struct flow_class *c = &graph->classes[class];
    uint32_t start = c->cursor;
    bool around = false;
    while (c->listed < enough) {
        uint32_t machine = machine_index_next(&graph->index, &c->facts.demand, c->cursor);
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
        list_machine(graph, cluster, class, machine);
    }
}

static void unlink_remembered(struct flow_graph *graph, uint32_t class)
{
    const struct flow_class *c = &graph->classes[class];
    if (c->older == NONE)
        graph->oldest_class = c->newer;
    else
        graph->classes[c->older].newer = c->newer;
    if (c->newer == NONE)
        graph->newest_class = c->older;
    else
        graph->classes[c->newer].older = c->older;
    graph->remembered_count--;
}

bool flow_remember(struct flow_graph *graph, uint32_t class)
{
    struct flow_class *c = &graph->classes[class];
    if (!priced(graph) || graph->list_all || c->complete || c->limit_cost == INT64_MIN)
        return false;
    if (!c->recalled) { /* otherwise what was known before still is */
        c->known.count = 0;
        c->known_at = graph->refreshed_count;
        uint32_t arc = graph->network.nodes[c->node].first_out;
        for (; arc != NONE; arc = graph->network.arcs[arc].next_out)
            id_list_add(&c->known, graph->nodes[graph->network.arcs[arc].head].id);
    }
    c->older = graph->newest_class;
    c->newer = NONE;
    if (c->older == NONE)
        graph->oldest_class = class;
    else
        graph->classes[c->older].newer = class;
    graph->newest_class = class;
    if (++graph->remembered_count <= REMEMBERED_MAX)
        return true;
    uint32_t oldest = graph->oldest_class;
    unlink_remembered(graph, oldest);
    flow_free_class(graph, oldest);
    return true;
}

void flow_recall(struct flow_graph *graph, uint32_t class)
{
    unlink_remembered(graph, class);
    graph->classes[class].recalled = true;
}

/* A class that came back lists what it listed, and what has changed since, as far as that is
 * within its limit. */
static void list_known(struct flow_graph *graph, const struct cluster *cluster, uint32_t class)
{
    struct flow_class *c = &graph->classes[class];
    c->recalled = false;
    if (graph->refreshed_count - c->known_at > graph->refreshed_room) {
        c->limit_cost = INT64_MIN; /* too long ago */
        return;
    }
    for (uint32_t i = 0; i < c->known.count; i++)
        list_machine(graph, cluster, class, c->known.ids[i]);
    for (uint64_t i = c->known_at; i < graph->refreshed_count; i++)
        list_machine(graph, cluster, class, graph->refreshed[i % graph->refreshed_room]);
}

/* Keep the unit, if it is among the `count` cheapest: the dearest is on top. */
static bool offer(struct heap *offers, uint32_t count, cost_t cost, uint32_t rank, uint32_t machine)
{
    const struct heap_entry *top = heap_top(offers);
    uint64_t tie = UINT32_MAX - rank;
    if (offers->count == count) {
        if (-cost < top->key || (-cost == top->key && tie < top->tie))
            return false;
        heap_pop(offers);
    }
    heap_push(offers, -cost, tie, machine);
    return true;
}

/* More than needed, so that it lasts a while. */
static uint32_t offer_count(const struct flow_graph *graph, const struct flow_class *class)
{
    uint64_t count = 2 * needed(graph, class) + 16;
    return count < UINT32_MAX ? (uint32_t)count : UINT32_MAX;
}

/* Offer the class's units on a machine, until one is too dear. False: so one was. */
static bool offer_machine(struct flow_graph *graph, const struct cluster *cluster, uint32_t class,
                          uint32_t machine, uint32_t count)
{
    uint32_t place = rank(&graph->classes[class], machine);
    uint32_t slots = flow_slots(graph, cluster, class, machine);
    slots = slots < graph->unit_limit ? slots : graph->unit_limit;
    for (uint32_t k = 0; k < slots; k++)
        if (!offer(&graph->offers, count, whole_unit(graph, cluster, class, machine, k), place,
                   machine))
            return false;
    return true;
}

/* Set the class's limit so that it lists the cheapest units, enough of them; and list these.
 * O(machines). */
static void list_cheapest(struct flow_graph *graph, const struct cluster *cluster, uint32_t class)
{
    struct flow_class *c = &graph->classes[class];
    uint32_t count = offer_count(graph, c);
    struct heap *offers = &graph->offers;
    heap_clear(offers);
    c->complete = true;
    uint32_t machine = machine_index_next(&graph->index, &c->facts.demand, 0);
    for (; machine != NONE;
         machine = machine_index_next(&graph->index, &c->facts.demand, machine + 1))
        c->complete &= offer_machine(graph, cluster, class, machine, count);
    c->complete &= offers->count < count;
    c->limit_cost = INT64_MAX;
    if (!c->complete) {
        c->limit_cost = -heap_top(offers)->key;
        c->limit_rank = UINT32_MAX - (uint32_t)heap_top(offers)->tie;
    }
    uint32_t last = NONE; /* a machine's units often come one after the other */
    for (uint32_t i = 0; i < offers->count; i++) {
        if (offers->entries[i].item != last)
            list_machine(graph, cluster, class, offers->entries[i].item);
        last = offers->entries[i].item;
    }
}

static void list_everywhere(struct flow_graph *graph, const struct cluster *cluster, uint32_t class)
{
    for (uint32_t m = 0; m < graph->machine_count; m++)
        list_machine(graph, cluster, class, m);
    graph->classes[class].complete = true;
}

/* A class that can be placed nowhere, or only a few of its tasks, is to count as such before others
 * list units for all of them. */
static void list_own(struct flow_graph *graph, const struct cluster *cluster)
{
    for (uint32_t i = 0; i < graph->classes_in.count; i++) {
        uint32_t class = graph->classes_in.ids[i];
        const struct flow_class *c = &graph->classes[class];
        uint64_t demand = flow_class_demand(graph, c);
        if (!c->complete && c->listed < demand)
            list_in_turn(graph, cluster, class, demand);
    }
    flow_count_placeable(graph);
}

void flow_extend_classes(struct flow_graph *graph, const struct cluster *cluster)
{
    graph->bounded = true;
    if (!graph->list_all && !priced(graph))
        list_own(graph, cluster);
    for (uint32_t i = 0; i < graph->classes_in.count; i++) {
        uint32_t class = graph->classes_in.ids[i];
        const struct flow_class *c = &graph->classes[class];
        if (c->recalled)
            list_known(graph, cluster, class);
        if (!graph->list_all && !priced(graph) && c->listed > MUCH * needed(graph, c) + MUCH)
            list_fewer(graph, class);
        bool sure = !priced(graph) || c->limit_cost != INT64_MIN; /* that no other is cheaper */
        bool enough = c->complete || (!graph->list_all && sure && c->listed >= needed(graph, c));
        if (!enough && graph->list_all)
            list_everywhere(graph, cluster, class);
        else if (!enough && priced(graph))
            list_cheapest(graph, cluster, class);
        else if (!enough)
            list_in_turn(graph, cluster, class, needed(graph, c));
        graph->bounded &= c->complete || c->listed >= graph->placeable;
    }
}
