/* repair_load.h - from a whole network to what the incremental solver keeps, and what taking
 * over single nodes and arcs has in common with it. */
#ifndef SOLVER_REPAIR_LOAD_H
#define SOLVER_REPAIR_LOAD_H

#include "solver/repair_state.h"

void repair_state_init(struct repair *repair);
void repair_state_free(struct repair *repair);

/* Forget everything and take over the whole network (repair->network), with no unit of any
 * source placed. O(nodes + arcs). */
void repair_load(struct repair *repair);

/* Room for all ids of nodes and arcs of the network. */
void repair_reserve_ids(struct repair *repair);

/* Can the arc be an option of a source? */
bool repair_arc_plain(const struct network_arc *arc);

/* A new node, without its arcs, as a source if it can be one. O(its arcs). */
void repair_node_add(struct repair *repair, uint32_t node);

/* Vertex v is new, and without a price yet. */
void repair_add_fresh(struct repair *repair, uint32_t v);

/* The flow of an arc from a node to itself: what is cheapest. */
void repair_loop_set(struct repair *repair, uint32_t a);

#endif
