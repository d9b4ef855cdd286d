/* metered.c - see metered.h. */
#include "tests/metered.h"

#include <criterion/criterion.h>

void metered_init(struct metered *metered)
{
    *metered = (struct metered){.metrics = metrics_create()};
    engine_init(&metered->engine, &engine_options_default);
    engine_observe(&metered->engine, (struct observer){metered->metrics, metrics_on_change});
    metered_at(metered, 0);
}

void metered_free(struct metered *metered)
{
    check_invariants(&metered->engine);
    metrics_destroy(metered->metrics);
    engine_free(&metered->engine);
}

void metered_at(struct metered *metered, int64_t now_us)
{
    metrics_advance(metered->metrics, metered->engine.cluster, now_us);
    metered->now_us = now_us;
}

static void apply(struct metered *metered, struct event event)
{
    event.time_us = metered->now_us;
    if (!event.count)
        event.count = 1;
    cr_assert_eq(engine_apply(&metered->engine, &event, NULL), STATUS_OK);
}

void metered_machine(struct metered *metered, const char *name, const char *rack, int64_t cpu,
                     int64_t memory)
{
    apply(metered, (struct event){.kind = EVENT_MACHINE_ADDED,
                                  .machine = name,
                                  .rack = rack,
                                  .resources = units(cpu, memory)});
}

void metered_change_machine(struct metered *metered, enum event_kind kind, const char *name)
{
    apply(metered, (struct event){.kind = kind, .machine = name});
}

void metered_submit(struct metered *metered, const char *job, const char *tenant, uint32_t count,
                    int64_t cpu, int64_t memory)
{
    apply(metered, (struct event){.kind = EVENT_TASK_SUBMITTED,
                                  .job = job,
                                  .stage = "",
                                  .tenant = tenant,
                                  .count = count,
                                  .resources = units(cpu, memory)});
}

void metered_decide(struct metered *metered, enum decision_kind kind, const char *job,
                    uint32_t index, uint32_t machine)
{
    decide_one(&metered->engine, kind, task_of(&metered->engine, job, index), machine,
               metered->now_us);
    cr_assert_eq(metered->engine.rejected_decisions, 0);
}

void metered_place(struct metered *metered, const char *job, uint32_t index, uint32_t machine)
{
    metered_decide(metered, DECISION_PLACE, job, index, machine);
}

void metered_tell(struct metered *metered, enum event_kind kind, const char *job, uint32_t index)
{
    apply(metered, (struct event){.kind = kind, .job = job, .stage = "", .index = index});
}

void metered_finish(struct metered *metered, const char *job, uint32_t index)
{
    metered_tell(metered, EVENT_TASK_FINISHED, job, index);
}

struct metrics_report metered_report(struct metered *metered)
{
    struct metrics_report report;
    metrics_report(metered->metrics, metered->engine.cluster, true, &report);
    return report;
}

bool near(double a, double b)
{
    double difference = a - b;
    return difference < 1e-9 && difference > -1e-9;
}
