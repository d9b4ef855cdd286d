/* flow_plan.h - what a round has decided already, while it goes on; for the flow policy.
 *
 * Planned tasks leave the network, and the rooms of machines are as they will be. The next
 * update forgets the plan: a task whose decision was not carried out is in the network
 * again then, and rooms are those of the cluster. */
#ifndef SCHEDULER_FLOW_PLAN_H
#define SCHEDULER_FLOW_PLAN_H

#include "scheduler/flow_graph.h"

/* The task is to run on the machine, or to stop (NONE). Returns what waiting costs beside its
 * own arc. */
cost_t flow_plan_task(struct flow_graph *graph, const struct cluster *cluster, uint32_t task,
                      uint32_t machine);

/* The machine has this room, when all that is planned is done. */
void flow_plan_room(struct flow_graph *graph, const struct cluster *cluster, uint32_t machine,
                    const struct room *room);

/* How many tasks of the class are planned on the machine? */
uint32_t flow_planned_units(const struct flow_machine *machine, uint32_t class);

/* Forget it all; marks what was concerned. */
void flow_forget_plan(struct flow_graph *graph);

#endif
