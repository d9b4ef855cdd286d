/* library_state.c - the cluster as the caller may read it, and why a task is where it is. */
#include <stdio.h>

#include "base/memory.h"
#include "costmodels/room.h"
#include "plugins/library.h"

static const enum flowsched_task_state states[TASK_LIVE_COUNT] = {
    [TASK_BLOCKED] = FLOWSCHED_BLOCKED,       [TASK_WAITING] = FLOWSCHED_WAITING,
    [TASK_RUNNING] = FLOWSCHED_RUNNING,       [TASK_BACKOFF] = FLOWSCHED_BACKOFF,
    [TASK_INFEASIBLE] = FLOWSCHED_INFEASIBLE, [TASK_SUSPENDED] = FLOWSCHED_SUSPENDED,
};

static const char *const state_names[FLOWSCHED_TASK_STATE_COUNT] = {
    [FLOWSCHED_BLOCKED] = "blocked", [FLOWSCHED_WAITING] = "waiting",
    [FLOWSCHED_RUNNING] = "running", [FLOWSCHED_SUSPENDED] = "suspended",
    [FLOWSCHED_BACKOFF] = "backoff", [FLOWSCHED_INFEASIBLE] = "infeasible",
};

const char *flowsched_task_state_name(enum flowsched_task_state state)
{
    return state < FLOWSCHED_TASK_STATE_COUNT ? state_names[state] : "unknown";
}

static enum status not_found(struct problem *problem, const char *what)
{
    return problem_set(problem, STATUS_NOT_FOUND, NULL, 0, 0, "there is no such %s", what);
}

enum flowsched_status flowsched_get_machine(struct flowsched_engine *engine, uint32_t machine,
                                            struct flowsched_machine *out)
{
    static const enum flowsched_machine_state machine_states[] = {
        [MACHINE_UP] = FLOWSCHED_UP,
        [MACHINE_DRAINED] = FLOWSCHED_DRAINED,
        [MACHINE_AWAY] = FLOWSCHED_AWAY,
    };
    const struct cluster *cluster = engine->engine.cluster;
    if (machine >= cluster->machine_count)
        return library_end(engine, not_found(&engine->problem, "machine"));
    const struct machine_facts *facts = &cluster->machine_facts[machine];
    *out = (struct flowsched_machine){
        .machine = machine,
        .name = names_text(&cluster->machine_names, machine),
        .rack = facts->rack == NONE ? "" : names_text(&cluster->rack_names, facts->rack),
        .state = machine_states[cluster->machines[machine].state],
        .capacity = library_resources(&facts->capacity),
        .used = library_resources(&facts->used),
        .task_count = facts->running + facts->suspended,
    };
    return library_end(engine, STATUS_OK);
}

enum flowsched_status flowsched_get_task(struct flowsched_engine *engine, uint64_t task,
                                         struct flowsched_task *out)
{
    const struct cluster *cluster = engine->engine.cluster;
    uint32_t id = handles_find(&engine->handles, cluster, task);
    if (id == NONE)
        return library_end(engine, not_found(&engine->problem, "live task"));
    const struct task *t = &cluster->tasks[id];
    const struct task_facts *facts = &cluster->task_facts[id];
    uint32_t tenant = cluster_task_tenant(cluster, id);
    *out = (struct flowsched_task){
        .task = task,
        .user = engine->handles.users[id],
        .state = states[t->state],
        .job = names_text(&cluster->job_names, cluster_task_job(cluster, id)),
        .stage = cluster_stage_name(cluster, t->stage),
        .tenant = tenant == NONE ? "" : names_text(&cluster->tenant_names, tenant),
        .index = t->index,
        .priority = facts->priority,
        .demand = library_resources(&facts->demand),
        .machine = facts->machine,
        .devices = facts->devices,
        .submit_us = t->submit_us,
        .since_us = t->since_us,
        .deadline_us = facts->deadline_us,
        .starts = t->starts,
        .failures = t->failures,
        .evictions = t->evictions,
        .preemptions = t->preemptions,
        .suspensions = t->suspensions,
        .migrations = t->migrations,
    };
    return library_end(engine, STATUS_OK);
}

enum flowsched_status flowsched_list_tasks(struct flowsched_engine *engine,
                                           enum flowsched_task_state state, uint64_t *tasks,
                                           size_t room, size_t *count)
{
    const struct cluster *cluster = engine->engine.cluster;
    *count = 0;
    if (state >= FLOWSCHED_TASK_STATE_COUNT)
        return library_end(engine, problem_set(&engine->problem, STATUS_USAGE, NULL, 0, 0,
                                               "there is no such state"));
    for (uint32_t s = 0; s < TASK_LIVE_COUNT; s++) {
        if (states[s] != state)
            continue;
        *count = cluster->lists[s].count;
        for (size_t i = 0; i < *count && i < room; i++)
            tasks[i] = handles_of(&engine->handles, cluster->lists[s].tasks[i]);
    }
    return library_end(engine, STATUS_OK);
}

/* Those of a machine's list, as far as there is room. */
static void add_list(const struct flowsched_engine *engine, uint32_t first, uint64_t *tasks,
                     size_t room, size_t *count)
{
    const struct cluster *cluster = engine->engine.cluster;
    for (uint32_t t = first; t != NONE; t = cluster->tasks[t].machine_next, (*count)++)
        if (*count < room)
            tasks[*count] = handles_of(&engine->handles, t);
}

enum flowsched_status flowsched_list_machine(struct flowsched_engine *engine, uint32_t machine,
                                             uint64_t *tasks, size_t room, size_t *count)
{
    const struct cluster *cluster = engine->engine.cluster;
    *count = 0;
    if (machine >= cluster->machine_count)
        return library_end(engine, not_found(&engine->problem, "machine"));
    const struct machine *m = &cluster->machines[machine];
    add_list(engine, m->first_task, tasks, room, count);
    add_list(engine, m->first_suspended, tasks, room, count);
    return library_end(engine, STATUS_OK);
}

void flowsched_summarise(const struct flowsched_engine *engine, struct flowsched_summary *summary)
{
    const struct cluster *cluster = engine->engine.cluster;
    *summary = (struct flowsched_summary){
        .now_us = engine->now_us,
        .capacity = library_resources(&cluster->capacity),
        .used = library_resources(&cluster->used),
        .submitted = cluster->submitted,
        .finished = cluster->ended[TASK_FINISHED],
        .failed = cluster->ended[TASK_FAILED],
        .killed = cluster->ended[TASK_KILLED],
        .events = engine->events,
        .refused_events = engine->events_refused,
        .rounds = engine->rounds,
        .decisions = engine->decisions_made,
        .refused_decisions = engine->decisions_refused,
        .certificates = engine->certificates,
        .failed_certificates = engine->certificates_failed,
    };
    for (uint32_t i = 0; i < cluster->shape_count; i++)
        summary->machines += cluster->shapes[i].count;
    for (uint32_t s = 0; s < TASK_LIVE_COUNT; s++)
        summary->tasks[states[s]] = cluster->lists[s].count;
}

/* Explanations. */

static void count_machines(const struct cluster *cluster, uint32_t task,
                           struct flowsched_explanation *explanation)
{
    const struct task_facts *facts = &cluster->task_facts[task];
    for (uint32_t m = 0; m < cluster->machine_count; m++) {
        const struct machine_facts *machine = &cluster->machine_facts[m];
        struct room idle;
        if (!machine->present || !cluster_allows(cluster, facts->constraint, m))
            continue;
        explanation->allowed++;
        room_of_capacity(&idle, &machine->capacity);
        if (!room_fits(&idle, &facts->demand))
            continue;
        explanation->large_enough++;
        explanation->fitting += facts->machine == m || cluster_fits(cluster, task, m);
    }
}

static int64_t ready_time(const struct flowsched_engine *engine, uint32_t task)
{
    return engine->engine.cluster->tasks[task].state == TASK_BACKOFF
               ? engine_backoff_end(&engine->engine, task)
               : FLOWSCHED_NEVER;
}

static void write_text(struct flowsched_engine *engine, uint32_t task,
                       const struct flowsched_explanation *e)
{
    const struct cluster *cluster = engine->engine.cluster;
    const struct task *t = &cluster->tasks[task];
    const struct task_facts *facts = &cluster->task_facts[task];
    size_t size = sizeof engine->text;
    double since_s = (double)(engine->now_us - t->since_us) / 1e6;
    if (facts->machine != NONE)
        snprintf(engine->text, size, "It is %s on %s, for %.6g s.", state_names[e->state],
                 names_text(&cluster->machine_names, facts->machine), since_s);
    else if (t->state == TASK_BLOCKED)
        snprintf(engine->text, size, "It waits for %u stages of its job to end.",
                 e->open_predecessors);
    else if (t->state == TASK_BACKOFF)
        snprintf(engine->text, size, "It failed %u times and waits to be tried again in %.6g s.",
                 t->failures, (double)(e->ready_us - engine->now_us) / 1e6);
    else if (!e->allowed)
        snprintf(engine->text, size, "No machine that is there has the labels that it asks for.");
    else if (!e->large_enough)
        snprintf(engine->text, size,
                 "It is too large for each of the %u machines that it may run on, were they idle.",
                 e->allowed);
    else if (!e->fitting)
        snprintf(engine->text, size,
                 "It has waited for %.6g s: of %u machines that are large enough none has room.",
                 since_s, e->large_enough);
    else
        snprintf(engine->text, size,
                 "It has waited for %.6g s, though %u machines have room: no round has come since, "
                 "or policy %s has kept it waiting.",
                 since_s, e->fitting, engine->options.policy->name);
}

enum flowsched_status flowsched_explain(struct flowsched_engine *engine, uint64_t task,
                                        struct flowsched_explanation *explanation)
{
    const struct cluster *cluster = engine->engine.cluster;
    uint32_t id = handles_find(&engine->handles, cluster, task);
    if (id == NONE)
        return library_end(engine, not_found(&engine->problem, "live task"));
    const struct task *t = &cluster->tasks[id];
    *explanation = (struct flowsched_explanation){
        .state = states[t->state],
        .waited_us = cluster_task_facts(cluster, id, engine->now_us).waited_us,
        .open_predecessors = cluster->stages[t->stage].open_predecessors,
        .ready_us = ready_time(engine, id),
        .text = engine->text,
    };
    count_machines(cluster, id, explanation);
    write_text(engine, id, explanation);
    return library_end(engine, STATUS_OK);
}
