/* generator.c - see generator.h. */
#include "traces/generator.h"

#include <math.h>

#include "base/assert.h"
#include "base/memory.h"
#include "traces/generated_jobs.h"
#include "traces/generated_machines.h"
#include "traces/replicas.h"

#define SPAN_MAX_US 3.2e15 /* a hundred years */
#define DAY_US 86400e6
#define TURN 6.283185307179586

struct generator {
    struct generator_options options;
    struct generated_machines machines;
    struct generated_jobs jobs;
    struct replicas replicas;
    double gaps;    /* the sum of all jobs' gaps */
    double gap_sum; /* up to the present job */
    double span_us; /* from the first submission to the last */
    bool any_job;   /* that arrives after time 0 has been drawn */
    bool job_drawn; /* there is a present job */
    bool job_open;  /* its time has come */
    int64_t job_us; /* TIME_NEVER after the last */
    uint64_t tasks;
};

struct totals {
    double work[RESOURCE_COUNT]; /* billionths x us, without services */
    double gaps;
    uint64_t tasks; /* without services */
};

static void add_work(struct totals *totals, const struct event *event)
{
    double run_us = 0;
    for (uint32_t i = 0; i < event->attempt_count; i++)
        run_us += (double)event->attempts[i].run_us;
    for (int r = 0; r < RESOURCE_COUNT; r++)
        totals->work[r] += run_us * (double)event->resources.amount[r] * event->count;
    totals->tasks += event->count;
}

/* The first job that arrives comes at time 0, whatever its gap. */
static double gap_of(const struct generator *generator, const struct generated_jobs *jobs)
{
    return generator->any_job ? jobs->gap : 0;
}

static struct totals add_up(struct generator *generator)
{
    struct totals totals = {0};
    struct generated_jobs jobs;
    generated_jobs_init(&jobs, &generator->options);
    while (generated_jobs_next(&jobs)) {
        if (jobs.service)
            continue;
        totals.gaps += gap_of(generator, &jobs);
        generator->any_job = true;
        struct event event;
        while (generated_jobs_submit(&jobs, &event))
            add_work(&totals, &event);
    }
    generated_jobs_free(&jobs);
    generator->any_job = false;
    return totals;
}

static double find_span(const struct generator *generator, const struct totals *totals)
{
    const struct generator_options *options = &generator->options;
    if (options->load <= 0)
        return (double)totals->tasks * 1e6 /
               (options->tasks_per_s * (double)options->machines / 1000);
    double span_us = 0;
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        double room = (double)generator->machines.capacity.amount[r] * options->load;
        if (totals->work[r] > 0)
            span_us = fmax(span_us, totals->work[r] / room);
    }
    return span_us;
}

/* How much of the rate's integral from 0 to t is there, in us at the mean rate? */
static double rate_integral(double wave, double t)
{
    return t + wave * DAY_US / TURN * (1 - cos(TURN * t / DAY_US));
}

/* The time before which the given share of all jobs comes: by bisection, to less than 1 us. */
static double time_of(const struct generator *generator, double share)
{
    double wave = generator->options.wave;
    double wanted = share * rate_integral(wave, generator->span_us);
    double low = 0;
    double high = generator->span_us;
    if (wave <= 0 || share >= 1)
        return share * high;
    while (high - low > 0.25) {
        double middle = (low + high) / 2;
        if (rate_integral(wave, middle) < wanted)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static void draw_job(struct generator *generator)
{
    generator->job_drawn = generated_jobs_next(&generator->jobs);
    if (!generator->job_drawn) {
        generator->job_us = TIME_NEVER;
        return;
    }
    if (generator->jobs.service)
        return;
    generator->gap_sum += gap_of(generator, &generator->jobs);
    generator->any_job = true;
    double share = generator->gaps > 0 ? generator->gap_sum / generator->gaps : 0;
    int64_t time_us = (int64_t)time_of(generator, fmin(share, 1));
    if (time_us > generator->job_us)
        generator->job_us = time_us;
}

enum status generator_create(struct generator **created, const struct generator_options *options,
                             struct problem *problem)
{
    ASSERT(options->machines > 0);
    ASSERT(options->machines_per_rack > 0);
    ASSERT(options->load > 0 || options->tasks_per_s > 0);
    *created = NULL;
    struct generator *generator = memory_alloc(sizeof *generator);
    generator->options = *options;
    generated_machines_init(&generator->machines, &generator->options);
    generated_jobs_init(&generator->jobs, &generator->options);
    replicas_init(&generator->replicas, options->seed);
    struct totals totals = add_up(generator);
    generator->gaps = totals.gaps;
    generator->span_us = find_span(generator, &totals);
    if (generator->span_us > SPAN_MAX_US) {
        generator_destroy(generator);
        return problem_set(problem, STATUS_TOO_LARGE, NULL, 0, 0,
                           "the trace would last longer than a hundred years: ask for more load "
                           "or fewer tasks");
    }
    generated_machines_set_end(&generator->machines, (int64_t)generator->span_us);
    draw_job(generator);
    *created = generator;
    return STATUS_OK;
}

void generator_destroy(struct generator *generator)
{
    if (!generator)
        return;
    generated_machines_free(&generator->machines);
    generated_jobs_free(&generator->jobs);
    replicas_free(&generator->replicas);
    memory_free(generator);
}

static bool take_machine_event(struct generator *generator, struct event *event)
{
    int64_t due_us = generated_machines_due(&generator->machines);
    if (due_us == TIME_NEVER || due_us > generator->job_us)
        return false;
    generated_machines_take(&generator->machines, event);
    replicas_see(&generator->replicas, event);
    return true;
}

/* The next submission of the open job, or of the input blocks that split one; false after
 * the last. */
static bool take_submission(struct generator *generator, struct event *event)
{
    while (!replicas_next(&generator->replicas, event)) {
        if (!generator->job_open || !generated_jobs_submit(&generator->jobs, event))
            return false;
        event->time_us = generator->job_us;
        if (!generator->jobs.reads_input)
            break;
        replicas_split(&generator->replicas, event);
    }
    generator->tasks += event->count;
    return true;
}

bool generator_next(struct generator *generator, struct event *event)
{
    for (;;) {
        if (take_submission(generator, event))
            return true;
        if (generator->job_open)
            draw_job(generator);
        generator->job_open = false;
        if (take_machine_event(generator, event))
            return true;
        if (!generator->job_drawn)
            return false;
        generator->job_open = true;
    }
}

int64_t generator_span_us(const struct generator *generator)
{
    return (int64_t)generator->span_us;
}

uint64_t generator_tasks(const struct generator *generator)
{
    return generator->tasks;
}
