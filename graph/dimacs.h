/* dimacs.h - networks as text, in the DIMACS format for minimum-cost flow.
 *
 *     c a comment
 *     p min NODES ARCS
 *     n ID SUPPLY
 *     a TAIL HEAD LOW CAP COST
 *
 * Nodes are numbered from 1; a node without an n line has supply 0. Where a network has free
 * ids, its live nodes are numbered in the order of their ids. Arcs have no numbers. The p
 * line comes before all n and a lines.
 *
 * The first DIMACS international algorithm implementation challenge (1991). */
#ifndef GRAPH_DIMACS_H
#define GRAPH_DIMACS_H

#include <stdio.h>

#include "graph/network.h"

/* Read a network from a file, plain or compressed ("-": standard input), into `network`,
 * which is initialised here and to be freed by the caller in any case. Node ids are the
 * file's less 1, arc ids count the a lines from 0, and there are no deltas.
 * STATUS_BAD_INPUT, STATUS_TOO_LARGE or STATUS_IO with the place; the network is then empty.
 * Memory follows the lines read, not what the p line claims: beyond a million nodes, a claim
 * must be backed by the lines. O(file). */
enum status dimacs_read(const char *path, struct network *network, struct problem *problem);

/* Write the network. The caller looks for errors of the stream. O(nodes + arcs). */
void dimacs_write(const struct network *network, FILE *file);

/* The number of each node in the format, by id; 0 for a free id. number has node_limit
 * entries to be filled. O(nodes). */
void dimacs_number_nodes(const struct network *network, uint32_t *number);

#endif
