/* node_list.h - machines that are there from the beginning to the end, as a table lists them.
 *
 * For publishers that have one row for each machine and no times. A second row of a name is
 * refused. The first so many of the list are wanted. */
#ifndef TRACES_NODE_LIST_H
#define TRACES_NODE_LIST_H

#include "base/names.h"
#include "traces/trace.h"

struct listed_node {
    struct resources capacity;
    uint32_t labels; /* in label_texts, or NONE */
};

struct node_list {
    struct names names; /* of all nodes, in the table's order */
    struct listed_node *items;
    uint32_t count; /* after node_list_finish: of the wanted ones, the first */
    uint32_t room;
    uint32_t next; /* to be given out */
    int64_t from_us;
    struct names label_texts; /* "gpu=T4" */
};

/* Add a node, unless the name has a row already: then this one is refused. All zero is an
 * empty list. O(1) amortised. */
void node_list_add(struct node_list *list, const struct listed_node *node, const char *name,
                   struct row_counts *counts);

/* After the last row: choose those that are wanted, and count the others as refused. */
void node_list_finish(struct node_list *list, const struct trace_options *options,
                      struct row_counts *counts);
void node_list_free(struct node_list *list);

/* The next node is added; its texts are borrowed as long as the list. False after the last. */
bool node_list_next(struct node_list *list, struct event *event);

#endif
