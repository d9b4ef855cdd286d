/* test_drf_network.c - dominant resource fairness as cheapest flows of small networks.
 *
 * The oracles are those of Ghodsi et al., NSDI 2011, and progressive filling done plainly. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"
#include "solver/solver.h"
#include "tests/tenant_case.h"

#define ONE (INT64_C(1) << 30)

static struct resources cpu_memory(int64_t cpu, int64_t memory)
{
    return (struct resources){{[RESOURCE_CPU] = cpu, [RESOURCE_MEMORY] = memory}};
}

static void random_start(struct random *random, uint64_t seed)
{
    random_init(random, seed);
    fprintf(stderr, "seed %" PRIu64 "\n", seed);
}

static uint32_t below(struct random *random, uint32_t limit)
{
    return (uint32_t)random_below(random, limit);
}

Test(drf_network, one_machine_filled_task_by_task_ends_as_the_paper_says)
{
    static const struct {
        int64_t capacity[2];
        uint32_t count;
        int64_t demand[3][2];
        uint32_t weight[3]; /* of TENANT_WEIGHT_ONE */
        uint32_t expected[3];
    } rows[] = {
        {{9, 18}, 2, {{1, 4}, {3, 1}}, {1, 1}, {3, 2}},
        {{900, 1800}, 2, {{1, 4}, {3, 1}}, {1, 1}, {300, 200}},
        {{900, 1800}, 2, {{1, 4}, {3, 1}}, {1, 2}, {180, 240}},
        {{900, 1800}, 2, {{1, 4}, {3, 1}}, {2, 1}, {415, 140}},
        {{30, 30}, 2, {{1, 3}, {1, 1}}, {1, 1}, {5, 15}},
        {{9, 18}, 2, {{1, 4}, {3, 4}}, {1, 1}, {2, 2}}, /* a lie, and no gain */
        {{12, 0}, 3, {{1, 0}, {1, 0}, {1, 0}}, {1, 1, 2}, {3, 3, 6}},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct resources demands[3];
        for (uint32_t t = 0; t < rows[i].count; t++)
            demands[t] = cpu_memory(rows[i].demand[t][0], rows[i].demand[t][1]);
        struct tenant_case filled = tenant_case_of(
            cpu_memory(rows[i].capacity[0], rows[i].capacity[1]), rows[i].count, demands);
        for (uint32_t t = 0; t < rows[i].count; t++)
            filled.facts[t].weight = TENANT_WEIGHT_ONE * rows[i].weight[t];
        tenant_case_fill(&filled, NULL);
        for (uint32_t t = 0; t < rows[i].count; t++)
            cr_assert_eq(filled.outside[t], rows[i].expected[t], "row %zu, tenant %u: %u", i, t,
                         filled.outside[t]);
    }
}

/* Two tenants with shares of 2/9 and 1/3 a task, on one machine of 5 slots. */
static struct tenant_case five_slots(void)
{
    struct resources demands[] = {cpu_memory(1, 4), cpu_memory(3, 1)};
    struct tenant_case made = tenant_case_of(cpu_memory(9, 18), 2, demands);
    made.slots[0] = 5;
    made.waiting[0] = made.waiting[1] = 5;
    return made;
}

Test(drf_network, five_slots_go_to_the_five_smallest_shares)
{
    struct tenant_case five = five_slots();
    uint32_t tasks[CASE_TENANTS][CASE_MACHINES];
    tenant_case_solve(&five, tasks);
    cr_assert_eq(tasks[0][0], 3);
    cr_assert_eq(tasks[1][0], 2);
    cost_t sum = 0; /* of 0, 0, 2/9, 1/3, 4/9 */
    for (uint32_t t = 0; t < 2; t++)
        for (uint32_t k = 0; k < tasks[t][0]; k++)
            sum += tenant_case_unit(&five, t, k) - tenant_case_unit(&five, t, 0);
    cr_assert(ONE - 5 <= sum && sum <= ONE, "%" PRId64, sum);
}

Test(drf_network, waiting_tasks_cost_what_their_shares_leave)
{
    struct tenant_run run = {cpu_memory(1, 4), 4};
    struct tenant_queue queue = {.runs = &run, .run_count = 1};
    struct tenant_facts tenant = {.weight = TENANT_WEIGHT_ONE, .parent = NONE};
    struct resources capacity = cpu_memory(9, 18);
    struct cost_mix mix = cost_mix_of(cost_model_find("drf"));
    struct tenant_steps steps;
    tenant_steps_make(&steps, &mix, &tenant, &capacity, &queue);
    cost_t most = cost_mix_tenant_worth(&mix, &tenant, 0);
    cr_assert_eq(steps.count, 4);
    for (uint32_t s = 0; s < 4; s++) {
        cost_t less = most - steps.steps[s].cost - ONE * 2 * (3 - s) / 9;
        cr_assert(-1 <= less && less <= 1, "step %u: %" PRId64, s, less);
        cr_assert_eq(steps.steps[s].count, 1);
    }
}

/* The first tenant has all 5 slots when the second comes with 2 tasks. */
Test(drf_network, a_preemption_must_pay)
{
    const struct task_facts fresh = {.machine = NONE};
    const cost_t stay = -cost_model_find("drf")->keeping(&fresh, NULL);
    const struct {
        cost_t price;
        uint32_t preempted;
    } rows[] = {
        {stay, 2},         {ONE * 3 / 10, 2},     {ONE / 3 - 10, 2},     {ONE / 3 + 10, 1},
        {ONE * 4 / 10, 1}, {ONE * 8 / 9 - 10, 1}, {ONE * 8 / 9 + 10, 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tenant_case five = five_slots();
        uint32_t tasks[CASE_TENANTS][CASE_MACHINES];
        five.running[0] = 5;
        five.waiting[0] = 0;
        five.waiting[1] = 2;
        five.place[0][0] = -rows[i].price;
        tenant_case_solve(&five, tasks);
        cr_assert_eq(tasks[1][0], rows[i].preempted, "row %zu: %u", i, tasks[1][0]);
        cr_assert_eq(tasks[0][0], 5 - rows[i].preempted, "row %zu: %u", i, tasks[0][0]);
    }
}

static struct tenant_case random_slots(struct random *random)
{
    struct resources demands[CASE_TENANTS];
    uint32_t count = 2 + below(random, 3);
    for (uint32_t t = 0; t < count; t++)
        demands[t] = cpu_memory(1 + below(random, 20), 1 + below(random, 20));
    struct tenant_case made = tenant_case_of(cpu_memory(200, 200), count, demands);
    made.machine_count = 1 + below(random, CASE_MACHINES);
    for (uint32_t m = 0; m < made.machine_count; m++)
        made.slots[m] = below(random, 5);
    for (uint32_t t = 0; t < count; t++) {
        made.facts[t].weight = 250 * (1 + below(random, 12));
        made.outside[t] = below(random, 5);
        made.waiting[t] = below(random, 9);
        for (uint32_t m = 0; m < made.machine_count; m++)
            made.barred[t][m] = below(random, 3) == 0;
    }
    return made;
}

/* Can so many tasks of each tenant run? By Hall's condition, of every set of tenants. */
static bool feasible(const struct tenant_case *slots, const uint32_t *tasks)
{
    for (uint32_t set = 1; set < 1u << slots->tenant_count; set++) {
        uint32_t wanted = 0, there = 0;
        for (uint32_t t = 0; t < slots->tenant_count; t++)
            wanted += set >> t & 1 ? tasks[t] : 0;
        for (uint32_t m = 0; m < slots->machine_count; m++) {
            bool open = false;
            for (uint32_t t = 0; t < slots->tenant_count; t++)
                open |= (set >> t & 1) && !slots->barred[t][m];
            there += open ? slots->slots[m] : 0;
        }
        if (wanted > there)
            return false;
    }
    return true;
}

/* Progressive filling: the tenant with the smallest share that can have one task more. The
 * costs of the tasks that ran, in order of filling, which is sorted. */
static uint32_t fill_plainly(const struct tenant_case *slots, cost_t *costs)
{
    uint32_t tasks[CASE_TENANTS] = {0}, count = 0;
    for (;;) {
        uint32_t poorest = NONE;
        cost_t least = 0;
        for (uint32_t t = 0; t < slots->tenant_count; t++) {
            cost_t unit = tenant_case_unit(slots, t, slots->outside[t] + tasks[t]);
            tasks[t]++;
            bool can = tasks[t] <= slots->waiting[t] && feasible(slots, tasks);
            tasks[t]--;
            if (can && (poorest == NONE || unit < least)) {
                poorest = t;
                least = unit;
            }
        }
        if (poorest == NONE)
            return count;
        tasks[poorest]++;
        costs[count++] = least;
    }
}

static int by_cost(const void *a, const void *b)
{
    cost_t x = *(const cost_t *)a, y = *(const cost_t *)b;
    return x < y ? -1 : x > y;
}

Test(drf_network, the_cheapest_flow_is_progressive_filling_where_tasks_fill_slots)
{
    struct random random;
    random_start(&random, 24);
    for (int run = 0; run < 200; run++) {
        struct tenant_case slots = random_slots(&random);
        uint32_t tasks[CASE_TENANTS][CASE_MACHINES], count = 0;
        cost_t costs[128], expected[128];
        tenant_case_solve(&slots, tasks);
        for (uint32_t t = 0; t < slots.tenant_count; t++) {
            uint32_t running = slots.outside[t];
            for (uint32_t m = 0; m < slots.machine_count; m++)
                for (uint32_t k = 0; k < tasks[t][m]; k++)
                    costs[count++] = tenant_case_unit(&slots, t, running++);
        }
        qsort(costs, count, sizeof *costs, by_cost);
        cr_assert_eq(fill_plainly(&slots, expected), count, "run %d", run);
        qsort(expected, count, sizeof *expected, by_cost);
        for (uint32_t i = 0; i < count; i++)
            cr_assert_eq(costs[i], expected[i], "run %d, unit %u", run, i);
    }
}

/* Who got a task has no larger share, before it, than who could have had the place. */
static void check_round(const struct tenant_case *before, const struct tenant_case *after,
                        uint32_t tasks[CASE_TENANTS][CASE_MACHINES])
{
    for (uint32_t j = 0; j < before->tenant_count; j++) {
        for (uint32_t m = 0; m < before->machine_count; m++) {
            for (uint32_t i = 0; i < before->tenant_count && tasks[j][m]; i++) {
                if (before->barred[i][m] || !after->waiting[i])
                    continue;
                cr_assert_leq(tenant_case_unit(after, j, after->outside[j] - 1),
                              tenant_case_unit(after, i, after->outside[i]));
            }
        }
    }
}

Test(drf_network, machines_fill_up_and_in_every_round_the_poorest_come_first)
{
    struct random random;
    random_start(&random, 60);
    for (int run = 0; run < 60; run++) {
        struct tenant_case machines = random_slots(&random);
        machines.capacity = cpu_memory(0, 0);
        for (uint32_t m = 0; m < machines.machine_count; m++) {
            machines.slots[m] = 1;
            machines.free[m] = cpu_memory(10 + below(&random, 100), 10 + below(&random, 100));
            resources_add(&machines.capacity, &machines.free[m]);
        }
        for (uint32_t t = 0; t < machines.tenant_count; t++)
            machines.outside[t] = 0;
        tenant_case_fill(&machines, check_round);
        for (uint32_t t = 0; t < machines.tenant_count; t++)
            for (uint32_t m = 0; m < machines.machine_count; m++)
                cr_assert(!machines.waiting[t] ||
                          !resources_fit(&machines.demand[t], &machines.free[m]));
    }
}

/* Tasks of j that it has though i, with fewer resources, has less share than they had. */
static uint32_t overtaking(const struct tenant_case *slots, const uint32_t *running, uint32_t j,
                           uint32_t i)
{
    uint32_t count = 0;
    while (running[j] - count > slots->outside[j] &&
           tenant_case_unit(slots, j, running[j] - count - 1) >
               tenant_case_unit(slots, i, running[i]))
        count++;
    return count;
}

static struct tenant_case random_prices(struct random *random, cost_t spread)
{
    struct tenant_case slots = random_slots(random);
    for (uint32_t t = 0; t < slots.tenant_count; t++) {
        slots.waiting[t] = 40;
        slots.facts[t].weight = TENANT_WEIGHT_ONE;
        for (uint32_t m = 0; m < slots.machine_count; m++) {
            slots.barred[t][m] = false;
            slots.place[t][m] = (cost_t)random_below(random, (uint64_t)spread + 1);
        }
    }
    return slots;
}

/* Other prices decide against shares by their spread and no more. */
Test(drf_network, other_prices_let_a_tenant_be_overtaken_by_a_bounded_number_of_tasks)
{
    struct random random;
    uint32_t overtaken = 0;
    random_start(&random, 100);
    for (int run = 0; run < 100; run++) {
        cost_t spread = ONE >> below(&random, 8);
        struct tenant_case slots = random_prices(&random, spread);
        uint32_t tasks[CASE_TENANTS][CASE_MACHINES], running[CASE_TENANTS];
        tenant_case_solve(&slots, tasks);
        for (uint32_t t = 0; t < slots.tenant_count; t++) {
            running[t] = slots.outside[t];
            for (uint32_t m = 0; m < slots.machine_count; m++)
                running[t] += tasks[t][m];
        }
        for (uint32_t j = 0; j < slots.tenant_count; j++) {
            cost_t step = tenant_case_unit(&slots, j, 1) - tenant_case_unit(&slots, j, 0);
            for (uint32_t i = 0; i < slots.tenant_count; i++) {
                uint32_t count = overtaking(&slots, running, j, i);
                cr_assert_leq(count, (spread + step - 1) / step, "run %d: %u", run, count);
                overtaken += count;
            }
        }
    }
    cr_assert_gt(overtaken, 50, "%u: the bound was never near", overtaken);
}

/* The steps of a node of the tenant tree whose tasks, all alike, wait. */
static void add_node_steps(struct network *network, uint32_t node, uint32_t next, uint32_t level,
                           uint32_t weight, uint32_t count)
{
    struct tenant_facts facts = {.weight = weight, .level = level, .levels_below = 1 - level};
    struct tenant_run run = {cpu_memory(1, 1), count};
    struct tenant_queue queue = {.runs = &run, .run_count = 1};
    struct resources capacity = cpu_memory(12, 12);
    struct cost_mix mix = cost_mix_of(cost_model_find("drf"));
    struct tenant_steps steps;
    tenant_steps_make(&steps, &mix, &facts, &capacity, &queue);
    for (uint32_t s = 0; s < steps.count; s++)
        network_add_arc(network, node, next, 0, steps.steps[s].count, steps.steps[s].cost);
}

/* Two parents, of which the first has two children and the second one, with 12 tasks each and
 * a place for 12 together: parents share alike, then children by weight. */
Test(drf_network, parents_are_compared_before_their_children)
{
    static const uint32_t parent_of[] = {0, 0, 1}, weights[] = {1000, 2000, 1000};
    static const flow_t expected[] = {2, 4, 6};
    struct network network;
    network_init(&network);
    uint32_t sink = network_add_node(&network, -36), places = network_add_node(&network, 0);
    uint32_t parents[] = {network_add_node(&network, 0), network_add_node(&network, 0)};
    uint32_t arcs[3];
    network_add_arc(&network, places, sink, 0, 12, 0);
    add_node_steps(&network, parents[0], sink, 0, TENANT_WEIGHT_ONE, 24);
    add_node_steps(&network, parents[1], sink, 0, TENANT_WEIGHT_ONE, 12);
    for (int i = 0; i < 3; i++) {
        uint32_t node = network_add_node(&network, 12);
        arcs[i] = network_add_arc(&network, node, places, 0, 12, 0);
        add_node_steps(&network, node, parents[parent_of[i]], 1, weights[i], 12);
    }
    struct solver *solver = solver_create("paths");
    struct solution solution;
    solver_solve(solver, &network, SOLVER_NO_BUDGET, &solution);
    cr_assert_eq(solution.outcome, OUTCOME_OPTIMAL);
    for (int i = 0; i < 3; i++)
        cr_assert_eq(solution.flow[arcs[i]], expected[i], "tenant %d: %" PRId64, i,
                     solution.flow[arcs[i]]);
    solver_destroy(solver);
    network_free(&network);
}
