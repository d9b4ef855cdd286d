/* runtimes.c - see runtimes.h. */
#include "costmodels/runtimes.h"

#include "base/checked.h"
#include "base/memory.h"
#include "costmodels/fixed.h"

/* Of the prior: mean / sqrt(1 + cv^2), and sqrt(ln(1 + cv^2)). */
#define PRIOR_MEDIAN_US INT64_C(268328157)
#define PRIOR_SIGMA INT64_C(2028859774) /* 0.47238 in units of 1 / FIXED_ONE */

/* Its runs; and the times between which they are spread, beyond which is less than one. */
#define PRIOR_RUNS CERTAIN
#define PRIOR_FIRST_US INT64_C(25000000)
#define PRIOR_LAST_US INT64_C(2900000000)

/* How many of the prior's runs are shorter? */
static int64_t prior_below(int64_t run_us)
{
    int64_t distance = fixed_log(run_us) - fixed_log(PRIOR_MEDIAN_US);
    int64_t z = (int64_t)((wide_t)distance * FIXED_ONE / PRIOR_SIGMA);
    return (int64_t)((wide_t)fixed_normal(z) * PRIOR_RUNS / FIXED_ONE);
}

static void make_prior(struct run_histogram *prior)
{
    int64_t below = 0;
    for (int64_t run_us = PRIOR_FIRST_US, end_us; run_us < PRIOR_LAST_US; run_us = end_us) {
        end_us = run_bucket_end(run_us);
        int64_t next = prior_below(end_us);
        if (next > below)
            run_histogram_add(prior, run_us + (end_us - run_us) / 2, (uint64_t)(next - below));
        below = next;
    }
}

void runtimes_init(struct runtimes *runtimes)
{
    *runtimes = (struct runtimes){0};
    make_prior(&runtimes->prior);
}

static void free_histograms(struct run_histograms *histograms)
{
    for (uint32_t i = 0; i < histograms->room; i++)
        run_histogram_free(&histograms->histograms[i]);
    memory_free(histograms->histograms);
}

void runtimes_free(struct runtimes *runtimes)
{
    free_histograms(&runtimes->stages);
    free_histograms(&runtimes->kinds);
    free_histograms(&runtimes->tenants);
    run_histogram_free(&runtimes->all);
    run_histogram_free(&runtimes->prior);
    memory_free(runtimes->slots);
    memory_free(runtimes->free_stages);
    *runtimes = (struct runtimes){0};
}

static void add_run(struct run_histograms *histograms, uint32_t id, int64_t run_us)
{
    array_reserve(histograms->histograms, histograms->room, id + 1);
    run_histogram_add(&histograms->histograms[id], run_us, 1);
}

static const struct run_histogram *past_of(const struct run_histograms *histograms, uint32_t id)
{
    if (id >= histograms->room || histograms->histograms[id].runs < RUNTIMES_RUNS_MIN)
        return NULL;
    return &histograms->histograms[id];
}

static uint32_t slot_of(struct runtimes *runtimes, uint32_t stage)
{
    array_reserve(runtimes->slots, runtimes->slot_room, stage + 1);
    if (!runtimes->slots[stage]) {
        bool reused = runtimes->free_stage_count > 0;
        uint32_t slot =
            reused ? runtimes->free_stages[--runtimes->free_stage_count] : runtimes->stage_count++;
        runtimes->slots[stage] = slot + 1;
    }
    return runtimes->slots[stage] - 1;
}

void runtimes_learn(struct runtimes *runtimes, const struct task_facts *task, int64_t run_us)
{
    add_run(&runtimes->stages, slot_of(runtimes, task->stage), run_us);
    if (task->kind != NONE)
        add_run(&runtimes->kinds, task->kind, run_us);
    add_run(&runtimes->tenants, task->tenant, run_us);
    run_histogram_add(&runtimes->all, run_us, 1);
}

void runtimes_forget_stage(struct runtimes *runtimes, uint32_t stage)
{
    if (stage >= runtimes->slot_room || !runtimes->slots[stage])
        return;
    uint32_t slot = runtimes->slots[stage] - 1;
    run_histogram_free(&runtimes->stages.histograms[slot]);
    array_reserve(runtimes->free_stages, runtimes->free_stage_room, runtimes->free_stage_count + 1);
    runtimes->free_stages[runtimes->free_stage_count++] = slot;
    runtimes->slots[stage] = 0;
}

static const struct run_histogram *find(const struct runtimes *runtimes,
                                        const struct task_facts *task)
{
    uint32_t stage = task->stage < runtimes->slot_room ? runtimes->slots[task->stage] : 0;
    const struct run_histogram *past = stage ? past_of(&runtimes->stages, stage - 1) : NULL;
    if (!past)
        past = past_of(&runtimes->kinds, task->kind);
    if (!past)
        past = past_of(&runtimes->tenants, task->tenant);
    if (past)
        return past;
    return runtimes->all.runs < RUNTIMES_RUNS_MIN ? &runtimes->prior : &runtimes->all;
}

int64_t runtimes_mean(const struct runtimes *runtimes, const struct task_facts *task)
{
    return task->true_run_us ? task->true_run_us : find(runtimes, task)->mean_us;
}

int64_t runtimes_above(const struct runtimes *runtimes, const struct task_facts *task,
                       int64_t ran_us, int64_t more_us)
{
    if (more_us <= 0)
        return CERTAIN;
    if (!task->true_run_us)
        return run_histogram_above(find(runtimes, task), ran_us, more_us);
    int64_t end_us;
    bool known = checked_add(ran_us, more_us, &end_us);
    return known && end_us >= task->true_run_us ? 0 : CERTAIN;
}
