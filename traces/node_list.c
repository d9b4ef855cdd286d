/* node_list.c - see node_list.h. */
#include "traces/node_list.h"

#include "base/memory.h"

static bool same_content(const struct listed_node *a, const struct listed_node *b)
{
    return resources_equal(&a->capacity, &b->capacity) && a->labels == b->labels;
}

void node_list_add(struct node_list *list, const struct listed_node *node, const char *name,
                   struct row_counts *counts)
{
    uint32_t count = list->names.count;
    uint32_t n = names_intern(&list->names, name);
    if (n < count) {
        bool same = same_content(&list->items[n], node);
        row_counts_refuse(counts, same ? "duplicate_row" : "duplicate_node_differs");
        return;
    }
    array_reserve(list->items, list->room, n + 1);
    list->items[n] = *node;
}

void node_list_finish(struct node_list *list, const struct trace_options *options,
                      struct row_counts *counts)
{
    uint32_t all = list->names.count;
    list->from_us = options->from_us;
    list->count = all < options->machines_max ? all : options->machines_max;
    row_counts_refuse_many(counts, "over_machines_max", all - list->count);
    if (options->from_us >= options->until_us) {
        row_counts_refuse_many(counts, "after_window", list->count);
        list->count = 0;
    }
    counts->used += list->count;
}

void node_list_free(struct node_list *list)
{
    names_free(&list->names);
    names_free(&list->label_texts);
    memory_free(list->items);
}

bool node_list_next(struct node_list *list, struct event *event)
{
    if (list->next >= list->count)
        return false;
    uint32_t n = list->next++;
    uint32_t labels = list->items[n].labels;
    *event = (struct event){
        .kind = EVENT_MACHINE_ADDED,
        .time_us = list->from_us,
        .machine = names_text(&list->names, n),
        .resources = list->items[n].capacity,
        .labels = labels == NONE ? NULL : names_text(&list->label_texts, labels),
        .count = 1,
    };
    return true;
}
