/* dimacs_stream.h - a network as text and, round by round, its changes: the DIMACS format that
 * Firmament (Gog et al., OSDI 2016) speaks to its solvers.
 *
 *     c a comment
 *     p min NODES ARCS                             a new problem; first in its round
 *     n ID SUPPLY [TYPE]                           add a node, or set its supply
 *     a TAIL HEAD LOW CAP COST [TYPE]              add an arc
 *     x TAIL HEAD LOW CAP COST [TYPE [OLD_COST]]   change an arc; CAP 0 removes it
 *     r ID                                         remove a node and its arcs
 *     d SUPPLY POTENTIAL ARCS [TYPE]               add a node: its ID is the smallest free one,
 *                                                  and 0 means it in the next ARCS a lines
 *     c EOI                                        end of the round: it is to be solved
 *     c EOS                                        end of the stream
 *
 * Nodes have the stream's own numbers, 1 to DIMACS_NODE_MAX: those that the p line counts are
 * there from the start, an n line can add any other, and one that is removed can come back. An
 * arc of capacity 0 is no arc: Firmament sets capacities to 0 and back again, so x adds an arc
 * that is not there. Of several arcs between two nodes OLD_COST tells which one x means.
 *
 * Types matter for one node: the sink, type 3; if none has it, it is the only node with a
 * negative supply at the end of a new problem. Firmament does not tell how the sink's supply
 * changes. So in the rounds that change a problem it falls by what the others' supplies rise,
 * unless the round has an n line for the sink.
 *
 * What to do about a bad line is not decided here: it is refused and told, and reading can go on.
 * Nor is known what a solver makes of the network. */
#ifndef GRAPH_DIMACS_STREAM_H
#define GRAPH_DIMACS_STREAM_H

#include "base/id_map.h"
#include "graph/dimacs_line.h"
#include "graph/network.h"

struct dimacs_stream {
    struct network network; /* as the lines so far make it; its deltas are the round's changes */
    uint32_t *numbers;      /* the stream's number of each node, by id; room for node_limit */
    bool has_problem; /* a p line was accepted, and none refused at the start of a round since */

    struct dimacs_line line;
    struct id_map ids; /* by number: its node, or that it is removed */
    uint32_t number_room;
    uint32_t claimed_nodes; /* by the p line; a node gets an id when a line first needs one */
    uint32_t claimed_arcs;
    uint64_t arc_lines;     /* of the problem so far, good or bad */
    uint32_t lowest_number; /* no smaller number is free */
    uint32_t new_number;    /* what 0 stands for in the next new_arcs a lines */
    uint32_t new_arcs;
    uint32_t sink;   /* a node, or NONE */
    bool sink_told;  /* this round has an n line for it */
    bool in_problem; /* this round has a p line */
    bool in_round;   /* there are lines since the last c EOI */
    bool in_end;     /* c EOI is read, and what is missing is being told */
    bool ended;
};

/* Open `path`, plain or compressed ("-": standard input). STATUS_IO if that fails. The caller
 * closes in either case. */
enum status dimacs_stream_open(struct dimacs_stream *stream, const char *path,
                               struct problem *problem);
void dimacs_stream_close(struct dimacs_stream *stream);

/* Read on. STATUS_OK at the end of a round: the network is complete, and stays so until the next
 * call. STATUS_END at the end of the stream. Else a line was refused; the problem has its place
 * and the reason, the network is as if the line was not there, and the next call goes on. But a
 * p line that is refused at the start of a round leaves no problem and an empty network, so that
 * nothing is solved which nobody asked. Also told as problems: a lines that a p or d line
 * announced and that did not come, and lines after the last c EOI.
 *
 * A line takes O(1) expected, but x: O(arcs out of TAIL or into HEAD, whichever are fewer),
 * r: O(the node's arcs), d: O(nodes), p and the first c EOI after it: O(nodes + arcs). */
enum status dimacs_stream_next(struct dimacs_stream *stream, struct problem *problem);

/* The number of the line read last; how many there are at the end. */
uint64_t dimacs_stream_line_number(const struct dimacs_stream *stream);

/* STATUS_OK, or STATUS_BAD_INPUT with the rule that is broken: of the network, or that numbers
 * and ids fit each other. O(nodes + arcs); for tests. */
enum status dimacs_stream_check(const struct dimacs_stream *stream, struct problem *problem);

#endif
