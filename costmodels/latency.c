/* latency.c - services: how much slower do they get when a task is put beside them?
 *
 * R(rho) is how often a service answers too late on a machine with load rho, the dominant share
 * that its tasks have claimed (response_time.h). With weights W (slo_terms.h), LOSS for a
 * request stream that is lost as a whole, and for each service one stream:
 *
 *   machine_unit   LOSS x W of the services there x what one task more adds to R, by the
 *                  strictest of their targets; a task counts as large as those there are on
 *                  average
 *   class_unit     of a service: LOSS x W x R of its own target with it and those of its class
 *                  that came before
 *   waiting        of a service LOSS x W, for nobody answers; of every task its patience
 *   keeping        class_unit and machine_unit as if it were not there yet, less its unit of the
 *                  machine as it is, which it takes in the network; - STAY x W, doubled by stops
 *   preempting     as waiting; its patience goes on while it runs
 *
 * Costs on a machine add up to the same in any order only as long as its tasks are of one size
 * and its services of one target: the doubling bounds how often a task moves where they are not.
 *
 * So a task that has moved finds that its place costs what it was asked for. What others there
 * suffer if the task itself has the strictest target is not known: it is taken for nothing,
 * and the task rather stays.
 *
 * Both units are convex, so that the cheapest flow is the best of this model as long as tasks
 * are of one size. A load that would be 1 or more costs as if nobody answered any more; it is
 * not forbidden. */
#include "base/random.h"
#include "costmodels/cost_model.h"
#include "costmodels/fixed.h"
#include "costmodels/response_time.h"
#include "costmodels/slo_terms.h"
#include "costmodels/staying.h"
#include "costmodels/waiting_steps.h"

/* Of keeping: what a place costs, what units give back, the hysteresis. */
#define RANGE (2 * SLO_RANGE)

static cost_t to_cost(int64_t weight, int64_t share)
{
    wide_t cost = (wide_t)weight * SLO_LOSS * share / FIXED_ONE;
    return cost < SLO_RANGE ? (cost_t)cost : SLO_RANGE;
}

/* R after less R before is R after x (1 - exp(-slot L / S)): that form never falls. */
static cost_t machine_unit(const struct machine_facts *machine, uint32_t running)
{
    if (!machine->services_weight)
        return 0;
    int64_t load = resources_dominant_share(&machine->used, &machine->capacity);
    int64_t slot = load / machine->running;
    wide_t after = (wide_t)slot * ((wide_t)running + 1);
    if (after >= RESOURCE_UNIT)
        return to_cost(machine->services_weight, FIXED_ONE);
    int64_t latency_us = machine->services_latency_us;
    int64_t added = FIXED_ONE - fixed_exp_minus(response_exponent(slot, latency_us));
    wide_t rise = (wide_t)response_slow(after, latency_us) * added / FIXED_ONE;
    return to_cost(machine->services_weight, (int64_t)rise);
}

static uint64_t class_key(const struct task_facts *task, const struct cluster_facts *cluster)
{
    (void)cluster;
    uint64_t weight = (uint64_t)slo_weight(task->priority);
    return task->latency_us ? random_mix((uint64_t)task->latency_us, weight) : 0;
}

static cost_t class_unit(const struct task_facts *task, const struct machine_facts *machine,
                         uint32_t k)
{
    if (!task->latency_us)
        return 0;
    int64_t load = resources_dominant_share(&machine->used, &machine->capacity);
    int64_t slot = resources_dominant_share(&task->demand, &machine->capacity);
    wide_t after = load + (wide_t)slot * ((wide_t)k + 1);
    return to_cost(slo_weight(task->priority), response_slow(after, task->latency_us));
}

static cost_t waiting(const struct task_facts *task, const struct cluster_facts *cluster)
{
    (void)cluster;
    int64_t weight = slo_weight(task->priority);
    return (task->latency_us ? weight * SLO_LOSS : 0) +
           slo_patience(weight, waiting_step(task->waited_us)) + 1;
}

/* Its machine without it. */
static struct machine_facts without(const struct task_facts *task,
                                    const struct cluster_facts *cluster)
{
    struct machine_facts machine = cluster->machines[task->machine];
    resources_subtract(&machine.used, &task->demand);
    machine.running--;
    if (!task->latency_us)
        return machine;
    machine.services_weight -= slo_weight(task->priority);
    if (task->latency_us <= machine.services_latency_us)
        machine.services_weight = 0;
    return machine;
}

static cost_t keeping(const struct task_facts *task, const struct cluster_facts *cluster)
{
    const struct machine_facts *machine = &cluster->machines[task->machine];
    struct machine_facts others = without(task, cluster);
    cost_t place = class_unit(task, &others, 0) + machine_unit(&others, others.running);
    cost_t unit = machine_unit(machine, others.running);
    return place - unit - staying(slo_weight(task->priority) * SLO_STAY, task->stops, SLO_RANGE);
}

static cost_t preempting(const struct task_facts *task, const struct cluster_facts *cluster)
{
    (void)cluster;
    int64_t weight = slo_weight(task->priority);
    return (task->latency_us ? weight * SLO_LOSS : 0) + slo_run_patience(weight, task);
}

static int64_t holds_until(const struct task_facts *task, const struct cluster_facts *cluster)
{
    int64_t time_us = task->machine == NONE ? task->waited_us : task->ran_us;
    return cluster->now_us + waiting_step_next(time_us) - time_us;
}

const struct cost_model cost_model_latency = {
    .name = "latency",
    .help = "services: what each task more on a machine does to their response times",
    .range = RANGE,
    .waiting = waiting,
    .keeping = keeping,
    .preempting = preempting,
    .holds_until = holds_until,
    .class_key = class_key,
    .class_unit = class_unit,
    .machine_unit = machine_unit,
};
