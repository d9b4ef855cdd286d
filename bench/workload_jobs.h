/* workload_jobs.h - an endless stream of tasks in jobs, with demands of a few hundred kinds.
 *
 * Published traces have many tasks and few distinct requests, a handful of them most of the
 * time. So a job's tasks demand one of WORKLOAD_KINDS vectors, whose ranks are Zipf
 * distributed and whose amounts, like priorities, tenants and run times, are drawn from the
 * generator's preset `google2011`. All of them are scaled by one factor, so that the tasks that
 * first come make the load that is asked for, of the scarcest resource. */
#ifndef BENCH_WORKLOAD_JOBS_H
#define BENCH_WORKLOAD_JOBS_H

#include "traces/generator.h"

#define WORKLOAD_KINDS 300

struct workload_jobs {
    const struct generator_options *shape; /* what is drawn from */
    struct resources kinds[WORKLOAD_KINDS];
    struct zipf kind_ranks, tenants;
    struct random random;

    uint64_t number; /* of the present job, from 1 */
    uint32_t kind, tenant;
    int32_t priority;
    uint32_t size, given; /* tasks: in all, and so far */
    int64_t run_us;       /* of each */
};

/* A task, with what its event points to. */
struct workload_task {
    struct event event;
    struct attempt attempt;
    char job[24];
    char tenant[16];
};

/* `shape` must outlive the jobs. The first `tasks` tasks demand `load_percent` of a capacity.
 * STATUS_USAGE if they are too few: none demands more than half of the first machine shape.
 * To be freed in any case. O(tasks). */
enum status workload_jobs_init(struct workload_jobs *jobs, const struct generator_options *shape,
                               uint32_t tasks, const struct resources *capacity,
                               uint32_t load_percent, struct problem *problem);
void workload_jobs_free(struct workload_jobs *jobs);

/* The next task, submitted at that time. Points to itself: not to be moved. */
void workload_jobs_next(struct workload_jobs *jobs, int64_t now_us, struct workload_task *task);

#endif
