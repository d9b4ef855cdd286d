/* flow_internal.h - what the files of the flow graph share; for nobody else. */
#ifndef SCHEDULER_FLOW_INTERNAL_H
#define SCHEDULER_FLOW_INTERNAL_H

#include "scheduler/flow_graph.h"

/* More than any machine can hold in tasks: keeps sums of capacities far from overflow. */
#define FLOW_FIT_MAX (1u << 30)

/* flow_graph.c */
uint32_t flow_new_node(struct flow_graph *graph, flow_t supply, enum flow_node_kind kind,
                       uint32_t id);
void flow_mark_machine(struct flow_graph *graph, uint32_t machine);
uint32_t flow_machine_node(struct flow_graph *graph, uint32_t machine);

/* flow_listing.c: which machines a class or a rack of it leads to, and with what room. */
uint32_t flow_slots(const struct flow_graph *graph, const struct cluster *cluster, uint32_t class,
                    uint32_t machine);
uint32_t flow_intern_class(struct flow_graph *graph, const struct resources *demand);
uint32_t flow_enter_class(struct flow_graph *graph, uint32_t class);
void flow_leave_class(struct flow_graph *graph, uint32_t class);
uint32_t flow_enter_rack(struct flow_graph *graph, const struct cluster *cluster, uint32_t class,
                         uint32_t rack);
uint32_t flow_find_rack(const struct flow_graph *graph, uint32_t class, uint32_t rack);
void flow_leave_rack(struct flow_graph *graph, uint32_t id);
void flow_refresh_listings(struct flow_graph *graph, const struct cluster *cluster,
                           uint32_t machine);
void flow_extend_classes(struct flow_graph *graph, const struct cluster *cluster);
void flow_refresh_units(struct flow_graph *graph, const struct cluster *cluster, uint32_t machine);

/* flow_fairness.c: the bounds on what waits of each job. */
void flow_bound_jobs(struct flow_graph *graph, const struct cluster *cluster);

#endif
