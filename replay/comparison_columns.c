/* comparison_columns.c - see comparison_columns.h. */
#include "replay/comparison_columns.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"

static const struct column_unit share = {"ratio", "%", 100};
static const struct column_unit number = {"", "", 1};
static const struct column_unit count = {"count", "", 1};
static const struct column_unit ms = {"ms", "s", 1e-3};
static const struct column_unit s = {"s", "s", 1};
static const struct column_unit us = {"us", "us", 1};
static const struct column_unit cpu_s = {"cpu_s", "cpu s", 1};
static const struct column_unit per_s = {"per_s", "1/s", 1};
static const struct column_unit mib = {"MiB", "MiB", 1};

static const struct comparison_column columns[] = {
    {"success", &share, "success_rate", BETTER_HIGHER, GROUP_OUTCOME, false},
    {"deadlines missed", &share, "slo.violation_rate", BETTER_LOWER, GROUP_OUTCOME, false},
    {"late requests", &share, "slo.latency.violation_rate", BETTER_LOWER, GROUP_OUTCOME, false},
    {"mean slowdown", &number, "bounded_slowdown.mean", BETTER_LOWER, GROUP_OUTCOME, false},
    {"mean job time", &s, "job_completion_s.mean", BETTER_LOWER, GROUP_OUTCOME, false},
    /* With the tasks that a policy never placed: without them it would be the better for it. */
    {"placement p50", &ms, "placement_latency_censored_ms.p50", BETTER_LOWER, GROUP_OUTCOME, false},
    {"placement p99", &ms, "placement_latency_censored_ms.p99", BETTER_LOWER, GROUP_OUTCOME, false},

    {"dominant-share fairness", &number, "fairness.dominant_share", BETTER_HIGHER, GROUP_CLUSTER,
     false},
    {"dominant-share gap", &number, "fairness.dominant_share_gap", BETTER_LOWER, GROUP_CLUSTER,
     false},
    {"per-task fairness", &number, "fairness.per_task", BETTER_HIGHER, GROUP_CLUSTER, false},
    {"fragmentation", &share, "fragmentation", BETTER_LOWER, GROUP_CLUSTER, false},
    {"cpu allocated", &share, "utilisation.cpu", BETTER_HIGHER, GROUP_CLUSTER, false},
    {"memory allocated", &share, "utilisation.memory", BETTER_HIGHER, GROUP_CLUSTER, false},

    {"retries", &count, "tasks.retries", BETTER_NONE, GROUP_WORK, false},
    {"evictions", &count, "tasks.evictions", BETTER_NONE, GROUP_WORK, false},
    {"preemptions", &count, "tasks.preemptions", BETTER_NONE, GROUP_WORK, false},
    {"gap p99", &share, "rounds.gap.p99", BETTER_LOWER, GROUP_WORK, false},
    {"decisions", &per_s, "rounds.decisions_per_s", BETTER_HIGHER, GROUP_WORK, true},
    {"wall time", &s, "wall_s", BETTER_LOWER, GROUP_WORK, true},
    {"peak memory", &mib, "peak_memory_mib", BETTER_LOWER, GROUP_WORK, true},

    {"machines", &count, "machines", BETTER_NONE, GROUP_NONE, false},
    {"virtual time", &s, "virtual_s", BETTER_NONE, GROUP_NONE, false},
    {"events", &count, "events", BETTER_NONE, GROUP_NONE, false},
    {"events", &per_s, "events_per_s", BETTER_HIGHER, GROUP_NONE, true},
    {"submitted", &count, "tasks.submitted", BETTER_NONE, GROUP_NONE, false},
    {"finished", &count, "tasks.finished", BETTER_HIGHER, GROUP_NONE, false},
    {"running", &count, "tasks.running", BETTER_NONE, GROUP_NONE, false},
    {"suspended", &count, "tasks.suspended", BETTER_LOWER, GROUP_NONE, false},
    {"waiting", &count, "tasks.waiting", BETTER_LOWER, GROUP_NONE, false},
    {"infeasible", &count, "tasks.infeasible", BETTER_NONE, GROUP_NONE, false},
    {"failed", &count, "tasks.failed", BETTER_LOWER, GROUP_NONE, false},
    {"killed", &count, "tasks.killed", BETTER_NONE, GROUP_NONE, false},
    {"never placed", &count, "tasks.unplaced", BETTER_LOWER, GROUP_NONE, false},
    {"suspensions", &count, "tasks.suspensions", BETTER_NONE, GROUP_NONE, false},
    {"migrations", &count, "tasks.migrations", BETTER_NONE, GROUP_NONE, false},
    {"lost machines", &count, "tasks.machine_losses", BETTER_NONE, GROUP_NONE, false},
    {"gpu allocated", &share, "utilisation.gpu", BETTER_HIGHER, GROUP_NONE, false},
    {"disk allocated", &share, "utilisation.disk", BETTER_HIGHER, GROUP_NONE, false},
    {"dominant allocated", &share, "utilisation.dominant", BETTER_HIGHER, GROUP_NONE, false},
    {"steady cpu", &share, "utilisation_steady.cpu", BETTER_HIGHER, GROUP_NONE, false},
    {"steady memory", &share, "utilisation_steady.memory", BETTER_HIGHER, GROUP_NONE, false},
    {"steady gpu", &share, "utilisation_steady.gpu", BETTER_HIGHER, GROUP_NONE, false},
    {"steady disk", &share, "utilisation_steady.disk", BETTER_HIGHER, GROUP_NONE, false},
    {"steady dominant", &share, "utilisation_steady.dominant", BETTER_HIGHER, GROUP_NONE, false},
    {"goodput", &share, "goodput", BETTER_HIGHER, GROUP_NONE, false},
    {"wasted cpu", &cpu_s, "wasted_cpu_s", BETTER_LOWER, GROUP_NONE, false},
    {"imbalance", &share, "imbalance", BETTER_LOWER, GROUP_NONE, false},
    {"tasks with a deadline", &count, "slo.tasks", BETTER_NONE, GROUP_NONE, false},
    {"tenants", &count, "fairness.tenants", BETTER_NONE, GROUP_NONE, false},
    {"placement p50 of those placed", &ms, "placement_latency_ms.p50", BETTER_LOWER, GROUP_NONE,
     false},
    {"placement p99 of those placed", &ms, "placement_latency_ms.p99", BETTER_LOWER, GROUP_NONE,
     false},
    {"placement p90 with unplaced", &ms, "placement_latency_censored_ms.p90", BETTER_LOWER,
     GROUP_NONE, false},
    {"least placement mean", &ms, "placement_latency_censored_ms.mean_at_least", BETTER_LOWER,
     GROUP_NONE, false},
    {"unplaced", &share, "placement_latency_censored_ms.unplaced_share", BETTER_LOWER, GROUP_NONE,
     false},
    {"tardiness mean", &s, "slo.tardiness_s.mean", BETTER_LOWER, GROUP_NONE, false},
    {"tardiness p99", &s, "slo.tardiness_s.p99", BETTER_LOWER, GROUP_NONE, false},
    {"goodput in time", &share, "slo.goodput", BETTER_HIGHER, GROUP_NONE, false},
    {"finished late", &count, "slo.late", BETTER_LOWER, GROUP_NONE, false},
    {"unfinished at the deadline", &count, "slo.unfinished", BETTER_LOWER, GROUP_NONE, false},
    {"deadlines undetermined", &count, "slo.undetermined", BETTER_NONE, GROUP_NONE, false},
    {"services", &count, "slo.latency.tasks", BETTER_NONE, GROUP_NONE, false},
    {"contended time", &s, "fairness.contended_s", BETTER_NONE, GROUP_NONE, false},
    {"backlogged tenants", &number, "fairness.backlogged_tenants", BETTER_NONE, GROUP_NONE, false},
    {"below entitlement", &share, "fairness.below_entitlement", BETTER_LOWER, GROUP_NONE, false},
    {"share deviation", &share, "fairness.share_deviation", BETTER_LOWER, GROUP_NONE, false},
    {"makespan", &s, "makespan_s", BETTER_LOWER, GROUP_NONE, false},
    {"makespan cpu", &share, "utilisation_makespan.cpu", BETTER_HIGHER, GROUP_NONE, false},
    {"makespan memory", &share, "utilisation_makespan.memory", BETTER_HIGHER, GROUP_NONE, false},
    {"makespan gpu", &share, "utilisation_makespan.gpu", BETTER_HIGHER, GROUP_NONE, false},
    {"makespan disk", &share, "utilisation_makespan.disk", BETTER_HIGHER, GROUP_NONE, false},
    {"makespan dominant", &share, "utilisation_makespan.dominant", BETTER_HIGHER, GROUP_NONE,
     false},
    {"imbalance coefficient", &number, "imbalance_cov", BETTER_LOWER, GROUP_NONE, false},
    {"unusable cpu", &share, "free_capacity.unusable.cpu", BETTER_LOWER, GROUP_NONE, false},
    {"unusable memory", &share, "free_capacity.unusable.memory", BETTER_LOWER, GROUP_NONE, false},
    {"unusable gpu", &share, "free_capacity.unusable.gpu", BETTER_LOWER, GROUP_NONE, false},
    {"stranded cpu", &share, "free_capacity.stranded.cpu", BETTER_LOWER, GROUP_NONE, false},
    {"stranded memory", &share, "free_capacity.stranded.memory", BETTER_LOWER, GROUP_NONE, false},
    {"stranded gpu", &share, "free_capacity.stranded.gpu", BETTER_LOWER, GROUP_NONE, false},
    {"cpu beside a bottleneck", &share, "free_capacity.beside_bottleneck.cpu", BETTER_LOWER,
     GROUP_NONE, false},
    {"memory beside a bottleneck", &share, "free_capacity.beside_bottleneck.memory", BETTER_LOWER,
     GROUP_NONE, false},
    {"gpu beside a bottleneck", &share, "free_capacity.beside_bottleneck.gpu", BETTER_LOWER,
     GROUP_NONE, false},
    {"machines nearly full", &share, "free_capacity.nearly_full", BETTER_LOWER, GROUP_NONE, false},
    {"probe fits", &share, "free_capacity.probe_fits", BETTER_HIGHER, GROUP_NONE, false},
    {"machines in use", &number, "machines_used.mean", BETTER_LOWER, GROUP_NONE, false},
    {"most machines in use", &count, "machines_used.max", BETTER_NONE, GROUP_NONE, false},
    {"useful cpu", &cpu_s, "work.useful_cpu_s", BETTER_HIGHER, GROUP_NONE, false},
    {"finished tasks", &per_s, "work.tasks_per_s", BETTER_HIGHER, GROUP_NONE, false},
    {"attempts", &count, "attempts.started", BETTER_NONE, GROUP_NONE, false},
    {"restart latency p50", &ms, "attempts.restart_latency_ms.p50", BETTER_LOWER, GROUP_NONE,
     false},
    {"restart latency p99", &ms, "attempts.restart_latency_ms.p99", BETTER_LOWER, GROUP_NONE,
     false},
    {"cpu lost, failed", &cpu_s, "attempts.stopped.failed.wasted_cpu_s", BETTER_LOWER, GROUP_NONE,
     false},
    {"cpu lost, preempted", &cpu_s, "attempts.stopped.preempted.wasted_cpu_s", BETTER_LOWER,
     GROUP_NONE, false},
    {"cpu lost, migrated", &cpu_s, "attempts.stopped.migrated.wasted_cpu_s", BETTER_LOWER,
     GROUP_NONE, false},
    {"cpu lost, evicted", &cpu_s, "attempts.stopped.evicted.wasted_cpu_s", BETTER_LOWER, GROUP_NONE,
     false},
    {"cpu lost, machine lost", &cpu_s, "attempts.stopped.machine_lost.wasted_cpu_s", BETTER_LOWER,
     GROUP_NONE, false},
    {"utilisation's deviation, as others print it", &number, "proxies.over_time.utilisation_std",
     BETTER_NONE, GROUP_NONE, false},
    {"utilisation's step risk, as others print it", &number,
     "proxies.over_time.utilisation_step_risk.earlier_table", BETTER_NONE, GROUP_NONE, false},
    {"solves", &count, "rounds.solves.count", BETTER_NONE, GROUP_NONE, false},
    {"gap p50", &share, "rounds.gap.p50", BETTER_LOWER, GROUP_NONE, false},
    {"placement p90", &ms, "placement_latency_ms.p90", BETTER_LOWER, GROUP_NONE, false},
    {"placement max", &ms, "placement_latency_ms.max", BETTER_LOWER, GROUP_NONE, false},
    {"placement mean", &ms, "placement_latency_ms.mean", BETTER_LOWER, GROUP_NONE, false},
    {"job time p50", &s, "job_completion_s.p50", BETTER_LOWER, GROUP_NONE, false},
    {"job time p90", &s, "job_completion_s.p90", BETTER_LOWER, GROUP_NONE, false},
    {"job time p99", &s, "job_completion_s.p99", BETTER_LOWER, GROUP_NONE, false},
    {"slowdown p50", &number, "bounded_slowdown.p50", BETTER_LOWER, GROUP_NONE, false},
    {"slowdown p90", &number, "bounded_slowdown.p90", BETTER_LOWER, GROUP_NONE, false},
    {"slowdown p99", &number, "bounded_slowdown.p99", BETTER_LOWER, GROUP_NONE, false},
    {"complete jobs", &count, "jobs.complete", BETTER_HIGHER, GROUP_NONE, false},
    {"incomplete jobs", &count, "jobs.incomplete", BETTER_LOWER, GROUP_NONE, false},
    {"input on the machine", &share, "locality.machine", BETTER_HIGHER, GROUP_NONE, false},
    {"input in the rack", &share, "locality.rack", BETTER_NONE, GROUP_NONE, false},
    {"input remote", &share, "locality.remote", BETTER_LOWER, GROUP_NONE, false},
    {"rounds", &count, "rounds.count", BETTER_NONE, GROUP_NONE, false},
    {"decisions", &count, "rounds.decisions", BETTER_NONE, GROUP_NONE, false},
    {"misfits", &count, "rounds.misfits", BETTER_NONE, GROUP_NONE, false},
    {"largest gap", &share, "rounds.gap.max", BETTER_LOWER, GROUP_NONE, false},
    {"round p50", &us, "rounds.latency_us.p50", BETTER_LOWER, GROUP_NONE, true},
    {"round p90", &us, "rounds.latency_us.p90", BETTER_LOWER, GROUP_NONE, true},
    {"round p99", &us, "rounds.latency_us.p99", BETTER_LOWER, GROUP_NONE, true},
    {"round max", &us, "rounds.latency_us.max", BETTER_LOWER, GROUP_NONE, true},
    {"certificates", &count, "certificates.checked", BETTER_NONE, GROUP_NONE, false},
    {"invariant checks", &count, "invariants.checked", BETTER_NONE, GROUP_NONE, false},
    {"rejected decisions", &count, "rejected_decisions", BETTER_LOWER, GROUP_NONE, false},
    {"stale decisions", &count, "stale_decisions", BETTER_LOWER, GROUP_NONE, false},
    {"injected failures", &count, "injected_failures", BETTER_NONE, GROUP_NONE, false},
};

static const char *const titles[] = {[GROUP_OUTCOME] = "Outcome",
                                     [GROUP_CLUSTER] = "Fairness and the cluster",
                                     [GROUP_WORK] = "Work"};

uint32_t comparison_column_count(void)
{
    return COUNT_OF(columns);
}

const struct comparison_column *comparison_column_at(uint32_t index)
{
    ASSERT(index < COUNT_OF(columns));
    return &columns[index];
}

const char *column_group_title(enum column_group group)
{
    return titles[group];
}

double comparison_column_read(const struct comparison_column *column, const cJSON *summary)
{
    const cJSON *item = summary;
    for (const char *part = column->path; *part;) {
        char key[64];
        size_t size = strcspn(part, ".");
        ASSERT(size < sizeof key);
        snprintf(key, sizeof key, "%.*s", (int)size, part);
        item = cJSON_GetObjectItemCaseSensitive(item, key); /* NULL of what is no object */
        part += size;
        part += *part == '.';
    }
    return cJSON_IsNumber(item) ? item->valuedouble : NAN;
}
