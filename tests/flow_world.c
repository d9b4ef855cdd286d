/* flow_world.c - see flow_world.h. */
#include "tests/flow_world.h"

#include <criterion/criterion.h>
#include <stdio.h>

#include "base/memory.h"
#include "policies/policies.h"
#include "tests/engine_fixture.h"

#define RACKS 4
#define NAME_SIZE 16

/* Two levels, a weight, a guarantee and a limit; t0 has tasks of its own, too. */
static const struct tenant_definition tenants[] = {
    {.name = "t0", .weight = 2000},
    {.name = "t1", .weight = 1000, .parent = "t0"},
    {.name = "t2", .weight = 1000, .parent = "t0", .guarantee = {{4 * RESOURCE_UNIT}}},
    {.name = "t3", .weight = 500, .limit = {{12 * RESOURCE_UNIT}}, .limited = {true}},
};

static void check_time(void *state, const struct cluster *cluster, const struct change *change)
{
    (void)cluster;
    const struct flow_world *world = state;
    cr_assert_eq(change->time_us, world->now_us, "a change says when it happened");
}

static void start(struct flow_world *world, const char *policy,
                  const struct policy_options *options, const struct tenant_definition *definitions,
                  uint32_t count)
{
    *world =
        (struct flow_world){.kind = policy_kind_find(policy), .preemption = options->preemption};
    random_init(&world->random, 0);
    engine_init(&world->engine, &engine_options_default);
    struct problem problem = {0};
    cr_assert_eq(tenants_define(world->engine.cluster, definitions, count, &problem), STATUS_OK,
                 "%s", problem.reason);
    cr_assert_eq(world->kind->create(&world->policy, options, &problem), STATUS_OK, "%s",
                 problem.reason);
    engine_observe(&world->engine, (struct observer){world->policy, world->kind->on_change});
    engine_observe(&world->engine, (struct observer){world, check_time});
}

void flow_world_init_tenants(struct flow_world *world, const struct policy_options *options,
                             const struct tenant_definition *definitions, uint32_t count)
{
    start(world, "flow", options, definitions, count);
}

void flow_world_init_policy_tenants(struct flow_world *world, const char *policy,
                                    const struct policy_options *options,
                                    const struct tenant_definition *definitions, uint32_t count)
{
    start(world, policy, options, definitions, count);
}

void flow_world_init(struct flow_world *world, const struct policy_options *options, uint64_t seed)
{
    start(world, "flow", options, tenants, COUNT_OF(tenants));
    random_init(&world->random, seed);
}

void flow_world_init_policy(struct flow_world *world, const char *policy,
                            const struct policy_options *options, uint64_t seed)
{
    start(world, policy, options, tenants, COUNT_OF(tenants));
    random_init(&world->random, seed);
}

void flow_world_free(struct flow_world *world)
{
    world->kind->destroy(world->policy);
    engine_free(&world->engine);
    memory_free(world->decisions.decisions);
}

static void mark(void *graph, const struct cluster *cluster, const struct change *change)
{
    flow_graph_mark(graph, cluster, change);
}

void flow_world_watch(struct flow_world *world, struct flow_graph *graph,
                      const struct policy_options *options)
{
    struct cost_mix mix;
    struct problem problem = {0};
    cr_assert_eq(cost_mix_read(&mix, options->cost_model, &problem), STATUS_OK, "%s",
                 problem.reason);
    flow_graph_init(graph, &mix, options->preemption, options->fairness);
    engine_observe(&world->engine, (struct observer){graph, mark});
}

static enum status apply(struct flow_world *world, struct event event)
{
    event.time_us = world->now_us;
    if (!event.count)
        event.count = 1;
    if (!event.stage)
        event.stage = "";
    return engine_apply(&world->engine, &event, NULL);
}

void flow_world_apply(struct flow_world *world, struct event event)
{
    cr_assert_eq(apply(world, event), STATUS_OK);
}

void flow_world_add_machine(struct flow_world *world, const char *name, const char *rack,
                            int64_t cpu, int64_t memory)
{
    struct event event = {.kind = EVENT_MACHINE_ADDED,
                          .machine = name,
                          .rack = rack,
                          .resources = units(cpu, memory)};
    cr_assert_eq(apply(world, event), STATUS_OK);
}

void flow_world_remove_machine(struct flow_world *world, const char *name)
{
    struct event event = {.kind = EVENT_MACHINE_REMOVED, .machine = name};
    cr_assert_eq(apply(world, event), STATUS_OK);
}

void flow_world_submit(struct flow_world *world, const char *job, uint32_t count,
                       struct resources demand, const struct block *blocks, uint32_t block_count)
{
    struct event event = {.kind = EVENT_TASK_SUBMITTED,
                          .job = job,
                          .count = count,
                          .resources = demand,
                          .blocks = blocks,
                          .block_count = block_count};
    cr_assert_eq(apply(world, event), STATUS_OK);
}

void flow_world_submit_running(struct flow_world *world, const char *job, struct resources demand,
                               const char *machine)
{
    struct event event = {
        .kind = EVENT_TASK_SUBMITTED, .job = job, .resources = demand, .machine = machine};
    cr_assert_eq(apply(world, event), STATUS_OK);
    cr_assert_str_eq(flow_world_place(world, job, 0), machine);
}

void flow_world_kill(struct flow_world *world, uint32_t task)
{
    const struct cluster *cluster = world->engine.cluster;
    char job[NAME_SIZE];
    snprintf(job, sizeof job, "%s",
             names_text(&cluster->job_names, cluster_task_job(cluster, task)));
    flow_world_apply(
        world,
        (struct event){.kind = EVENT_TASK_KILLED, .job = job, .index = cluster->tasks[task].index});
}

void flow_world_round(struct flow_world *world)
{
    world->decisions.count = 0;
    world->report = (struct round_report){0};
    world->kind->decide(world->policy, world->engine.cluster, world->now_us, &world->decisions,
                        &world->report);
    engine_decide(&world->engine, &world->decisions, world->now_us);
    cr_assert_eq(world->engine.rejected_decisions, 0);
    cr_assert_eq(world->engine.stale_decisions, 0);
    cr_assert_null(world->report.trouble, "%s", world->report.trouble);
    cr_assert_eq(world->report.certified, world->kind->priced);
    cr_assert_not(world->report.certificate_failed);
    if (!world->preemption) /* see flow_commit_finish */
        cr_assert_geq(world->report.cost, world->report.bound);
    check_invariants(&world->engine);
}

const char *flow_world_place(const struct flow_world *world, const char *job, uint32_t index)
{
    const struct cluster *cluster = world->engine.cluster;
    uint32_t task = cluster_find_task(cluster, job, "", index);
    uint32_t machine = task == NONE ? NONE : cluster->task_facts[task].machine;
    return machine == NONE ? "" : names_text(&cluster->machine_names, machine);
}

static uint32_t chance(struct flow_world *world, uint32_t limit)
{
    return (uint32_t)random_below(&world->random, limit);
}

static struct resources random_demand(struct flow_world *world)
{
    static const int64_t percents[] = {0, 0, 20, 30, 50, 70, 100, 200};
    struct resources demand =
        world->equal_demands ? units(2, 2) : units(chance(world, 5), 1 + chance(world, 5));
    if (world->gpus)
        demand.amount[RESOURCE_GPU] =
            percents[chance(world, COUNT_OF(percents))] * (RESOURCE_UNIT / 100);
    return demand;
}

static struct resources random_capacity(struct flow_world *world)
{
    struct resources capacity = units(4 + chance(world, 8), 4 + chance(world, 8));
    if (world->gpus)
        capacity.amount[RESOURCE_GPU] = chance(world, 5) * RESOURCE_UNIT;
    return capacity;
}

static void random_machine_event(struct flow_world *world)
{
    static const enum event_kind kinds[] = {EVENT_MACHINE_ADDED, EVENT_MACHINE_ADDED,
                                            EVENT_MACHINE_UPDATED, EVENT_MACHINE_DRAINED,
                                            EVENT_MACHINE_REMOVED};
    char name[NAME_SIZE], rack[NAME_SIZE];
    snprintf(name, sizeof name, "m%u", chance(world, world->machine_count));
    snprintf(rack, sizeof rack, "r%u", chance(world, RACKS));
    static const char *const labels[] = {"", "gpu=A", "gpu=B"};
    apply(world, (struct event){.kind = kinds[chance(world, COUNT_OF(kinds))],
                                .machine = name,
                                .rack = rack,
                                .labels = world->gpus ? labels[chance(world, 3)] : NULL,
                                .resources = random_capacity(world)});
}

static void random_submission(struct flow_world *world)
{
    char job[NAME_SIZE], holders[4][BLOCK_COPIES_MAX][NAME_SIZE];
    struct block blocks[4];
    snprintf(job, sizeof job, "j%u", world->job_count++);
    uint32_t block_count = chance(world, 2) ? 0 : chance(world, 5);
    for (uint32_t b = 0; b < block_count; b++) {
        blocks[b] = (struct block){.mib = chance(world, 5000), .copy_count = chance(world, 4)};
        for (uint32_t c = 0; c < blocks[b].copy_count; c++) {
            snprintf(holders[b][c], NAME_SIZE, "m%u", chance(world, world->machine_count));
            blocks[b].machines[c] = holders[b][c];
        }
    }
    char tenant[NAME_SIZE];
    snprintf(tenant, sizeof tenant, "t%u", chance(world, 6));
    static const char *const constraints[] = {NULL, "gpu=A", "gpu=B", "gpu=A|B"};
    struct event event = {
        .kind = EVENT_TASK_SUBMITTED,
        .job = job,
        .tenant = chance(world, 8) ? tenant : NULL,
        .priority = (int32_t)chance(world, 12),
        .deadline_us = chance(world, 2) ? world->now_us + chance(world, 60000000) : 0,
        .latency_us = chance(world, 4) ? 0 : 120000,
        .count = 1 + chance(world, 6),
        .resources = random_demand(world),
        .constraint = world->gpus ? constraints[chance(world, 4)] : NULL,
        .blocks = blocks,
        .block_count = block_count};
    cr_assert_eq(apply(world, event), STATUS_OK);
}

static void random_task_event(struct flow_world *world)
{
    static const enum event_kind kinds[] = {
        EVENT_TASK_FINISHED, EVENT_TASK_FINISHED, EVENT_TASK_FINISHED, EVENT_TASK_FAILED,
        EVENT_TASK_KILLED,   EVENT_TASK_EVICTED,  EVENT_TASK_UPDATED};
    const struct cluster *cluster = world->engine.cluster;
    uint32_t task = cluster->task_limit ? chance(world, cluster->task_limit) : 0;
    if (task >= cluster->task_limit || cluster->tasks[task].state >= TASK_LIVE_COUNT)
        return;
    char job[NAME_SIZE];
    snprintf(job, sizeof job, "%s",
             names_text(&cluster->job_names, cluster_task_job(cluster, task)));
    apply(world, (struct event){.kind = kinds[chance(world, COUNT_OF(kinds))],
                                .job = job,
                                .index = cluster->tasks[task].index,
                                .resources = random_demand(world)});
}

/* A task is suspended, or one that can be is resumed. */
static void random_suspension(struct flow_world *world)
{
    const struct cluster *cluster = world->engine.cluster;
    bool resume = chance(world, 2);
    const struct task_list *list = &cluster->lists[resume ? TASK_SUSPENDED : TASK_RUNNING];
    if (!list->count)
        return;
    uint32_t task = list->tasks[chance(world, list->count)];
    if (resume && !cluster_can_resume(cluster, task))
        return;
    decide_one(&world->engine, resume ? DECISION_RESUME : DECISION_SUSPEND, task,
               resume ? cluster->task_facts[task].machine : NONE, world->now_us);
}

void flow_world_random_event(struct flow_world *world)
{
    world->now_us += chance(world, 3000000);
    engine_end_backoffs(&world->engine, world->now_us);
    switch (chance(world, world->suspensions ? 9 : 8)) {
    case 0:
        random_machine_event(world);
        break;
    case 1:
    case 2:
    case 3:
        random_submission(world);
        break;
    case 8:
        random_suspension(world);
        break;
    default:
        random_task_event(world);
    }
}
