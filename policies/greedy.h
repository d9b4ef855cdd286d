/* greedy.h - place what waits, one task after the other: the next in an order, on the machine
 * that a rule chooses.
 *
 * What most cluster schedulers do. A task that fits nowhere is passed over, and those behind it
 * go on. */
#ifndef POLICIES_GREEDY_H
#define POLICIES_GREEDY_H

#include "base/heap.h"
#include "policies/waiting.h"

struct greedy {
    struct plan plan;
    struct waiting waiting;
    struct heap order; /* of lines */
};

/* Where a line stands: smaller ones first, of equals the one whose first task came first. */
typedef int64_t greedy_order(const struct waiting_line *line);

/* The machine for a task of the line, where it fits; NONE, if it fits on none. */
typedef uint32_t greedy_choice(struct greedy *greedy, void *state, const struct cluster *cluster,
                               const struct waiting_line *line);

/* `by`: what the order and the choice depend on of lines (waiting.h). */
void greedy_init(struct greedy *greedy, unsigned by);
void greedy_free(struct greedy *greedy);

/* For the policy's on_change. */
void greedy_see(struct greedy *greedy, const struct cluster *cluster, const struct change *change);

/* For its decide. `order` NULL: who came first. O(active lines), and for each placement
 * O(log lines + what the choice costs). */
void greedy_decide(struct greedy *greedy, const struct cluster *cluster, greedy_order *order,
                   greedy_choice *choose, void *state, struct decision_list *decisions);

#endif
