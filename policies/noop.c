/* noop.c - the policy that decides nothing: what a replay costs without one.
 *
 * Tasks start only where the trace says that they run already; all others wait. So its time
 * is that of the trace, the engine, the checks and the metrics. */
#include "base/memory.h"
#include "scheduler/policy.h"

static enum status create(void **state, const struct policy_options *options,
                          struct problem *problem)
{
    (void)options;
    (void)problem;
    *state = memory_alloc(1); /* a policy that was made is not NULL */
    return STATUS_OK;
}

static void destroy(void *state)
{
    memory_free(state);
}

static void on_change(void *state, const struct cluster *cluster, const struct change *change)
{
    (void)state;
    (void)cluster;
    (void)change;
}

static void decide(void *state, const struct cluster *cluster, int64_t now_us,
                   struct decision_list *decisions, struct round_report *report)
{
    (void)state;
    (void)cluster;
    (void)now_us;
    (void)decisions;
    (void)report;
}

const struct policy_kind policy_noop = {
    .name = "noop",
    .help = "places nothing: what a replay costs without a policy",
    .create = create,
    .destroy = destroy,
    .on_change = on_change,
    .decide = decide,
};
