/* remaining_work.h - how much work each job has left.
 *
 * The sum, over the tasks of a job that have not ended, of how long a task runs times its demand,
 * each resource as a part of what the cluster has: the score by which Tetris puts short jobs first
 * (Grandl et al., SIGCOMM 2014, section 3.3). A task that runs counts in full until it ends, for an
 * attempt that is cut short begins anew.
 *
 * Run times that are known (--clairvoyant) are those of the tasks. Others are the mean of what is
 * learned of the stage, which changes with every run that ends: so demands are summed by stage, and
 * multiplied by the mean when somebody asks. Sums are whole numbers, and do not drift. */
#ifndef POLICIES_REMAINING_WORK_H
#define POLICIES_REMAINING_WORK_H

#include "scheduler/change.h"

/* A run that does not end, or not for long, counts as this; without it the mean over the jobs would
 * be that of services alone. */
#define REMAINING_RUN_MAX_US (INT64_C(86400) * 1000000)

/* What was counted of a task. */
struct remaining_task {
    struct resources demand;
    int64_t run_us; /* 0: nobody knows */
    uint32_t stage; /* NONE: not counted */
};

struct remaining_stage {
    wide_t demand[RESOURCE_COUNT]; /* of tasks of unknown run time */
    wide_t work[RESOURCE_COUNT];   /* of the others: demand x us */
    uint32_t submitted;            /* tasks, those that have ended too */
};

struct remaining_work {
    struct remaining_task *tasks; /* by task id */
    uint32_t task_limit, task_room;
    struct remaining_stage *stages; /* by stage id */
    uint32_t stage_count, stage_room;
};

void remaining_work_init(struct remaining_work *work);
void remaining_work_free(struct remaining_work *work);

/* Follow a change. O(1). */
void remaining_work_see(struct remaining_work *work, const struct cluster *cluster,
                        const struct change *change);

/* What is left of the job, in seconds of the whole cluster; resources of which the cluster has
 * none do not count. O(its stages). */
double remaining_work_of_job(const struct remaining_work *work, const struct cluster *cluster,
                             uint32_t job);

/* The part of the stage's tasks so far that have ended, however they did, from 0 to 1; 0 if there
 * were none. O(1). */
double remaining_work_ended(const struct remaining_work *work, const struct cluster *cluster,
                            uint32_t stage);

#endif
