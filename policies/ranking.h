/* ranking.h - of the machines where tasks of a kind fit, which has the largest score?
 *
 * A score may depend on the kind's demand and on the machine alone: its facts, its room in the
 * plan, and what a policy keeps of it (plan_touch). A ranking is kept from round to round and
 * catches up with the machines that changed since it was last asked; those asked last longest ago
 * make room for new ones. */
#ifndef POLICIES_RANKING_H
#define POLICIES_RANKING_H

#include "base/id_heap.h"
#include "policies/greedy.h"

/* The larger the better. */
typedef int64_t ranking_score(const void *state, const struct task_facts *task,
                              const struct cluster *cluster, const struct plan *plan,
                              uint32_t machine);

struct ranking {
    struct task_facts facts; /* of the kind: demand and constraint */
    struct id_heap heap;     /* of machines */
    uint32_t *places;        /* by machine: in the heap, or NONE */
    uint32_t place_count, place_room;
    uint64_t seen; /* of plan.log_count */
    uint64_t asked;
};

struct rankings {
    ranking_score *score;
    const void *state;
    struct random *ties; /* of equal scores, each is as likely; NULL: the lowest id */
    struct id_list tops; /* scratch */
    struct ranking *rankings;
    uint32_t count, room;
    uint32_t *by_kind; /* by kind of waiting: index, or NONE */
    uint32_t kind_count, kind_room;
    uint64_t questions;
};

void rankings_init(struct rankings *rankings, ranking_score *score, const void *state,
                   struct random *ties);
void rankings_free(struct rankings *rankings);

/* The machine of the largest score where a task of the kind fits, or NONE. O(machines changed
 * since the last question x log M), with chance also of how many have that score; O(M log M) for a
 * kind not asked of lately; O(machines that grew) for one that wants no others. */
uint32_t rankings_best(struct rankings *rankings, const struct cluster *cluster,
                       const struct plan *plan, const struct waiting *waiting, uint32_t kind);

/* The same, where an idle kind may fit somewhere, since the policy turned it away for a reason of
 * its own. */
uint32_t rankings_best_of_all(struct rankings *rankings, const struct cluster *cluster,
                              const struct plan *plan, const struct waiting *waiting,
                              uint32_t kind);

/* The best as a greedy_choice, whose state is the rankings. */
uint32_t rankings_choose(struct greedy *greedy, void *rankings, const struct cluster *cluster,
                         const struct waiting_line *line);

#endif
