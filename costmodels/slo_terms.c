/* slo_terms.c - see slo_terms.h. */
#include "costmodels/slo_terms.h"

#include "costmodels/waiting_steps.h"

#define SECOND_US 1000000

_Static_assert(SLO_WEIGHT_MAX *SLO_LOSS + SLO_PATIENCE_MAX < SLO_RANGE, "leaves the range");

int64_t slo_weight(int32_t priority)
{
    if (priority >= 10)
        return SLO_WEIGHT_MAX;
    if (priority == 9)
        return 100;
    return priority >= 2 ? 10 : 1;
}

int64_t slo_patience(int64_t weight, int64_t time_us)
{
    wide_t cost = (wide_t)time_us * weight * SLO_PATIENCE / SECOND_US;
    return cost < SLO_PATIENCE_MAX ? (int64_t)cost : SLO_PATIENCE_MAX;
}

int64_t slo_run_patience(int64_t weight, const struct task_facts *task)
{
    int64_t time_us = waiting_step_next(task->waited_us) + waiting_step_next(task->ran_us);
    return slo_patience(weight, time_us);
}

void slo_add_service(struct machine_facts *machine, const struct task_facts *task)
{
    if (!task->latency_us)
        return;
    machine->services_weight += slo_weight(task->priority);
    if (!machine->services_latency_us || task->latency_us < machine->services_latency_us)
        machine->services_latency_us = task->latency_us;
}
