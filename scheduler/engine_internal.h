/* engine_internal.h - what engine.c, submission.c and decisions.c share; for nobody else. */
#ifndef SCHEDULER_ENGINE_INTERNAL_H
#define SCHEDULER_ENGINE_INTERNAL_H

#include "scheduler/engine.h"

/* Move a task to a state and note the change; a RUNNING task is released first, and one
 * that becomes RUNNING must be charged by the caller. Ends let go the stage's successors
 * when it was the stage's last task. */
void engine_move(struct engine *engine, uint32_t task, enum task_state to, enum change_cause cause,
                 int64_t now_us);

/* WAITING -> RUNNING on a machine where the task fits. */
void engine_start(struct engine *engine, uint32_t task, uint32_t machine, int64_t now_us);

/* Where a task goes that may start: WAITING, or INFEASIBLE if it fits no machine. */
enum task_state engine_ready_state(const struct engine *engine, const struct resources *demand);

/* Note a change that is not a move between states. */
void engine_note(struct engine *engine, const struct change *change);

/* Tell the observers what was noted, then forget the tasks that ended. */
void engine_tell(struct engine *engine);

/* EVENT_TASK_SUBMITTED (submission.c). */
enum status engine_submit(struct engine *engine, const struct event *event,
                          struct problem *problem);

#endif
