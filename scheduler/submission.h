/* submission.h - a submission becomes tasks: checked as a whole first, then made. */
#ifndef SCHEDULER_SUBMISSION_H
#define SCHEDULER_SUBMISSION_H

#include "scheduler/engine.h"

/* EVENT_TASK_SUBMITTED, for the engine: statuses as engine_apply. O(its tasks). */
enum status engine_submit(struct engine *engine, const struct event *event,
                          struct problem *problem);

#endif
