/* generator.h - a synthetic trace from a seed: machines, jobs and failures, in order of time.
 *
 * Presets have the shape of published traces by their quantiles; nothing of a published
 * trace is copied. Each job, task and machine draws from a stream of its own, so that one
 * more machine or another failure rate changes nothing else about the jobs.
 *
 * 1. The jobs are drawn once to add up their work, which gives the time between the first
 *    and the last submission: work / (capacity x load) for the scarcest resource.
 * 2. They are drawn again and given out. Submissions are a Poisson process in the time of
 *    a daily wave, stretched so that the last one falls on the end.
 * 3. Machines fail, are drained and come back beside them until the last submission; after
 *    it, what is away comes back and no more fails.
 *
 * Memory: the machines and one job. Floating point: a mathematical library that rounds
 * otherwise may give other microseconds, for the same seed. */
#ifndef TRACES_GENERATOR_H
#define TRACES_GENERATOR_H

#include "base/status.h"
#include "scheduler/event.h"
#include "traces/distributions.h"

#define GENERATOR_SHAPES_MAX 6
#define GENERATOR_PRIORITIES_MAX 8

struct generator_shape {
    struct resources capacity;
    uint32_t weight;
};

struct generator_priority {
    int32_t priority;
    uint32_t weight;
};

/* Shares and probabilities are from 0 to 1. */
struct generator_options {
    const char *name; /* of the preset */
    const char *help;
    const char *cpu_unit, *memory_unit;
    uint64_t seed;

    uint32_t machines; /* at least 1, like machines_per_rack and tenants */
    uint32_t machines_per_rack;
    struct generator_shape shapes[GENERATOR_SHAPES_MAX];
    uint32_t shape_count;
    double failures_per_day; /* of each machine */
    double drains_per_day;
    struct quantiles away_us; /* until a machine is back */

    uint64_t tasks; /* in all; the last job is cut to fit */
    uint32_t tenants;
    double tenant_skew; /* Zipf's exponent */
    struct generator_priority priorities[GENERATOR_PRIORITIES_MAX];
    uint32_t priority_count;
    double dag_share;             /* of jobs: they have `dag_stages` stages, others one */
    struct quantiles dag_stages;  /* each but the first waits for one or two before it */
    struct quantiles stage_tasks; /* tasks of a stage; they demand and run alike */
    struct quantiles cpu, memory; /* demand of a task in billionths */
    int64_t demand_step;          /* demands are rounded up to multiples of it */
    struct quantiles run_us;
    double run_spread;    /* standard deviation of the logarithm of a task's run time around */
                          /* that of its stage; 0: all alike */
    double input_share;   /* of jobs: their tasks read blocks, as in replicas.h */
    double failure_share; /* of attempts fail; a task fails three times at most */
    double service_share; /* of tasks never end: they are submitted at time 0 */

    double load;        /* offered by all tasks that end; 0: tasks_per_s says how fast */
    double tasks_per_s; /* for each 1,000 machines */
    double wave;        /* of the day: the rate goes from 1 - wave to 1 + wave */
    double burst_share; /* of jobs come together with the one before */
};

uint32_t generator_preset_count(void);
const struct generator_options *generator_preset_at(uint32_t index);
const struct generator_options *generator_preset_find(const char *name); /* or NULL */

struct generator;

/* STATUS_TOO_LARGE if the trace would last longer than a hundred years; *generator is then
 * NULL. Draws all jobs once. The caller destroys. */
enum status generator_create(struct generator **generator, const struct generator_options *options,
                             struct problem *problem);
void generator_destroy(struct generator *generator); /* NULL is allowed */

/* The next event, borrowed until the next call; false after the last. */
bool generator_next(struct generator *generator, struct event *event);

/* The time of the last submission, and how many tasks were given out so far. */
int64_t generator_span_us(const struct generator *generator);
uint64_t generator_tasks(const struct generator *generator);

#endif
