/* generated_jobs.h - the jobs of a synthetic trace, without times.
 *
 * Job n is drawn from the seed and n, its task i of stage s from these and s and i. Tasks
 * of a stage that run alike are one submission. */
#ifndef TRACES_GENERATED_JOBS_H
#define TRACES_GENERATED_JOBS_H

#include "traces/generator.h"

#define GENERATED_STAGES_MAX 100
#define GENERATED_FAILURES_MAX 3

struct generated_stage {
    uint64_t seed; /* of its tasks */
    uint32_t count;
    struct resources demand;
    int64_t run_us;
    uint32_t waits_for[2]; /* earlier stages */
    uint32_t wait_count;
};

struct generated_jobs {
    const struct generator_options *options;
    struct zipf tenants;
    uint64_t tasks_left;
    uint64_t services_left; /* of the tasks that are left, and all come first */

    uint64_t number; /* of the present job, from 1 */
    bool service;
    bool reads_input;
    double gap; /* since the job before, where the mean is 1 */
    uint32_t tenant;
    int32_t priority;
    struct generated_stage stages[GENERATED_STAGES_MAX];
    uint32_t stage_count;
    uint32_t stage; /* tasks up to this stage's `index` have been given out */
    uint32_t index;

    char name[32];
    char tenant_name[16];
    char stage_names[3][16]; /* the present stage's, and those it waits for */
    const char *predecessors[2];
    struct attempt attempts[GENERATED_FAILURES_MAX + 1];
};

/* `options` must outlive the jobs. */
void generated_jobs_init(struct generated_jobs *jobs, const struct generator_options *options);
void generated_jobs_free(struct generated_jobs *jobs);

/* Draw the next job; false if all tasks have been given out. Jobs that never end, services,
 * come first. */
bool generated_jobs_next(struct generated_jobs *jobs);

/* The next submission of the present job, with its time left at 0; borrowed until the next
 * call. False after the last. */
bool generated_jobs_submit(struct generated_jobs *jobs, struct event *event);

/* A priority, as likely as the options say. */
int32_t generated_priority(const struct generator_options *options, struct random *random);

#endif
