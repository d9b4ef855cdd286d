/* flow_fairness.c - Quincy's fairness: bounds on how many tasks of a job may wait.
 *
 * Of the N_j tasks of a job at most F_j may run and at least E_j should (Isard et al., SOSP
 * 2009, section 4.3): between N_j - F_j and N_j - E_j units pass from the job's aggregator
 * to the sink. F_j is the job's fair share; E_j too with preemption. Without preemption,
 * what runs is kept: F_j is no less than what runs, and nobody is forced to run.
 *
 * The lower bound can always be met, for every task may wait. That E_j tasks run may be
 * impossible where vectors do not fit, so beyond N_j - E_j waiting costs SPARE_COST and is
 * not forbidden. */
#include "scheduler/flow_fairness.h"

#include <stdlib.h>

#include "base/memory.h"
#include "costmodels/fair_shares.h"
#include "scheduler/flow_classes.h"
#include "scheduler/flow_nodes.h"

/* Dearer than any one cost of a model, so no task's own choice outweighs it. A long chain of
 * moves might; then the bound yields: it is a price. Not larger, for solvers allow 2^60 for
 * the nodes times the largest cost. */
#define SPARE_COST COST_MODEL_MAX

uint32_t flow_enter_job(struct flow_graph *graph, uint32_t job, uint32_t head)
{
    struct flow_job *j = &graph->jobs[job];
    if (j->bundle_count++)
        return j->node;
    j->node = flow_new_node(graph, 0, FLOW_NODE_JOB, job);
    j->sink_arc = network_add_arc(&graph->network, j->node, head, 0, 0, 0);
    j->spare_arc = NONE;
    return j->node;
}

void flow_leave_job(struct flow_graph *graph, uint32_t job)
{
    struct flow_job *j = &graph->jobs[job];
    if (--j->bundle_count)
        return;
    network_remove_node(&graph->network, j->node);
    j->node = NONE;
}

static int by_id(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* The jobs of the tasks that wait or run, each once, by id; and the sum of the demands. */
static uint32_t collect_jobs(const struct cluster *cluster, uint32_t *jobs, struct resources *sum)
{
    uint32_t count = 0;
    const enum task_state states[] = {TASK_WAITING, TASK_RUNNING};
    for (size_t s = 0; s < COUNT_OF(states); s++) {
        const struct task_list *list = &cluster->lists[states[s]];
        for (uint32_t i = 0; i < list->count; i++) {
            const struct task_facts *facts = &cluster->task_facts[list->tasks[i]];
            jobs[count++] = facts->job;
            resources_add(sum, &facts->demand);
        }
    }
    qsort(jobs, count, sizeof *jobs, by_id);
    uint32_t distinct = 0;
    for (uint32_t i = 0; i < count; i++)
        if (i == 0 || jobs[i] != jobs[i - 1])
            jobs[distinct++] = jobs[i];
    return distinct;
}

/* How many tasks of mean demand could the cluster run? At least one a job: so a job that
 * runs nothing may always start a task, and no bound can keep the cluster from working,
 * though the mean may fit no machine. */
static int64_t count_places(const struct cluster *cluster, const struct resources *sum,
                            uint32_t task_count, uint32_t job_count)
{
    struct resources mean = *sum;
    int64_t places = 0;
    for (int r = 0; r < RESOURCE_COUNT; r++)
        mean.amount[r] /= task_count;
    for (uint32_t i = 0; i < cluster->shape_count; i++)
        places += (int64_t)cluster->shapes[i].count *
                  resources_fit_count(&mean, &cluster->shapes[i].capacity, FLOW_FIT_MAX);
    return places > job_count ? places : job_count;
}

static void bound_job(struct flow_graph *graph, const struct cluster *cluster, uint32_t id,
                      uint32_t share)
{
    struct flow_job *job = &graph->jobs[id];
    uint32_t running = graph->preemption ? 0 : cluster->jobs[id].counts[TASK_RUNNING];
    running += job->plan == graph->plan ? job->planned : 0;
    uint32_t may_start = share > running ? share - running : 0;
    if (may_start > job->task_count)
        may_start = job->task_count;
    uint32_t lower = job->task_count - may_start;
    uint32_t upper = graph->preemption ? lower : job->task_count;
    network_change_arc(&graph->network, job->sink_arc, lower, upper, 0);
    if (job->spare_arc == NONE)
        job->spare_arc = network_add_arc(&graph->network, job->node,
                                         graph->network.arcs[job->sink_arc].head, 0, 0, SPARE_COST);
    network_change_arc(&graph->network, job->spare_arc, 0, job->task_count - upper, SPARE_COST);
}

/* O(waiting and running tasks), for the shares are of the whole cluster. */
void flow_bound_jobs(struct flow_graph *graph, const struct cluster *cluster)
{
    uint32_t task_count = cluster->lists[TASK_WAITING].count + cluster->lists[TASK_RUNNING].count;
    if (!task_count)
        return;
    uint32_t *jobs = memory_alloc(task_count * sizeof *jobs);
    struct resources sum = {0};
    uint32_t job_count = collect_jobs(cluster, jobs, &sum);
    uint32_t *counts = memory_alloc(job_count * sizeof *counts);
    uint32_t *shares = memory_alloc(job_count * sizeof *shares);
    for (uint32_t i = 0; i < job_count; i++)
        counts[i] = cluster->jobs[jobs[i]].counts[TASK_WAITING] +
                    cluster->jobs[jobs[i]].counts[TASK_RUNNING];
    fair_shares(count_places(cluster, &sum, task_count, job_count), counts, job_count, shares);
    for (uint32_t i = 0; i < job_count; i++)
        if (graph->jobs[jobs[i]].node != NONE)
            bound_job(graph, cluster, jobs[i], shares[i]);
    memory_free(jobs);
    memory_free(counts);
    memory_free(shares);
}
