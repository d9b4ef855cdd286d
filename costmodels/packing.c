/* packing.c - tasks where what they need most is most free: Tetris' alignment as a cost.
 *
 * Grandl et al., "Multi-resource packing for cluster schedulers", SIGCOMM 2014: a task's
 * alignment with a machine is the dot product
 *
 *     a = sum over resources of  (demand / capacity) x (free / capacity)
 *
 * and the task with the largest goes first. Here a place costs ALIGNED - a, so that of many
 * tasks for few places those with the largest are placed. Resources that a machine does not
 * have do not count.
 *
 * Free is what is free before the task: with f = u + k d used before the k-th of a class,
 * a = sum d (1 - f) falls by sum d^2 from each to the next, so that costs rise, exactly as
 * far as the class fills the machine alone. What other classes put there in the same round
 * it does not know; the next round does.
 *
 * Tetris also prefers jobs with little work left, and a place with the input: that is other
 * models' part in a mix, such as quincy's.
 *
 * To wait costs twice as much as any place, to stop a task twice that again. To move it must
 * gain a quarter of what it uses: where a quarter more is free; and twice that each time that it
 * was stopped or moved already.
 *
 * Keeping: what the place would cost anew, less that. Costs on a machine add up to the same in
 * whatever order its tasks came, as sums of the products of each two demands, so that
 * moves that gain, one after the other, never lead back. What fractions are rounded by is less
 * than ROUNDED. */
#include "costmodels/cost_model.h"
#include "costmodels/fractions.h"
#include "costmodels/staying.h"

#define ALIGNED (RESOURCE_COUNT * FRACTION_ONE) /* no alignment is larger */
#define WAITING (2 * ALIGNED)
#define PREEMPTING (2 * WAITING)
#define RANGE PREEMPTING
#define ROUNDED 16

static cost_t class_unit(const struct task_facts *task, const struct machine_facts *machine,
                         uint32_t k)
{
    struct fractions f = fractions_make(machine, &task->demand, k);
    int64_t alignment = 0;
    for (uint32_t r = 0; r < f.count; r++)
        alignment += f.demand[r] * (FRACTION_ONE - f.used[r]);
    cost_t cost = ALIGNED - alignment / FRACTION_ONE;
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

/* Its place would cost it that, if it were not there; less what a move must gain. */
static cost_t keeping(const struct task_facts *task, const struct cluster_facts *cluster)
{
    struct machine_facts without =
        machine_without(&cluster->machines[task->machine], &task->demand);
    struct fractions f = fractions_make(&without, &task->demand, 0);
    int64_t demand = fractions_demanded(&f);
    return class_unit(task, &without, 0) - staying(demand / 4 + ROUNDED, task->stops, RANGE);
}

const struct cost_model cost_model_packing = {
    .name = "packing",
    .help = "tasks where what they need is free (Tetris: Grandl et al., SIGCOMM 2014)",
    .range = RANGE,
    .waiting = waiting,
    .keeping = keeping,
    .preempting = preempting,
    .class_unit = class_unit,
};
