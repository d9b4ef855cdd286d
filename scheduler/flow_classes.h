/* flow_classes.h - classes: their nodes, and how much of a class a machine can take; for the
 * flow graph. To which machines they lead, flow_listing.h decides. */
#ifndef SCHEDULER_FLOW_CLASSES_H
#define SCHEDULER_FLOW_CLASSES_H

#include "scheduler/flow_graph.h"

/* More than any machine can hold in tasks: keeps sums of capacities far from overflow. */
#define FLOW_FIT_MAX (1u << 30)

/* One bundle more, or less, of the class of such tasks; its id. The class goes with the
 * last one. */
uint32_t flow_enter_class(struct flow_graph *graph, const struct task_facts *facts,
                          const struct cluster_facts *all);
void flow_leave_class(struct flow_graph *graph, uint32_t class);

/* Free its lists. */
void flow_clear_class(struct flow_class *class);

/* The id of a class that is not in the network may be given out again. */
void flow_free_class(struct flow_graph *graph, uint32_t class);

/* How many such tasks could the machine take when it was last looked at? */
uint32_t flow_room_slots(const struct cluster *cluster, const struct task_facts *facts,
                         const struct flow_room *room);

/* Likewise of a class. */
uint32_t flow_slots(const struct flow_graph *graph, const struct cluster *cluster, uint32_t class,
                    uint32_t machine);

/* The key in flow_graph.listings of the arcs from the node of a class or a rack. */
uint64_t flow_listing_key(uint32_t node, uint32_t machine);

/* Remove such a node; its machines' room must be counted anew. */
void flow_remove_lister(struct flow_graph *graph, uint32_t node);

#endif
