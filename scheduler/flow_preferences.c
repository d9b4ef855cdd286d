/* flow_preferences.c - see flow_preferences.h. */
#include "scheduler/flow_preferences.h"

#include "base/assert.h"
#include "base/memory.h"
#include "scheduler/flow_aside.h"
#include "scheduler/flow_bundles.h"
#include "scheduler/flow_classes.h"
#include "scheduler/flow_listing.h"
#include "scheduler/flow_nodes.h"

static bool same_place(const struct preference *a, const struct preference *b)
{
    return a->kind == b->kind && a->id == b->id;
}

/* The list of preferences of a machine or of a class for a rack. */
static uint32_t *place_first(struct flow_graph *graph, const struct flow_preference *preference)
{
    if (preference->rack_class == NONE)
        return &graph->machines[preference->is.id].first_preference;
    return &graph->rack_classes[preference->rack_class].first_preference;
}

/* The preference has an arc more, or less. */
static void count_arc(struct flow_graph *graph, const struct flow_preference *preference, int more)
{
    struct flow_bundle *b = &graph->bundles[preference->bundle];
    struct flow_class *class = &graph->classes[b->class];
    class->own_count -= b->own_arcs ? b->task_count : 0;
    b->own_arcs += (uint32_t)more;
    class->own_count += b->own_arcs ? b->task_count : 0;
    if (preference->rack_class != NONE)
        graph->rack_classes[preference->rack_class].arc_count += (uint32_t)more;
}

static void drop_arc(struct flow_graph *graph, struct flow_preference *preference)
{
    if (preference->arc == NONE)
        return;
    network_remove_arc(&graph->network, preference->arc);
    preference->arc = NONE;
    count_arc(graph, preference, -1);
}

static void set_arc(struct flow_graph *graph, uint32_t id, uint32_t head, flow_t room,
                    cost_t unit_cost)
{
    struct flow_preference *p = &graph->preferences[id];
    cost_t cost = p->is.cost + unit_cost;
    if (p->arc != NONE) {
        network_change_arc(&graph->network, p->arc, 0, room, cost);
        return;
    }
    uint32_t tail = graph->bundles[p->bundle].node;
    p->arc = network_add_arc(&graph->network, tail, head, 0, room, cost);
    count_arc(graph, p, 1);
}

/* Does the bundle rather run there than wait? Not known where machines add to the cost. */
static bool worth(const struct flow_graph *graph, const struct flow_preference *preference)
{
    return !flow_rests(graph) || preference->is.cost < graph->bundles[preference->bundle].waiting;
}

/* There is room where the bundle prefers to be, so it has to have a node. Gives it all the arcs
 * that its preferences are to have. */
static void show_owner(struct flow_graph *graph, const struct cluster *cluster, uint32_t id)
{
    uint32_t bundle = graph->preferences[id].bundle;
    if (graph->bundles[bundle].node != NONE)
        return;
    flow_leave_queue(graph, bundle);
    flow_show_bundle(graph, cluster, bundle);
}

/* Give the preference of a machine the arc that it is to have, by its slots. */
static void show_machine(struct flow_graph *graph, const struct cluster *cluster, uint32_t id)
{
    struct flow_preference *p = &graph->preferences[id];
    uint32_t machine = p->is.id;
    bool shown = p->slots && worth(graph, p);
    if (shown || p->arc != NONE)
        flow_mark_machine(graph, machine);
    if (!shown) {
        drop_arc(graph, p);
        return;
    }
    show_owner(graph, cluster, id);
    set_arc(graph, id, flow_machine_node(graph, machine), p->slots,
            flow_class_unit(graph, cluster, p->class, machine, 0));
}

/* Racks. */

/* What the next of a class costs on the cheapest machine of a rack that has room for it. */
static cost_t rack_unit(const struct flow_graph *graph, const struct cluster *cluster,
                        const struct flow_rack_class *rc)
{
    const struct rack_facts *facts = &cluster->racks[rc->rack];
    cost_t least = INT64_MAX;
    if (!graph->mix.has_class_units)
        return 0;
    for (uint32_t i = 0; i < facts->machine_count; i++) {
        uint32_t machine = facts->machines[i];
        if (!flow_slots(graph, cluster, rc->class, machine))
            continue;
        cost_t cost = flow_class_unit(graph, cluster, rc->class, machine, 0);
        least = cost < least ? cost : least;
    }
    return least == INT64_MAX ? 0 : least;
}

/* The arc from the class to the rack's own node. */
static void refresh_rack_arc(struct flow_graph *graph, const struct cluster *cluster, uint32_t id)
{
    const struct flow_rack_class *rc = &graph->rack_classes[id];
    uint64_t units = rc->slots < FLOW_FIT_MAX ? rc->slots : FLOW_FIT_MAX;
    if (rc->node != NONE)
        network_change_arc(&graph->network, rc->arc, 0, (flow_t)units,
                           rack_unit(graph, cluster, rc));
}

static void list_in_hub(struct flow_graph *graph, uint32_t rack, uint32_t machine, bool wanted)
{
    uint32_t node = graph->racks[rack].node;
    if (node == NONE)
        return;
    uint64_t key = flow_listing_key(node, machine);
    uint32_t arc = id_map_get(&graph->listings, key);
    if ((arc != NONE) == wanted)
        return;
    if (wanted) {
        arc = network_add_arc(&graph->network, node, flow_machine_node(graph, machine), 0,
                              FLOW_FIT_MAX, 0);
        id_map_put(&graph->listings, key, arc);
    } else {
        network_remove_arc(&graph->network, arc);
        id_map_remove(&graph->listings, key);
    }
    flow_mark_machine(graph, machine);
}

static void mark_rack(struct flow_graph *graph, const struct rack_facts *facts)
{
    for (uint32_t i = 0; i < facts->machine_count; i++)
        flow_mark_machine(graph, facts->machines[i]);
}

/* One class more leads to the rack. */
static void enter_rack(struct flow_graph *graph, const struct cluster *cluster, uint32_t id,
                       const struct resources *demand)
{
    struct flow_rack *rack = &graph->racks[id];
    const struct rack_facts *facts = &cluster->racks[id];
    bool wider = rack->class_count == 0;
    if (rack->class_count++ == 0) {
        rack->least = rack->most = *demand;
        rack->node = flow_new_node(graph, 0, FLOW_NODE_RACK, id);
        for (uint32_t i = 0; i < facts->machine_count; i++)
            list_in_hub(graph, id, facts->machines[i],
                        graph->machines[facts->machines[i]].listed.up);
    }
    wider |= resources_lower(&rack->least, demand);
    wider |= resources_raise(&rack->most, demand);
    if (wider)
        mark_rack(graph, facts);
}

static void leave_rack(struct flow_graph *graph, uint32_t id)
{
    struct flow_rack *rack = &graph->racks[id];
    if (--rack->class_count)
        return;
    flow_remove_lister(graph, rack->node);
    rack->node = NONE;
}

/* The class's node comes, or goes, when nothing leads to it any more. */
static void add_rack_class_node(struct flow_graph *graph, const struct cluster *cluster,
                                uint32_t id)
{
    struct flow_rack_class *rc = &graph->rack_classes[id];
    enter_rack(graph, cluster, rc->rack, &graph->classes[rc->class].facts.demand);
    rc->node = flow_new_node(graph, 0, FLOW_NODE_RACK_CLASS, id);
    rc->arc =
        network_add_arc(&graph->network, rc->node, graph->racks[rc->rack].node, 0, FLOW_FIT_MAX, 0);
    refresh_rack_arc(graph, cluster, id);
}

static void remove_rack_class_node(struct flow_graph *graph, uint32_t id)
{
    struct flow_rack_class *rc = &graph->rack_classes[id];
    if (rc->node == NONE || rc->arc_count)
        return;
    network_remove_node(&graph->network, rc->node);
    rc->node = NONE;
    leave_rack(graph, rc->rack);
}

/* Likewise the preference of a rack. */
static void show_rack(struct flow_graph *graph, const struct cluster *cluster, uint32_t id)
{
    struct flow_preference *p = &graph->preferences[id];
    uint32_t class = p->rack_class;
    if (!graph->rack_classes[class].slots || !worth(graph, p)) {
        drop_arc(graph, p);
        remove_rack_class_node(graph, class);
        return;
    }
    if (graph->rack_classes[class].node == NONE)
        add_rack_class_node(graph, cluster, class);
    show_owner(graph, cluster, id);
    set_arc(graph, id, graph->rack_classes[class].node, FLOW_FIT_MAX, 0);
}

/* A class has room in a rack, where it had none, or none any more. */
static void show_rack_class(struct flow_graph *graph, const struct cluster *cluster, uint32_t id)
{
    uint32_t p = graph->rack_classes[id].first_preference;
    for (; p != NONE; p = graph->preferences[p].place_next)
        show_rack(graph, cluster, p);
}

static uint32_t intern_rack_class(struct flow_graph *graph, const struct cluster *cluster,
                                  uint32_t class, uint32_t rack)
{
    uint64_t key = (uint64_t) class << 32 | rack;
    uint32_t id = id_map_get(&graph->rack_class_ids, key);
    if (id != NONE)
        return id;
    id = graph->free_rack_class;
    if (id != NONE) {
        graph->free_rack_class = graph->rack_classes[id].next;
    } else {
        array_reserve(graph->rack_classes, graph->rack_class_room, graph->rack_class_count + 1);
        id = graph->rack_class_count++;
    }
    id_map_put(&graph->rack_class_ids, key, id);
    uint32_t first = graph->racks[rack].first_class;
    struct flow_rack_class *rc = &graph->rack_classes[id];
    *rc = (struct flow_rack_class){.class = class,
                                   .rack = rack,
                                   .node = NONE,
                                   .first_preference = NONE,
                                   .next = first,
                                   .previous = NONE};
    if (first != NONE)
        graph->rack_classes[first].previous = id;
    graph->racks[rack].first_class = id;
    const struct rack_facts *facts = &cluster->racks[rack];
    const struct task_facts *class_facts = &graph->classes[class].facts;
    for (uint32_t i = 0; i < facts->machine_count; i++)
        if (graph->machines[facts->machines[i]].listed.rack == rack)
            rc->slots +=
                flow_room_slots(cluster, class_facts, &graph->machines[facts->machines[i]].listed);
    return id;
}

static void free_rack_class(struct flow_graph *graph, uint32_t id)
{
    struct flow_rack_class *rc = &graph->rack_classes[id];
    id_map_remove(&graph->rack_class_ids, (uint64_t)rc->class << 32 | rc->rack);
    if (rc->previous == NONE)
        graph->racks[rc->rack].first_class = rc->next;
    else
        graph->rack_classes[rc->previous].next = rc->next;
    if (rc->next != NONE)
        graph->rack_classes[rc->next].previous = rc->previous;
    rc->next = graph->free_rack_class;
    graph->free_rack_class = id;
}

/* Bundles. */

/* Give a preference the arc that it is to have now. */
static void show(struct flow_graph *graph, const struct cluster *cluster, uint32_t id)
{
    if (graph->preferences[id].rack_class == NONE)
        show_machine(graph, cluster, id);
    else
        show_rack(graph, cluster, id);
}

void flow_show_preferences(struct flow_graph *graph, const struct cluster *cluster, uint32_t bundle)
{
    struct flow_bundle *b = &graph->bundles[bundle];
    uint32_t id = b->first_preference;
    b->next_place = INT64_MAX;
    for (; id != NONE; id = graph->preferences[id].next) {
        cost_t cost = graph->preferences[id].is.cost;
        show(graph, cluster, id);
        if (cost >= b->waiting && cost < b->next_place)
            b->next_place = cost;
    }
}

/* The first of a bundle's preferences. */
static void add_preference(struct flow_graph *graph, const struct cluster *cluster, uint32_t bundle,
                           const struct preference *is)
{
    uint32_t id = graph->free_preference;
    uint32_t class = graph->bundles[bundle].class;
    bool of_rack = is->kind == PREFERENCE_RACK;
    uint32_t rack_class = of_rack ? intern_rack_class(graph, cluster, class, is->id) : NONE;
    if (id != NONE) {
        graph->free_preference = graph->preferences[id].next;
    } else {
        array_reserve(graph->preferences, graph->preference_room, graph->preference_count + 1);
        id = graph->preference_count++;
    }
    struct flow_preference *p = &graph->preferences[id];
    *p = (struct flow_preference){
        .is = *is, .bundle = bundle, .class = class, .rack_class = rack_class, .arc = NONE};
    uint32_t *first = place_first(graph, p);
    p->place_next = *first;
    p->place_previous = NONE;
    if (*first != NONE)
        graph->preferences[*first].place_previous = id;
    *first = id;
    p->next = graph->bundles[bundle].first_preference;
    graph->bundles[bundle].first_preference = id;
    if (!of_rack)
        p->slots = flow_slots(graph, cluster, class, is->id);
}

static void drop_preference(struct flow_graph *graph, uint32_t id)
{
    struct flow_preference *p = &graph->preferences[id];
    drop_arc(graph, p);
    if (p->place_previous == NONE)
        *place_first(graph, p) = p->place_next;
    else
        graph->preferences[p->place_previous].place_next = p->place_next;
    if (p->place_next != NONE)
        graph->preferences[p->place_next].place_previous = p->place_previous;
    if (p->rack_class == NONE)
        flow_mark_machine(graph, p->is.id);
    else
        remove_rack_class_node(graph, p->rack_class);
    if (p->rack_class != NONE && graph->rack_classes[p->rack_class].first_preference == NONE)
        free_rack_class(graph, p->rack_class);
    p->next = graph->free_preference;
    graph->free_preference = id;
}

void flow_drop_preferences(struct flow_graph *graph, uint32_t bundle)
{
    struct flow_bundle *b = &graph->bundles[bundle];
    while (b->first_preference != NONE) {
        uint32_t id = b->first_preference;
        b->first_preference = graph->preferences[id].next;
        drop_preference(graph, id);
    }
}

/* Does the bundle prefer the same places as before? Then they get their new costs. */
static bool reprice(struct flow_graph *graph, const struct cluster *cluster, uint32_t bundle,
                    const struct preference *wanted, uint32_t count)
{
    uint32_t id = graph->bundles[bundle].first_preference;
    uint32_t i = 0;
    for (; i < count && id != NONE; i++, id = graph->preferences[id].next)
        if (!same_place(&wanted[i], &graph->preferences[id].is))
            return false;
    if (i < count || id != NONE)
        return false;
    id = graph->bundles[bundle].first_preference;
    for (i = 0; i < count; i++, id = graph->preferences[id].next) {
        struct flow_preference *p = &graph->preferences[id];
        p->is.cost = wanted[i].cost;
    }
    flow_show_preferences(graph, cluster, bundle);
    return true;
}

void flow_set_preferences(struct flow_graph *graph, const struct cluster *cluster, uint32_t bundle,
                          const struct task_facts *facts, const struct cluster_facts *all)
{
    struct preference wanted[PREFERENCES_MAX];
    uint32_t count = 0;
    if (!graph->mix.prefers || !facts->block_count)
        return;
    uint32_t found = cost_mix_preferences(&graph->mix, facts, all, wanted);
    for (uint32_t i = 0; i < found; i++) /* its own machine has an arc of its own */
        if (wanted[i].kind != PREFERENCE_MACHINE || wanted[i].id != facts->machine)
            wanted[count++] = wanted[i];
    if (reprice(graph, cluster, bundle, wanted, count))
        return;
    flow_drop_preferences(graph, bundle);
    while (count-- > 0)
        add_preference(graph, cluster, bundle, &wanted[count]);
    flow_show_preferences(graph, cluster, bundle);
}

/* A machine of the rack has other room than it had. */
static void refresh_rack(struct flow_graph *graph, const struct cluster *cluster,
                         const struct flow_room *before, const struct flow_room *now)
{
    uint32_t id = graph->racks[now->rack].first_class;
    for (; id != NONE; id = graph->rack_classes[id].next) {
        struct flow_rack_class *rc = &graph->rack_classes[id];
        const struct task_facts *facts = &graph->classes[rc->class].facts;
        uint32_t had = flow_room_slots(cluster, facts, before);
        uint32_t has = flow_room_slots(cluster, facts, now);
        if (had == has && !(graph->mix.has_class_units && rc->slots))
            continue;
        bool had_slots = rc->slots > 0;
        rc->slots += (uint64_t)has - had;
        if (had_slots == (rc->slots > 0))
            refresh_rack_arc(graph, cluster, id);
        else
            show_rack_class(graph, cluster, id);
    }
}

void flow_refresh_preferences(struct flow_graph *graph, const struct cluster *cluster,
                              uint32_t machine, const struct flow_room *before)
{
    const struct flow_room *now = &graph->machines[machine].listed;
    uint32_t p = graph->machines[machine].first_preference;
    for (; p != NONE; p = graph->preferences[p].place_next) {
        graph->preferences[p].slots =
            flow_slots(graph, cluster, graph->preferences[p].class, machine);
        show_machine(graph, cluster, p);
    }
    if (before->rack != now->rack && before->rack != NONE) {
        const struct flow_room gone = {.rack = before->rack};
        list_in_hub(graph, before->rack, machine, false);
        refresh_rack(graph, cluster, before, &gone);
    }
    if (now->rack == NONE)
        return;
    const struct flow_room none = {.rack = now->rack};
    refresh_rack(graph, cluster, before->rack == now->rack ? before : &none, now);
    list_in_hub(graph, now->rack, machine, now->up);
}
