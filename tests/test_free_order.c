/* test_free_order.c - machines by how much is free, against looking at all of them. */
#include <criterion/criterion.h>

#include "policies/free_order.h"
#include "tests/engine_fixture.h"
#include "tests/flow_world.h"

static struct flow_world world;
static struct plan plan;
static struct free_order order;

static void on_change(void *state, const struct cluster *cluster, const struct change *change)
{
    plan_mark(state, cluster, change);
}

static void set_up(void)
{
    flow_world_init_policy(&world, "fifo", &(struct policy_options){.seed = 1}, 5);
    plan_init(&plan);
    free_order_init(&order);
    engine_observe(&world.engine, (struct observer){&plan, on_change});
}

static void tear_down(void)
{
    plan_free(&plan);
    free_order_free(&order);
    flow_world_free(&world);
}

TestSuite(free_order, .init = set_up, .fini = tear_down);

/* Of those not passed, the first one in order that the demand fits on. */
static uint32_t counted(const bool *passed, const struct resources *demand)
{
    const struct cluster *cluster = world.engine.cluster;
    uint32_t best = NONE;
    int64_t best_key = -1;
    for (uint32_t m = 0; m < cluster->machine_count; m++) {
        int64_t key = free_order_key(cluster, &plan, m);
        if (!cluster->machine_facts[m].up || passed[m] || key <= best_key ||
            !resources_fit(demand, &plan.rooms[m].free))
            continue;
        best = m;
        best_key = key;
    }
    return best;
}

Test(free_order, is_by_the_sum_of_free_parts_and_then_by_id)
{
    flow_world_add_machine(&world, "half", "r", 10, 10);
    flow_world_add_machine(&world, "whole", "r", 10, 10);
    flow_world_add_machine(&world, "small", "r", 2, 2);
    flow_world_add_machine(&world, "full", "r", 10, 10);
    flow_world_submit_running(&world, "a", units(5, 5), "half");
    flow_world_submit_running(&world, "b", units(10, 10), "full");
    plan_begin(&plan, world.engine.cluster);
    struct resources nothing = {{0}};
    static const uint32_t wanted[] = {1, 2, 0, 3, NONE};
    free_order_begin(&order, world.engine.cluster, &plan);
    for (uint32_t i = 0; i < COUNT_OF(wanted); i++) {
        uint32_t machine = free_order_first(&order, &nothing);
        cr_assert_eq(machine, wanted[i], "%u is machine %u", i, machine);
        if (machine != NONE)
            free_order_pass(&order, machine);
    }
}

Test(free_order, agrees_with_looking_at_all_machines)
{
    bool passed[256];
    uint32_t found = 0;
    world.machine_count = 150;
    world.suspensions = true;
    for (uint32_t step = 0; step < 3000; step++) {
        flow_world_random_event(&world);
        if (step % 4)
            continue;
        flow_world_round(&world);
        plan_begin(&plan, world.engine.cluster);
        if (step % 12 == 0) /* changes pile up */
            continue;
        free_order_begin(&order, world.engine.cluster, &plan);
        for (uint32_t m = 0; m < COUNT_OF(passed); m++)
            passed[m] = false;
        for (uint32_t i = 0; i < 20; i++) {
            struct resources demand = units((int64_t)random_below(&world.random, 3),
                                            (int64_t)random_below(&world.random, 3));
            uint32_t machine = free_order_first(&order, &demand);
            cr_assert_eq(machine, counted(passed, &demand), "step %u: %u", step, machine);
            if (machine == NONE)
                continue;
            free_order_pass(&order, machine);
            passed[machine] = true;
            found++;
        }
    }
    cr_assert_gt(found, 3000, "%u", found);
}
