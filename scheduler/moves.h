/* moves.h - a task goes from one state to another, and everybody is told; for the engine.
 *
 * All moves of the picture in cluster.h pass here, so that the release of what a task holds
 * and the letting go of what waits for it are in one place. */
#ifndef SCHEDULER_MOVES_H
#define SCHEDULER_MOVES_H

#include "scheduler/engine.h"

/* Move a task to a state that is not SUSPENDED and note the change; one that is on a machine is
 * released first, and one that becomes RUNNING must be charged by the caller. Ends let go the
 * stage's successors when it was the stage's last task. */
void engine_move(struct engine *engine, uint32_t task, enum task_state to, enum change_cause cause,
                 int64_t now_us);

/* WAITING -> RUNNING on a machine where the task fits, on these devices, or for 0 on those
 * that the ledger chooses. */
void engine_start(struct engine *engine, uint32_t task, uint32_t machine, uint32_t devices,
                  int64_t now_us);

/* RUNNING -> SUSPENDED; and back again, if cluster_can_resume says so. */
void engine_suspend(struct engine *engine, uint32_t task, int64_t now_us);
void engine_resume(struct engine *engine, uint32_t task, int64_t now_us);

/* Where a task goes that may start: WAITING, or INFEASIBLE if it fits no machine. */
enum task_state engine_ready_state(const struct engine *engine, uint32_t task);

/* The stage waits for no other one: let go its tasks. */
void engine_release_stage(struct engine *engine, uint32_t stage, int64_t now_us);

/* The stage has ended: let go what waited for it and now waits for nothing else. */
void engine_release_successors(struct engine *engine, uint32_t stage, int64_t now_us);

/* Note a change that is not a move between states. */
void engine_note(struct engine *engine, const struct change *change);

/* Tell the observers what was noted, then forget the tasks that ended. */
void engine_tell(struct engine *engine);

#endif
