/* flow_aside.h - which bundles need no node; for the flow graph.
 *
 * What waits on a full cluster, or waits by choice, is not shown to the solver. Of a bundle that
 * is set aside the tasks wait in every optimum, so its cost is a constant
 * (flow_graph.aside_cost). Two kinds of bundles are:
 *
 * One that rests: no place, machine or rack or anywhere, costs it less than to wait, however
 * much room there is. It has no class either. As its wait gets dearer it wakes.
 *
 * One that stands behind others of its class. Let a class list L units, and let bundles of it be
 * shown that have no arc of their own to a machine or rack, with L tasks together, and none of
 * the class that is set aside have a larger benefit (waiting less anywhere); all that have an arc
 * of their own are shown. Take a flow that sends a task that is set aside by the class: fewer
 * than L others pass the class, so one of these L tasks waits. The two can change places, and the
 * flow is no dearer. So some optimum leaves alone what is set aside.
 *
 * Both need that bundles wait each for itself: with job or tenant nodes, and with preemption,
 * all are shown. */
#ifndef SCHEDULER_FLOW_ASIDE_H
#define SCHEDULER_FLOW_ASIDE_H

#include "scheduler/flow_graph.h"

/* Do machines not add to what a place costs? Then a bundle, and an arc to what it prefers, that
 * is dearer than to wait is not needed. */
static inline bool flow_rests(const struct flow_graph *graph)
{
    return graph->sets_aside && !graph->mix.has_class_units && !graph->mix.has_machine_units;
}

/* A bundle without a node joins the queue of its class, leaves it, or has other costs. O(log n). */
void flow_join_queue(struct flow_graph *graph, uint32_t bundle);
void flow_leave_queue(struct flow_graph *graph, uint32_t bundle);
void flow_move_in_queue(struct flow_graph *graph, uint32_t bundle);

/* How many tasks of the class may pass it? Those shown, and the queue, unless all of it would
 * rather wait. O(1). */
uint64_t flow_class_demand(const struct flow_graph *graph, const struct flow_class *class);

/* Show of every class those that the argument above asks for, and set the others aside, when they
 * are many. O(classes + shown bundles), and O(log n) for each that comes or goes. */
void flow_choose_shown(struct flow_graph *graph, const struct cluster *cluster);

#endif
