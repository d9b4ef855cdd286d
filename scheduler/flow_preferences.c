/* flow_preferences.c - see flow_preferences.h. */
#include "scheduler/flow_preferences.h"

#include "base/assert.h"
#include "base/memory.h"
#include "scheduler/flow_aside.h"
#include "scheduler/flow_bundles.h"
#include "scheduler/flow_classes.h"
#include "scheduler/flow_listing.h"
#include "scheduler/flow_nodes.h"
#include "scheduler/flow_racks.h"

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

void flow_drop_own_arc(struct flow_graph *graph, struct flow_preference *preference)
{
    if (preference->arc == NONE)
        return;
    if (preference->rack_class == NONE)
        graph->classes[preference->class].machine_units -=
            (uint64_t)graph->network.arcs[preference->arc].capacity;
    network_remove_arc(&graph->network, preference->arc);
    preference->arc = NONE;
    count_arc(graph, preference, -1);
}

void flow_set_own_arc(struct flow_graph *graph, uint32_t id, uint32_t head, flow_t room,
                      cost_t unit_cost)
{
    struct flow_preference *p = &graph->preferences[id];
    cost_t cost = p->is.cost + unit_cost;
    flow_t had = p->arc == NONE ? 0 : graph->network.arcs[p->arc].capacity;
    if (p->rack_class == NONE)
        graph->classes[p->class].machine_units += (uint64_t)(room - had);
    if (p->arc != NONE) {
        network_change_arc(&graph->network, p->arc, 0, room, cost);
        return;
    }
    uint32_t tail = graph->bundles[p->bundle].node;
    p->arc = network_add_arc(&graph->network, tail, head, 0, room, cost);
    count_arc(graph, p, 1);
}

bool flow_is_worth(const struct flow_graph *graph, const struct flow_preference *preference)
{
    return !flow_rests(graph) || preference->is.cost < graph->bundles[preference->bundle].waiting;
}

void flow_show_owner(struct flow_graph *graph, const struct cluster *cluster, uint32_t id)
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
    bool shown = p->slots && flow_is_worth(graph, p);
    if (shown || p->arc != NONE)
        flow_mark_machine(graph, machine);
    if (!shown) {
        flow_drop_own_arc(graph, p);
        return;
    }
    flow_show_owner(graph, cluster, id);
    flow_set_own_arc(graph, id, flow_machine_node(graph, machine), p->slots,
                     flow_class_unit(graph, cluster, p->class, machine, 0));
}

/* Give a preference the arc that it is to have now. */
static void show(struct flow_graph *graph, const struct cluster *cluster, uint32_t id)
{
    const struct flow_preference *p = &graph->preferences[id];
    if (p->rack_class == NONE)
        show_machine(graph, cluster, id);
    else
        flow_mark_rack_class(graph, p->rack_class);
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
    uint32_t rack_class = of_rack ? flow_intern_rack_class(graph, cluster, class, is->id) : NONE;
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
    if (of_rack)
        graph->rack_classes[rack_class].preference_count++;
    else
        p->slots = flow_slots(graph, cluster, class, is->id);
}

static void drop_preference(struct flow_graph *graph, uint32_t id)
{
    struct flow_preference *p = &graph->preferences[id];
    flow_drop_own_arc(graph, p);
    if (p->place_previous == NONE)
        *place_first(graph, p) = p->place_next;
    else
        graph->preferences[p->place_previous].place_next = p->place_next;
    if (p->place_next != NONE)
        graph->preferences[p->place_next].place_previous = p->place_previous;
    if (p->rack_class == NONE) {
        flow_mark_machine(graph, p->is.id);
    } else {
        graph->rack_classes[p->rack_class].preference_count--;
        if (graph->rack_classes[p->rack_class].withheld) /* another one may take its place */
            flow_mark_rack_class(graph, p->rack_class);
        flow_drop_rack_class(graph, p->rack_class);
    }
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
    if (before->rack != now->rack && before->rack != NONE)
        flow_refresh_rack(graph, cluster, machine, before,
                          &(struct flow_room){.rack = before->rack});
    if (now->rack == NONE)
        return;
    const struct flow_room none = {.rack = now->rack};
    flow_refresh_rack(graph, cluster, machine, before->rack == now->rack ? before : &none, now);
}
