/* metrics.c - see metrics.h: hands every change to the measures that it concerns. */
#include "replay/metrics.h"

#include "base/assert.h"
#include "base/memory.h"
#include "replay/attempts.h"
#include "replay/fairness.h"
#include "replay/fragmentation.h"
#include "scheduler/event.h"
#include "scheduler/machines.h"

/* Below this, a run counts as so long: a short task's slowdown would only tell that it was
 * short. Feitelson's 10 s. */
#define SLOWDOWN_RUN_MIN_US INT64_C(10000000)

/* Slowdowns are kept in billionths. */
#define SLOWDOWN_UNIT INT64_C(1000000000)

struct metrics {
    bool started;
    int64_t start_us, now_us;
    int64_t first_arrival_us, last_arrival_us;
    struct utilisation utilisation;
    struct fragmentation fragmentation;
    struct fairness fairness;
    struct attempts attempts;
    struct locality locality;
    struct service_levels service_levels;
    struct samples latencies_us, slowdowns;
    uint64_t retries, evictions, machine_losses, preemptions, migrations;
    uint64_t killed_unplaced;
};

struct metrics *metrics_create(void)
{
    struct metrics *metrics = memory_alloc(sizeof *metrics);
    metrics->first_arrival_us = metrics->last_arrival_us = TIME_NEVER;
    fairness_init(&metrics->fairness);
    return metrics;
}

void metrics_destroy(struct metrics *metrics)
{
    if (!metrics)
        return;
    utilisation_free(&metrics->utilisation);
    fragmentation_free(&metrics->fragmentation);
    fairness_free(&metrics->fairness);
    attempts_free(&metrics->attempts);
    service_levels_free(&metrics->service_levels);
    samples_free(&metrics->latencies_us);
    samples_free(&metrics->slowdowns);
    memory_free(metrics);
}

void metrics_advance(struct metrics *metrics, const struct cluster *cluster, int64_t now_us)
{
    if (!metrics->started)
        metrics->start_us = metrics->now_us = now_us;
    metrics->started = true;
    ASSERT(now_us >= metrics->now_us);
    int64_t duration_us = now_us - metrics->now_us;
    metrics->now_us = now_us;
    if (!duration_us)
        return;
    utilisation_advance(&metrics->utilisation, cluster, duration_us);
    fragmentation_advance(&metrics->fragmentation, duration_us);
    fairness_advance(&metrics->fairness, &cluster->capacity, duration_us);
    service_levels_advance(&metrics->service_levels, duration_us);
}

static void see_machine(struct metrics *metrics, const struct cluster *cluster, uint32_t machine)
{
    utilisation_machine(&metrics->utilisation, cluster, machine);
    fragmentation_machine(&metrics->fragmentation, cluster, machine);
}

static void submitted(struct metrics *metrics, const struct cluster *cluster, uint32_t task)
{
    const struct resources *demand = &cluster->task_facts[task].demand;
    uint32_t tenant = cluster_task_tenant(cluster, task);
    if (metrics->first_arrival_us == TIME_NEVER)
        metrics->first_arrival_us = metrics->now_us;
    metrics->last_arrival_us = metrics->now_us;
    utilisation_arrival(&metrics->utilisation);
    if (machines_feasible(cluster, demand, cluster->task_facts[task].constraint))
        fragmentation_submitted(&metrics->fragmentation, cluster, demand);
    attempts_add(&metrics->attempts, task, tenant, demand);
    fairness_submitted(&metrics->fairness, tenant);
}

/* The task runs on with another demand. */
static void resized(struct metrics *metrics, const struct cluster *cluster, uint32_t task)
{
    const struct attempt_record *record = &metrics->attempts.records[task];
    const struct resources *demand = &cluster->task_facts[task].demand;
    fairness_release(&metrics->fairness, record->tenant, &record->charged);
    fairness_charge(&metrics->fairness, record->tenant, demand);
    attempts_update(&metrics->attempts, task, demand, metrics->now_us);
}

static void leave(struct metrics *metrics, const struct change *change)
{
    const struct attempt_record *record = &metrics->attempts.records[change->task];
    if (change->from == TASK_WAITING)
        fairness_end_wait(&metrics->fairness, record->tenant);
    if (change->from != TASK_RUNNING)
        return;
    fairness_release(&metrics->fairness, record->tenant, &record->charged);
    attempts_end(&metrics->attempts, change->task, change->cause == CAUSE_FINISHED,
                 metrics->now_us);
}

static void started(struct metrics *metrics, const struct cluster *cluster, uint32_t task)
{
    const struct task_facts *facts = &cluster->task_facts[task];
    const struct task *t = &cluster->tasks[task];
    uint32_t tenant = metrics->attempts.records[task].tenant;
    attempts_start(&metrics->attempts, task, &facts->demand, metrics->now_us);
    fairness_charge(&metrics->fairness, tenant, &facts->demand);
    see_machine(metrics, cluster, facts->machine);
    locality_start(&metrics->locality, cluster->machine_facts, facts);
    if (t->starts == 1)
        samples_add(&metrics->latencies_us, t->first_start_us - t->eligible_us);
}

static void finished(struct metrics *metrics, const struct cluster *cluster,
                     const struct change *change)
{
    int64_t span_us = metrics->now_us - cluster->tasks[change->task].eligible_us;
    uint32_t tenant = metrics->attempts.records[change->task].tenant;
    fairness_finished(&metrics->fairness, tenant, change->ran_us, span_us);
    int64_t run_us = change->ran_us > SLOWDOWN_RUN_MIN_US ? change->ran_us : SLOWDOWN_RUN_MIN_US;
    __int128 slowdown = (__int128)span_us * SLOWDOWN_UNIT / run_us;
    if (slowdown < SLOWDOWN_UNIT)
        slowdown = SLOWDOWN_UNIT;
    samples_add(&metrics->slowdowns, slowdown > INT64_MAX ? INT64_MAX : (int64_t)slowdown);
}

static void enter(struct metrics *metrics, const struct cluster *cluster,
                  const struct change *change)
{
    if (change->to == TASK_WAITING)
        fairness_wait(&metrics->fairness, metrics->attempts.records[change->task].tenant);
    else if (change->to == TASK_RUNNING)
        started(metrics, cluster, change->task);
    else if (change->to == TASK_FINISHED)
        finished(metrics, cluster, change);
}

static void count(struct metrics *metrics, const struct cluster *cluster,
                  const struct change *change)
{
    metrics->retries += change->cause == CAUSE_RETRIED;
    metrics->machine_losses += change->cause == CAUSE_MACHINE_LOST;
    metrics->evictions += change->cause == CAUSE_MACHINE_LOST || change->cause == CAUSE_EVICTED;
    metrics->preemptions += change->cause == CAUSE_PREEMPTED;
    metrics->migrations += change->cause == CAUSE_MIGRATED;
    metrics->killed_unplaced += change->cause == CAUSE_KILLED && change->from == TASK_WAITING &&
                                !cluster->tasks[change->task].starts;
}

void metrics_on_change(void *state, const struct cluster *cluster, const struct change *change)
{
    struct metrics *metrics = state;
    ASSERT(metrics->started);
    service_levels_change(&metrics->service_levels, cluster, change, metrics->now_us);
    if (change->machine != NONE)
        see_machine(metrics, cluster, change->machine);
    if (change->cause == CAUSE_MACHINE)
        fairness_capacity_changed(&metrics->fairness);
    if (change->task == NONE)
        return;
    if (change->cause == CAUSE_SUBMITTED)
        submitted(metrics, cluster, change->task);
    if (change->cause == CAUSE_UPDATED) {
        if (change->to == TASK_RUNNING)
            resized(metrics, cluster, change->task);
        return;
    }
    count(metrics, cluster, change);
    leave(metrics, change);
    enter(metrics, cluster, change);
}

static struct task_counts count_tasks(const struct metrics *metrics, const struct cluster *cluster)
{
    const struct task_list *lists = cluster->lists;
    struct task_counts counts = {
        .submitted = cluster->submitted,
        .finished = cluster->ended[TASK_FINISHED],
        .failed = cluster->ended[TASK_FAILED],
        .killed = cluster->ended[TASK_KILLED],
        .running = lists[TASK_RUNNING].count,
        .waiting = (uint64_t)lists[TASK_WAITING].count + lists[TASK_BLOCKED].count +
                   lists[TASK_BACKOFF].count,
        .infeasible = lists[TASK_INFEASIBLE].count,
        .blocked = lists[TASK_BLOCKED].count,
        .backoff = lists[TASK_BACKOFF].count,
        .unplaced = metrics->killed_unplaced,
        .retries = metrics->retries,
        .evictions = metrics->evictions,
        .machine_losses = metrics->machine_losses,
        .preemptions = metrics->preemptions,
        .migrations = metrics->migrations,
    };
    for (uint32_t i = 0; i < lists[TASK_WAITING].count; i++)
        counts.unplaced += cluster->tasks[lists[TASK_WAITING].tasks[i]].starts == 0;
    return counts;
}

static double success_rate(const struct task_counts *tasks, bool ended)
{
    uint64_t ends = tasks->finished + tasks->failed + tasks->killed;
    uint64_t in_vain = ended ? tasks->waiting - tasks->blocked : 0;
    return ratio_of((double)tasks->finished, (double)(ends + in_vain));
}

static void report_jobs(const struct cluster *cluster, struct metrics_report *report)
{
    struct samples completions_us = {0};
    for (uint32_t j = 0; j < cluster->job_count; j++) {
        const struct job *job = &cluster->jobs[j];
        uint64_t tasks = 0;
        for (int state = 0; state < TASK_STATE_COUNT; state++)
            tasks += job->counts[state];
        if (tasks && tasks == job->counts[TASK_FINISHED])
            samples_add(&completions_us, job->end_us - job->submit_us);
        else
            report->jobs_incomplete += tasks > 0;
    }
    report->jobs_complete = completions_us.count;
    report->job_completion_s = samples_percentiles(&completions_us, 1e6);
    samples_free(&completions_us);
}

static double goodput(const struct metrics *metrics)
{
    if (!metrics->attempts.cpu_demanded)
        return NAN;
    return ratio_of((double)metrics->attempts.useful,
                    (double)metrics->utilisation.whole.capacity[RESOURCE_CPU]);
}

void metrics_report(struct metrics *metrics, const struct cluster *cluster, bool ended,
                    struct metrics_report *report)
{
    struct task_counts tasks = count_tasks(metrics, cluster);
    *report = (struct metrics_report){
        .start_us = metrics->start_us,
        .end_us = metrics->now_us,
        .first_arrival_us = metrics->first_arrival_us,
        .last_arrival_us = metrics->last_arrival_us,
        .tasks = tasks,
        .success_rate = success_rate(&tasks, ended),
        .utilisation = utilisation_whole(&metrics->utilisation),
        .utilisation_steady = utilisation_steady(&metrics->utilisation),
        .imbalance = utilisation_imbalance(&metrics->utilisation),
        .fragmentation = fragmentation_average(&metrics->fragmentation),
        .goodput = goodput(metrics),
        .wasted_cpu_s = (double)metrics->attempts.wasted / (double)RESOURCE_UNIT / 1e6,
        .fairness_per_task = fairness_per_task(&metrics->fairness),
        .dominant_share = fairness_dominant_share(&metrics->fairness),
        .dominant_share_gap = fairness_dominant_share_gap(&metrics->fairness),
        .tenants = fairness_tenants(&metrics->fairness),
        .locality = locality_ratios(&metrics->locality),
        .service_levels = service_levels_ratios(&metrics->service_levels, cluster, metrics->now_us),
        .placement_latency_ms = samples_percentiles(&metrics->latencies_us, 1e3),
        .placed = metrics->latencies_us.count,
        .bounded_slowdown = samples_percentiles(&metrics->slowdowns, (double)SLOWDOWN_UNIT),
    };
    report_jobs(cluster, report);
}
