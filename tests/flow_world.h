/* flow_world.h - an engine under the flow policy, or another one, driven by hand or at random, for
 * tests.
 *
 * Every round is checked: nothing rejected, nothing oversubscribed, the certificate holds; and
 * every change: it says the time. */
#ifndef TESTS_FLOW_WORLD_H
#define TESTS_FLOW_WORLD_H

#include "base/random.h"
#include "scheduler/engine.h"
#include "scheduler/flow_graph.h"
#include "scheduler/tenants.h"

struct flow_world {
    struct engine engine;
    const struct policy_kind *kind;
    void *policy;
    struct decision_list decisions; /* of the last round */
    struct round_report report;     /* of the last round */
    int64_t now_us;
    struct random random;
    uint32_t machine_count; /* that random events name: m0, m1, ... */
    uint32_t job_count;     /* that random events have made: j0, j1, ... */
    bool preemption;
    bool equal_demands; /* of the tasks that random events make */
    bool gpus;          /* machines have some of two models, and tasks demand some, or a model */
    bool suspensions;   /* somebody else than the policy suspends tasks and resumes them */
};

void flow_world_init(struct flow_world *world, const struct policy_options *options, uint64_t seed);

/* Likewise under another policy; `options` has the values of its own (policy_read). */
void flow_world_init_policy(struct flow_world *world, const char *policy,
                            const struct policy_options *options, uint64_t seed);

/* Likewise without the usual tenants, but with these: under the flow policy, or another one. */
void flow_world_init_tenants(struct flow_world *world, const struct policy_options *options,
                             const struct tenant_definition *tenants, uint32_t count);
void flow_world_init_policy_tenants(struct flow_world *world, const char *policy,
                                    const struct policy_options *options,
                                    const struct tenant_definition *tenants, uint32_t count);
void flow_world_free(struct flow_world *world);

/* Make a graph that is told of every change as the policy's own is: freed before the world. */
void flow_world_watch(struct flow_world *world, struct flow_graph *graph,
                      const struct policy_options *options);

/* Apply an event now; a count of 0 is 1, a stage of NULL "". It must be legal. */
void flow_world_apply(struct flow_world *world, struct event event);

/* Machine `name` of a rack comes, with whole units of cpu and memory. */
void flow_world_add_machine(struct flow_world *world, const char *name, const char *rack,
                            int64_t cpu, int64_t memory);
void flow_world_remove_machine(struct flow_world *world, const char *name);

/* `count` tasks job/""/0.. of whole units, reading `blocks`. */
void flow_world_submit(struct flow_world *world, const char *job, uint32_t count,
                       struct resources demand, const struct block *blocks, uint32_t block_count);

/* Likewise one task that runs on `machine` already. */
void flow_world_submit_running(struct flow_world *world, const char *job, struct resources demand,
                               const char *machine);

/* Kill a live task. */
void flow_world_kill(struct flow_world *world, uint32_t task);

/* One round at now_us, applied and checked. */
void flow_world_round(struct flow_world *world);

/* One random event: a machine comes, drains, goes or changes; tasks come, end or change; or one is
 * suspended or resumed. */
void flow_world_random_event(struct flow_world *world);

/* The name of the machine where task job/""/index runs, or "" if it does not. */
const char *flow_world_place(const struct flow_world *world, const char *job, uint32_t index);

#endif
