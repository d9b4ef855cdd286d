/* generated_jobs.c - see generated_jobs.h. */
#include "traces/generated_jobs.h"

#include <stdio.h>

#include "base/assert.h"

#define STREAM 0x6a6f62735f5f5f5fu /* of jobs' seeds: apart from those of machines */
#define RUN_STEP_US 1000           /* run times are whole milliseconds */

void generated_jobs_init(struct generated_jobs *jobs, const struct generator_options *options)
{
    *jobs = (struct generated_jobs){.options = options, .tasks_left = options->tasks};
    jobs->services_left = (uint64_t)(options->service_share * (double)options->tasks);
    zipf_init(&jobs->tenants, options->tenants, options->tenant_skew);
}

void generated_jobs_free(struct generated_jobs *jobs)
{
    zipf_free(&jobs->tenants);
}

static int64_t round_up(int64_t value, int64_t step)
{
    return value <= step ? step : (value + step - 1) / step * step;
}

int32_t generated_priority(const struct generator_options *options, struct random *random)
{
    uint32_t weights[GENERATOR_PRIORITIES_MAX];
    for (uint32_t i = 0; i < options->priority_count; i++)
        weights[i] = options->priorities[i].weight;
    return options->priorities[weights_draw(weights, options->priority_count, random)].priority;
}

/* A stage waits for the one before it or, as likely, for any; a third of them for one more. */
static void draw_waits(struct generated_stage *stage, uint32_t number, struct random *random)
{
    stage->wait_count = 0;
    if (number == 0)
        return;
    bool chain = random_below(random, 2) == 0;
    stage->waits_for[stage->wait_count++] =
        chain ? number - 1 : (uint32_t)random_below(random, number);
    uint32_t other = (uint32_t)random_below(random, number);
    if (random_below(random, 3) == 0 && other != stage->waits_for[0])
        stage->waits_for[stage->wait_count++] = other;
}

static void draw_stage(const struct generated_jobs *jobs, struct generated_stage *stage,
                       struct random *random)
{
    const struct generator_options *options = jobs->options;
    stage->seed = random_bits(random);
    stage->count = (uint32_t)quantiles_draw(&options->stage_tasks, random);
    int64_t step = options->demand_step;
    stage->demand = (struct resources){0};
    stage->demand.amount[RESOURCE_CPU] = round_up(quantiles_draw(&options->cpu, random), step);
    stage->demand.amount[RESOURCE_MEMORY] =
        round_up(quantiles_draw(&options->memory, random), step);
    int64_t run_us = quantiles_draw(&options->run_us, random);
    stage->run_us = jobs->service ? TIME_NEVER : round_up(run_us, RUN_STEP_US);
}

/* Cut the job to the tasks that are left; stages without any are no stages. */
static void cut(struct generated_jobs *jobs)
{
    uint64_t left = jobs->service ? jobs->services_left : jobs->tasks_left;
    uint64_t taken = 0;
    uint32_t s = 0;
    for (; s < jobs->stage_count && taken < left; s++) {
        if (jobs->stages[s].count > left - taken)
            jobs->stages[s].count = (uint32_t)(left - taken);
        taken += jobs->stages[s].count;
    }
    jobs->stage_count = s;
    jobs->tasks_left -= taken;
    jobs->services_left -= jobs->service ? taken : 0;
}

bool generated_jobs_next(struct generated_jobs *jobs)
{
    const struct generator_options *options = jobs->options;
    if (jobs->tasks_left == 0)
        return false;
    struct random random;
    random_init(&random, random_mix(random_mix(options->seed, STREAM), jobs->number++));
    jobs->service = jobs->services_left > 0;
    bool burst = random_unit(&random) < options->burst_share;
    double gap = random_exponential(&random, 1);
    jobs->gap = burst || jobs->service ? 0 : gap;
    jobs->tenant = zipf_draw(&jobs->tenants, &random);
    jobs->priority = generated_priority(options, &random);
    jobs->reads_input = random_unit(&random) < options->input_share;
    jobs->stage_count = 1;
    if (random_unit(&random) < options->dag_share && !jobs->service)
        jobs->stage_count = (uint32_t)quantiles_draw(&options->dag_stages, &random);
    ASSERT(jobs->stage_count >= 1 && jobs->stage_count <= GENERATED_STAGES_MAX);
    for (uint32_t s = 0; s < jobs->stage_count; s++) {
        draw_stage(jobs, &jobs->stages[s], &random);
        draw_waits(&jobs->stages[s], s, &random);
    }
    jobs->stage = 0;
    jobs->index = 0;
    cut(jobs);
    return true;
}

/* Does the task fail, or run for another time than its stage? */
static bool differs(const struct generated_jobs *jobs, const struct generated_stage *stage,
                    uint32_t index)
{
    const struct generator_options *options = jobs->options;
    if (jobs->service)
        return false;
    if (options->run_spread > 0)
        return true;
    struct random random;
    random_init(&random, random_mix(stage->seed, index));
    return random_unit(&random) < options->failure_share;
}

/* The runs of one task: some that fail on the way, and one that does not. */
static uint32_t draw_attempts(struct generated_jobs *jobs, const struct generated_stage *stage,
                              uint32_t index)
{
    const struct generator_options *options = jobs->options;
    struct random random;
    random_init(&random, random_mix(stage->seed, index));
    uint32_t failures = 0;
    while (!jobs->service && failures < GENERATED_FAILURES_MAX &&
           random_unit(&random) < options->failure_share)
        failures++;
    int64_t run_us = stage->run_us;
    if (options->run_spread > 0 && !jobs->service)
        run_us = round_up(
            (int64_t)random_log_normal(&random, (double)stage->run_us, options->run_spread),
            RUN_STEP_US);
    for (uint32_t i = 0; i < failures; i++)
        jobs->attempts[i] = (struct attempt){
            .run_us = 1 + (int64_t)random_below(&random, (uint64_t)run_us), .fails = true};
    jobs->attempts[failures] = (struct attempt){.run_us = run_us};
    return failures + 1;
}

static void name_stage(const struct generated_jobs *jobs, uint32_t stage, char name[16])
{
    if (jobs->stage_count == 1)
        *name = '\0';
    else
        snprintf(name, 16, "s%u", stage + 1);
}

static void describe(struct generated_jobs *jobs, struct event *event)
{
    const struct generated_stage *stage = &jobs->stages[jobs->stage];
    snprintf(jobs->name, sizeof jobs->name, "j%" PRIu64, jobs->number);
    snprintf(jobs->tenant_name, sizeof jobs->tenant_name, "u%u", jobs->tenant + 1);
    name_stage(jobs, jobs->stage, jobs->stage_names[0]);
    for (uint32_t i = 0; i < stage->wait_count; i++) {
        name_stage(jobs, stage->waits_for[i], jobs->stage_names[i + 1]);
        jobs->predecessors[i] = jobs->stage_names[i + 1];
    }
    *event = (struct event){.kind = EVENT_TASK_SUBMITTED,
                            .resources = stage->demand,
                            .job = jobs->name,
                            .stage = jobs->stage_names[0],
                            .index = jobs->index,
                            .count = 1,
                            .tenant = jobs->tenant_name,
                            .priority = jobs->priority,
                            .attempts = jobs->attempts,
                            .predecessors = jobs->predecessors,
                            .predecessor_count = stage->wait_count};
}

bool generated_jobs_submit(struct generated_jobs *jobs, struct event *event)
{
    if (jobs->stage < jobs->stage_count && jobs->index == jobs->stages[jobs->stage].count) {
        jobs->stage++;
        jobs->index = 0;
    }
    if (jobs->stage == jobs->stage_count)
        return false;
    const struct generated_stage *stage = &jobs->stages[jobs->stage];
    describe(jobs, event);
    event->attempt_count = draw_attempts(jobs, stage, jobs->index);
    if (!differs(jobs, stage, jobs->index))
        while (event->index + event->count < stage->count &&
               !differs(jobs, stage, event->index + event->count))
            event->count++;
    jobs->index += event->count;
    return true;
}
