/* deadlines.c - see deadlines.h. */
#include "replay/deadlines.h"

#include "base/memory.h"
#include "base/names.h"
#include "base/random.h"

/* As in the native format: the latest deadline that a trace can carry. */
#define DEADLINE_MAX ((INT64_C(1) << 62) - 1)

void deadlines_init(struct deadlines *deadlines, const struct deadline_options *options,
                    uint64_t seed)
{
    *deadlines = (struct deadlines){.options = *options, .seed = seed};
    id_map_init(&deadlines->stages);
}

void deadlines_free(struct deadlines *deadlines)
{
    id_map_free(&deadlines->stages);
    memory_free(deadlines->stage_ends);
}

bool deadlines_made(const struct deadline_options *options)
{
    return options->slack > 0 || options->latency_count > 0;
}

static int64_t latency_of(const struct deadline_options *options, int32_t priority)
{
    int64_t latency_us = 0;
    int64_t best = INT64_MIN;
    for (uint32_t i = 0; i < options->latency_count; i++) {
        if (priority < options->latencies[i].priority || options->latencies[i].priority < best)
            continue;
        best = options->latencies[i].priority;
        latency_us = options->latencies[i].latency_us;
    }
    return latency_us;
}

/* TIME_NEVER: it does not end well. */
static int64_t run_time(const struct event *event)
{
    if (!event->attempt_count)
        return TIME_NEVER;
    const struct attempt *last = &event->attempts[event->attempt_count - 1];
    return last->fails ? TIME_NEVER : last->run_us;
}

static uint64_t stage_key(const char *job, const char *stage)
{
    return random_mix(names_hash(job), names_hash(stage));
}

static int64_t start_of(const struct deadlines *deadlines, const struct event *event)
{
    int64_t start_us = event->time_us;
    for (uint32_t i = 0; i < event->predecessor_count; i++) {
        uint64_t key = stage_key(event->job, event->predecessors[i]);
        uint32_t stage = id_map_get(&deadlines->stages, key);
        if (stage != NONE && deadlines->stage_ends[stage] > start_us)
            start_us = deadlines->stage_ends[stage];
    }
    return start_us;
}

/* The latest deadline among the stage's tasks is what its successors count from. */
static void note_stage(struct deadlines *deadlines, const struct event *event, int64_t end_us)
{
    uint64_t key = stage_key(event->job, event->stage);
    uint32_t stage = id_map_get(&deadlines->stages, key);
    if (stage == NONE) {
        stage = deadlines->stage_count++;
        array_reserve(deadlines->stage_ends, deadlines->stage_room, deadlines->stage_count);
        id_map_put(&deadlines->stages, key, stage);
        deadlines->stage_ends[stage] = end_us;
    }
    if (end_us > deadlines->stage_ends[stage])
        deadlines->stage_ends[stage] = end_us;
}

static void make_deadline(struct deadlines *deadlines, struct event *event)
{
    const struct deadline_options *options = &deadlines->options;
    int64_t run_us = run_time(event);
    if (run_us == TIME_NEVER)
        return;
    wide_t wait_us = (wide_t)run_us * options->slack / RESOURCE_UNIT;
    if (wait_us < options->floor_us)
        wait_us = options->floor_us;
    wide_t end_us = start_of(deadlines, event) + wait_us;
    event->deadline_us = end_us < DEADLINE_MAX ? (int64_t)end_us : DEADLINE_MAX;
    if (!event->deadline_us)
        event->deadline_us = 1; /* 0 would be none */
}

static bool chosen(const struct deadlines *deadlines, const char *job)
{
    uint64_t hash = random_mix(deadlines->seed, names_hash(job));
    return (int64_t)(hash % RESOURCE_UNIT) < deadlines->options.share;
}

void deadlines_apply(struct deadlines *deadlines, struct event *event)
{
    if (event->kind != EVENT_TASK_SUBMITTED)
        return;
    if (!event->latency_us)
        event->latency_us = latency_of(&deadlines->options, event->priority);
    if (!deadlines->options.slack || !chosen(deadlines, event->job))
        return;
    if (!event->deadline_us && !event->latency_us)
        make_deadline(deadlines, event);
    if (event->deadline_us)
        note_stage(deadlines, event, event->deadline_us);
}
