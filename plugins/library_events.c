/* library_events.c - flowsched_apply: the caller's events in the words of the engine. */
#include <string.h>

#include "base/memory.h"
#include "plugins/library.h"

static const char *const event_names[FLOWSCHED_EVENT_KIND_COUNT] = {
    [FLOWSCHED_MACHINE_ADDED] = "machine_added",
    [FLOWSCHED_MACHINE_UPDATED] = "machine_updated",
    [FLOWSCHED_MACHINE_DRAINED] = "machine_drained",
    [FLOWSCHED_MACHINE_REMOVED] = "machine_removed",
    [FLOWSCHED_TASK_SUBMITTED] = "task_submitted",
    [FLOWSCHED_TASK_UPDATED] = "task_updated",
    [FLOWSCHED_TASK_FINISHED] = "task_finished",
    [FLOWSCHED_TASK_FAILED] = "task_failed",
    [FLOWSCHED_TASK_KILLED] = "task_killed",
    [FLOWSCHED_TASK_EVICTED] = "task_evicted",
    [FLOWSCHED_TASK_READY] = "task_ready",
    [FLOWSCHED_DECISION_REFUSED] = "decision_refused",
};

const char *flowsched_event_name(enum flowsched_event_kind kind)
{
    return kind < FLOWSCHED_EVENT_KIND_COUNT ? event_names[kind] : "unknown";
}

enum flowsched_event_kind flowsched_event_find(const char *name)
{
    int kind = 0;
    while (kind < FLOWSCHED_EVENT_KIND_COUNT && strcmp(event_names[kind], name) != 0)
        kind++;
    return (enum flowsched_event_kind)kind;
}

static enum status wrong(struct problem *problem, enum status status, const char *reason)
{
    return problem_set(problem, status, NULL, 0, 0, "%s", reason);
}

/* Events of a kind have the same name here and in the engine, if it knows them. */
static enum event_kind kind_of(const struct flowsched_event *given)
{
    return event_kind_find(event_names[given->kind]);
}

/* Machines. */

static enum status apply_to_machine(struct flowsched_engine *engine,
                                    const struct flowsched_event *given, struct problem *problem)
{
    struct event event = {.kind = kind_of(given),
                          .time_us = engine->now_us,
                          .machine = given->machine,
                          .rack = given->rack,
                          .labels = given->labels,
                          .unschedulable = given->unschedulable,
                          .count = 1};
    if (!given->machine || !given->machine[0])
        return wrong(problem, STATUS_BAD_INPUT, "the machine has no name");
    enum status status = library_amounts(&given->resources, &event.resources, problem);
    return status == STATUS_OK ? engine_apply(&engine->engine, &event, problem) : status;
}

/* Submissions. */

static enum status copy_blocks(const struct flowsched_event *given, struct block *blocks,
                               struct problem *problem)
{
    for (size_t b = 0; b < given->block_count; b++) {
        const struct flowsched_block *block = &given->blocks[b];
        if (block->machine_count > BLOCK_COPIES_MAX)
            return wrong(problem, STATUS_BAD_INPUT, "a block has up to three copies");
        blocks[b] = (struct block){.mib = block->mib, .copy_count = block->machine_count};
        for (uint32_t c = 0; c < block->machine_count; c++)
            if (!(blocks[b].machines[c] = block->machines[c]))
                return wrong(problem, STATUS_BAD_INPUT, "a copy of a block is on no machine");
    }
    return STATUS_OK;
}

static enum status check_submission(const struct flowsched_event *given, struct problem *problem)
{
    if (!given->job)
        return wrong(problem, STATUS_BAD_INPUT, "the task is of no job");
    if (given->block_count > UINT32_MAX / 2 || given->predecessor_count > UINT32_MAX / 2)
        return wrong(problem, STATUS_TOO_LARGE, "too many blocks or predecessors");
    if (given->runtime_us < 0 || given->deadline_us < 0 || given->latency_us < 0)
        return wrong(problem, STATUS_BAD_INPUT, "a time is negative");
    for (size_t p = 0; p < given->predecessor_count; p++)
        if (!given->predecessors[p])
            return wrong(problem, STATUS_BAD_INPUT, "a predecessor has no name");
    return STATUS_OK;
}

static void add_handles(struct flowsched_engine *engine, uint64_t user)
{
    uint32_t count;
    const uint32_t *tasks = engine_submitted(&engine->engine, &count);
    handles_reserve(&engine->handles, engine->engine.cluster, 0);
    array_reserve(engine->submitted, engine->submitted_room, engine->submitted_count + count);
    for (uint32_t i = 0; i < count; i++)
        engine->submitted[engine->submitted_count++] =
            handles_add(&engine->handles, tasks[i], user + i);
}

static enum status submit(struct flowsched_engine *engine, const struct flowsched_event *given,
                          struct problem *problem)
{
    enum status status = check_submission(given, problem);
    if (status != STATUS_OK)
        return status;
    struct attempt run = {.run_us = given->runtime_us};
    struct event event = {.kind = EVENT_TASK_SUBMITTED,
                          .time_us = engine->now_us,
                          .machine = given->machine,
                          .job = given->job,
                          .stage = given->stage ? given->stage : "",
                          .index = given->first_index,
                          .count = given->count ? given->count : 1,
                          .tenant = given->tenant,
                          .priority = given->priority,
                          .attempts = &run,
                          .attempt_count = given->runtime_us > 0,
                          .predecessors = given->predecessors,
                          .predecessor_count = (uint32_t)given->predecessor_count,
                          .constraint = given->constraint,
                          .block_count = (uint32_t)given->block_count,
                          .deadline_us = given->deadline_us,
                          .latency_us = given->latency_us};
    struct block *blocks = memory_alloc(given->block_count * sizeof *blocks);
    event.blocks = blocks;
    status = copy_blocks(given, blocks, problem);
    if (status == STATUS_OK)
        status = library_amounts(&given->resources, &event.resources, problem);
    if (status == STATUS_OK)
        status = engine_apply(&engine->engine, &event, problem);
    if (status == STATUS_OK)
        add_handles(engine, given->user);
    memory_free(blocks);
    return status;
}

/* Tasks. */

static enum status apply_to_task(struct flowsched_engine *engine,
                                 const struct flowsched_event *given, struct problem *problem)
{
    const struct cluster *cluster = engine->engine.cluster;
    uint32_t task = handles_find(&engine->handles, cluster, given->task);
    if (task == NONE)
        return wrong(problem, STATUS_NOT_FOUND, "there is no such live task");
    if (given->kind == FLOWSCHED_TASK_READY) {
        engine_let_go(&engine->engine, task, engine->now_us);
        return STATUS_OK;
    }
    if (given->kind == FLOWSCHED_DECISION_REFUSED)
        return library_refuse(engine, task, problem);
    const struct task *t = &cluster->tasks[task];
    struct event event = {.kind = kind_of(given),
                          .time_us = engine->now_us,
                          .priority = given->priority,
                          .job = names_text(&cluster->job_names, cluster_task_job(cluster, task)),
                          .stage = cluster_stage_name(cluster, t->stage),
                          .index = t->index,
                          .count = 1};
    enum status status = library_amounts(&given->resources, &event.resources, problem);
    if (status != STATUS_OK)
        return status;
    if (given->kind == FLOWSCHED_TASK_FAILED && given->final && t->state == TASK_RUNNING)
        return engine_end_attempt(&engine->engine, task, t->generation, true, true, engine->now_us);
    return engine_apply_to(&engine->engine, task, &event, problem);
}

static enum status apply(struct flowsched_engine *engine, const struct flowsched_event *given,
                         struct problem *problem)
{
    if (given->kind >= FLOWSCHED_EVENT_KIND_COUNT)
        return wrong(problem, STATUS_USAGE, "there is no such kind of event");
    library_advance(engine, given->time_us, false);
    if (given->kind <= FLOWSCHED_MACHINE_REMOVED)
        return apply_to_machine(engine, given, problem);
    if (given->kind == FLOWSCHED_TASK_SUBMITTED)
        return submit(engine, given, problem);
    return apply_to_task(engine, given, problem);
}

enum flowsched_status flowsched_apply(struct flowsched_engine *engine,
                                      const struct flowsched_event *events, size_t count,
                                      enum flowsched_status *statuses)
{
    enum status first = STATUS_OK;
    engine->submitted_count = 0;
    for (size_t i = 0; i < count; i++) {
        struct problem problem = {0};
        enum status status = apply(engine, &events[i], &problem);
        if (statuses)
            statuses[i] = library_status(status);
        engine->events += status == STATUS_OK;
        engine->events_refused += status != STATUS_OK;
        if (first != STATUS_OK || status == STATUS_OK)
            continue;
        first = status;
        engine->problem = problem;
    }
    return library_end(engine, first);
}

const uint64_t *flowsched_submitted(const struct flowsched_engine *engine, size_t *count)
{
    *count = engine->submitted_count;
    return engine->submitted;
}

uint64_t flowsched_find_task(const struct flowsched_engine *engine, const char *job,
                             const char *stage, uint32_t index)
{
    uint32_t task = cluster_find_task(engine->engine.cluster, job, stage ? stage : "", index);
    return task == NONE ? 0 : handles_of(&engine->handles, task);
}
