/* load_spreading.c - every machine gets as many tasks as the next: the smallest model, the
 * one to copy.
 *
 * After Firmament's Octopus model: the k-th task on a machine costs UNIT_COST times the
 * tasks before it, which is convex, so that the optimum spreads evenly; waiting is dearer
 * than a place on any machine with fewer than WAITING_COST / UNIT_COST tasks.
 *
 * All places are alike to a running task too: with preemption on, tasks are moved, and
 * start anew, whenever that evens out the load. */
#include "costmodels/load_spreading.h"

#define WAITING_COST 1000000
#define UNIT_COST 100

static cost_t waiting(const struct task_facts *task)
{
    (void)task;
    return WAITING_COST;
}

static cost_t anywhere(const struct task_facts *task, const struct cluster_facts *cluster)
{
    (void)task;
    (void)cluster;
    return 0;
}

static cost_t keeping(const struct task_facts *task, const struct cluster_facts *cluster)
{
    return anywhere(task, cluster);
}

/* 100 x 2^32 at most: within COST_MODEL_MAX whatever the count. */
static cost_t machine_unit(const struct machine_facts *machine, uint32_t running)
{
    (void)machine;
    return UNIT_COST * (cost_t)running;
}

const struct cost_model cost_model_load_spreading = {
    .name = "load_spreading",
    .help = "as many tasks on every machine as on the next",
    .waiting = waiting,
    .anywhere = anywhere,
    .keeping = keeping,
    .preempting = waiting,
    .machine_unit = machine_unit,
};
