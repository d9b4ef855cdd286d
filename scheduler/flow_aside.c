/* flow_aside.c - see flow_aside.h. */
#include "scheduler/flow_aside.h"

#include <stdlib.h>

#include "scheduler/flow_bundles.h"

/* What is saved if one of its tasks runs, before what machines cost. */
static cost_t benefit(const struct flow_bundle *bundle)
{
    return bundle->waiting - bundle->anywhere;
}

void flow_join_queue(struct flow_graph *graph, uint32_t bundle)
{
    const struct flow_bundle *b = &graph->bundles[bundle];
    array_reserve(graph->queue_places, graph->queue_place_room, (size_t)bundle + 1);
    struct flow_class *class = &graph->classes[b->class];
    id_heap_add(&class->queue, graph->queue_places, bundle, benefit(b), b->origin_us);
    class->queued_count += b->task_count;
}

void flow_leave_queue(struct flow_graph *graph, uint32_t bundle)
{
    const struct flow_bundle *b = &graph->bundles[bundle];
    struct flow_class *class = &graph->classes[b->class];
    id_heap_remove(&class->queue, graph->queue_places, bundle);
    class->queued_count -= b->task_count;
}

void flow_move_in_queue(struct flow_graph *graph, uint32_t bundle)
{
    const struct flow_bundle *b = &graph->bundles[bundle];
    id_heap_change(&graph->classes[b->class].queue, graph->queue_places, bundle, benefit(b));
}

/* Bounds are powers of two from this one on. */
#define BOUND_MIN 8

static int by_benefit(const void *a, const void *b, void *state)
{
    const struct flow_graph *graph = state;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    cost_t x_benefit = benefit(&graph->bundles[x]), y_benefit = benefit(&graph->bundles[y]);
    if (x_benefit != y_benefit)
        return x_benefit > y_benefit ? -1 : 1;
    return x < y ? -1 : x > y;
}

/* The shown bundles of a class without arcs of their own, in scratch. */
static void collect_ordinary(struct flow_graph *graph, const struct flow_class *class)
{
    graph->behind.count = 0;
    for (uint32_t i = 0; i < class->shown.count; i++)
        if (!graph->bundles[class->shown.ids[i]].own_arcs)
            id_list_add(&graph->behind, class->shown.ids[i]);
}

/* Would it rather wait than pass its class? */
static bool declines(const struct flow_graph *graph, cost_t of_benefit)
{
    return of_benefit <= 0 && flow_rests(graph);
}

uint64_t flow_class_demand(const struct flow_graph *graph, const struct flow_class *class)
{
    const struct id_heap_entry *top = id_heap_top(&class->queue);
    return class->task_count - (top && declines(graph, top->key) ? class->queued_count : 0);
}

/* They pass it by the units that it lists, the ways to racks, and arcs of their own. */
uint64_t flow_class_bound(const struct flow_graph *graph, const struct flow_class *class)
{
    uint64_t most = class->listed + class->rack_slots + class->machine_units;
    uint64_t bound = BOUND_MIN;
    if (!graph->sets_aside || most > UINT32_MAX / 2)
        return UINT32_MAX;
    while (bound < most)
        bound *= 2;
    return bound;
}

/* Set aside those that decline; and, when they are many, all but those of largest benefit, with as
 * many tasks as can run. */
static void hide_others(struct flow_graph *graph, const struct flow_class *class)
{
    struct id_list *list = &graph->behind;
    uint64_t bound = class->listed ? flow_class_bound(graph, class) : 0;
    bool many = list->count > 2 * bound; /* fewer may soon be needed again */
    uint64_t before = 0;
    if (many)
        qsort_r(list->ids, list->count, sizeof *list->ids, by_benefit, graph);
    for (uint32_t i = 0; i < list->count; i++) {
        const struct flow_bundle *b = &graph->bundles[list->ids[i]];
        if (declines(graph, benefit(b)) || (many && before >= bound))
            flow_hide_bundle(graph, list->ids[i]);
        else
            before += b->task_count;
    }
}

/* Show those of largest benefit, until what is shown with a larger one than all that are not has
 * as many tasks as can run. */
static void show_first(struct flow_graph *graph, const struct cluster *cluster, uint32_t class)
{
    struct flow_class *c = &graph->classes[class];
    const struct id_heap_entry *top = id_heap_top(&c->queue);
    if (!top || !c->listed)
        return;
    uint64_t bound = flow_class_bound(graph, c);
    uint64_t before = 0;
    for (uint32_t i = 0; i < c->shown.count; i++) {
        const struct flow_bundle *b = &graph->bundles[c->shown.ids[i]];
        before += benefit(b) >= top->key ? b->task_count : 0;
    }
    while (before < bound && (top = id_heap_top(&c->queue))) {
        uint32_t bundle = top->id;
        if (declines(graph, top->key))
            return;
        before += graph->bundles[bundle].task_count;
        flow_leave_queue(graph, bundle);
        flow_show_bundle(graph, cluster, bundle);
    }
}

void flow_choose_shown(struct flow_graph *graph, const struct cluster *cluster)
{
    if (!graph->sets_aside)
        return;
    for (uint32_t i = 0; i < graph->classes_in.count; i++) {
        uint32_t class = graph->classes_in.ids[i];
        const struct flow_class *c = &graph->classes[class];
        if (!c->shown.count && (!c->listed || !c->queue.count))
            continue;
        collect_ordinary(graph, c);
        hide_others(graph, c);
        show_first(graph, cluster, class);
    }
}
