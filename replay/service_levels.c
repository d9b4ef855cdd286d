/* service_levels.c - see service_levels.h. */
#include "replay/service_levels.h"

#include "base/memory.h"
#include "costmodels/fixed.h"
#include "costmodels/response_time.h"
#include "replay/integral.h"

void service_levels_free(struct service_levels *levels)
{
    memory_free(levels->slow);
    samples_free(&levels->tardiness_us);
    *levels = (struct service_levels){0};
}

void service_levels_advance(struct service_levels *levels, int64_t duration_us)
{
    levels->slow_time += (levels->slow_sum + (wide_t)levels->stopped * FIXED_ONE) * duration_us;
    levels->all_time += (wide_t)(levels->running + levels->stopped) * duration_us;
}

/* The machine's load or who runs on it may have changed. */
static void see_machine(struct service_levels *levels, const struct cluster *cluster,
                        uint32_t machine)
{
    const struct machine_facts *facts = &cluster->machine_facts[machine];
    if (!facts->services_weight && (machine >= levels->room || !levels->slow[machine]))
        return;
    array_reserve(levels->slow, levels->room, cluster->machine_count);
    int64_t load = resources_dominant_share(&facts->used, &facts->capacity);
    int64_t slow = 0;
    uint32_t task = cluster->machines[machine].first_task;
    for (; task != NONE; task = cluster->tasks[task].machine_next)
        if (cluster->task_facts[task].latency_us)
            slow += response_slow(load, cluster->task_facts[task].latency_us);
    levels->slow_sum += slow - levels->slow[machine];
    levels->slow[machine] = slow;
}

static bool stopped(enum task_state state)
{
    return state == TASK_WAITING || state == TASK_SUSPENDED || state == TASK_BACKOFF ||
           state == TASK_INFEASIBLE;
}

static void count_service(struct service_levels *levels, const struct change *change)
{
    levels->services += change->cause == CAUSE_SUBMITTED;
    levels->running += change->to == TASK_RUNNING;
    levels->running -= change->from == TASK_RUNNING;
    levels->stopped += stopped(change->to);
    levels->stopped -= stopped(change->from);
}

static void count_end(struct service_levels *levels, enum task_state end, int64_t over_us)
{
    if (end != TASK_FINISHED) {
        levels->dead++;
        return;
    }
    levels->met += over_us <= 0;
    levels->late += over_us > 0;
    samples_add(&levels->tardiness_us, over_us > 0 ? over_us : 0);
}

void service_levels_change(struct service_levels *levels, const struct cluster *cluster,
                           const struct change *change, int64_t now_us)
{
    if (change->machine != NONE)
        see_machine(levels, cluster, change->machine);
    if (change->task == NONE)
        return;
    const struct task_facts *facts = &cluster->task_facts[change->task];
    if (facts->machine != NONE)
        see_machine(levels, cluster, facts->machine);
    if (change->cause == CAUSE_UPDATED)
        return;
    if (facts->latency_us)
        count_service(levels, change);
    if (facts->deadline_us && change->to >= TASK_LIVE_COUNT)
        count_end(levels, change->to, now_us - facts->deadline_us);
}

struct service_level_ratios service_levels_ratios(struct service_levels *levels,
                                                  const struct cluster *cluster, int64_t now_us)
{
    uint64_t unfinished = levels->dead;
    uint64_t undetermined = 0;
    for (uint32_t task = 0; task < cluster->task_limit; task++) {
        int64_t deadline_us = cluster->task_facts[task].deadline_us;
        if (cluster->tasks[task].state >= TASK_LIVE_COUNT || !deadline_us)
            continue;
        unfinished += deadline_us < now_us;
        undetermined += deadline_us >= now_us;
    }
    uint64_t missed = levels->late + unfinished;
    uint64_t tasks = levels->met + missed;
    return (struct service_level_ratios){
        .tasks = tasks,
        .undetermined = undetermined,
        .violation_rate = ratio_of((double)missed, (double)tasks),
        .late = levels->late,
        .unfinished = unfinished,
        .tardiness_s = samples_percentiles(&levels->tardiness_us, 1e6),
        .services = levels->services,
        .slow_rate =
            ratio_of((double)levels->slow_time / (double)FIXED_ONE, (double)levels->all_time),
    };
}
