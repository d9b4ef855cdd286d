/* slo.c - deadlines: how much more likely is it to miss them if a task waits?
 *
 * For a task with a deadline D, with risk(ran, left) the chance that a run which has taken
 * `ran` takes more than `left` longer (runtimes.h), left = D - now, and all terms times the
 * task's weight (slo_terms.h):
 *
 *   anywhere     LOSS x risk(0, left)
 *   waiting      LOSS x E risk(0, left - delay) + patience(waited) + 1
 *   keeping      LOSS x risk(ran, left) - STAY
 *   preempting   LOSS x E risk(0, left - delay) + patience(waited + ran)
 *   moving       LOSS x risk(0, left) + patience(waited + ran): `anywhere` of one that runs
 *
 * `delay` is when there may be a place again, of which E takes the mean: as a rule as long as
 * tasks lately waited, at least a second; but after a burst of arrivals it may be far longer, and
 * nobody knows beforehand. So once in 16 it is
 * twice as long, once in 32 four times, and so on to 64 times. The long ones decide between tasks
 * that all have time enough for the short ones: of those, who has less of it goes first.
 *
 * What decides between tasks is the difference between waiting and anywhere, the urgency: it
 * is large where the deadline is about as far away as the task is long, and nothing for tasks
 * that have time and for those that are lost already. The least slack as such does not win.
 *
 * To wait is never worth it where it saves nothing: that is the 1. A start is never taken to be
 * better than going on. Tasks without a deadline have no risk.
 *
 * A task whose deadline has passed is lost either way; what it then gains by running is a
 * LATE_PART-th of its patience, so that it does not push aside those that can be saved (the
 * decayed utility of Park et al., 3Sigma, EuroSys 2018). As waiting may not become cheaper with
 * time, running becomes as much dearer: the rest of the patience that it had at its deadline.
 *
 * Keeping: a task that goes on loses no more than one that begins, and STAY less. What is lost by
 * a stop grows as fast with time as the patience of those who wait, so that no task whose stop
 * let another run stops that one again because time has passed; deadlines may.
 *
 * A task that was stopped or moved STOPS_MAX times is as dear to stop again as costs can say.
 * The model suspends nothing: to stop a task loses its work.
 *
 * Times count in steps: left to the deadline by the buckets of run_histogram.h, 16 to every
 * doubling, and waits and runs by waiting_steps.h. So the answers change some hundred times
 * from a day before the deadline on. Runs that others end, and the delay, are taken up at
 * these changes and not in between. */
#include "costmodels/cost_model.h"
#include "costmodels/runtimes.h"
#include "costmodels/slo_terms.h"
#include "costmodels/waiting_steps.h"

#define LATE_PART 5
#define STOPS_MAX 3

/* TIME_NEVER: it has no deadline. Not above 0: that has passed. */
static int64_t time_left(const struct task_facts *task, const struct cluster_facts *cluster)
{
    return task->deadline_us ? task->deadline_us - cluster->now_us : TIME_NEVER;
}

static bool late(const struct task_facts *task, const struct cluster_facts *cluster)
{
    return time_left(task, cluster) <= 0;
}

/* The chance that a run which has taken ran_us, and goes on after delay_us, ends too late. */
static int64_t risk(const struct task_facts *task, const struct cluster_facts *cluster,
                    int64_t ran_us, int64_t delay_us)
{
    int64_t left_us = time_left(task, cluster);
    if (left_us == TIME_NEVER)
        return 0;
    if (left_us <= 0)
        return CERTAIN;
    return runtimes_above(cluster->runtimes, task, ran_us, run_bucket_begin(left_us) - delay_us);
}

/* What it loses on average. */
static cost_t loss(const struct task_facts *task, const struct cluster_facts *cluster,
                   int64_t ran_us)
{
    return slo_weight(task->priority) * SLO_LOSS * risk(task, cluster, ran_us, 0) / CERTAIN;
}

static int64_t next_delay(const struct cluster_facts *cluster)
{
    int64_t wait_us = waiting_step(cluster->wait_us);
    return wait_us > WAITING_STEP_US ? wait_us : WAITING_STEP_US;
}

/* Likewise of a task that begins when there is a place again: E. */
static cost_t delayed_loss(const struct task_facts *task, const struct cluster_facts *cluster)
{
    static const struct {
        int64_t part, factor;
    } delays[] = {{224, 1}, {16, 2}, {8, 4}, {4, 8}, {2, 16}, {1, 32}, {1, 64}};
    int64_t delay_us = next_delay(cluster);
    int64_t sum = 0; /* of risks in 256 cases */
    for (size_t i = 0; i < COUNT_OF(delays); i++)
        sum += delays[i].part * risk(task, cluster, 0, delays[i].factor * delay_us);
    return slo_weight(task->priority) * SLO_LOSS * sum / (256 * (int64_t)CERTAIN);
}

/* Of a running task that is started anew. Not better than if it went on. */
static cost_t restart_loss(const struct task_facts *task, const struct cluster_facts *cluster,
                           bool elsewhere)
{
    cost_t restart = elsewhere ? loss(task, cluster, 0) : delayed_loss(task, cluster);
    cost_t on = loss(task, cluster, waiting_step(task->ran_us));
    return restart > on ? restart : on;
}

/* What a running task has waited for, and done. */
static cost_t run_patience(const struct task_facts *task, const struct cluster_facts *cluster)
{
    cost_t cost = slo_run_patience(slo_weight(task->priority), task);
    return late(task, cluster) ? cost / LATE_PART : cost;
}

/* How much of its wait was after the deadline? */
static int64_t late_wait(const struct task_facts *task, const struct cluster_facts *cluster)
{
    if (!late(task, cluster))
        return 0;
    int64_t late_us = -time_left(task, cluster);
    return late_us < task->waited_us ? late_us : task->waited_us;
}

static cost_t wait_patience(const struct task_facts *task, const struct cluster_facts *cluster)
{
    int64_t late_us = late_wait(task, cluster);
    int64_t time_us = waiting_step(task->waited_us - late_us) + waiting_step(late_us) / LATE_PART;
    return slo_patience(slo_weight(task->priority), time_us);
}

/* What of it running does not give back. */
static cost_t lost_patience(const struct task_facts *task, const struct cluster_facts *cluster)
{
    if (!late(task, cluster))
        return 0;
    int64_t time_us = waiting_step(task->waited_us - late_wait(task, cluster));
    return slo_patience(slo_weight(task->priority), time_us - time_us / LATE_PART);
}

static cost_t waiting(const struct task_facts *task, const struct cluster_facts *cluster)
{
    return delayed_loss(task, cluster) + wait_patience(task, cluster) + 1;
}

/* A run ended, to begin again elsewhere at once or when there is a place again. */
static cost_t stopping(const struct task_facts *task, const struct cluster_facts *cluster,
                       bool elsewhere)
{
    if (task->stops >= STOPS_MAX)
        return SLO_RANGE;
    return restart_loss(task, cluster, elsewhere) + run_patience(task, cluster);
}

static cost_t anywhere(const struct task_facts *task, const struct cluster_facts *cluster)
{
    if (task->machine != NONE)
        return stopping(task, cluster, true);
    return loss(task, cluster, 0) + lost_patience(task, cluster);
}

static cost_t keeping(const struct task_facts *task, const struct cluster_facts *cluster)
{
    cost_t stay = slo_weight(task->priority) * SLO_STAY;
    return loss(task, cluster, waiting_step(task->ran_us)) -
           (late(task, cluster) ? stay / LATE_PART : stay);
}

static cost_t preempting(const struct task_facts *task, const struct cluster_facts *cluster)
{
    return stopping(task, cluster, false);
}

/* The next step of the time that goes on, or of the time left. */
static int64_t holds_until(const struct task_facts *task, const struct cluster_facts *cluster)
{
    int64_t left_us = time_left(task, cluster);
    int64_t time_us = task->machine == NONE ? task->waited_us : task->ran_us;
    if (task->machine == NONE && left_us <= 0)
        time_us = late_wait(task, cluster);
    int64_t until_us = cluster->now_us + waiting_step_next(time_us) - time_us;
    if (left_us <= 0 || left_us == TIME_NEVER)
        return until_us;
    int64_t next_us = cluster->now_us + left_us - run_bucket_begin(left_us) + 1;
    return next_us < until_us ? next_us : until_us;
}

const struct cost_model cost_model_slo = {
    .name = "slo",
    .help = "deadlines: the risk of missing them, learned from earlier runs",
    .range = SLO_RANGE,
    .waiting = waiting,
    .anywhere = anywhere,
    .keeping = keeping,
    .preempting = preempting,
    .holds_until = holds_until,
};
