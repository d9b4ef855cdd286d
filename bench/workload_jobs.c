/* workload_jobs.c - see workload_jobs.h. */
#include "bench/workload_jobs.h"

#include <stdio.h>
#include <string.h>

#include "traces/generated_jobs.h"

#define STREAM 0x776f726b6c6f6164u /* of the jobs' seed: apart from that of machines */
#define KIND_SKEW 1
/* Scaling is repeated, because what is cut off at the largest demand must be made up for. */
#define SCALINGS 16

/* Jobs of these sizes, in this proportion. */
static const uint32_t job_sizes[] = {1, 5, 20, 100};
static const uint32_t job_weights[] = {60, 25, 12, 3};

static void start_job(struct workload_jobs *jobs)
{
    struct random *random = &jobs->random;
    jobs->number++;
    jobs->kind = zipf_draw(&jobs->kind_ranks, random);
    jobs->tenant = zipf_draw(&jobs->tenants, random);
    jobs->priority = generated_priority(jobs->shape, random);
    jobs->size = job_sizes[weights_draw(job_weights, COUNT_OF(job_weights), random)];
    jobs->run_us = quantiles_draw(&jobs->shape->run_us, random);
    jobs->given = 0;
}

/* Go on by a task. */
static void advance(struct workload_jobs *jobs)
{
    if (jobs->given == jobs->size)
        start_job(jobs);
    jobs->given++;
}

/* What the first `tasks` tasks demand together: a dry run. */
static void count_kinds(const struct workload_jobs *jobs, uint32_t tasks,
                        uint32_t counts[WORKLOAD_KINDS])
{
    struct workload_jobs dry = *jobs;
    memset(counts, 0, WORKLOAD_KINDS * sizeof *counts);
    for (uint32_t i = 0; i < tasks; i++) {
        advance(&dry);
        counts[dry.kind]++;
    }
}

/* The resource of which the largest part of the capacity is demanded, and how much is. */
static enum resource find_scarcest(const struct workload_jobs *jobs,
                                   const uint32_t counts[WORKLOAD_KINDS],
                                   const struct resources *capacity, wide_t *demanded)
{
    wide_t sums[RESOURCE_COUNT] = {0};
    enum resource scarcest = RESOURCE_CPU;
    for (uint32_t k = 0; k < WORKLOAD_KINDS; k++)
        for (int r = 0; r < RESOURCE_COUNT; r++)
            sums[r] += (wide_t)counts[k] * jobs->kinds[k].amount[r];
    for (int r = 0; r < RESOURCE_COUNT; r++)
        if (sums[r] * capacity->amount[scarcest] > sums[scarcest] * capacity->amount[r])
            scarcest = (enum resource)r;
    *demanded = sums[scarcest];
    return scarcest;
}

static void scale_kind(struct resources *demand, const struct resources *most, wide_t times,
                       wide_t by)
{
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        if (demand->amount[r] == 0)
            continue;
        wide_t amount = demand->amount[r] * times / by;
        if (amount > most->amount[r])
            amount = most->amount[r];
        demand->amount[r] = amount < 1 ? 1 : (int64_t)amount;
    }
}

static enum status scale(struct workload_jobs *jobs, uint32_t tasks,
                         const struct resources *capacity, uint32_t load_percent,
                         struct problem *problem)
{
    uint32_t counts[WORKLOAD_KINDS];
    struct resources most = jobs->shape->shapes[0].capacity;
    for (int r = 0; r < RESOURCE_COUNT; r++)
        most.amount[r] /= 2;
    count_kinds(jobs, tasks, counts);
    for (uint32_t i = 0; i < SCALINGS; i++) {
        wide_t demanded;
        enum resource scarcest = find_scarcest(jobs, counts, capacity, &demanded);
        wide_t wanted = (wide_t)capacity->amount[scarcest] * load_percent / 100;
        for (uint32_t k = 0; k < WORKLOAD_KINDS; k++)
            scale_kind(&jobs->kinds[k], &most, wanted, demanded);
    }
    wide_t demanded;
    enum resource scarcest = find_scarcest(jobs, counts, capacity, &demanded);
    if (demanded * 101 >= (wide_t)capacity->amount[scarcest] * load_percent)
        return STATUS_OK;
    return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                       "%u tasks, none larger than half a machine, are no load of %u %%", tasks,
                       load_percent);
}

enum status workload_jobs_init(struct workload_jobs *jobs, const struct generator_options *shape,
                               uint32_t tasks, const struct resources *capacity,
                               uint32_t load_percent, struct problem *problem)
{
    *jobs = (struct workload_jobs){.shape = shape};
    zipf_init(&jobs->kind_ranks, WORKLOAD_KINDS, KIND_SKEW);
    zipf_init(&jobs->tenants, shape->tenants, shape->tenant_skew);
    random_init(&jobs->random, random_mix(shape->seed, STREAM));
    for (uint32_t k = 0; k < WORKLOAD_KINDS; k++) {
        int64_t *amount = jobs->kinds[k].amount;
        amount[RESOURCE_CPU] = quantiles_draw(&shape->cpu, &jobs->random);
        amount[RESOURCE_MEMORY] = quantiles_draw(&shape->memory, &jobs->random);
    }
    return scale(jobs, tasks, capacity, load_percent, problem);
}

void workload_jobs_free(struct workload_jobs *jobs)
{
    zipf_free(&jobs->kind_ranks);
    zipf_free(&jobs->tenants);
}

void workload_jobs_next(struct workload_jobs *jobs, int64_t now_us, struct workload_task *task)
{
    advance(jobs);
    snprintf(task->job, sizeof task->job, "j%" PRIu64, jobs->number);
    snprintf(task->tenant, sizeof task->tenant, "u%" PRIu32, jobs->tenant + 1);
    task->attempt = (struct attempt){.run_us = jobs->run_us};
    task->event = (struct event){.kind = EVENT_TASK_SUBMITTED,
                                 .time_us = now_us,
                                 .resources = jobs->kinds[jobs->kind],
                                 .job = task->job,
                                 .stage = "",
                                 .index = jobs->given - 1,
                                 .count = 1,
                                 .tenant = task->tenant,
                                 .priority = jobs->priority,
                                 .attempts = &task->attempt,
                                 .attempt_count = 1};
}
