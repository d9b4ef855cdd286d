/* flow_classes.c - see flow_classes.h. */
#include "scheduler/flow_classes.h"

#include "base/memory.h"
#include "base/random.h"
#include "scheduler/flow_listing.h"
#include "scheduler/flow_nodes.h"

uint64_t flow_listing_key(uint32_t node, uint32_t machine)
{
    return (uint64_t)node << 32 | machine;
}

void flow_remove_lister(struct flow_graph *graph, uint32_t node)
{
    uint32_t arc = graph->network.nodes[node].first_out;
    for (; arc != NONE; arc = graph->network.arcs[arc].next_out) {
        uint32_t machine = graph->nodes[graph->network.arcs[arc].head].id;
        id_map_remove(&graph->listings, flow_listing_key(node, machine));
        flow_mark_machine(graph, machine);
    }
    network_remove_node(&graph->network, node);
}

uint32_t flow_room_slots(const struct cluster *cluster, const struct task_facts *facts,
                         const struct flow_room *room)
{
    if (!room->up || !constraint_allows(&cluster->labels, facts->constraint, room->labels))
        return 0;
    if (!room->running && !resources_fit(&facts->demand, &room->room.free))
        return 0;
    return room_fit_count(&room->room, &facts->demand, FLOW_FIT_MAX / 2) + room->running;
}

uint32_t flow_slots(const struct flow_graph *graph, const struct cluster *cluster, uint32_t class,
                    uint32_t machine)
{
    return flow_room_slots(cluster, &graph->classes[class].facts, &graph->machines[machine].listed);
}

static uint64_t hash_class(const struct task_facts *facts, uint64_t key)
{
    uint64_t hash = random_mix(key, facts->constraint);
    for (int r = 0; r < RESOURCE_COUNT; r++)
        hash = random_mix(hash, (uint64_t)facts->demand.amount[r]);
    return hash;
}

static bool same_class(const struct flow_class *class, const struct task_facts *facts, uint64_t key)
{
    return class->key == key && class->facts.constraint == facts->constraint &&
           resources_equal(&class->facts.demand, &facts->demand);
}

/* The class comes into the network, with nothing listed yet. */
static void show_class(struct flow_graph *graph, uint32_t class)
{
    struct flow_class *c = &graph->classes[class];
    c->node = flow_new_node(graph, 0, FLOW_NODE_CLASS, class);
    c->listed = 0;
    c->position = graph->classes_in.count;
    id_list_add(&graph->classes_in, class);
}

void flow_clear_class(struct flow_class *class)
{
    id_list_free(&class->known);
    id_list_free(&class->shown);
    id_heap_free(&class->queue);
}

static uint32_t new_class(struct flow_graph *graph, const struct task_facts *facts, uint64_t key,
                          uint64_t hash)
{
    uint32_t class = graph->free_class;
    if (class != NONE) {
        graph->free_class = graph->classes[class].position;
    } else {
        array_reserve(graph->classes, graph->class_room, graph->class_count + 1);
        class = graph->class_count++;
    }
    struct flow_class *c = &graph->classes[class];
    flow_clear_class(c);
    *c = (struct flow_class){.facts = *facts,
                             .key = key,
                             .node = NONE,
                             .limit_cost = INT64_MIN,
                             .first_rack_class = NONE};
    c->facts.blocks = NULL;
    c->facts.block_count = 0;
    /* Classes begin their search in different places, so as not to meet on one machine. */
    if (graph->machine_count)
        c->cursor = (uint32_t)(random_mix(0, hash) % graph->machine_count);
    id_chains_add(&graph->class_ids, hash, class);
    show_class(graph, class);
    return class;
}

uint32_t flow_enter_class(struct flow_graph *graph, const struct task_facts *facts,
                          const struct cluster_facts *all)
{
    uint64_t key = cost_mix_class_key(&graph->mix, facts, all);
    uint64_t hash = hash_class(facts, key);
    uint32_t class = id_chains_first(&graph->class_ids, hash);
    while (class != NONE && !same_class(&graph->classes[class], facts, key))
        class = id_chains_next(&graph->class_ids, class);
    if (class == NONE)
        class = new_class(graph, facts, key, hash);
    if (graph->classes[class].node == NONE) {
        show_class(graph, class);
        flow_recall(graph, class);
    }
    graph->classes[class].bundle_count++;
    return class;
}

void flow_leave_class(struct flow_graph *graph, uint32_t class)
{
    struct flow_class *c = &graph->classes[class];
    if (--c->bundle_count)
        return;
    bool remembered = flow_remember(graph, class);
    flow_remove_lister(graph, c->node);
    c->node = NONE;
    uint32_t last = graph->classes_in.ids[--graph->classes_in.count];
    graph->classes_in.ids[c->position] = last;
    graph->classes[last].position = c->position;
    if (!remembered)
        flow_free_class(graph, class);
}

void flow_free_class(struct flow_graph *graph, uint32_t class)
{
    struct flow_class *c = &graph->classes[class];
    id_chains_remove(&graph->class_ids, hash_class(&c->facts, c->key), class);
    c->position = graph->free_class;
    graph->free_class = class;
}
