/* repair_graph.h - edits of the vertices that the incremental solver keeps, and of their arcs.
 *
 * Every function keeps the lists, the rows of the hubs and the cost of the flow right. None
 * looks at prices: that all hops have lengths >= 0 is for the caller to see to. */
#ifndef SOLVER_REPAIR_GRAPH_H
#define SOLVER_REPAIR_GRAPH_H

#include "solver/repair_read.h"

/* Room for so many in all, before the first is added. */
void repair_vertices_reserve(struct repair *repair, uint32_t vertices);

/* A new vertex, with price 0 and nothing around it. */
uint32_t repair_vertex_add(struct repair *repair, uint32_t node);

/* Give a vertex up that has no half, resident or lister. */
void repair_vertex_remove(struct repair *repair, uint32_t v);

/* More must leave the vertex, or less if amount is negative. */
void repair_add_excess(struct repair *repair, uint32_t v, flow_t amount);

/* Its contraction has to be looked at again. */
void repair_touch(struct repair *repair, uint32_t v);

/* Hold network arc a, from vertex v to vertex w, with this flow, which leaves v and enters w
 * as far as their excesses go. */
void repair_arc_add(struct repair *repair, uint32_t a, uint32_t v, uint32_t w, flow_t flow);

/* Let go of it; its flow becomes excess at v and is missing at w. */
void repair_arc_remove(struct repair *repair, uint32_t a, uint32_t v);

/* More flow from v along its i-th half, against the arc if that comes in there. */
void repair_half_push(struct repair *repair, uint32_t v, uint32_t i, flow_t amount);

#endif
