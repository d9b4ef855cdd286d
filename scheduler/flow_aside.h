/* flow_aside.h - which bundles need no node; for the flow graph.
 *
 * What waits on a full cluster, or waits by choice, is not shown to the solver. Of a bundle that
 * is set aside the tasks wait in some optimum, so its cost is a constant
 * (flow_graph.aside_cost). Two kinds of bundles are:
 *
 * One that rests: no place, machine or rack or anywhere, costs it less than to wait, however
 * much room there is. It has no class either. As its wait gets dearer it wakes.
 *
 * One that stands behind others of its class. Let no more than P tasks of a class run in any flow
 * (flow_class_bound), and consider a place of it: the class itself, or its way to a rack. Suppose
 * that bundles with P tasks together have arcs to the place, and none of the class has a larger
 * benefit there (waiting less the place) without one. Take a flow that sends another task by the
 * place: fewer than P others run, so one of these P waits. The two can change places, and the flow
 * is no dearer. So some optimum does without the arcs that are left out, and a bundle without any
 * needs no node. Arcs to machines that bundles prefer are never left out.
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

/* No more tasks of the class than these can run; more than any number, where nothing is set aside.
 * Rounded up, so that it seldom changes. O(1). */
uint64_t flow_class_bound(const struct flow_graph *graph, const struct flow_class *class);

/* How many tasks of the class may pass it? Those shown, and the queue, unless all of it would
 * rather wait. O(1). */
uint64_t flow_class_demand(const struct flow_graph *graph, const struct flow_class *class);

/* Show of every class those that the argument above asks for, and set the others aside, when they
 * are many. O(classes + shown bundles), and O(log n) for each that comes or goes. */
void flow_choose_shown(struct flow_graph *graph, const struct cluster *cluster);

#endif
