/* run_times.c - see run_times.h. */
#include "replay/run_times.h"

#include <string.h>

#include "base/assert.h"
#include "base/memory.h"

void run_times_init(struct run_times *times)
{
    *times = (struct run_times){.first_free = NONE, .first_free_timer = NONE};
    heap_init(&times->ends);
}

void run_times_free(struct run_times *times)
{
    for (uint32_t i = 0; i < times->record_count; i++)
        memory_free(times->records[i].attempts);
    memory_free(times->records);
    memory_free(times->record_of);
    memory_free(times->timers);
    heap_free(&times->ends);
}

static uint32_t add_record(struct run_times *times, const struct event *event, uint32_t users)
{
    uint32_t id = times->first_free;
    if (id != NONE) {
        times->first_free = times->records[id].attempt_count;
    } else {
        array_reserve(times->records, times->record_room, times->record_count + 1);
        id = times->record_count++;
    }
    size_t size = event->attempt_count * sizeof *event->attempts;
    struct attempt *attempts = memory_alloc(size);
    memcpy(attempts, event->attempts, size);
    times->records[id] = (struct run_record){attempts, event->attempt_count, users};
    return id;
}

static void drop_record(struct run_times *times, uint32_t id)
{
    struct run_record *record = &times->records[id];
    if (--record->users)
        return;
    memory_free(record->attempts);
    record->attempts = NULL;
    record->attempt_count = times->first_free;
    times->first_free = id;
}

static uint32_t new_timer(struct run_times *times)
{
    uint32_t timer = times->first_free_timer;
    if (timer != NONE) {
        times->first_free_timer = times->timers[timer].task;
        return timer;
    }
    array_reserve(times->timers, times->timer_room, times->timer_count + 1);
    return times->timer_count++;
}

static void start_timer(struct run_times *times, const struct cluster *cluster, uint32_t task)
{
    uint32_t id = times->record_of[task];
    if (id == NONE)
        return;
    const struct run_record *record = &times->records[id];
    const struct task *t = &cluster->tasks[task];
    uint32_t last = record->attempt_count - 1;
    uint32_t k = t->failures < last ? t->failures : last;
    const struct attempt *attempt = &record->attempts[k];
    int64_t since_us = t->start_us + t->paused_us; /* as if it had run all the time since then */
    if (attempt->run_us >= TIME_NEVER - since_us)
        return;
    uint32_t timer = new_timer(times);
    times->timers[timer] = (struct run_timer){
        .task = task, .generation = t->generation, .fails = attempt->fails, .final = k == last};
    uint64_t tie = (uint64_t)attempt->fails << 63 | times->order++;
    heap_push(&times->ends, since_us + attempt->run_us, tie, timer);
}

void run_times_add(struct run_times *times, const struct cluster *cluster,
                   const struct event *event, const uint32_t *tasks, uint32_t count)
{
    uint32_t id = NONE;
    if (event->attempt_count && count)
        id = add_record(times, event, count);
    array_reserve(times->record_of, times->task_room, cluster->task_limit);
    for (; times->task_limit < cluster->task_limit; times->task_limit++)
        times->record_of[times->task_limit] = NONE;
    for (uint32_t i = 0; i < count; i++) {
        times->record_of[tasks[i]] = id;
        if (cluster->tasks[tasks[i]].state == TASK_RUNNING)
            start_timer(times, cluster, tasks[i]);
    }
}

void run_times_on_change(void *state, const struct cluster *cluster, const struct change *change)
{
    struct run_times *times = state;
    uint32_t task = change->task;
    if (task == NONE || task >= times->task_limit)
        return; /* a task that run_times_add is about to learn of */
    /* It starts, resumes, or has another generation for an update: an old timer is void. */
    if (change->to == TASK_RUNNING)
        start_timer(times, cluster, task);
    if (change->to >= TASK_LIVE_COUNT && change->to < TASK_STATE_COUNT &&
        times->record_of[task] != NONE) {
        drop_record(times, times->record_of[task]);
        times->record_of[task] = NONE;
    }
}

int64_t run_times_next(struct run_times *times, const struct cluster *cluster)
{
    const struct heap_entry *top;
    while ((top = heap_top(&times->ends))) {
        struct run_timer *timer = &times->timers[top->item];
        const struct task *t = &cluster->tasks[timer->task];
        if (t->state == TASK_RUNNING && t->generation == timer->generation)
            return top->key;
        uint32_t id = heap_pop(&times->ends).item; /* the attempt was cut short */
        times->timers[id].task = times->first_free_timer;
        times->first_free_timer = id;
    }
    return TIME_NEVER;
}

void run_times_end_one(struct run_times *times, struct engine *engine)
{
    ASSERT(run_times_next(times, engine->cluster) != TIME_NEVER);
    struct heap_entry due = heap_pop(&times->ends);
    struct run_timer timer = times->timers[due.item];
    times->timers[due.item].task = times->first_free_timer;
    times->first_free_timer = due.item;
    enum status status =
        engine_end_attempt(engine, timer.task, timer.generation, timer.fails, timer.final, due.key);
    ASSERT(status == STATUS_OK);
}
