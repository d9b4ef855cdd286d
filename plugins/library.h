/* library.h - what an engine of include/flowsched.h is made of; shared by the files library*.c.
 *
 * An engine is the scheduler's (scheduler/engine.h) with a policy beside it, a clock, and what the
 * caller calls its tasks (plugins/handles.h). The header is the contract; here is only how. */
#ifndef PLUGINS_LIBRARY_H
#define PLUGINS_LIBRARY_H

#include "include/flowsched.h"
#include "plugins/handles.h"
#include "plugins/library_options.h"
#include "scheduler/refusal.h"

struct flowsched_engine {
    struct library_options options;
    struct engine engine;
    void *policy;
    int64_t now_us;
    struct handles handles;
    struct problem problem; /* of the last call */

    uint64_t *submitted; /* tasks of the last flowsched_apply */
    size_t submitted_count;
    uint32_t submitted_room;

    struct decision_list decided;         /* of the last flowsched_decide, as the policy said it */
    struct flowsched_decision *decisions; /* and what came of it */
    uint32_t decision_count, decision_room;
    struct refusal_record *last; /* by task id: what was decided last */
    uint32_t last_room;

    uint64_t events, events_refused;
    uint64_t rounds, decisions_made, decisions_refused;
    uint64_t certificates, certificates_failed;
    char text[512]; /* of the last explanation */
};

/* The calls' words for the scheduler's. */
enum flowsched_status library_status(enum status status);
struct flowsched_resources library_resources(const struct resources *resources);

/* STATUS_BAD_INPUT if an amount is none. */
enum status library_amounts(const struct flowsched_resources *given, struct resources *resources,
                            struct problem *problem);

/* Remember why a call failed, and what it returns. */
enum flowsched_status library_end(struct flowsched_engine *engine, enum status status);

/* The clock goes on, never back; back-offs that end before `now_us` (or at it, if `at_it`) end each
 * at their own time. */
void library_advance(struct flowsched_engine *engine, int64_t now_us, bool at_it);

/* Undo the last decision about the task, as scheduler/refusal.h. */
enum status library_refuse(struct flowsched_engine *engine, uint32_t task, struct problem *problem);

#endif
