/* quincy_events.c - see quincy_events.h. */
#include "bench/quincy_events.h"

#include "base/assert.h"
#include "base/memory.h"

#define WAITING_RISE_MAX 10
#define TRIES_MAX 1000

static bool placed(const struct quincy *quincy, uint32_t t, const flow_t *flow)
{
    return !quincy_waits(quincy, t, flow);
}

/* A random placed task, or NONE if there is none. */
static uint32_t draw_placed(const struct quincy *quincy, const flow_t *flow, struct random *random)
{
    uint32_t count = quincy->live_count;
    if (count == 0)
        return NONE;
    for (uint32_t i = 0; i < TRIES_MAX; i++) {
        uint32_t t = quincy->live[random_below(random, count)];
        if (placed(quincy, t, flow))
            return t;
    }
    uint32_t start = (uint32_t)random_below(random, count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t t = quincy->live[(start + i) % count];
        if (placed(quincy, t, flow))
            return t;
    }
    return NONE;
}

/* No arc may have been added since the flow. */
static uint32_t end_tasks(struct quincy *quincy, uint32_t count, const flow_t *flow,
                          struct random *random)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t t = draw_placed(quincy, flow, random);
        if (t == NONE)
            return i;
        quincy_remove_task(quincy, t);
    }
    return count;
}

static uint32_t add_tasks(struct quincy *quincy, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        quincy_add_task(quincy);
    return count;
}

/* A random machine that runs; there must be one. */
static uint32_t draw_machine(const struct quincy *quincy, struct random *random)
{
    uint32_t m;
    do
        m = (uint32_t)random_below(random, quincy->options.machines);
    while (quincy->machines[m].node == NONE);
    return m;
}

static uint32_t fail_machine(struct quincy *quincy, struct random *random)
{
    if (quincy->failed_count == quincy->options.machines)
        return 0;
    quincy_fail_machine(quincy, draw_machine(quincy, random));
    return 1;
}

static uint32_t return_machine(struct quincy *quincy)
{
    if (quincy->failed_count == 0)
        return 0;
    quincy_return_machine(quincy);
    return 1;
}

/* As many arrive as end, so that the load stays. */
static uint32_t exchange_tasks(struct quincy *quincy, uint32_t count, const flow_t *flow,
                               struct random *random)
{
    uint32_t ended = end_tasks(quincy, count, flow, random);
    return ended + add_tasks(quincy, ended);
}

/* All stop before the first comes back, so that none is a change of costs only. */
static uint32_t restart_tasks(struct quincy *quincy, uint32_t count, const flow_t *flow,
                              struct random *random)
{
    struct quincy_wishes *wishes = memory_alloc(count * sizeof *wishes);
    uint32_t stopped = 0;
    uint32_t t;
    while (stopped < count && (t = draw_placed(quincy, flow, random)) != NONE)
        quincy_stop_task(quincy, t, &wishes[stopped++]);
    for (uint32_t i = 0; i < stopped; i++)
        quincy_restart_task(quincy, &wishes[i]);
    memory_free(wishes);
    return 2 * stopped;
}

static uint32_t raise_waiting(struct quincy *quincy, const flow_t *flow, struct random *random)
{
    cost_t more = 1 + (cost_t)random_below(random, WAITING_RISE_MAX);
    uint32_t raised = 0;
    for (uint32_t i = 0; i < quincy->live_count; i++) {
        uint32_t t = quincy->live[i];
        if (placed(quincy, t, flow))
            continue;
        quincy_raise_waiting(quincy, t, more);
        raised++;
    }
    return raised;
}

static uint32_t reprice_machines(struct quincy *quincy, struct random *random)
{
    if (quincy->failed_count == quincy->options.machines)
        return 0;
    for (uint32_t i = 0; i < QUINCY_REPRICED; i++)
        quincy_reprice_machine(quincy, draw_machine(quincy, random));
    return QUINCY_REPRICED;
}

static uint32_t let_happen(struct quincy *quincy, enum quincy_event event, const flow_t *flow,
                           struct random *random)
{
    uint32_t tasks = quincy->live_count;
    switch (event) {
    case QUINCY_ARRIVE:
        return add_tasks(quincy, 1);
    case QUINCY_END:
        return end_tasks(quincy, 1, flow, random);
    case QUINCY_FAIL:
        return fail_machine(quincy, random);
    case QUINCY_RETURN:
        return return_machine(quincy);
    case QUINCY_BATCH: {
        uint32_t exchanged = exchange_tasks(quincy, QUINCY_BATCH_TASKS, flow, random);
        return exchanged + fail_machine(quincy, random);
    }
    case QUINCY_RESTARTS: {
        uint32_t restarted = restart_tasks(quincy, QUINCY_BATCH_TASKS, flow, random);
        return restarted + fail_machine(quincy, random);
    }
    case QUINCY_CHURN:
        return exchange_tasks(quincy, (tasks + QUINCY_CHURN_SHARE - 1) / QUINCY_CHURN_SHARE, flow,
                              random);
    case QUINCY_WAITING:
        return raise_waiting(quincy, flow, random);
    case QUINCY_REPRICING:
        return reprice_machines(quincy, random);
    }
    return 0;
}

uint32_t quincy_event(struct quincy *quincy, enum quincy_event event, const flow_t *flow,
                      struct random *random)
{
    uint32_t concerned = let_happen(quincy, event, flow, random);
#ifdef DEEP_CHECKS
    ASSERT(quincy_check(quincy, NULL) == STATUS_OK);
#endif
    return concerned;
}
