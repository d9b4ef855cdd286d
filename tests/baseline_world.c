/* baseline_world.c - see baseline_world.h. */
#include "tests/baseline_world.h"

#include <criterion/criterion.h>

#include "policies/policies.h"

void baseline_world_init(struct flow_world *world, const char *policy, bool preemption,
                         uint64_t seed)
{
    struct policy_options options = {.preemption = preemption, .seed = seed};
    const struct policy_kind *kind;
    struct problem problem = {0};
    cr_assert_eq(policy_read(policy, &kind, &options, &problem), STATUS_OK, "%s", problem.reason);
    flow_world_init_policy(world, kind->name, &options, seed);
    world->now_us = 1000000;
}

void baseline_world_submit(struct flow_world *world, const char *job, struct resources demand,
                           int32_t priority)
{
    baseline_world_submit_running(world, job, demand, priority, NULL);
}

void baseline_world_submit_running(struct flow_world *world, const char *job,
                                   struct resources demand, int32_t priority, const char *machine)
{
    flow_world_apply(world, (struct event){.kind = EVENT_TASK_SUBMITTED,
                                           .job = job,
                                           .resources = demand,
                                           .priority = priority,
                                           .machine = machine});
}

void baseline_world_kill(struct flow_world *world, const char *job)
{
    flow_world_apply(world, (struct event){.kind = EVENT_TASK_KILLED, .job = job});
}

bool baseline_world_something_fits(const struct flow_world *world)
{
    const struct cluster *cluster = world->engine.cluster;
    const struct task_list *waiting = &cluster->lists[TASK_WAITING];
    for (uint32_t i = 0; i < waiting->count; i++)
        for (uint32_t m = 0; m < cluster->machine_count; m++)
            if (cluster_fits(cluster, waiting->tasks[i], m))
                return true;
    return false;
}
