/* refusal.h - a decision that was applied and could not be carried out: as if it had not been made.
 *
 * For engines whose decisions are carried out elsewhere. To the policy it looks like an eviction
 * or a placement; but for the clocks nothing is counted: neither the start, nor the stop. */
#ifndef SCHEDULER_REFUSAL_H
#define SCHEDULER_REFUSAL_H

#include "scheduler/engine.h"

/* What a task was before a decision about it; all zero is that of none. */
struct refusal_record {
    enum decision_kind kind;
    uint32_t machine; /* where it ran, or NONE */
    uint32_t devices;
    bool suspended;
    int64_t start_us, paused_us; /* of the attempt */
    bool applied;
    uint32_t generation; /* of the task after it: another one, if more happened since */
};

/* Note what the decision, which is about to be applied, will change. O(1). */
void refusal_note(struct refusal_record *record, const struct cluster *cluster,
                  const struct decision *decision);

/* It has been applied. */
void refusal_note_applied(struct refusal_record *record, const struct cluster *cluster,
                          uint32_t task);

/* Undo it: a placed task waits, a resumed one is suspended, and one that was stopped, suspended or
 * moved goes on where it was. STATUS_ILLEGAL if something else happened to the task since, or if
 * there is no room any more; then nothing changes. O(devices). */
enum status refusal_undo(struct engine *engine, uint32_t task, const struct refusal_record *record,
                         int64_t now_us, struct problem *problem);

#endif
