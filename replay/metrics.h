/* metrics.h - what a replay measures, as it goes: exact integrals over virtual time.
 *
 * Everything observed is piecewise constant between events: an integral adds up value x
 * duration, never samples per event. What is undefined stays undefined (NaN) and becomes
 * null in the summary, never 0 or 1. Each kind of measure has its page: utilisation.h,
 * fragmentation.h, stranding.h, machine_use.h, fairness.h, attempts.h, locality.h,
 * service_levels.h, survival.h, samples.h, and proxies.h for what others measure instead.
 *
 * A window goes from the first time that metrics_advance is told to the last, where nothing
 * else is said. Used is what tasks demand while they run, and keep while they are suspended: no
 * trace is asked what they did with it. */
#ifndef REPLAY_METRICS_H
#define REPLAY_METRICS_H

#include "replay/attempts.h"
#include "replay/fairness.h"
#include "replay/fragmentation.h"
#include "replay/locality.h"
#include "replay/proxies.h"
#include "replay/service_levels.h"
#include "replay/survival.h"
#include "replay/utilisation.h"

/* Tasks by what became of them. submitted = finished + failed + killed + running + suspended
 * + waiting + infeasible, where `waiting` are all others that are live: also those blocked by
 * predecessors or in back-off, which are told apart below. */
struct task_counts {
    uint64_t submitted, finished, failed, killed;
    uint64_t running, suspended, waiting, infeasible;
    uint64_t blocked, backoff; /* of those waiting */
    uint64_t unplaced;         /* could have run, never did: waiting at the end, or killed */
    uint64_t retries;          /* back-offs that ended */
    uint64_t evictions;        /* by an event or for want of room, machine losses included */
    uint64_t machine_losses;   /* of the evictions: the machine went away */
    uint64_t preemptions;      /* stopped by decision */
    uint64_t suspensions;      /* by decision; the run goes on when it is resumed */
    uint64_t migrations;       /* moved by decision; the run begins anew */
};

/* CPU work in seconds of one unit of CPU. used = useful + wasted + unfinished. */
struct work_report {
    double useful_cpu_s;       /* of attempts that finished */
    double wasted_cpu_s;       /* of attempts that ended in any other way; */
    double wasted[STOP_COUNT]; /* by which */
    double unfinished_cpu_s;   /* of attempts that still run or are suspended */
    double useful_cpus;        /* useful work per second; NaN in no time, as the next */
    double tasks_per_s;        /* finished */
};

/* What is free and why it is of no use. */
struct free_report {
    struct free_ratios ratios;
    double stranded[RESOURCE_COUNT]; /* parts of the capacity; NaN where there is none */
    double beside[RESOURCE_COUNT];
    uint32_t classes;
    double coverage;                     /* the part of the tasks that are of these classes */
    struct resources commonest, largest; /* if there are classes */
};

struct attempts_report {
    uint64_t started, finished;
    uint64_t stops[STOP_COUNT], restarts[STOP_COUNT];
    struct attempt_maxima maxima;
    struct percentiles restart_latency_ms; /* from a stop to the next start; not of moves */
};

/* Machines on which a task runs. */
struct machines_report {
    uint32_t ever, most;
    double mean;
};

struct metrics_report {
    int64_t start_us, end_us;
    int64_t first_arrival_us, last_arrival_us; /* TIME_NEVER: no task came */
    int64_t last_finish_us;                    /* TIME_NEVER: none finished */
    struct task_counts tasks;

    /* From the first arrival to the last finish. NaN: nothing finished, or the batch is not
     * closed, for tasks that fit some machine are live still. */
    double makespan_s;

    /* finished / (finished + failed + killed + waiting for a machine, or suspended, at the end).
     * Tasks that fit no machine, still run or still wait for predecessors are not in it; nor are
     * those that wait or are suspended when the replay was stopped early or the trace's records
     * ended, since their time had not run out. */
    double success_rate;

    struct utilisation_ratios utilisation;          /* from start to end */
    struct utilisation_ratios utilisation_steady;   /* from the first arrival to the last */
    struct utilisation_ratios utilisation_makespan; /* from there to the last finish */
    double imbalance, imbalance_variation;
    struct free_report free;
    struct machines_report machines;

    /* CPU time of attempts that finished well / CPU time of the capacity, from start to
     * end: utilisation less goodput is what was wasted or still runs. NaN if no task ever
     * asked for CPU. Of deadlines: the part of it by tasks that met theirs, NaN if no task has
     * one whose outcome is known. */
    double goodput, goodput_in_time;
    struct work_report work;
    struct attempts_report attempts;

    struct fairness_ratios fairness;
    struct locality_ratios locality;
    struct service_level_ratios service_levels;
    struct proxy_values proxies_at_last_arrival, proxies_over_time;

    /* From eligible to the first start, of all tasks that started; and with those that are
     * unplaced, which waited so long at least. */
    struct percentiles placement_latency_ms;
    struct survival placement_survival_ms;
    uint64_t placed;
    /* From the submission of its first task to the end of its last, of jobs all of whose
     * tasks finished; the others are incomplete. */
    struct percentiles job_completion_s;
    uint64_t jobs_complete, jobs_incomplete;
    /* max((wait + run) / max(run, 10 s), 1) of finished tasks, where wait + run goes from
     * eligible to finish and run is the last attempt's, without its suspensions. (Feitelson,
     * "Metrics for parallel job scheduling and their convergence", JSSPP 2001.) */
    struct percentiles bounded_slowdown;
};

struct metrics;

struct metrics *metrics_create(void);
void metrics_destroy(struct metrics *metrics); /* NULL is allowed */

/* Time goes on to `now_us`: add what held since the last call to the integrals. Called
 * before every event of a later time; the first call says when all begins.
 * O(changes * log tenants) since the last call, but for the pages' rare exceptions. */
void metrics_advance(struct metrics *metrics, const struct cluster *cluster, int64_t now_us);

/* An observer (scheduler/engine.h): a change at the time of the last advance. O(1), but for
 * the first tasks of a new kind (replay/fragmentation.h). */
void metrics_on_change(void *metrics, const struct cluster *cluster, const struct change *change);

/* All of it, up to the last advance. `ended`: the replay ran until nothing could happen any
 * more; false: it was stopped, or nothing is known of what comes later. O(jobs + waiting tasks +
 * samples log samples). */
void metrics_report(struct metrics *metrics, const struct cluster *cluster, bool ended,
                    struct metrics_report *report);

#endif
