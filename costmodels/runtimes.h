/* runtimes.h - what the past says of how long a task will run.
 *
 * Learned as time goes on, from runs that ended well; nobody knows a run time before it is
 * over. A task is judged by the most particular of these that has RUNTIMES_RUNS_MIN runs:
 *
 *   stage   tasks of the same stage of the same job
 *   kind    tasks whose tenant is the same and whose job and stage have the same names but for
 *           their numbers (scheduler/kinds.h): "j_17/M1" and "j_4/M2"
 *   tenant  all of its tasks
 *   all     of all tenants
 *   prior   before there is any past: log-normal with mean 300 s and a coefficient of variation
 *           of 0.5
 *
 * Short runs end first, so that what is learned of a stage is too short at first; what a run
 * has taken so far corrects it (run_histogram_above).
 *
 * Memory: a stage's past goes with its last live task, and there are no more kinds than
 * scheduler/kinds.h makes. */
#ifndef COSTMODELS_RUNTIMES_H
#define COSTMODELS_RUNTIMES_H

#include "costmodels/facts.h"
#include "costmodels/run_histogram.h"

#define RUNTIMES_RUNS_MIN 10

/* Pasts by a dense id. */
struct run_histograms {
    struct run_histogram *histograms;
    uint32_t room;
};

struct runtimes {
    uint32_t *slots; /* by stage id: index in `stages` + 1, or 0 */
    uint32_t slot_room;
    struct run_histograms stages;
    uint32_t stage_count;
    uint32_t *free_stages;
    uint32_t free_stage_count, free_stage_room;
    struct run_histograms kinds, tenants;
    struct run_histogram all, prior;
};

void runtimes_init(struct runtimes *runtimes);
void runtimes_free(struct runtimes *runtimes);

/* A run of the task ended well after run_us. O(buckets). */
void runtimes_learn(struct runtimes *runtimes, const struct task_facts *task, int64_t run_us);

/* The stage has no live task any more. O(1). */
void runtimes_forget_stage(struct runtimes *runtimes, uint32_t stage);

/* How likely is it, in parts per million, that the task, which has run for `ran_us`, runs for
 * more than `more_us` longer? If its run time is known (true_run_us), by that. O(buckets). */
int64_t runtimes_above(const struct runtimes *runtimes, const struct task_facts *task,
                       int64_t ran_us, int64_t more_us);

/* The mean of the task's whole run, by the past that it is judged by; its run time itself, if that
 * is known. O(1). */
int64_t runtimes_mean(const struct runtimes *runtimes, const struct task_facts *task);

#endif
