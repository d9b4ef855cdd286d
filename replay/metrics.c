/* metrics.c - see metrics.h: hands every change to the measures that it concerns. */
#include "replay/metrics.h"

#include "base/assert.h"
#include "base/memory.h"
#include "replay/machine_use.h"
#include "replay/stranding.h"
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
    int64_t first_arrival_us, last_arrival_us, last_finish_us;
    struct utilisation utilisation;
    struct fragmentation fragmentation;
    struct stranding stranding;
    struct machine_use machine_use;
    struct proxies proxies;
    struct fairness fairness;
    struct attempts attempts;
    struct locality locality;
    struct service_levels service_levels;
    struct samples latencies_us, slowdowns;
    struct samples killed_waits_us; /* of tasks killed while they waited for their first start */
    uint64_t retries, evictions, machine_losses, preemptions, suspensions, migrations;
};

struct metrics *metrics_create(void)
{
    struct metrics *metrics = memory_alloc(sizeof *metrics);
    metrics->first_arrival_us = metrics->last_arrival_us = TIME_NEVER;
    metrics->last_finish_us = TIME_NEVER;
    fragmentation_init(&metrics->fragmentation);
    fairness_init(&metrics->fairness);
    return metrics;
}

void metrics_destroy(struct metrics *metrics)
{
    if (!metrics)
        return;
    utilisation_free(&metrics->utilisation);
    fragmentation_free(&metrics->fragmentation);
    stranding_free(&metrics->stranding);
    machine_use_free(&metrics->machine_use);
    proxies_free(&metrics->proxies);
    fairness_free(&metrics->fairness);
    attempts_free(&metrics->attempts);
    service_levels_free(&metrics->service_levels);
    samples_free(&metrics->latencies_us);
    samples_free(&metrics->slowdowns);
    samples_free(&metrics->killed_waits_us);
    memory_free(metrics);
}

void metrics_advance(struct metrics *metrics, const struct cluster *cluster, int64_t now_us)
{
    if (!metrics->started) {
        metrics->start_us = metrics->now_us = now_us;
        fairness_define(&metrics->fairness, cluster->tenant_facts, cluster->tenant_count);
    }
    metrics->started = true;
    ASSERT(now_us >= metrics->now_us);
    int64_t duration_us = now_us - metrics->now_us;
    metrics->now_us = now_us;
    if (!duration_us)
        return;
    utilisation_advance(&metrics->utilisation, cluster, duration_us);
    fragmentation_advance(&metrics->fragmentation, cluster, duration_us);
    stranding_advance(&metrics->stranding, duration_us);
    machine_use_advance(&metrics->machine_use, duration_us);
    proxies_advance(&metrics->proxies, &metrics->utilisation, duration_us);
    fairness_advance(&metrics->fairness, &cluster->capacity, duration_us);
    service_levels_advance(&metrics->service_levels, duration_us);
}

static void see_machine(struct metrics *metrics, const struct cluster *cluster, uint32_t machine)
{
    utilisation_machine(&metrics->utilisation, cluster, machine);
    fragmentation_machine(&metrics->fragmentation, cluster, machine);
    stranding_machine(&metrics->stranding, cluster, machine);
    machine_use_machine(&metrics->machine_use, cluster, machine);
    proxies_machine(&metrics->proxies, cluster, machine);
}

static void submitted(struct metrics *metrics, const struct cluster *cluster, uint32_t task)
{
    const struct resources *demand = &cluster->task_facts[task].demand;
    uint32_t tenant = cluster_task_tenant(cluster, task);
    if (metrics->first_arrival_us == TIME_NEVER)
        metrics->first_arrival_us = metrics->now_us;
    metrics->last_arrival_us = metrics->now_us;
    utilisation_arrival(&metrics->utilisation);
    proxies_arrival(&metrics->proxies);
    if (machines_feasible(cluster, demand, cluster->task_facts[task].constraint))
        fragmentation_submitted(&metrics->fragmentation, cluster, demand);
    attempts_add(&metrics->attempts, task, tenant, demand);
    fairness_submitted(&metrics->fairness, tenant);
}

static bool on_machine(enum task_state state)
{
    return state == TASK_RUNNING || state == TASK_SUSPENDED;
}

/* Does the tenant want it to run, and it does not? */
static bool lacking(enum task_state state)
{
    return state == TASK_WAITING || state == TASK_SUSPENDED;
}

/* The attempt goes on where it is, and is charged otherwise. */
static void recharged(struct metrics *metrics, const struct cluster *cluster, uint32_t task)
{
    const struct attempt_record *record = &metrics->attempts.records[task];
    fairness_release(&metrics->fairness, record->tenant, &record->charged);
    attempts_recharge(&metrics->attempts, cluster, task, metrics->now_us);
    fairness_charge(&metrics->fairness, record->tenant, &record->charged);
}

static void leave(struct metrics *metrics, const struct cluster *cluster,
                  const struct change *change)
{
    const struct attempt_record *record = &metrics->attempts.records[change->task];
    if (lacking(change->from))
        fairness_end_wait(&metrics->fairness, record->tenant);
    bool goes_on = change->cause == CAUSE_SUSPENDED || change->cause == CAUSE_RESUMED;
    if (!on_machine(change->from) || goes_on)
        return;
    fairness_release(&metrics->fairness, record->tenant, &record->charged);
    attempts_end(&metrics->attempts, cluster, change, metrics->now_us);
}

static void started(struct metrics *metrics, const struct cluster *cluster, uint32_t task)
{
    const struct task_facts *facts = &cluster->task_facts[task];
    const struct task *t = &cluster->tasks[task];
    uint32_t tenant = metrics->attempts.records[task].tenant;
    attempts_start(&metrics->attempts, cluster, task, metrics->now_us);
    fairness_charge(&metrics->fairness, tenant, &facts->demand);
    see_machine(metrics, cluster, facts->machine);
    locality_start(&metrics->locality, cluster->machine_facts, facts);
    if (t->starts == 1)
        samples_add(&metrics->latencies_us, t->first_start_us - t->eligible_us);
}

static void finished(struct metrics *metrics, const struct cluster *cluster,
                     const struct change *change)
{
    metrics->last_finish_us = metrics->now_us;
    utilisation_finish(&metrics->utilisation);
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
    if (lacking(change->to))
        fairness_wait(&metrics->fairness, metrics->attempts.records[change->task].tenant);
    if (change->cause == CAUSE_SUSPENDED || change->cause == CAUSE_RESUMED)
        recharged(metrics, cluster, change->task);
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
    metrics->suspensions += change->cause == CAUSE_SUSPENDED;
    metrics->migrations += change->cause == CAUSE_MIGRATED;
    const struct task *t = &cluster->tasks[change->task];
    if (change->cause == CAUSE_KILLED && change->from == TASK_WAITING && !t->starts)
        samples_add(&metrics->killed_waits_us, metrics->now_us - t->eligible_us);
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
        if (on_machine(change->to))
            recharged(metrics, cluster, change->task);
        return;
    }
    count(metrics, cluster, change);
    leave(metrics, cluster, change);
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
        .suspended = lists[TASK_SUSPENDED].count,
        .waiting = (uint64_t)lists[TASK_WAITING].count + lists[TASK_BLOCKED].count +
                   lists[TASK_BACKOFF].count,
        .infeasible = lists[TASK_INFEASIBLE].count,
        .blocked = lists[TASK_BLOCKED].count,
        .backoff = lists[TASK_BACKOFF].count,
        .unplaced = metrics->killed_waits_us.count,
        .retries = metrics->retries,
        .evictions = metrics->evictions,
        .machine_losses = metrics->machine_losses,
        .preemptions = metrics->preemptions,
        .suspensions = metrics->suspensions,
        .migrations = metrics->migrations,
    };
    for (uint32_t i = 0; i < lists[TASK_WAITING].count; i++)
        counts.unplaced += cluster->tasks[lists[TASK_WAITING].tasks[i]].starts == 0;
    return counts;
}

static double success_rate(const struct task_counts *tasks, bool ended)
{
    uint64_t ends = tasks->finished + tasks->failed + tasks->killed;
    uint64_t in_vain = ended ? tasks->waiting - tasks->blocked + tasks->suspended : 0;
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

/* CPU in seconds of one unit. */
static double cpu_s(wide_t work)
{
    return (double)work / (double)RESOURCE_UNIT / 1e6;
}

static void report_work(const struct metrics *metrics, struct metrics_report *report)
{
    const struct attempts *attempts = &metrics->attempts;
    const struct usage *whole = &metrics->utilisation.whole;
    double seconds = (double)(metrics->now_us - metrics->start_us) / 1e6;
    wide_t wasted = attempts_wasted(attempts);
    report->work = (struct work_report){
        .useful_cpu_s = cpu_s(attempts->useful),
        .wasted_cpu_s = cpu_s(wasted),
        .unfinished_cpu_s = cpu_s(whole->used[RESOURCE_CPU] - attempts->useful - wasted),
        .useful_cpus = ratio_of(cpu_s(attempts->useful), seconds),
        .tasks_per_s = ratio_of((double)report->tasks.finished, seconds)};
    for (int stop = 0; stop < STOP_COUNT; stop++)
        report->work.wasted[stop] = cpu_s(attempts->wasted[stop]);
    double capacity = attempts->cpu_demanded ? (double)whole->capacity[RESOURCE_CPU] : 0;
    report->goodput = ratio_of((double)attempts->useful, capacity);
    report->goodput_in_time =
        ratio_of((double)attempts->useful_in_time, report->service_levels.tasks ? capacity : 0);
}

static void report_attempts(struct metrics *metrics, struct attempts_report *report)
{
    struct attempts *attempts = &metrics->attempts;
    *report = (struct attempts_report){
        .started = attempts->started,
        .finished = attempts->finished,
        .maxima = attempts->maxima,
        .restart_latency_ms = samples_percentiles(&attempts->restarts_us, 1e3)};
    for (int stop = 0; stop < STOP_COUNT; stop++) {
        report->stops[stop] = attempts->stops[stop];
        report->restarts[stop] = attempts->restarts[stop];
    }
}

static void report_free(const struct metrics *metrics, const struct cluster *cluster,
                        struct free_report *report)
{
    const struct fragmentation *fragmentation = &metrics->fragmentation;
    *report = (struct free_report){.ratios = fragmentation_ratios(fragmentation),
                                   .classes = fragmentation->class_count,
                                   .coverage = fragmentation_coverage(fragmentation)};
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        double capacity = (double)metrics->utilisation.whole.capacity[r];
        report->stranded[r] = ratio_of((double)metrics->stranding.stranded[r], capacity);
        report->beside[r] = ratio_of((double)metrics->stranding.beside[r], capacity);
    }
    if (!fragmentation->class_count)
        return;
    report->commonest = fragmentation_commonest(fragmentation)->demand;
    report->largest = fragmentation_largest(fragmentation, &cluster->capacity)->demand;
}

/* With the tasks that wait for their first start, or did until they were killed. */
static struct survival placement_survival(struct metrics *metrics, const struct cluster *cluster)
{
    const struct samples *killed = &metrics->killed_waits_us;
    const struct task_list *waiting = &cluster->lists[TASK_WAITING];
    struct samples censored = {0};
    for (uint32_t i = 0; i < killed->count; i++)
        samples_add(&censored, killed->values[i]);
    for (uint32_t i = 0; i < waiting->count; i++) {
        const struct task *t = &cluster->tasks[waiting->tasks[i]];
        if (!t->starts)
            samples_add(&censored, metrics->now_us - t->eligible_us);
    }
    struct survival survival = survival_estimate(&metrics->latencies_us, &censored, 1e3);
    samples_free(&censored);
    return survival;
}

/* Of a closed batch: nothing that could run is left. */
static double makespan_s(const struct metrics *metrics, const struct task_counts *tasks)
{
    if (metrics->last_finish_us == TIME_NEVER || tasks->running || tasks->suspended ||
        tasks->waiting)
        return NAN;
    return (double)(metrics->last_finish_us - metrics->first_arrival_us) / 1e6;
}

void metrics_report(struct metrics *metrics, const struct cluster *cluster, bool ended,
                    struct metrics_report *report)
{
    const struct utilisation *utilisation = &metrics->utilisation;
    struct task_counts tasks = count_tasks(metrics, cluster);
    *report = (struct metrics_report){
        .start_us = metrics->start_us,
        .end_us = metrics->now_us,
        .first_arrival_us = metrics->first_arrival_us,
        .last_arrival_us = metrics->last_arrival_us,
        .last_finish_us = metrics->last_finish_us,
        .tasks = tasks,
        .makespan_s = makespan_s(metrics, &tasks),
        .success_rate = success_rate(&tasks, ended),
        .utilisation = utilisation_whole(utilisation),
        .utilisation_steady = utilisation_steady(utilisation),
        .utilisation_makespan = utilisation_makespan(utilisation),
        .imbalance = utilisation_imbalance(utilisation),
        .imbalance_variation = utilisation_variation(utilisation),
        .machines = {.ever = metrics->machine_use.ever_count,
                     .most = metrics->machine_use.running_most,
                     .mean = average_value(&metrics->machine_use.average)},
        .fairness = fairness_ratios(&metrics->fairness),
        .locality = locality_ratios(&metrics->locality),
        .service_levels = service_levels_ratios(&metrics->service_levels, cluster, metrics->now_us),
        .proxies_at_last_arrival = proxies_at_last_arrival(&metrics->proxies, utilisation),
        .proxies_over_time = proxies_over_time(&metrics->proxies, utilisation),
        .placement_latency_ms = samples_percentiles(&metrics->latencies_us, 1e3),
        .placement_survival_ms = placement_survival(metrics, cluster),
        .placed = metrics->latencies_us.count,
        .bounded_slowdown = samples_percentiles(&metrics->slowdowns, (double)SLOWDOWN_UNIT),
    };
    report_work(metrics, report);
    report_attempts(metrics, &report->attempts);
    report_free(metrics, cluster, &report->free);
    report_jobs(cluster, report);
}
