/* flow_listing.h - classes and racks of the flow graph, the machines that both lead to, and
 * what room these have; for its other files. Why a class need not list every machine, is
 * told in flow_graph.h. */
#ifndef SCHEDULER_FLOW_LISTING_H
#define SCHEDULER_FLOW_LISTING_H

#include "scheduler/flow_graph.h"

/* More than any machine can hold in tasks: keeps sums of capacities far from overflow. */
#define FLOW_FIT_MAX (1u << 30)

/* How many tasks of the class can the machine take now? */
uint32_t flow_slots(const struct flow_graph *graph, const struct cluster *cluster, uint32_t class,
                    uint32_t machine);

/* The class of a demand, made now if it is new; it has no node before a task enters. */
uint32_t flow_intern_class(struct flow_graph *graph, const struct resources *demand,
                           uint32_t constraint);

/* One task more, or less, of the class; its node. The node goes with the last one. */
uint32_t flow_enter_class(struct flow_graph *graph, uint32_t class);
void flow_leave_class(struct flow_graph *graph, uint32_t class);

/* One task more, or less, of the class prefers the rack; its id in flow_graph.racks. */
uint32_t flow_enter_rack(struct flow_graph *graph, const struct cluster *cluster, uint32_t class,
                         uint32_t rack);
void flow_leave_rack(struct flow_graph *graph, uint32_t id);

/* The id, or NONE if no task of the class prefers the rack. */
uint32_t flow_find_rack(const struct flow_graph *graph, uint32_t class, uint32_t rack);

/* Give all arcs to the machine the room that there is now; racks and complete classes that
 * do not list it yet get their arcs. O(its arcs + complete classes). */
void flow_refresh_listings(struct flow_graph *graph, const struct cluster *cluster,
                           uint32_t machine);

/* List more machines for the classes whose lists are too short. */
void flow_extend_classes(struct flow_graph *graph, const struct cluster *cluster);

/* Give the machine's arcs to the sink the capacity and costs that they have now. */
void flow_refresh_units(struct flow_graph *graph, const struct cluster *cluster, uint32_t machine);

#endif
