/* baseline_world.h - a world under a policy that is named with its options, for tests of the
 * baselines. */
#ifndef TESTS_BASELINE_WORLD_H
#define TESTS_BASELINE_WORLD_H

#include "tests/flow_world.h"

/* Under "NAME:OPTION=VALUE+...", without machines, at one second. */
void baseline_world_init(struct flow_world *world, const char *policy, bool preemption,
                         uint64_t seed);

/* Submit one task job/""/0 of a priority. */
void baseline_world_submit(struct flow_world *world, const char *job, struct resources demand,
                           int32_t priority);

/* Likewise one that runs on `machine` already. */
void baseline_world_submit_running(struct flow_world *world, const char *job,
                                   struct resources demand, int32_t priority, const char *machine);

/* Kill task job/""/0. */
void baseline_world_kill(struct flow_world *world, const char *job);

/* Is there a waiting task that fits on a machine? */
bool baseline_world_something_fits(const struct flow_world *world);

#endif
