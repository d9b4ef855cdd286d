/* jobs.h - jobs, their stages, and what waits for what; for the engine. */
#ifndef SCHEDULER_JOBS_H
#define SCHEDULER_JOBS_H

#include "scheduler/cluster.h"

/* The job of that name, made now if it is new; its tenant is set by the first who knows. */
uint32_t jobs_intern(struct cluster *cluster, const char *name, const char *tenant);

/* The stage of that name in the job, made now (not submitted) if it is new. */
uint32_t jobs_intern_stage(struct cluster *cluster, uint32_t job, const char *name);

/* The stage, or NONE. */
uint32_t jobs_find_stage(const struct cluster *cluster, uint32_t job, const char *name);

/* Stage `waits` may start when stage `first` has ended; nothing if it has. O(1). */
void jobs_add_dependency(struct cluster *cluster, uint32_t waits, uint32_t first);

/* Stage `waits` need not wait for stage `first` any more; nothing if it does not. O(successors of
 * `first`). */
void jobs_remove_dependency(struct cluster *cluster, uint32_t waits, uint32_t first);

/* Is the stage submitted, with no live task left? */
bool jobs_stage_ended(const struct cluster *cluster, uint32_t stage);

#endif
