/* engine_fixture.c - see engine_fixture.h. */
#include "tests/engine_fixture.h"

#include <criterion/criterion.h>

#include "base/memory.h"

struct resources units(int64_t cpu, int64_t memory)
{
    return (struct resources){
        .amount = {
            [RESOURCE_CPU] = cpu * RESOURCE_UNIT, [RESOURCE_MEMORY] = memory * RESOURCE_UNIT}};
}

enum status add_machine(struct engine *engine, const char *name, int64_t cpu, int64_t memory)
{
    struct event event = {
        .kind = EVENT_MACHINE_ADDED, .machine = name, .resources = units(cpu, memory), .count = 1};
    return engine_apply(engine, &event, NULL);
}

enum status change_machine(struct engine *engine, enum event_kind kind, const char *name,
                           int64_t now_us)
{
    struct event event = {.kind = kind, .time_us = now_us, .machine = name, .count = 1};
    return engine_apply(engine, &event, NULL);
}

enum status submit(struct engine *engine, const char *job, uint32_t count, int64_t now_us)
{
    struct event event = {.kind = EVENT_TASK_SUBMITTED,
                          .time_us = now_us,
                          .job = job,
                          .stage = "",
                          .count = count,
                          .resources = units(1, 1)};
    return engine_apply(engine, &event, NULL);
}

enum status submit_stage(struct engine *engine, const char *job, const char *stage,
                         const char *const *predecessors, int64_t now_us)
{
    struct event event = {.kind = EVENT_TASK_SUBMITTED,
                          .time_us = now_us,
                          .job = job,
                          .stage = stage,
                          .count = 1,
                          .resources = units(1, 1),
                          .predecessors = predecessors};
    while (predecessors && predecessors[event.predecessor_count])
        event.predecessor_count++;
    return engine_apply(engine, &event, NULL);
}

uint32_t task_of(const struct engine *engine, const char *job, uint32_t index)
{
    return cluster_find_task(engine->cluster, job, "", index);
}

enum task_state state_of(const struct engine *engine, uint32_t task)
{
    return engine->cluster->tasks[task].state;
}

void decide_one(struct engine *engine, enum decision_kind kind, uint32_t task, uint32_t machine,
                int64_t now_us)
{
    struct decision_list list = {0};
    decision_add(&list, engine->cluster, kind, task, machine);
    engine_decide(engine, &list, now_us);
    memory_free(list.decisions);
}

void check_invariants(const struct engine *engine)
{
    struct problem problem = {0};
    cr_assert_eq(cluster_check(engine->cluster, &problem), STATUS_OK, "%s", problem.reason);
}
