/* shape.h - what a network looks like, as far as it tells which algorithm suits it. */
#ifndef SOLVER_SHAPE_H
#define SOLVER_SHAPE_H

#include "graph/network.h"

struct shape {
    /* Most arcs leave nodes that have supply and no arc into them, and a node demands half of
     * everything or more: tasks that may go to machines or wait, and all ends in a sink. */
    bool schedules;
    /* The mean supply of those that have one is many times what most arcs have room for: flow has
     * to spread over many paths. */
    bool heavy;
};

/* O(nodes + arcs). */
void shape_read(const struct network *network, struct shape *shape);

#endif
