/* tetris_choice.h - which of the tasks that wait should a machine take next?
 *
 * A machine with room asks. Candidates are lines of tasks that are alike (policies/waiting.h), of
 * which each fits on the machine. By Grandl et al., SIGCOMM 2014, section 3:
 *
 * 1. Only candidates of the queues furthest below their fair share are left, by the rule of
 *    tetris_queue_limit; queues are tenants with a candidate. So something is taken as long as
 *    something fits.
 * 2. Of those, if there are any, only the ones are left that few tasks of their stage remain of.
 * 3. The largest alignment - eps x work is best, where eps is the weight x the mean alignment / the
 *    mean work of the candidates after step 1. Who would read input from elsewhere has a smaller
 *    alignment, by the remote penalty.
 *
 * Of equals the lower job is best, and then who began to wait first: ids of tasks are given out
 * again, and say nothing. */
#ifndef POLICIES_TETRIS_CHOICE_H
#define POLICIES_TETRIS_CHOICE_H

#include "costmodels/room.h"
#include "policies/queues.h"

struct tetris_rules {
    double work_weight;    /* m; 0: run times are not looked at */
    double remote_penalty; /* a part of the alignment */
    int64_t fairness;      /* f, in billionths */
};

struct tetris_candidate {
    uint32_t line;
    uint32_t task; /* one of the line; NONE: its first */
    uint32_t kind; /* in tetris_choice.kinds */
    uint32_t job, tenant;
    uint64_t arrival;
    double work; /* that its job has left */
    bool near_barrier, remote;
};

struct tetris_kind {
    struct resources demand;
    double alignment;
    bool fits;
};

struct tetris_choice {
    struct tetris_kind *kinds;
    uint32_t kind_count, kind_room;
    struct tetris_candidate *candidates;
    uint32_t count, room;
    struct queues queues;
};

void tetris_choice_init(struct tetris_choice *choice);
void tetris_choice_free(struct tetris_choice *choice);

/* A machine asks: there are no candidates yet. O(1). */
void tetris_choice_begin(struct tetris_choice *choice);

/* Tasks of one demand may be candidates; the kind for them. O(1). */
uint32_t tetris_choice_add_kind(struct tetris_choice *choice, const struct resources *demand);

/* One candidate more. O(1). */
void tetris_choice_add(struct tetris_choice *choice, const struct cluster *cluster,
                       const struct tetris_candidate *candidate);

/* All are there. O(queues log queues). */
void tetris_choice_ready(struct tetris_choice *choice);

/* The best for the room that is left on such a machine, or NULL: nothing fits, and never will as
 * the room gets less. Borrowed until the next call. O(candidates + queues). */
struct tetris_candidate *tetris_choice_best(struct tetris_choice *choice,
                                            const struct tetris_rules *rules,
                                            const struct room *room,
                                            const struct resources *capacity);

/* It is none any more. O(1); another takes its place. */
void tetris_choice_remove(struct tetris_choice *choice, struct tetris_candidate *candidate);

#endif
