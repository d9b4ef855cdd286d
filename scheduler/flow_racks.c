/* flow_racks.c - see flow_racks.h. */
#include "scheduler/flow_racks.h"

#include "base/memory.h"
#include "scheduler/flow_aside.h"
#include "scheduler/flow_classes.h"
#include "scheduler/flow_listing.h"
#include "scheduler/flow_nodes.h"
#include "scheduler/flow_preferences.h"

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
static void add_node(struct flow_graph *graph, const struct cluster *cluster, uint32_t id)
{
    struct flow_rack_class *rc = &graph->rack_classes[id];
    enter_rack(graph, cluster, rc->rack, &graph->classes[rc->class].facts.demand);
    rc->node = flow_new_node(graph, 0, FLOW_NODE_RACK_CLASS, id);
    rc->arc =
        network_add_arc(&graph->network, rc->node, graph->racks[rc->rack].node, 0, FLOW_FIT_MAX, 0);
}

static void remove_node(struct flow_graph *graph, struct flow_rack_class *rc)
{
    if (rc->node == NONE || rc->arc_count)
        return;
    network_remove_node(&graph->network, rc->node);
    rc->node = NONE;
    leave_rack(graph, rc->rack);
}

void flow_mark_rack_class(struct flow_graph *graph, uint32_t id)
{
    struct flow_rack_class *rc = &graph->rack_classes[id];
    if (rc->marked)
        return;
    rc->marked = true;
    id_list_add(&graph->marked_rack_classes, id);
}

uint32_t flow_intern_rack_class(struct flow_graph *graph, const struct cluster *cluster,
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
    uint32_t class_first = graph->classes[class].first_rack_class;
    struct flow_rack_class *rc = &graph->rack_classes[id];
    *rc = (struct flow_rack_class){.class = class,
                                   .rack = rack,
                                   .node = NONE,
                                   .first_preference = NONE,
                                   .next = first,
                                   .previous = NONE,
                                   .class_next = class_first,
                                   .class_previous = NONE};
    if (first != NONE)
        graph->rack_classes[first].previous = id;
    if (class_first != NONE)
        graph->rack_classes[class_first].class_previous = id;
    graph->racks[rack].first_class = id;
    graph->classes[class].first_rack_class = id;
    const struct rack_facts *facts = &cluster->racks[rack];
    const struct task_facts *class_facts = &graph->classes[class].facts;
    for (uint32_t i = 0; i < facts->machine_count; i++)
        if (graph->machines[facts->machines[i]].listed.rack == rack)
            rc->slots +=
                flow_room_slots(cluster, class_facts, &graph->machines[facts->machines[i]].listed);
    graph->classes[class].rack_slots += rc->slots;
    return id;
}

void flow_drop_rack_class(struct flow_graph *graph, uint32_t id)
{
    struct flow_rack_class *rc = &graph->rack_classes[id];
    remove_node(graph, rc);
    if (rc->first_preference != NONE)
        return;
    struct flow_class *class = &graph->classes[rc->class];
    class->rack_slots -= rc->slots;
    rc->marked = false;
    id_map_remove(&graph->rack_class_ids, (uint64_t)rc->class << 32 | rc->rack);
    if (rc->previous == NONE)
        graph->racks[rc->rack].first_class = rc->next;
    else
        graph->rack_classes[rc->previous].next = rc->next;
    if (rc->next != NONE)
        graph->rack_classes[rc->next].previous = rc->previous;
    if (rc->class_previous == NONE)
        class->first_rack_class = rc->class_next;
    else
        graph->rack_classes[rc->class_previous].class_next = rc->class_next;
    if (rc->class_next != NONE)
        graph->rack_classes[rc->class_next].class_previous = rc->class_previous;
    rc->next = graph->free_rack_class;
    graph->free_rack_class = id;
}

void flow_refresh_rack(struct flow_graph *graph, const struct cluster *cluster, uint32_t machine,
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
        rc->slots += (uint64_t)has - had;
        graph->classes[rc->class].rack_slots += (uint64_t)has - had;
        flow_mark_rack_class(graph, id);
    }
    list_in_hub(graph, now->rack, machine, now->up);
}

/* What the bundle saves in the rack. */
static cost_t benefit(const struct flow_graph *graph, const struct flow_preference *preference)
{
    return graph->bundles[preference->bundle].waiting - preference->is.cost;
}

/* Choose those of largest benefit, no more than `most` of them. O(preferences log most). */
static void choose(struct flow_graph *graph, const struct flow_rack_class *rc, uint32_t most)
{
    struct heap *best = &graph->offers; /* the smallest benefit on top */
    heap_clear(best);
    uint32_t id = rc->first_preference;
    for (; id != NONE; id = graph->preferences[id].place_next) {
        struct flow_preference *p = &graph->preferences[id];
        p->chosen = false;
        if (!flow_is_worth(graph, p))
            continue;
        if (best->count == most && heap_top(best)->key >= benefit(graph, p))
            continue;
        if (best->count == most)
            heap_pop(best);
        heap_push(best, benefit(graph, p), UINT64_MAX - id, id);
    }
    for (uint32_t i = 0; i < best->count; i++)
        graph->preferences[best->entries[i].item].chosen = true;
}

/* Give the preferences of a rack the arcs that they are to have. */
static void refresh_rack_class(struct flow_graph *graph, const struct cluster *cluster, uint32_t id)
{
    struct flow_rack_class *rc = &graph->rack_classes[id];
    uint64_t most = flow_class_bound(graph, &graph->classes[rc->class]);
    rc->withheld = rc->slots > 0 && rc->preference_count > most;
    if (!rc->slots && !rc->arc_count)
        return;
    if (rc->withheld)
        choose(graph, rc, (uint32_t)most);
    uint32_t p = rc->first_preference;
    for (; p != NONE; p = graph->preferences[p].place_next) {
        struct flow_preference *preference = &graph->preferences[p];
        bool wanted =
            rc->slots > 0 && (rc->withheld ? preference->chosen : flow_is_worth(graph, preference));
        if (!wanted) {
            flow_drop_own_arc(graph, preference);
            continue;
        }
        if (rc->node == NONE)
            add_node(graph, cluster, id);
        flow_show_owner(graph, cluster, p);
        flow_set_own_arc(graph, p, rc->node, FLOW_FIT_MAX, 0);
    }
    remove_node(graph, rc);
    refresh_rack_arc(graph, cluster, id);
}

/* Its bound or what its bundles save is not as it was: which of them have arcs to racks where some
 * have none? */
static void stir_class(struct flow_graph *graph, struct flow_class *class)
{
    uint64_t bound = flow_class_bound(graph, class);
    if (class->first_rack_class == NONE || (!class->stirred && bound == class->bound))
        return;
    class->stirred = false;
    class->bound = bound;
    uint32_t id = class->first_rack_class;
    for (; id != NONE; id = graph->rack_classes[id].class_next) {
        const struct flow_rack_class *rc = &graph->rack_classes[id];
        if (rc->slots && (rc->withheld || rc->preference_count > bound))
            flow_mark_rack_class(graph, id);
    }
}

void flow_choose_racks(struct flow_graph *graph, const struct cluster *cluster)
{
    for (uint32_t i = 0; i < graph->classes_in.count && graph->mix.prefers; i++)
        stir_class(graph, &graph->classes[graph->classes_in.ids[i]]);
    for (uint32_t i = 0; i < graph->marked_rack_classes.count; i++) {
        uint32_t id = graph->marked_rack_classes.ids[i];
        if (!graph->rack_classes[id].marked)
            continue;
        graph->rack_classes[id].marked = false;
        refresh_rack_class(graph, cluster, id);
    }
    graph->marked_rack_classes.count = 0;
}
