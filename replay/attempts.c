/* attempts.c - see attempts.h. */
#include "replay/attempts.h"

#include "base/memory.h"

void attempts_free(struct attempts *attempts)
{
    memory_free(attempts->records);
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

void attempts_start(struct attempts *attempts, uint32_t task, const struct resources *demand,
                    int64_t now_us)
{
    struct attempt_record *record = &attempts->records[task];
    record->charged = *demand;
    record->since_us = now_us;
    record->cpu_work = 0;
}

static void settle(struct attempt_record *record, int64_t now_us)
{
    record->cpu_work +=
        (__int128)record->charged.amount[RESOURCE_CPU] * (now_us - record->since_us);
    record->since_us = now_us;
}

void attempts_update(struct attempts *attempts, uint32_t task, const struct resources *demand,
                     int64_t now_us)
{
    settle(&attempts->records[task], now_us);
    attempts->records[task].charged = *demand;
    note_demand(attempts, demand);
}

void attempts_end(struct attempts *attempts, uint32_t task, bool well, int64_t now_us)
{
    struct attempt_record *record = &attempts->records[task];
    settle(record, now_us);
    if (well)
        attempts->useful += record->cpu_work;
    else
        attempts->wasted += record->cpu_work;
}
