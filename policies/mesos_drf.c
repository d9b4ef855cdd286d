/* mesos_drf.c - dominant resource fairness as Mesos does it: by offers of whole machines.
 *
 * Hindman et al., "Mesos", NSDI 2011, and Apache Mesos, src/master/allocator/mesos. The allocator
 * (policies/mesos_allocator.h) runs every interval and when it is asked for; the frameworks, one a
 * tenant (policies/mesos_framework.h), answer at once, and filter what they did not want. Runs are
 * due at whole intervals after the first round. Where nothing could be offered none is made. */
#include "base/assert.h"
#include "base/memory.h"
#include "policies/mesos_allocation.h"
#include "policies/mesos_revocation.h"

struct mesos {
    struct plan plan;
    struct waiting waiting;
    struct mesos_master master;
    bool revokes;
    struct mesos_revocation revocation;
    int64_t refuse_us, interval_us;
    bool started;
    int64_t start_us; /* runs are due at whole intervals after it */
    int64_t due_us;   /* the first of those that may offer something */
};

enum {
    INTERVAL,
    REFUSE,
    FILTERS,
    CPU_MIN,
    MEMORY_MIN,
    DEPTH,
    NODE_WAIT,
    RACK_WAIT,
    REMOVALS,
    GRACE,
    THRESHOLD,
    OPTION_COUNT
};

#define ONE POLICY_ONE
#define YEAR (365 * INT64_C(86400) * ONE) /* Mesos's longest filter */

static const struct policy_option options_known[OPTION_COUNT] = {
    [INTERVAL] = {"interval", "seconds between runs of the allocator", ONE, ONE / 1000, 3600 * ONE},
    [REFUSE] = {"refuse", "seconds for which what is declined is not offered again", 5 * ONE, 0,
                YEAR},
    [FILTERS] = {"filters", "1: declining filters offers; 0: it does not", ONE, 0, ONE},
    [CPU_MIN] = {"min-cpu", "machines with less cpu and less memory are not offered", ONE / 100, 0,
                 1000 * ONE},
    /* Mesos's 32 MB, of a machine of 64 GB whose memory is one. */
    [MEMORY_MIN] = {"min-memory", "see min-cpu", ONE / 2000, 0, 1000 * ONE},
    [DEPTH] = {"depth", "tasks of its queue that a framework tries on an offer", 100 * ONE, ONE,
               1000000 * ONE},
    [NODE_WAIT] = {"node-wait", "seconds that a job waits for machines with its input", 5 * ONE, 0,
                   3600 * ONE},
    [RACK_WAIT] = {"rack-wait", "and then for racks with it", 0, 0, 3600 * ONE},
    [REMOVALS] = {"removals", "lost machines removed in a second; 0: any number", 0, 0, 1000 * ONE},
    [GRACE] = {"grace", "with --preemption, seconds until a task that is to end is stopped",
               30 * ONE, 0, 3600 * ONE},
    [THRESHOLD] = {"threshold", "and the part of its fair share below which a tenant starves",
                   ONE / 2, 0, ONE},
};

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t microseconds(int64_t value)
{
    return value / (ONE / 1000000);
}

static enum status create(void **state, const struct policy_options *options,
                          struct problem *problem)
{
    (void)problem;
    const int64_t *values = options->values;
    struct mesos *mesos = memory_alloc(sizeof *mesos);
    struct mesos_options allocator = {.interval_us = microseconds(values[INTERVAL]),
                                      .cpu_min = values[CPU_MIN],
                                      .memory_min = values[MEMORY_MIN]};
    struct mesos_patience patience = {.depth = (uint32_t)(values[DEPTH] / ONE),
                                      .node_wait_us = microseconds(values[NODE_WAIT]),
                                      .rack_wait_us = microseconds(values[RACK_WAIT])};
    *mesos = (struct mesos){.interval_us = allocator.interval_us, .due_us = TIME_NEVER};
    mesos->refuse_us = values[FILTERS] ? microseconds(values[REFUSE]) : 0;
    mesos->revokes = options->preemption;
    mesos->revocation.grace_us = microseconds(values[GRACE]);
    mesos->revocation.threshold = values[THRESHOLD];
    plan_init(&mesos->plan);
    waiting_init(&mesos->waiting, 0);
    mesos_master_init(&mesos->master, &allocator, &patience, options->seed);
    if (values[REMOVALS])
        mesos->master.removal_us = INT64_C(1000000) * ONE / values[REMOVALS];
    *state = mesos;
    return STATUS_OK;
}

static void destroy(void *state)
{
    struct mesos *mesos = state;
    plan_free(&mesos->plan);
    waiting_free(&mesos->waiting);
    mesos_master_free(&mesos->master);
    mesos_revocation_free(&mesos->revocation);
    memory_free(mesos);
}

static void on_change(void *state, const struct cluster *cluster, const struct change *change)
{
    struct mesos *mesos = state;
    plan_mark(&mesos->plan, cluster, change);
    waiting_see(&mesos->waiting, cluster, change);
    mesos_master_see(&mesos->master, cluster, change);
}

/* The first time from `time_us` on at which a run is due by the clock. */
static int64_t next_run(const struct mesos *mesos, int64_t time_us)
{
    if (time_us == TIME_NEVER)
        return TIME_NEVER;
    int64_t since_us = time_us > mesos->start_us ? time_us - mesos->start_us : 0;
    int64_t intervals = (since_us + mesos->interval_us - 1) / mesos->interval_us;
    return mesos->start_us + intervals * mesos->interval_us;
}

static void run(struct mesos *mesos, const struct cluster *cluster, int64_t now_us,
                struct decision_list *decisions)
{
    struct mesos_allocator *allocator = &mesos->master.allocator;
    struct mesos_launch launch = {&mesos->plan, &mesos->waiting, cluster,
                                  decisions,    now_us,          mesos->refuse_us};
    mesos_allocate(allocator, now_us, mesos->due_us <= now_us);
    for (uint32_t i = 0; i < allocator->offered.count; i++)
        mesos_master_answer(&mesos->master, allocator->offered.ids[i], &launch);
    /* Frameworks take note and go on. */
    for (uint32_t i = 0; i < allocator->inverse_count; i++)
        mesos_allocator_answer_inverse(allocator, allocator->inverse_offers[i].framework,
                                       allocator->inverse_offers[i].agent, now_us,
                                       mesos->refuse_us);
    if (mesos->revokes)
        mesos_revoke(&mesos->revocation, &mesos->master, &launch);
    int64_t ready_us = mesos_allocator_ready_us(allocator, now_us);
    mesos->due_us = next_run(mesos, ready_us > now_us ? ready_us : now_us + 1);
}

static void decide(void *state, const struct cluster *cluster, int64_t now_us,
                   struct decision_list *decisions, struct round_report *report)
{
    struct mesos *mesos = state;
    struct mesos_master *master = &mesos->master;
    plan_begin(&mesos->plan, cluster);
    waiting_begin(&mesos->waiting, cluster, &mesos->plan);
    mesos_master_begin(master, cluster, now_us);
#ifdef DEEP_CHECKS
    ASSERT(master->removal_us || mesos_master_agrees(master, cluster));
#endif
    if (!mesos->started)
        mesos->start_us = now_us;
    mesos->started = true;
    mesos->due_us = earlier(mesos->due_us, next_run(mesos, master->recovered_us));
    master->recovered_us = TIME_NEVER;
    int64_t grace_us = mesos_revocation_due_us(&mesos->revocation);
    if (mesos_allocator_asked(&master->allocator) || mesos->due_us <= now_us || grace_us <= now_us)
        run(mesos, cluster, now_us, decisions);
    int64_t wake_us = mesos->due_us;
    wake_us = earlier(wake_us, mesos_master_removal_us(master));
    wake_us = earlier(wake_us, mesos_revocation_due_us(&mesos->revocation));
    report->wake_us = wake_us == TIME_NEVER ? 0 : wake_us;
}

const struct policy_kind policy_mesos_drf = {
    .name = "mesos-drf",
    .help = "offers of whole machines to the tenant with the smallest share, as Mesos makes them",
    .options = options_known,
    .option_count = OPTION_COUNT,
    .create = create,
    .destroy = destroy,
    .on_change = on_change,
    .decide = decide,
};
