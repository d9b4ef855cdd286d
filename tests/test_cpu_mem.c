/* test_cpu_mem.c - the price of a machine's state, and what tasks add to it. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/random.h"
#include "costmodels/cost_model.h"

#define ONE (INT64_C(1) << 20)

static const struct cost_model *cpu_mem(void)
{
    return cost_model_find("cpu_mem");
}

static struct resources cpu_memory(int64_t cpu, int64_t memory)
{
    return (struct resources){{[RESOURCE_CPU] = cpu, [RESOURCE_MEMORY] = memory}};
}

static void expect_near(cost_t cost, double expected, double slack, const char *what, int row)
{
    cr_assert(fabs((double)cost - expected) <= slack, "%s, row %d: %" PRId64 ", not %g", what, row,
              cost, expected);
}

/* Of a machine of 16 cpus and 64 of memory: 2 mean(f^2) - mean(f)^2, after less before. */
Test(cpu_mem, worked_examples)
{
    static const struct {
        int64_t used[2], demand[2];
        uint32_t k;
        double cost;
    } rows[] = {
        {{0, 0}, {4, 16}, 0, 0.0625},    /* (1/4, 1/4) */
        {{0, 0}, {4, 16}, 1, 0.1875},    /* (1/2, 1/2) - (1/4, 1/4) */
        {{0, 0}, {4, 0}, 0, 0.046875},   /* 1/16 - 1/64 */
        {{0, 32}, {4, 0}, 0, -0.015625}, /* 5/16 - 9/64 - 3/16: it balances */
        {{8, 32}, {8, 32}, 0, 0.75},     /* all, an exact fit */
        {{8, 48}, {8, 0}, 0, 0.375},     /* (1, 3/4) - (1/2, 3/4) */
        {{8, 16}, {0, 0}, 7, 0},         /* nothing */
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct machine_facts machine = {.up = true,
                                        .capacity = cpu_memory(16, 64),
                                        .used = cpu_memory(rows[i].used[0], rows[i].used[1])};
        struct task_facts task = {.demand = cpu_memory(rows[i].demand[0], rows[i].demand[1])};
        expect_near(cpu_mem()->class_unit(&task, &machine, rows[i].k), rows[i].cost * ONE, 1,
                    "cost", (int)i);
    }
}

Test(cpu_mem, resources_that_a_machine_has_not_do_not_count)
{
    struct machine_facts cpu_only = {.capacity = cpu_memory(8, 0)};
    struct machine_facts nothing = {.capacity = cpu_memory(0, 0)};
    struct task_facts task = {.demand = cpu_memory(4, 4)};
    expect_near(cpu_mem()->class_unit(&task, &cpu_only, 0), 0.25 * ONE, 1, "cpu only", 0);
    cr_assert_eq(cpu_mem()->class_unit(&task, &nothing, 0), 0);
}

static struct resources random_amounts(struct random *random, const struct resources *limit)
{
    struct resources amounts;
    for (int r = 0; r < RESOURCE_COUNT; r++)
        amounts.amount[r] = (int64_t)random_below(random, (uint64_t)limit->amount[r] + 1);
    return amounts;
}

/* Of every size there is, and now and then without a resource. */
static struct machine_facts random_machine(struct random *random)
{
    struct machine_facts machine = {.up = true};
    for (int r = 0; r < RESOURCE_COUNT; r++)
        if (random_below(random, 4))
            machine.capacity.amount[r] =
                (int64_t)random_below(random, (UINT64_C(2) << random_below(random, 52)));
    machine.used = random_amounts(random, &machine.capacity);
    return machine;
}

static double price(const struct resources *used, const struct resources *capacity)
{
    double sum = 0, squares = 0, count = 0;
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        if (capacity->amount[r] <= 0)
            continue;
        double f = (double)used->amount[r] / (double)capacity->amount[r];
        sum += f;
        squares += f * f;
        count++;
    }
    return count > 0 ? 2 * squares / count - sum / count * (sum / count) : 0;
}

Test(cpu_mem, a_task_costs_what_it_adds_to_the_price_of_the_machine)
{
    struct random random;
    random_init(&random, 7);
    for (int run = 0; run < 20000; run++) {
        struct machine_facts machine = random_machine(&random);
        struct resources room = machine.capacity, after = machine.used;
        resources_subtract(&room, &machine.used);
        struct task_facts task = {.demand = random_amounts(&random, &room)};
        resources_add(&after, &task.demand);
        double added = price(&after, &machine.capacity) - price(&machine.used, &machine.capacity);
        expect_near(cpu_mem()->class_unit(&task, &machine, 0), added * ONE, 8, "added", run);
    }
}

Test(cpu_mem, costs_never_fall_from_task_to_task_and_stay_in_their_range)
{
    struct random random;
    random_init(&random, 8);
    for (int run = 0; run < 20000; run++) {
        struct machine_facts machine = random_machine(&random);
        struct task_facts task = {.demand = random_amounts(&random, &machine.capacity)};
        cost_t last = -cpu_mem()->range;
        for (uint32_t k = 0; k < UINT32_MAX / 3; k += 1 + k * (uint32_t)random_below(&random, 3)) {
            cost_t cost = cpu_mem()->class_unit(&task, &machine, k);
            cr_assert(last <= cost && cost <= cpu_mem()->range, "run %d, k %u: %" PRId64, run, k,
                      cost);
            last = cost;
        }
    }
}

Test(cpu_mem, every_place_is_better_than_waiting)
{
    struct random random;
    random_init(&random, 9);
    struct cluster_facts cluster = {0};
    for (int run = 0; run < 20000; run++) {
        struct machine_facts machine = random_machine(&random);
        struct resources room = machine.capacity;
        resources_subtract(&room, &machine.used);
        struct task_facts task = {.demand = random_amounts(&random, &room)};
        cost_t cost = cpu_mem()->class_unit(&task, &machine, 0);
        cr_assert_lt(cost, cpu_mem()->waiting(&task, &cluster), "run %d", run);
        cr_assert_leq(-ONE - 8, cost, "run %d", run);
    }
}

/* A task of a quarter; it is on a machine that others use as told, and might move to one. */
Test(cpu_mem, a_move_must_lead_to_a_machine_emptier_by_a_quarter)
{
    static const struct {
        int64_t others, elsewhere;
        bool moves;
    } rows[] = {{48, 0, true}, {48, 33, false}, {32, 15, true}, {32, 17, false}, {0, 0, false}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct machine_facts machines[2] = {
            {.capacity = cpu_memory(64, 64),
             .used = cpu_memory(rows[i].others + 16, rows[i].others + 16)},
            {.capacity = cpu_memory(64, 64),
             .used = cpu_memory(rows[i].elsewhere, rows[i].elsewhere)}};
        struct cluster_facts cluster = {.machines = machines, .machine_count = 2};
        struct task_facts task = {.demand = cpu_memory(16, 16), .machine = 0};
        cost_t stay = cpu_mem()->keeping(&task, &cluster);
        cost_t move = cpu_mem()->class_unit(&task, &machines[1], 0);
        cr_assert_eq(move < stay, rows[i].moves, "row %zu: %" PRId64 " %" PRId64, i, move, stay);
    }
}
