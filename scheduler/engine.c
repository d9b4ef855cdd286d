/* engine.c - see engine.h: events of machines and tasks, ends, back-offs. */
#include "scheduler/engine.h"

#include "base/assert.h"
#include "base/memory.h"
#include "costmodels/label_text.h"
#include "scheduler/jobs.h"
#include "scheduler/machines.h"
#include "scheduler/moves.h"
#include "scheduler/submission.h"
#include "scheduler/tasks.h"

const struct engine_options engine_options_default = {
    .max_retries = 3, .backoff_us = 1000000, .backoff_max_us = 300000000};

void engine_init(struct engine *engine, const struct engine_options *options)
{
    *engine = (struct engine){.options = *options};
    engine->cluster = memory_alloc(sizeof *engine->cluster);
    cluster_init(engine->cluster);
    heap_init(&engine->backoffs);
}

void engine_free(struct engine *engine)
{
    cluster_free(engine->cluster);
    memory_free(engine->cluster);
    heap_free(&engine->backoffs);
    memory_free(engine->changes);
    memory_free(engine->submitted);
}

void engine_observe(struct engine *engine, struct observer observer)
{
    ASSERT(engine->observer_count < OBSERVER_MAX);
    engine->observers[engine->observer_count++] = observer;
}

const uint32_t *engine_submitted(const struct engine *engine, uint32_t *count)
{
    *count = engine->submitted_count;
    return engine->submitted;
}

static void note_machine(struct engine *engine, uint32_t machine, int64_t now_us)
{
    engine_note(engine, &(struct change){.cause = CAUSE_MACHINE,
                                         .task = NONE,
                                         .machine = machine,
                                         .time_us = now_us,
                                         .from = TASK_ABSENT,
                                         .to = TASK_ABSENT});
}

/* What fits some machine is another set of demands: who could run and cannot, and the other
 * way round. O(waiting and infeasible tasks). */
static void sort_feasible(struct engine *engine, enum task_state from, int64_t now_us)
{
    struct cluster *cluster = engine->cluster;
    struct task_list *list = &cluster->lists[from];
    for (uint32_t i = list->count; i-- > 0;) {
        uint32_t task = list->tasks[i];
        enum task_state ready = engine_ready_state(engine, task);
        if (ready != from)
            engine_move(engine, task, ready, CAUSE_SHAPES, now_us);
    }
}

/* Has the machine to be left by this task, whatever the others do: for a device that goes,
 * or for its labels? */
static bool displaced(const struct cluster *cluster, uint32_t task, const struct machine_plan *plan)
{
    const struct task_facts *facts = &cluster->task_facts[task];
    int64_t devices = plan->capacity.amount[RESOURCE_GPU] / RESOURCE_UNIT;
    return facts->devices >> devices != 0 ||
           !constraint_allows(&cluster->labels, facts->constraint, plan->labels);
}

static void evict(struct engine *engine, uint32_t task, enum change_cause cause, int64_t now_us)
{
    engine->cluster->tasks[task].evictions++;
    engine_move(engine, task, TASK_WAITING, cause, now_us);
}

static void evict_displaced(struct engine *engine, uint32_t machine,
                            const struct machine_plan *plan, int64_t now_us)
{
    struct cluster *cluster = engine->cluster;
    const struct machine_facts *facts = &cluster->machine_facts[machine];
    bool same = !facts->devices && facts->labels == plan->labels;
    uint32_t task = same ? NONE : cluster->machines[machine].first_task;
    for (uint32_t next; task != NONE; task = next) {
        next = cluster->tasks[task].machine_next;
        if (displaced(cluster, task, plan))
            evict(engine, task, CAUSE_EVICTED, now_us);
    }
    task = cluster->machines[machine].first_suspended;
    for (uint32_t next; task != NONE; task = next) {
        next = cluster->tasks[task].machine_next;
        if (displaced(cluster, task, plan) ||
            !resources_fit(&cluster->task_facts[task].demand, &plan->capacity))
            evict(engine, task, CAUSE_EVICTED, now_us);
    }
}

/* Who leaves a machine that is to have this capacity, or NONE if all that is used there fits: who
 * was suspended last of those that keep something that lacks; else who began to run last. */
static uint32_t next_to_leave(const struct cluster *cluster, uint32_t machine,
                              const struct resources *capacity)
{
    const struct resources *used = &cluster->machine_facts[machine].used;
    if (resources_fit(used, capacity))
        return NONE;
    uint32_t task = cluster->machines[machine].first_suspended;
    for (; task != NONE; task = cluster->tasks[task].machine_next) {
        struct resources kept = task_facts_charge(&cluster->task_facts[task]);
        for (int r = 0; r < RESOURCE_COUNT; r++)
            if (kept.amount[r] && used->amount[r] > capacity->amount[r])
                return task;
    }
    return cluster->machines[machine].first_task;
}

static void lose_all(struct engine *engine, uint32_t machine, int64_t now_us)
{
    const struct machine *m = &engine->cluster->machines[machine];
    while (m->first_task != NONE)
        evict(engine, m->first_task, CAUSE_MACHINE_LOST, now_us);
    while (m->first_suspended != NONE)
        evict(engine, m->first_suspended, CAUSE_MACHINE_LOST, now_us);
}

/* Change a machine: evict who may not stay, and then until the others have room. */
static void set_machine(struct engine *engine, uint32_t machine, const struct machine_plan *plan,
                        int64_t now_us)
{
    struct cluster *cluster = engine->cluster;
    if (plan->state == MACHINE_AWAY)
        lose_all(engine, machine, now_us);
    else
        evict_displaced(engine, machine, plan, now_us);
    uint32_t task;
    while ((task = next_to_leave(cluster, machine, &plan->capacity)) != NONE)
        evict(engine, task, CAUSE_EVICTED, now_us);
    bool feasible_changed = machines_set(cluster, machine, plan);
    note_machine(engine, machine, now_us);
    if (!feasible_changed)
        return;
    sort_feasible(engine, TASK_WAITING, now_us);
    sort_feasible(engine, TASK_INFEASIBLE, now_us);
}

static enum status refuse(struct problem *problem, enum status status, const struct event *event,
                          const char *reason)
{
    bool machine = event->kind <= EVENT_MACHINE_REMOVED;
    if (machine)
        return problem_set(problem, status, NULL, 0, 0, "%s: machine %s: %s",
                           event_kind_name(event->kind), event->machine, reason);
    return problem_set(problem, status, NULL, 0, 0, "%s: task %s/%s/%u: %s",
                       event_kind_name(event->kind), event->job, event->stage, event->index,
                       reason);
}

/* Can a machine have that capacity instead of its present one? NONE: a new one. */
static enum status check_capacity(const struct engine *engine, uint32_t machine,
                                  const struct event *event, struct problem *problem)
{
    if (!devices_capacity_valid(event->resources.amount[RESOURCE_GPU]))
        return refuse(problem, STATUS_BAD_INPUT, event,
                      "GPUs must be a whole number of at most 16");
    if (!machines_capacity_fits(engine->cluster, machine, &event->resources))
        return refuse(problem, STATUS_TOO_LARGE, event, "the sum of capacities leaves 64 bits");
    return STATUS_OK;
}

static enum status add_machine(struct engine *engine, const struct event *event,
                               struct problem *problem)
{
    struct cluster *cluster = engine->cluster;
    uint32_t machine = names_find(&cluster->machine_names, event->machine);
    if (machine != NONE && cluster->machines[machine].state == MACHINE_UP)
        return refuse(problem, STATUS_EXISTS, event, "is there already");
    enum status status = check_capacity(engine, machine, event, problem);
    if (status != STATUS_OK)
        return status;
    if (event->labels && !label_text_labels_valid(event->labels))
        return refuse(problem, STATUS_BAD_INPUT, event,
                      "labels are NAME=VALUE;..., each name once");
    if (machine == NONE)
        machine = machines_add(cluster, event->machine);
    if (event->rack || cluster->machine_facts[machine].rack == NONE)
        machines_set_rack(cluster, machine, event->rack ? event->rack : "");
    struct machine_plan plan = {.state = event->unschedulable ? MACHINE_DRAINED : MACHINE_UP,
                                .capacity = event->resources,
                                .labels = cluster->machine_facts[machine].labels};
    if (event->labels)
        plan.labels = labels_intern(&cluster->labels, event->labels);
    set_machine(engine, machine, &plan, event->time_us);
    return STATUS_OK;
}

static enum status change_machine(struct engine *engine, const struct event *event,
                                  struct problem *problem)
{
    struct cluster *cluster = engine->cluster;
    uint32_t machine = names_find(&cluster->machine_names, event->machine);
    if (machine == NONE || cluster->machines[machine].state == MACHINE_AWAY)
        return refuse(problem, STATUS_NOT_FOUND, event, "there is no such machine");
    struct machine_plan plan = {.state = cluster->machines[machine].state,
                                .capacity = cluster->machine_facts[machine].capacity,
                                .labels = cluster->machine_facts[machine].labels};
    if (event->kind == EVENT_MACHINE_UPDATED) {
        enum status status = check_capacity(engine, machine, event, problem);
        if (status != STATUS_OK)
            return status;
        plan.capacity = event->resources;
    } else {
        plan.state = event->kind == EVENT_MACHINE_DRAINED ? MACHINE_DRAINED : MACHINE_AWAY;
    }
    set_machine(engine, machine, &plan, event->time_us);
    return STATUS_OK;
}

/* A task's demand or priority becomes another. One that outgrows the machine it is on is evicted.
 */
static void update_task(struct engine *engine, uint32_t task, const struct event *event)
{
    struct cluster *cluster = engine->cluster;
    struct task_facts *facts = &cluster->task_facts[task];
    struct task *t = &cluster->tasks[task];
    facts->priority = event->priority;
    if (facts->machine != NONE && !tasks_recharge(cluster, task, &event->resources))
        evict(engine, task, CAUSE_EVICTED, event->time_us);
    facts->demand = event->resources;
    if (facts->machine != NONE && facts->latency_us)
        tasks_weigh_services(cluster, facts->machine);
    t->generation++;
    engine_note(engine, &(struct change){.cause = CAUSE_UPDATED,
                                         .task = task,
                                         .machine = facts->machine,
                                         .time_us = event->time_us,
                                         .from = t->state,
                                         .to = t->state});
    if (t->state == TASK_WAITING || t->state == TASK_INFEASIBLE) {
        enum task_state ready = engine_ready_state(engine, task);
        if (ready != t->state)
            engine_move(engine, task, ready, CAUSE_SHAPES, event->time_us);
    }
}

/* When a task in BACKOFF waits again. Follows from what an update leaves as it is. */
static int64_t backoff_end(const struct engine *engine, const struct task *task)
{
    int64_t wait_us = engine->options.backoff_us;
    for (uint32_t i = 1; i < task->failures && wait_us < engine->options.backoff_max_us; i++)
        wait_us *= 2;
    if (wait_us > engine->options.backoff_max_us)
        wait_us = engine->options.backoff_max_us;
    return task->since_us + wait_us;
}

static void fail_attempt(struct engine *engine, uint32_t task, bool final, int64_t now_us)
{
    struct task *t = &engine->cluster->tasks[task];
    t->failures++;
    if (final || t->failures > engine->options.max_retries) {
        engine_move(engine, task, TASK_FAILED, CAUSE_ATTEMPT_FAILED, now_us);
        return;
    }
    engine_move(engine, task, TASK_BACKOFF, CAUSE_ATTEMPT_FAILED, now_us);
    heap_push(&engine->backoffs, backoff_end(engine, t), task, task);
}

static enum status change_task(struct engine *engine, uint32_t task, const struct event *event,
                               struct problem *problem)
{
    struct cluster *cluster = engine->cluster;
    bool needs_running = event->kind == EVENT_TASK_FINISHED || event->kind == EVENT_TASK_FAILED;
    if (needs_running && cluster->tasks[task].state != TASK_RUNNING)
        return refuse(problem, STATUS_ILLEGAL, event, "it does not run");
    if (event->kind == EVENT_TASK_EVICTED && cluster->task_facts[task].machine == NONE)
        return refuse(problem, STATUS_ILLEGAL, event, "it is on no machine");
    if (event->kind == EVENT_TASK_UPDATED &&
        !devices_demand_valid(event->resources.amount[RESOURCE_GPU]))
        return refuse(problem, STATUS_BAD_INPUT, event,
                      "GPUs must be a share below one or a whole number");
    switch (event->kind) {
    case EVENT_TASK_UPDATED:
        update_task(engine, task, event);
        break;
    case EVENT_TASK_FINISHED:
        engine_move(engine, task, TASK_FINISHED, CAUSE_FINISHED, event->time_us);
        break;
    case EVENT_TASK_FAILED:
        fail_attempt(engine, task, false, event->time_us);
        break;
    case EVENT_TASK_KILLED:
        engine_move(engine, task, TASK_KILLED, CAUSE_KILLED, event->time_us);
        break;
    default:
        ASSERT(event->kind == EVENT_TASK_EVICTED);
        evict(engine, task, CAUSE_EVICTED, event->time_us);
    }
    return STATUS_OK;
}

/* The event was applied, or refused: count it, and tell. */
static enum status end_event(struct engine *engine, const struct event *event, enum status status)
{
    if (status == STATUS_OK)
        engine->events++;
    else
        engine->refused_events[event->kind]++;
    engine_tell(engine);
    return status;
}

enum status engine_apply(struct engine *engine, const struct event *event, struct problem *problem)
{
    enum status status;
    ASSERT(event->kind < EVENT_RECORDS_END); /* that one is for the replay */
    engine->submitted_count = 0;
    if (event->kind == EVENT_MACHINE_ADDED) {
        status = add_machine(engine, event, problem);
    } else if (event->kind <= EVENT_MACHINE_REMOVED) {
        status = change_machine(engine, event, problem);
    } else if (event->kind == EVENT_TASK_SUBMITTED) {
        status = engine_submit(engine, event, problem);
    } else {
        uint32_t task = cluster_find_task(engine->cluster, event->job, event->stage, event->index);
        status = task == NONE
                     ? refuse(problem, STATUS_NOT_FOUND, event, "there is no such live task")
                     : change_task(engine, task, event, problem);
    }
    return end_event(engine, event, status);
}

enum status engine_apply_to(struct engine *engine, uint32_t task, const struct event *event,
                            struct problem *problem)
{
    ASSERT(event->kind > EVENT_TASK_SUBMITTED && event->kind < EVENT_RECORDS_END);
    return end_event(engine, event, change_task(engine, task, event, problem));
}

enum status engine_end_attempt(struct engine *engine, uint32_t task, uint32_t generation,
                               bool fails, bool final, int64_t now_us)
{
    const struct task *t = &engine->cluster->tasks[task];
    if (t->state != TASK_RUNNING || t->generation != generation)
        return STATUS_ILLEGAL;
    if (fails)
        fail_attempt(engine, task, final, now_us);
    else
        engine_move(engine, task, TASK_FINISHED, CAUSE_FINISHED, now_us);
    engine->events++;
    engine_tell(engine);
    return STATUS_OK;
}

/* Drop back-offs of tasks that were killed meanwhile. */
static const struct heap_entry *top_backoff(struct engine *engine)
{
    const struct heap_entry *top;
    while ((top = heap_top(&engine->backoffs))) {
        const struct task *t = &engine->cluster->tasks[top->item];
        if (t->state == TASK_BACKOFF && backoff_end(engine, t) == top->key)
            return top;
        heap_pop(&engine->backoffs);
    }
    return NULL;
}

int64_t engine_backoff_end(const struct engine *engine, uint32_t task)
{
    return backoff_end(engine, &engine->cluster->tasks[task]);
}

int64_t engine_next_backoff(struct engine *engine)
{
    const struct heap_entry *top = top_backoff(engine);
    return top ? top->key : TIME_NEVER;
}

void engine_end_backoffs(struct engine *engine, int64_t now_us)
{
    const struct heap_entry *top;
    while ((top = top_backoff(engine)) && top->key <= now_us) {
        uint32_t task = heap_pop(&engine->backoffs).item;
        engine_move(engine, task, engine_ready_state(engine, task), CAUSE_RETRIED, now_us);
    }
    engine_tell(engine);
}

/* Nothing of the stage waits for others any more. */
static void release_stage(struct engine *engine, uint32_t stage, int64_t now_us)
{
    struct cluster *cluster = engine->cluster;
    uint32_t first = cluster->jobs[cluster->stages[stage].job].first_stage;
    for (uint32_t s = first; s != NONE; s = cluster->stages[s].next)
        jobs_remove_dependency(cluster, stage, s);
    engine_release_stage(engine, stage, now_us);
}

void engine_let_go(struct engine *engine, uint32_t task, int64_t now_us)
{
    const struct task *t = &engine->cluster->tasks[task];
    if (t->state == TASK_BLOCKED)
        release_stage(engine, t->stage, now_us);
    else if (t->state == TASK_BACKOFF)
        engine_move(engine, task, engine_ready_state(engine, task), CAUSE_RETRIED, now_us);
    engine_tell(engine);
}

uint64_t engine_release_absent(struct engine *engine, int64_t now_us)
{
    uint64_t dependencies = 0;
    for (uint32_t stage = 0; stage < engine->cluster->stage_count; stage++) {
        if (engine->cluster->stages[stage].submitted)
            continue;
        dependencies += engine->cluster->stages[stage].successor_count;
        engine_release_successors(engine, stage, now_us);
    }
    engine_tell(engine);
    return dependencies;
}
