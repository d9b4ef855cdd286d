/* load_spreading.c - every task on the machine that runs the fewest: the model to copy.
 *
 * After Firmament's Octopus: placing is always better than waiting, and the k-th task of a
 * machine costs 100 k, so that the cheapest flow levels the machines. To stop or move a
 * running task is worth it only where it levels ten tasks or more; twice that each time that it
 * was done already.
 *
 * Keeping: running tasks take their machine's units in the network, as new ones do, so that
 * what staying costs is what the place costs anew, less the hysteresis; and the sum over a
 * machine's tasks, 100 (1 + 2 + ...), is the same in whatever order they came. */
#include "costmodels/cost_model.h"
#include "costmodels/staying.h"

#define UNPLACED 1000000
#define PER_TASK 100
#define STAY (10 * PER_TASK)
#define RANGE (INT64_C(1) << 24)

static cost_t waiting(const struct task_facts *task, const struct cluster_facts *cluster)
{
    (void)task;
    (void)cluster;
    return UNPLACED;
}

static cost_t keeping(const struct task_facts *task, const struct cluster_facts *cluster)
{
    (void)cluster;
    return -staying(STAY, task->stops, RANGE);
}

static cost_t machine_unit(const struct machine_facts *machine, uint32_t running)
{
    (void)machine;
    return running < RANGE / PER_TASK ? PER_TASK * (cost_t)running : RANGE;
}

const struct cost_model cost_model_load_spreading = {
    .name = "load_spreading",
    .help = "every task on the machine with the fewest tasks",
    .range = RANGE,
    .waiting = waiting,
    .keeping = keeping,
    .preempting = waiting,
    .machine_unit = machine_unit,
};
