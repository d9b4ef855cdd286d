/* attempts.c - see attempts.h. */
#include "replay/attempts.h"

#include "base/assert.h"
#include "base/memory.h"

const char *stop_name(enum stop stop)
{
    static const char *const names[STOP_COUNT] = {
        [STOP_FAILED] = "failed",       [STOP_KILLED] = "killed",
        [STOP_PREEMPTED] = "preempted", [STOP_MIGRATED] = "migrated",
        [STOP_EVICTED] = "evicted",     [STOP_MACHINE_LOST] = "machine_lost",
    };
    return names[stop];
}

void attempts_free(struct attempts *attempts)
{
    memory_free(attempts->records);
    samples_free(&attempts->restarts_us);
    *attempts = (struct attempts){0};
}

static void note_demand(struct attempts *attempts, const struct resources *demand)
{
    attempts->cpu_demanded |= demand->amount[RESOURCE_CPU] > 0;
}

void attempts_add(struct attempts *attempts, uint32_t task, uint32_t tenant,
                  const struct resources *demand)
{
    array_reserve(attempts->records, attempts->room, task + 1);
    attempts->records[task] = (struct attempt_record){.tenant = tenant};
    note_demand(attempts, demand);
}

static void raise(uint32_t *most, uint32_t count)
{
    if (*most < count)
        *most = count;
}

static void note_counts(struct attempt_maxima *maxima, const struct task *task)
{
    raise(&maxima->starts, task->starts);
    raise(&maxima->failures, task->failures);
    raise(&maxima->evictions, task->evictions);
    raise(&maxima->preemptions, task->preemptions);
    raise(&maxima->suspensions, task->suspensions);
    raise(&maxima->migrations, task->migrations);
}

void attempts_start(struct attempts *attempts, const struct cluster *cluster, uint32_t task,
                    int64_t now_us)
{
    struct attempt_record *record = &attempts->records[task];
    if (cluster->tasks[task].starts > 1) {
        attempts->restarts[record->stop]++;
        if (record->stop != STOP_MIGRATED)
            samples_add(&attempts->restarts_us, now_us - record->since_us);
    }
    attempts->started++;
    note_counts(&attempts->maxima, &cluster->tasks[task]);
    record->charged = cluster->task_facts[task].demand;
    record->since_us = now_us;
    record->cpu_work = 0;
}

static void settle(struct attempt_record *record, int64_t now_us)
{
    record->cpu_work +=
        (__int128)record->charged.amount[RESOURCE_CPU] * (now_us - record->since_us);
    record->since_us = now_us;
}

void attempts_recharge(struct attempts *attempts, const struct cluster *cluster, uint32_t task,
                       int64_t now_us)
{
    const struct task_facts *facts = &cluster->task_facts[task];
    settle(&attempts->records[task], now_us);
    attempts->records[task].charged = task_facts_charge(facts);
    note_demand(attempts, &facts->demand);
    note_counts(&attempts->maxima, &cluster->tasks[task]);
}

static enum stop stop_of(enum change_cause cause)
{
    switch (cause) {
    case CAUSE_ATTEMPT_FAILED:
        return STOP_FAILED;
    case CAUSE_KILLED:
        return STOP_KILLED;
    case CAUSE_PREEMPTED:
        return STOP_PREEMPTED;
    case CAUSE_MIGRATED:
        return STOP_MIGRATED;
    case CAUSE_EVICTED:
        return STOP_EVICTED;
    case CAUSE_MACHINE_LOST:
        return STOP_MACHINE_LOST;
    default:
        ASSERT(false);
    }
}

void attempts_end(struct attempts *attempts, const struct cluster *cluster,
                  const struct change *change, int64_t now_us)
{
    struct attempt_record *record = &attempts->records[change->task];
    settle(record, now_us);
    if (change->cause == CAUSE_FINISHED) {
        int64_t deadline_us = cluster->task_facts[change->task].deadline_us;
        attempts->finished++;
        attempts->useful += record->cpu_work;
        if (deadline_us && now_us <= deadline_us)
            attempts->useful_in_time += record->cpu_work;
        return;
    }
    record->stop = stop_of(change->cause);
    attempts->stops[record->stop]++;
    attempts->wasted[record->stop] += record->cpu_work;
    note_counts(&attempts->maxima, &cluster->tasks[change->task]);
}

__int128 attempts_wasted(const struct attempts *attempts)
{
    __int128 sum = 0;
    for (int stop = 0; stop < STOP_COUNT; stop++)
        sum += attempts->wasted[stop];
    return sum;
}
