/* plan.h - machines with what a round has planned on them, for policies that decide one task
 * after the other.
 *
 * Room follows the cluster when a round begins and the plan as it goes on. A plan is never taken
 * back: what the engine did not carry out is seen when the next round begins.
 *
 * Machines that changed are noted in a log, so that whoever keeps something by machine
 * (ranking.h) catches up with what changed since it last looked. */
#ifndef POLICIES_PLAN_H
#define POLICIES_PLAN_H

#include "base/id_list.h"
#include "costmodels/room.h"
#include "scheduler/machine_index.h"
#include "scheduler/policy.h"

struct plan {
    struct room *rooms; /* by machine: what is free, less what is planned */
    uint32_t *labels;   /* by machine: of the cluster's; NONE: it is not up */
    bool *marked;
    uint64_t *grown_in; /* by machine: of rounds, when it was last in `grown` */
    uint32_t machine_count, room_room, label_room, mark_room, grown_room;
    uint64_t rounds;
    struct machine_index index;
    struct id_list marks;    /* machines to look at when the next round begins */
    struct id_list grown;    /* each once: those that took what they did not before when the */
                             /* round began, and those where a task was stopped since */
    struct id_list reopened; /* and those that are to join them when the next round begins */
    uint32_t *log;           /* the i-th machine that changed at i modulo the room */
    uint32_t log_room;
    uint64_t log_count;
};

void plan_init(struct plan *plan);
void plan_free(struct plan *plan);

/* What a change touches must be looked at. O(1). */
void plan_mark(struct plan *plan, const struct cluster *cluster, const struct change *change);

/* A round begins: see what room there is now. O(machines marked x log M). */
void plan_begin(struct plan *plan, const struct cluster *cluster);

/* Whatever a policy thinks of the machine has changed, though not its room. O(1). */
void plan_touch(struct plan *plan, uint32_t machine);

/* Likewise, and it may take what it did not: it counts as one that has grown when the next round
 * begins. O(1). */
void plan_reopen(struct plan *plan, uint32_t machine);

/* Does the task fit on the machine, by room, devices and labels? */
bool plan_fits(const struct plan *plan, const struct cluster *cluster,
               const struct task_facts *task, uint32_t machine);

/* The first machine from `from` on where it fits, or NONE. O(log M) as a rule. */
uint32_t plan_next(const struct plan *plan, const struct cluster *cluster,
                   const struct task_facts *task, uint32_t from);

/* Decide to place a task that waits on a machine where it fits. O(log M). */
void plan_place(struct plan *plan, const struct cluster *cluster, struct decision_list *decisions,
                uint32_t task, uint32_t machine);

/* Decide to stop a task that runs; its room is there for others at once, and the machine among
 * those that have grown, also when the next round begins. O(log M). */
void plan_stop(struct plan *plan, const struct cluster *cluster, struct decision_list *decisions,
               uint32_t task);

#endif
