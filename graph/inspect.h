/* inspect.h - a network for graph tools, and the figures that describe its shape.
 *
 * Both by the igraph library. Its numbers are doubles: values that those would not keep
 * exactly are written as texts instead. */
#ifndef GRAPH_INSPECT_H
#define GRAPH_INSPECT_H

#include "graph/network.h"

struct inspect_statistics {
    uint32_t nodes, arcs;
    uint32_t sources, sinks;    /* nodes with positive and with negative supply */
    uint32_t components;        /* weakly connected */
    uint32_t largest_component; /* its nodes */
    uint32_t strong_components;
    uint32_t out_degree_max, in_degree_max;
    bool acyclic;
    bool parallel_arcs;
    uint64_t density_billionths; /* arcs / (nodes * (nodes - 1)); 0 below two nodes */
};

/* Write the network to a file ending in .graphml or .dot. Nodes have attributes number (as
 * in dimacs.h) and supply; arcs have lower, capacity, cost and, unless flow is NULL, flow (by
 * arc id). STATUS_USAGE for another ending, STATUS_IO if the file cannot be written; nothing
 * is left behind then. */
enum status inspect_write(const struct network *network, const flow_t *flow, const char *path,
                          struct problem *problem);

/* STATUS_TOO_LARGE if igraph fails, which it does for want of memory only. O(nodes + arcs),
 * and O(arcs x log(degree)) for parallel arcs. */
enum status inspect_measure(const struct network *network, struct inspect_statistics *statistics,
                            struct problem *problem);

#endif
