/* history.h - what happened to a network, round by round, as the lines of a change stream
 * (docs/change-stream.md).
 *
 * Arcs of capacity 0, which a stream does not have, are left out; node v is number v + 1. */
#ifndef TESTS_HISTORY_H
#define TESTS_HISTORY_H

#include <stdio.h>

#include "graph/network.h"

/* A line by its letter: n, a, x and r have their numbers in order, but an x that removes has the
 * old cost alone. 's' is the sink's n line in the first round, "number surplus": what it supplies
 * is such that all supplies of the round sum to the surplus, so that other nodes can be left out.
 * 'e' is c EOI, "budget": the round is solved with it. The p line follows from the others. */
struct history_line {
    char kind;
    int64_t field[5];
};

/* An arc as it was told last; tail is NONE if there is none of the id. */
struct history_arc {
    uint32_t tail, head;
    flow_t lower, capacity;
    cost_t cost;
};

struct history {
    struct history_line *lines;
    uint32_t line_count, line_room;

    /* The network as it was told last, by id. */
    flow_t *supply;
    bool *live;
    struct history_arc *arcs;
    uint32_t node_limit, supply_room, live_room, arc_limit, arc_room;
    wide_t sum;    /* of its supplies */
    uint32_t sink; /* whose supply the stream lets follow the others', or NONE */
};

void history_init(struct history *history);
void history_free(struct history *history);

/* A round ends: the network is to be solved with the budget. O(nodes + arcs + changes x arcs). */
void history_note(struct history *history, const struct network *network, uint64_t budget);

/* Write the stream. The caller looks for errors. O(lines). */
void history_write(const struct history *history, FILE *file);

#endif
