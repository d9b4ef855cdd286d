/* outside.h - a policy of a replay that decides somewhere else: in another program, or behind the
 * library's header.
 *
 * It translates what happens in the replay into events of include/flowsched.h, and the decisions
 * that come back into the replay's own. Who answers is a struct outside_partner: outside_program.h
 * or outside_library.h.
 *
 * What is told: machines and submissions as they come, ends of attempts, kills, evictions from
 * outside, back-offs that end and stages that are let go, and decisions that were not carried out.
 * What follows from these is not: that the tasks of a lost machine wait again, and that those which
 * no longer fit on a smaller one are evicted, latest start first. */
#ifndef PLUGINS_OUTSIDE_H
#define PLUGINS_OUTSIDE_H

#include "include/flowsched.h"
#include "replay/replay.h"

/* A decision by the replay's own ids. */
struct outside_decision {
    enum flowsched_decision_kind kind;
    uint32_t task, machine, devices;
};

struct outside_answer {
    struct outside_decision *decisions;
    uint32_t count, room;
    struct flowsched_round round;
};

/* Who decides. Tasks are the replay's ids; `task` of an event, and what it submits, are in `tasks`.
 */
struct outside_partner {
    void *state;
    void (*destroy)(void *state);
    /* An event, with the tasks that it is about: all that it submits, or the one; NULL, 0 for a
     * machine's. It is borrowed until this returns. */
    void (*tell)(void *state, const struct cluster *cluster, const struct flowsched_event *event,
                 const uint32_t *tasks, uint32_t count);
    /* The task has ended: its id will be given to another one. */
    void (*forget)(void *state, uint32_t task);
    /* STATUS_IO or STATUS_BAD_INPUT, with the reason: it cannot go on. */
    enum status (*decide)(void *state, const struct cluster *cluster, int64_t now_us,
                          struct outside_answer *answer, struct problem *problem);
};

extern const struct policy_kind policy_outside;

/* Give the replay, which has this policy and has not begun, its partner, which it owns from then
 * on. */
void outside_start(struct replay *replay, const struct outside_partner *partner);

#endif
