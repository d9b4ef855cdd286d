/* flow_moves.h - which migrations and preemptions of a round are carried out; for the commit.
 *
 * The network prices each task as if it moved alone: where costs depend on what else runs on
 * a machine, many may leave one machine for the same other one, and would come back. And
 * every move throws work away, so that a round makes only so many. */
#ifndef SCHEDULER_FLOW_MOVES_H
#define SCHEDULER_FLOW_MOVES_H

#include "scheduler/flow_commit.h"

/* Of what was granted, let those stay whose move does not gain, counted after the other moves,
 * unless somebody took their place; then those with the least gain, until no more moves are left
 * than the round may still make. False: all that was granted may go. True: some must stay,
 * and what was granted is to be found anew. O(moves log moves); and O(machines) where costs
 * depend on what runs there. */
bool flow_moves_restrain(struct flow_commit *commit, const struct flow_graph *graph,
                         const struct cluster *cluster);

/* So many moves are granted. */
uint32_t flow_moves_count(const struct flow_commit *commit, const struct flow_graph *graph);

/* What was granted is planned: later ones of this round come after it. */
void flow_moves_plan(struct flow_commit *commit, const struct flow_graph *graph,
                     const struct cluster *cluster);

#endif
