/* submission.c - see submission.h. */
#include "scheduler/submission.h"

#include "base/memory.h"
#include "costmodels/label_text.h"
#include "scheduler/jobs.h"
#include "scheduler/kinds.h"
#include "scheduler/machines.h"
#include "scheduler/moves.h"
#include "scheduler/tasks.h"

static enum status refuse(struct problem *problem, enum status status, const struct event *event,
                          const char *reason)
{
    return problem_set(problem, status, NULL, 0, 0, "task_submitted: %s/%s/%u: %s", event->job,
                       event->stage, event->index, reason);
}

static bool demand_valid(const struct resources *demand)
{
    for (int r = 0; r < RESOURCE_COUNT; r++)
        if (demand->amount[r] < 0 || demand->amount[r] > RESOURCE_MAX)
            return false;
    return true;
}

static bool blocks_valid(const struct event *event)
{
    if (event->block_count > BLOCKS_MAX)
        return false;
    for (uint32_t b = 0; b < event->block_count; b++)
        if (event->blocks[b].mib < 0 || event->blocks[b].mib > BLOCK_MIB_MAX ||
            event->blocks[b].copy_count > BLOCK_COPIES_MAX)
            return false;
    return true;
}

static bool any_live(const struct cluster *cluster, const struct event *event)
{
    uint32_t job = names_find(&cluster->job_names, event->job);
    uint32_t stage = job == NONE ? NONE : jobs_find_stage(cluster, job, event->stage);
    if (stage == NONE)
        return false;
    for (uint32_t i = 0; i < event->count; i++)
        if (id_map_get(&cluster->task_ids, (uint64_t)stage << 32 | (event->index + i)) != NONE)
            return true;
    return false;
}

/* Nothing is made unless all of it can be. */
static enum status check(const struct engine *engine, const struct event *event,
                         struct problem *problem)
{
    const struct cluster *cluster = engine->cluster;
    if (event->count == 0 || event->count > NONE - event->index ||
        event->count >= NONE - cluster->task_limit)
        return refuse(problem, STATUS_TOO_LARGE, event, "too many tasks");
    if (!demand_valid(&event->resources))
        return refuse(problem, STATUS_TOO_LARGE, event, "the demand is out of range");
    if (!devices_demand_valid(event->resources.amount[RESOURCE_GPU]))
        return refuse(problem, STATUS_BAD_INPUT, event,
                      "GPUs must be a share below one or a whole number");
    if (event->constraint && !label_text_constraint_valid(event->constraint))
        return refuse(problem, STATUS_BAD_INPUT, event, "a constraint is NAME=VALUE|VALUE...;...");
    if (!blocks_valid(event))
        return refuse(problem, STATUS_TOO_LARGE, event, "the input is out of range");
    if (event->deadline_us < 0 || event->latency_us < 0)
        return refuse(problem, STATUS_TOO_LARGE, event, "a deadline or latency is out of range");
    if (any_live(cluster, event))
        return refuse(problem, STATUS_EXISTS, event, "a task of that name is live");
    return STATUS_OK;
}

static bool has_copy(const struct block_facts *block, uint32_t machine)
{
    for (uint32_t c = 0; c < block->copy_count; c++)
        if (block->machines[c] == machine)
            return true;
    return false;
}

/* The event's blocks with machine ids for names; copies on unknown machines are left out,
 * and second ones on the same machine. */
static uint32_t add_input(struct engine *engine, const struct event *event)
{
    if (!event->block_count)
        return NONE;
    struct cluster *cluster = engine->cluster;
    struct block_facts *blocks = memory_alloc(event->block_count * sizeof *blocks);
    for (uint32_t b = 0; b < event->block_count; b++) {
        const struct block *block = &event->blocks[b];
        blocks[b].mib = block->mib;
        for (uint32_t c = 0; c < block->copy_count; c++) {
            uint32_t machine = names_find(&cluster->machine_names, block->machines[c]);
            if (machine != NONE && !has_copy(&blocks[b], machine))
                blocks[b].machines[blocks[b].copy_count++] = machine;
        }
    }
    uint32_t input = tasks_add_input(cluster, blocks, event->block_count);
    memory_free(blocks);
    return input;
}

static uint32_t intern_stage(struct engine *engine, const struct event *event)
{
    struct cluster *cluster = engine->cluster;
    uint32_t job = jobs_intern(cluster, event->job, event->tenant);
    uint32_t stage = jobs_intern_stage(cluster, job, event->stage);
    if (cluster->stages[stage].submitted)
        return stage;
    cluster->stages[stage].submitted = true;
    cluster->stages[stage].kind = kinds_intern(cluster, job, event->stage);
    for (uint32_t i = 0; i < event->predecessor_count; i++) {
        uint32_t first = jobs_intern_stage(cluster, job, event->predecessors[i]);
        if (first != stage)
            jobs_add_dependency(cluster, stage, first);
    }
    return stage;
}

/* What the last attempt takes; 0 if nobody knows. */
static int64_t true_run(const struct event *event)
{
    if (!event->attempt_count)
        return 0;
    int64_t run_us = event->attempts[event->attempt_count - 1].run_us;
    return run_us > 0 ? run_us : 1;
}

/* The task is said to run on the event's machine already: start it there if it fits. */
static void start_recorded(struct engine *engine, const struct event *event, uint32_t task)
{
    uint32_t machine = names_find(&engine->cluster->machine_names, event->machine);
    if (engine->cluster->tasks[task].state == TASK_WAITING && machine != NONE &&
        cluster_fits(engine->cluster, task, machine))
        engine_start(engine, task, machine, 0, event->time_us);
    else
        engine->queued_at_submission++;
}

enum status engine_submit(struct engine *engine, const struct event *event, struct problem *problem)
{
    enum status status = check(engine, event, problem);
    if (status != STATUS_OK)
        return status;
    struct task_spec spec = {
        .stage = intern_stage(engine, event),
        .input = add_input(engine, event),
        .constraint = labels_intern_constraint(&engine->cluster->labels, event->constraint),
        .priority = event->priority,
        .demand = event->resources,
        .deadline_us = event->deadline_us,
        .latency_us = event->latency_us};
    if (engine->options.clairvoyant)
        spec.true_run_us = true_run(event);
    bool blocked = engine->cluster->stages[spec.stage].open_predecessors > 0;
    bool feasible = machines_feasible(engine->cluster, &spec.demand, spec.constraint);
    enum task_state state = blocked ? TASK_BLOCKED : feasible ? TASK_WAITING : TASK_INFEASIBLE;
    array_reserve(engine->submitted, engine->submitted_room, event->count);
    for (uint32_t i = 0; i < event->count; i++) {
        spec.index = event->index + i;
        uint32_t task = tasks_add(engine->cluster, &spec, state, event->time_us);
        engine->submitted[engine->submitted_count++] = task;
        engine_note(engine, &(struct change){.cause = CAUSE_SUBMITTED,
                                             .task = task,
                                             .machine = NONE,
                                             .time_us = event->time_us,
                                             .from = TASK_ABSENT,
                                             .to = state});
        if (event->machine)
            start_recorded(engine, event, task);
    }
    return STATUS_OK;
}
