/* flow_racks.h - the racks that bundles prefer; for the flow graph.
 *
 * A rack is reached by a node for each class that has arcs to it, whose arc to the rack's own
 * node says how many of the class fit there in all; the rack's node leads to its machines. That
 * the class fits on the machine that the flow then takes is not sure: the commit takes another
 * one of the rack.
 *
 * Hundreds of bundles may prefer a rack in which a place becomes free. Only those of the class
 * with the largest benefit (waiting less the rack) get arcs, as many as tasks of the class can run
 * at all (flow_class_bound): the argument of flow_aside.h. */
#ifndef SCHEDULER_FLOW_RACKS_H
#define SCHEDULER_FLOW_RACKS_H

#include "scheduler/flow_graph.h"

/* The class's way to the rack: made now, if there is none. */
uint32_t flow_intern_rack_class(struct flow_graph *graph, const struct cluster *cluster,
                                uint32_t class, uint32_t rack);

/* It has an arc less, or a preference: it goes with the last one. */
void flow_drop_rack_class(struct flow_graph *graph, uint32_t id);

/* Who of those that prefer it has an arc is to be seen anew by flow_choose_racks. O(1). */
void flow_mark_rack_class(struct flow_graph *graph, uint32_t id);

/* A machine of the rack has the room `now`, where it had `before`. O(classes that prefer it). */
void flow_refresh_rack(struct flow_graph *graph, const struct cluster *cluster, uint32_t machine,
                       const struct flow_room *before, const struct flow_room *now);

/* Bring the arcs to racks up to date, those added included. O(classes + preferences of what is
 * marked). */
void flow_choose_racks(struct flow_graph *graph, const struct cluster *cluster);

#endif
