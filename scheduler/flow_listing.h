/* flow_listing.h - to which machines does a class have arcs?
 *
 * A class need not list every machine. Let `placeable` be so many units that no more can go
 * to machines in any flow: of every class as many as it has tasks, or as all machines have
 * room for where they are all listed. And let a class list units (one more task of it on a
 * machine that has k of it already) in order of their cost, cheapest first, until these are
 * `placeable` many. Take an optimum over all machines that sends a unit of the class where
 * it is not listed. Fewer than `placeable` other units are on machines, so on some machine
 * the class lists more units than there are units of all classes; it has room for this one
 * at no higher a cost, for a machine's k-th unit of any class costs no less than the one
 * before. So with one class nothing is lost; with several the optimum is still a lower
 * bound on the truth, for to list fewer machines can only take ways away, and it is met by
 * the argument as long as the machine's arc to the sink has that room.
 *
 * Where that would be too many arcs, classes list fewer, and the optimum is no bound on what
 * all machines would allow: flow_graph.bounded says so.
 *
 * Where no model has prices for machines, all units cost the same, and a class lists
 * machines with room in turn from its own place on. Otherwise it lists what costs no more
 * than a limit, which is set anew, by looking at all machines, when it lists too little.
 * Setting a limit looks at all machines, so a class that leaves the network is remembered with
 * its limit and what it listed: when it comes back soon, only these and the machines that
 * changed meanwhile can cost no more than the limit.
 *
 * With preemption any machine can take a task, and a class lists them all. */
#ifndef SCHEDULER_FLOW_LISTING_H
#define SCHEDULER_FLOW_LISTING_H

#include "scheduler/flow_graph.h"

/* See what room the machine has now, and bring the arcs of those who prefer it up to date. */
void flow_look(struct flow_graph *graph, const struct cluster *cluster, uint32_t machine);

/* A machine changed: look, and bring all arcs to it up to date, those that are to be added
 * included. O(its arcs + classes). */
void flow_refresh_listings(struct flow_graph *graph, const struct cluster *cluster,
                           uint32_t machine);

/* What the k-th more of the class costs on the machine, after those that are planned. */
cost_t flow_class_unit(const struct flow_graph *graph, const struct cluster *cluster,
                       uint32_t class, uint32_t machine, uint32_t k);

/* The class leaves the network: remember what it lists. False: there is nothing worth it.
 * Forgets the class that left longest ago, when there are too many. */
bool flow_remember(struct flow_graph *graph, uint32_t class);

/* It has come back: list as before what is still within its limit. O(what it listed, and
 * machines refreshed meanwhile). */
void flow_recall(struct flow_graph *graph, uint32_t class);

/* Count flow_graph.placeable anew. O(classes). */
void flow_count_placeable(struct flow_graph *graph);

/* List more for the classes that list too little. */
void flow_extend_classes(struct flow_graph *graph, const struct cluster *cluster);

#endif
