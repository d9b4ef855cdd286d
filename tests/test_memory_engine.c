/* test_memory_engine.c - a whole engine and its policy in a context: dropped, and out of memory. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory_guard.h"
#include "costmodels/cost_model.h"
#include "policies/policies.h"
#include "tests/engine_fixture.h"
#include "tests/failing_memory.h"
#include "tests/flow_world.h"

/* An engine that lives for some rounds, and what is left of it: a digest of all that it decided. */
struct life {
    const char *policy, *cost_model, *solver;
    bool preemption;
    uint32_t rounds, events; /* and random events in each */
    struct flow_world world;
    uint64_t digest;
};

static void digest(struct life *life, int64_t value)
{
    life->digest = random_mix(life->digest, (uint64_t)value);
}

static void begin(struct life *life)
{
    struct policy_options options = {.cost_model = life->cost_model ? life->cost_model : "quincy",
                                     .solver = life->solver ? life->solver : "auto",
                                     .preemption = life->preemption,
                                     .fairness = life->preemption,
                                     .moves_max = 10,
                                     .seed = 5};
    policy_set_standard(policy_kind_find(life->policy), &options);
    flow_world_init_policy(&life->world, life->policy, &options, 9);
    life->world.machine_count = 6;
    life->digest = 0;
    flow_world_add_machine(&life->world, "m0", "r0", 8, 8);
    flow_world_add_machine(&life->world, "m1", "r1", 8, 8);
    flow_world_submit(&life->world, "first", 3, units(1, 2), NULL, 0);
}

/* Begins it, and leaves it standing. */
static void live(void *argument)
{
    struct life *life = argument;
    begin(life);
    for (uint32_t round = 0; round < life->rounds; round++) {
        for (uint32_t event = 0; event < life->events; event++)
            flow_world_random_event(&life->world);
        flow_world_round(&life->world);
        const struct decision_list *list = &life->world.decisions;
        for (uint32_t d = 0; d < list->count; d++) {
            digest(life, list->decisions[d].kind);
            digest(life, list->decisions[d].task);
            digest(life, list->decisions[d].machine);
        }
        digest(life, life->world.report.cost);
    }
}

/* Lived in a context, and nothing but the context is given up; lived the same as without. */
static void check_dropped(struct life life)
{
    struct failing_memory memory = {0};
    struct memory_allocator allocator = failing_memory_allocator(&memory);
    struct memory_context context;
    live(&life);
    flow_world_free(&life.world);
    uint64_t digest = life.digest;
    memory_context_init(&context, &allocator);
    cr_assert_eq(memory_try(&context, live, &life), STATUS_OK);
    cr_assert_eq(life.digest, digest, "%s, %s: decides otherwise in a context", life.policy,
                 life.cost_model);
    cr_assert_gt(memory.blocks, 10, "%s lives there", life.policy);
    memory_context_drop(&context);
    failing_memory_check_empty(&memory);
}

Test(memory_engine, goes_with_its_context_under_every_policy)
{
    for (uint32_t i = 0; i < policy_kind_count(); i++) {
        struct life life = {.policy = policy_kind_at(i)->name, .rounds = 6, .events = 8};
        check_dropped(life);
        life.preemption = true;
        check_dropped(life);
    }
}

Test(memory_engine, goes_with_its_context_under_every_cost_model)
{
    for (uint32_t i = 0; i < cost_model_count(); i++)
        check_dropped((struct life){
            .policy = "flow", .cost_model = cost_model_at(i)->name, .rounds = 6, .events = 8});
}

Test(memory_engine, goes_with_its_context_with_every_solver_of_our_own)
{
    static const char *const solvers[] = {"auto", "repair", "scaling", "paths", "simplex"};
    for (uint32_t i = 0; i < COUNT_OF(solvers); i++)
        check_dropped(
            (struct life){.policy = "flow", .solver = solvers[i], .rounds = 6, .events = 8});
}

Test(memory_engine, ends_in_order_within_its_context_too)
{
    struct failing_memory memory = {0};
    struct memory_allocator allocator = failing_memory_allocator(&memory);
    struct memory_context context;
    struct life life = {.policy = "flow", .rounds = 10, .events = 8};
    memory_context_init(&context, &allocator);
    struct memory_context *previous = memory_enter(&context);
    live(&life);
    memory_leave(previous);
    flow_world_free(&life.world); /* whoever is current */
    failing_memory_check_empty(&memory);
    cr_assert_eq(context.live, 0);
    memory_context_drop(&context);
}

/* Out of memory at each allocation of its life, one after the other, until there are no more. */
static uint64_t check_survives(const struct life *life)
{
    struct failing_memory memory;
    struct memory_allocator allocator = failing_memory_allocator(&memory);
    enum status status = STATUS_NO_MEMORY;
    uint64_t n = 0;
    while (status == STATUS_NO_MEMORY) {
        struct life now = *life;
        struct memory_context context;
        memory = (struct failing_memory){.fail_at = ++n};
        memory_context_init(&context, &allocator);
        status = memory_try(&context, live, &now);
        cr_assert_eq(memory.failures, status == STATUS_NO_MEMORY);
        cr_assert_eq(memory.calls, status == STATUS_NO_MEMORY ? n : n - 1);
        memory_context_drop(&context);
        failing_memory_check_empty(&memory);
    }
    return n - 1;
}

Test(memory_engine, survives_each_failed_allocation_in_turn)
{
    static const struct life ROWS[] = {
        {.cost_model = "quincy", .rounds = 4, .events = 6},
        {.cost_model = "slo:100,drf:10,packing:1", .preemption = true, .rounds = 4, .events = 6},
        {.cost_model = "latency,cpu_mem", .solver = "simplex", .rounds = 2, .events = 6},
        {.cost_model = "load_spreading", .solver = "scaling", .rounds = 2, .events = 6},
    };
    for (uint32_t i = 0; i < COUNT_OF(ROWS); i++) {
        struct life life = ROWS[i];
        life.policy = "flow";
        uint64_t count = check_survives(&life);
        cr_assert_gt(count, 200, "row %u: %" PRIu64 " allocations", i, count);
    }
}

Test(memory_engine, survives_each_failed_allocation_under_every_policy)
{
    for (uint32_t i = 0; i < policy_kind_count(); i++) {
        struct life life = {
            .policy = policy_kind_at(i)->name, .preemption = true, .rounds = 3, .events = 6};
        uint64_t count = check_survives(&life);
        cr_assert_gt(count, 50, "%s: %" PRIu64 " allocations", life.policy, count);
    }
}
