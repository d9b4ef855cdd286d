/* test_packing.c - Tetris' alignment as a cost. */
#include <criterion/criterion.h>
#include <inttypes.h>

#include "base/random.h"
#include "costmodels/cost_model.h"

#define ONE (INT64_C(1) << 20)
#define ALIGNED (4 * ONE)

static const struct cost_model *packing(void)
{
    return cost_model_find("packing");
}

static struct resources cpu_memory(int64_t cpu, int64_t memory)
{
    return (struct resources){{[RESOURCE_CPU] = cpu, [RESOURCE_MEMORY] = memory}};
}

static struct machine_facts machine_of(int64_t cpu, int64_t memory, int64_t used_cpu,
                                       int64_t used_memory)
{
    return (struct machine_facts){
        .up = true, .capacity = cpu_memory(cpu, memory), .used = cpu_memory(used_cpu, used_memory)};
}

/* Of <16, 64> are <8, 48> free. */
Test(packing, worked_examples)
{
    static const struct {
        int64_t demand[2];
        uint32_t k;
        cost_t alignment; /* times 32 */
    } rows[] = {
        {{4, 8}, 0, 7},   /* 1/4 x 1/2 + 1/8 x 3/4 = 0.21875 */
        {{2, 24}, 0, 11}, /* 1/8 x 1/2 + 3/8 x 3/4 = 0.34375 */
        {{2, 24}, 1, 6},  /* 1/8 x 3/8 + 3/8 x 3/8 = 0.1875 */
        {{0, 0}, 0, 0},
    };
    struct machine_facts machine = machine_of(16, 64, 8, 16);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct task_facts task = {.demand = cpu_memory(rows[i].demand[0], rows[i].demand[1])};
        cr_assert_eq(packing()->class_unit(&task, &machine, rows[i].k),
                     ALIGNED - rows[i].alignment * ONE / 32, "row %zu", i);
    }
}

Test(packing, the_emptier_machine_is_better_and_missing_resources_do_not_count)
{
    struct task_facts task = {.demand = cpu_memory(10, 0)};
    struct machine_facts full = machine_of(100, 0, 80, 0), empty = machine_of(100, 0, 20, 0);
    cr_assert_lt(packing()->class_unit(&task, &empty, 0), packing()->class_unit(&task, &full, 0));
    struct machine_facts nothing = machine_of(0, 0, 0, 0);
    cr_assert_eq(packing()->class_unit(&task, &nothing, 0), ALIGNED);
}

Test(packing, costs_never_fall_from_task_to_task_and_waiting_costs_more)
{
    struct random random;
    random_init(&random, 10);
    struct cluster_facts cluster = {0};
    for (int run = 0; run < 20000; run++) {
        struct machine_facts machine = {.up = true};
        struct task_facts task = {.machine = NONE};
        for (int r = 0; r < RESOURCE_COUNT; r++) {
            uint64_t capacity = random_below(&random, UINT64_C(2) << random_below(&random, 52));
            machine.capacity.amount[r] = (int64_t)capacity;
            machine.used.amount[r] = (int64_t)random_below(&random, capacity + 1);
            task.demand.amount[r] = (int64_t)random_below(&random, capacity + 1);
        }
        uint32_t fit = resources_fit_count(&task.demand, &machine.capacity, 1000000);
        cost_t last = 0;
        for (uint32_t k = 0; k < UINT32_MAX / 3; k += 1 + k * (uint32_t)random_below(&random, 3)) {
            cost_t cost = packing()->class_unit(&task, &machine, k);
            cr_assert(last <= cost && cost <= packing()->range, "run %d, k %u: %" PRId64, run, k,
                      cost);
            if (k == 0 && fit > 0)
                cr_assert_lt(cost, packing()->waiting(&task, &cluster), "run %d", run);
            last = cost;
        }
    }
}

/* A task of a quarter of each machine. */
Test(packing, a_move_must_lead_to_where_a_quarter_more_is_free)
{
    static const struct {
        int64_t others, elsewhere;
        bool moves;
    } rows[] = {{48, 0, true}, {32, 15, true}, {32, 17, false}, {0, 0, false}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct machine_facts machines[2] = {
            machine_of(64, 64, rows[i].others + 16, rows[i].others + 16),
            machine_of(64, 64, rows[i].elsewhere, rows[i].elsewhere)};
        struct cluster_facts cluster = {.machines = machines, .machine_count = 2};
        struct task_facts task = {.demand = cpu_memory(16, 16), .machine = 0};
        cost_t stay = packing()->keeping(&task, &cluster);
        cost_t move = packing()->class_unit(&task, &machines[1], 0);
        cr_assert_eq(move < stay, rows[i].moves, "row %zu: %" PRId64 " %" PRId64, i, move, stay);
    }
}
