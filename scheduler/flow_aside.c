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

/* So many more than are needed may be shown: they may be needed again. */
static uint64_t kept(const struct flow_class *class)
{
    return class->listed ? 2 * class->listed + 16 : 0;
}

/* Set aside those that decline; and, when they are many, all but those of largest benefit with as
 * many tasks as the class lists units. The others stay in scratch. */
static void hide_others(struct flow_graph *graph, const struct flow_class *class)
{
    struct id_list *list = &graph->behind;
    bool many = list->count > kept(class);
    uint32_t count = 0;
    uint64_t before = 0;
    if (many)
        qsort_r(list->ids, list->count, sizeof *list->ids, by_benefit, graph);
    for (uint32_t i = 0; i < list->count; i++) {
        const struct flow_bundle *b = &graph->bundles[list->ids[i]];
        if (declines(graph, benefit(b)) || (many && before >= class->listed)) {
            flow_hide_bundle(graph, list->ids[i]);
            continue;
        }
        before += b->task_count;
        list->ids[count++] = list->ids[i];
    }
    list->count = count;
}

/* Show those of largest benefit, until what is shown with a larger one than all that are not has
 * as many tasks as the class lists units. */
static void show_first(struct flow_graph *graph, const struct cluster *cluster, uint32_t class)
{
    struct flow_class *c = &graph->classes[class];
    const struct id_heap_entry *top = id_heap_top(&c->queue);
    if (!top || !c->listed)
        return;
    uint64_t before = 0;
    for (uint32_t i = 0; i < graph->behind.count; i++) {
        const struct flow_bundle *b = &graph->bundles[graph->behind.ids[i]];
        before += benefit(b) >= top->key ? b->task_count : 0;
    }
    while (before < c->listed && (top = id_heap_top(&c->queue))) {
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
