/* cpu_mem.c - spread by all resources: the least requested machines, evenly requested.
 *
 * After the model that Firmament has for Kubernetes (cpu_cost_model.cc of the fork that
 * Poseidon uses), whose two terms are Kubernetes' scores LeastRequested and Balanced: the
 * mean of the fractions of cpu and memory that are requested, and their variance. Here a
 * machine's state has a price,
 *
 *     mean(f^2) + variance(f) = 2 mean(f^2) - mean(f)^2
 *
 * over the fractions f that are used of each resource that the machine has, be it cpu and
 * memory or more, and a task costs what it adds to that. So costs on a machine add up to
 * the price of its state, in whatever order tasks come. Firmament charges each task the
 * terms themselves: these can fall from one task to the next (memory, where cpu is full,
 * balances), the later one is then placed first, and the sum means nothing.
 *
 * The k-th task of a class never costs less than the one before. With n resources, a demand
 * of fractions d and f = u + k d, it costs (2 n S - 2 A B - B^2) / n^2, where
 * S = sum d (2 f + d), A = sum f and B = sum d. From k to k + 1 the numerator grows by
 * 4 n sum d^2 - 2 B^2 >= 2 B^2 >= 0, since n sum d^2 >= B^2 (Cauchy and Schwarz). All of it
 * is in whole numbers, and the one division at the end keeps order.
 *
 * A task that fits costs from -ONE to ONE, as the price of a state is from 0 to 1: negative
 * where it balances what it finds. To wait costs more. To stop a task, to wait again, costs
 * twice that: it makes room for three others. To move it must be worth a quarter of what it
 * uses: on a machine that is emptier by a quarter; and twice that each time that it was stopped or
 * moved already.
 *
 * Keeping: what the place would cost anew, less that. As costs on a machine add up to the price
 * of its state, moves that gain, one after the other, never lead back. What fractions are
 * rounded by is less than ROUNDED. */
#include "costmodels/cost_model.h"
#include "costmodels/fractions.h"
#include "costmodels/staying.h"

#define ONE FRACTION_ONE
#define WAITING (2 * ONE)
#define PREEMPTING (2 * WAITING)
#define RANGE PREEMPTING
#define STAY_MAX (RANGE - ONE) /* no place costs less than -ONE */
#define ROUNDED 16

/* Numerators are in units of FRACTION_ONE squared; constant divisors are cheap. */
static cost_t per_square(int64_t numerator, uint32_t count)
{
    numerator /= FRACTION_ONE;
    switch (count) {
    case 1:
        return numerator;
    case 2:
        return numerator / 4;
    case 3:
        return numerator / 9;
    default:
        return numerator / 16;
    }
}
_Static_assert(RESOURCE_COUNT == 4, "per_square divides by the squares up to that of 4");

static cost_t class_unit(const struct task_facts *task, const struct machine_facts *machine,
                         uint32_t k)
{
    struct fractions f = fractions_make(machine, &task->demand, k);
    int64_t squares = 0, used = 0, demand = 0;
    for (uint32_t r = 0; r < f.count; r++) {
        squares += f.demand[r] * (2 * f.used[r] + f.demand[r]);
        used += f.used[r];
        demand += f.demand[r];
    }
    cost_t cost = per_square(2 * f.count * squares - demand * (2 * used + demand), f.count);
    return cost < RANGE ? cost : RANGE;
}

static cost_t waiting(const struct task_facts *task, const struct cluster_facts *cluster)
{
    (void)task;
    (void)cluster;
    return WAITING;
}

static cost_t preempting(const struct task_facts *task, const struct cluster_facts *cluster)
{
    (void)task;
    (void)cluster;
    return PREEMPTING;
}

/* Its place would cost it that, if it were not there; less what a move must be worth. */
static cost_t keeping(const struct task_facts *task, const struct cluster_facts *cluster)
{
    struct machine_facts without =
        machine_without(&cluster->machines[task->machine], &task->demand);
    struct fractions f = fractions_make(&without, &task->demand, 0);
    int64_t demand = fractions_demanded(&f);
    cost_t stay = f.count ? demand / (2 * f.count) : 0;
    return class_unit(task, &without, 0) - staying(stay + ROUNDED, task->stops, STAY_MAX);
}

const struct cost_model cost_model_cpu_mem = {
    .name = "cpu_mem",
    .help = "the least and most evenly requested machines, by all resources",
    .range = RANGE,
    .waiting = waiting,
    .keeping = keeping,
    .preempting = preempting,
    .class_unit = class_unit,
};
