/* remaining_work.c - see remaining_work.h. */
#include "policies/remaining_work.h"

#include "base/memory.h"

void remaining_work_init(struct remaining_work *work)
{
    *work = (struct remaining_work){0};
}

void remaining_work_free(struct remaining_work *work)
{
    memory_free(work->tasks);
    memory_free(work->stages);
    remaining_work_init(work);
}

static void reserve(struct remaining_work *work, const struct cluster *cluster)
{
    array_reserve(work->tasks, work->task_room, cluster->task_limit);
    for (; work->task_limit < cluster->task_limit; work->task_limit++)
        work->tasks[work->task_limit].stage = NONE;
    array_reserve(work->stages, work->stage_room, cluster->stage_count);
    for (; work->stage_count < cluster->stage_count; work->stage_count++)
        work->stages[work->stage_count] = (struct remaining_stage){0};
}

/* Count the task once more, or for -1 once less. */
static void count(struct remaining_work *work, const struct remaining_task *task, int sign)
{
    struct remaining_stage *stage = &work->stages[task->stage];
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        wide_t demand = (wide_t)task->demand.amount[r] * sign;
        if (task->run_us)
            stage->work[r] += demand * task->run_us;
        else
            stage->demand[r] += demand;
    }
}

static int64_t limited(int64_t run_us)
{
    return run_us < REMAINING_RUN_MAX_US ? run_us : REMAINING_RUN_MAX_US;
}

void remaining_work_see(struct remaining_work *work, const struct cluster *cluster,
                        const struct change *change)
{
    reserve(work, cluster);
    if (change->task == NONE)
        return;
    struct remaining_task *task = &work->tasks[change->task];
    const struct task_facts *facts = &cluster->task_facts[change->task];
    if (change->cause == CAUSE_SUBMITTED)
        work->stages[facts->stage].submitted++;
    if (task->stage != NONE)
        count(work, task, -1);
    task->stage = NONE;
    if (cluster->tasks[change->task].state >= TASK_LIVE_COUNT)
        return;
    *task = (struct remaining_task){facts->demand, limited(facts->true_run_us), facts->stage};
    count(work, task, 1);
}

static double stage_work(const struct remaining_stage *stage, const struct resources *capacity,
                         double run_us)
{
    double sum_us = 0;
    for (int r = 0; r < RESOURCE_COUNT; r++)
        if (capacity->amount[r] > 0)
            sum_us += ((double)stage->work[r] + (double)stage->demand[r] * run_us) /
                      (double)capacity->amount[r];
    return sum_us / 1e6;
}

double remaining_work_of_job(const struct remaining_work *work, const struct cluster *cluster,
                             uint32_t job)
{
    double sum = 0;
    for (uint32_t s = cluster->jobs[job].first_stage; s != NONE; s = cluster->stages[s].next) {
        uint32_t task = cluster->stages[s].first_task;
        if (task == NONE || s >= work->stage_count)
            continue;
        struct task_facts facts = cluster->task_facts[task];
        facts.true_run_us = 0;
        int64_t mean_us = limited(runtimes_mean(&cluster->runtimes, &facts));
        sum += stage_work(&work->stages[s], &cluster->capacity, (double)mean_us);
    }
    return sum;
}

double remaining_work_ended(const struct remaining_work *work, const struct cluster *cluster,
                            uint32_t stage)
{
    uint32_t submitted = stage < work->stage_count ? work->stages[stage].submitted : 0;
    uint32_t live = cluster->stages[stage].live_count;
    return submitted ? (double)(submitted - live) / submitted : 0;
}
