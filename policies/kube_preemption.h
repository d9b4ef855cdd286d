/* kube_preemption.h - which machine a task of higher priority is to get, and who has to leave it.
 *
 * As kube-scheduler's PostFilter has it (kubernetes/kubernetes, pkg/scheduler/framework/preemption
 * and .../plugins/defaultpreemption). A machine is a candidate if the task fits when all running
 * tasks of lower priority are taken off. They are then put back as long as it still fits, the
 * highest priority first, of equals who has run longest; the others are its victims.
 *
 * Machines are looked at from a random one on, until there are enough candidates: a percentage of
 * the machines, at least 100. Of them that one is chosen (of equals the first) which has the
 * lowest highest priority among its victims, then the smallest sum of priorities, each raised by
 * 2^31 so that none is negative, then the fewest victims, then the victim of the highest
 * priority that started first, latest.
 *
 * Traces have no disruption budgets, which would come first. Victims have no time to end: the task
 * that displaces them starts at once, so that it need not be nominated for the machine.
 *
 * For each priority that asks, an index has what machines have free and would have beside, without
 * the running tasks of lower priority. So that there is no candidate is soon known. */
#ifndef POLICIES_KUBE_PREEMPTION_H
#define POLICIES_KUBE_PREEMPTION_H

#include "base/random.h"
#include "policies/plan.h"

/* What it would cost to take a machine. */
struct kube_toll {
    int32_t highest;
    int64_t sum;
    uint32_t count;
    int64_t start_us; /* the earliest of those of the highest priority */
};

/* Room by machine, for a task of this priority. */
struct kube_level {
    int32_t priority;
    struct machine_index index;
    uint64_t seen; /* of plan.log_count */
    uint64_t asked;
};

struct kube_preemption {
    uint32_t percentage;
    struct random random;
    struct kube_level *levels;
    uint32_t level_count, level_room;
    uint64_t questions;
    uint64_t round;
    uint64_t *stops; /* by task: the last round that stopped it */
    uint32_t stop_room;
    struct id_list running; /* scratch: those of lower priority on a machine */
    struct id_list leaving; /* scratch: its victims */
    struct id_list victims; /* of the last answer */
};

void kube_preemption_init(struct kube_preemption *preemption, uint32_t percentage, uint64_t seed);
void kube_preemption_free(struct kube_preemption *preemption);

/* Does `a` cost less than `b`? */
bool kube_toll_less(const struct kube_toll *a, const struct kube_toll *b);

/* How many candidates are enough. */
uint32_t kube_candidates_wanted(uint32_t machines, uint32_t percentage);

/* A round begins, after that of the plan. O(1). */
void kube_preemption_begin(struct kube_preemption *preemption, const struct cluster *cluster);

/* The machine for a task that fits nowhere, or NONE; preemption->victims are to be stopped there.
 * O(machines changed x tasks on them), and for each candidate O(tasks on it). */
uint32_t kube_preemption_find(struct kube_preemption *preemption, const struct plan *plan,
                              const struct cluster *cluster, uint32_t task);

/* The victims of the last answer are stopped in this round. O(victims). */
void kube_preemption_take(struct kube_preemption *preemption);

#endif
