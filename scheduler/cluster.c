/* cluster.c - see cluster.h. */
#include "scheduler/cluster.h"

#include <string.h>

#include "base/memory.h"
#include "costmodels/room.h"
#include "scheduler/jobs.h"

static const char *const state_names[TASK_STATE_COUNT] = {
    "blocked",    "waiting",  "running", "suspended", "backoff",
    "infeasible", "finished", "failed",  "killed",
};

const char *task_state_name(enum task_state state)
{
    return state < TASK_STATE_COUNT ? state_names[state] : "absent";
}

void cluster_init(struct cluster *cluster)
{
    *cluster = (struct cluster){.first_free_input = NONE};
    runtimes_init(&cluster->runtimes);
}

static void free_names(struct cluster *cluster)
{
    labels_free(&cluster->labels);
    names_free(&cluster->machine_names);
    names_free(&cluster->rack_names);
    names_free(&cluster->stage_names);
    names_free(&cluster->job_names);
    names_free(&cluster->tenant_names);
    names_free(&cluster->kind_names);
}

void cluster_free(struct cluster *cluster)
{
    free_names(cluster);
    for (uint32_t i = 0; i < cluster->rack_count; i++)
        memory_free(cluster->racks[i].machines);
    for (uint32_t i = 0; i < cluster->stage_count; i++)
        memory_free(cluster->stages[i].successors);
    for (uint32_t i = 0; i < cluster->input_count; i++)
        memory_free(cluster->inputs[i].blocks);
    for (uint32_t i = 0; i < cluster->machine_count; i++)
        memory_free(cluster->machine_facts[i].devices);
    for (int state = 0; state < TASK_LIVE_COUNT; state++)
        memory_free(cluster->lists[state].tasks);
    id_map_free(&cluster->task_ids);
    memory_free(cluster->machine_facts);
    memory_free(cluster->machines);
    memory_free(cluster->racks);
    memory_free(cluster->shapes);
    memory_free(cluster->task_facts);
    memory_free(cluster->tasks);
    memory_free(cluster->free_tasks);
    memory_free(cluster->stages);
    memory_free(cluster->jobs);
    memory_free(cluster->tenant_facts);
    memory_free(cluster->inputs);
    runtimes_free(&cluster->runtimes);
    *cluster = (struct cluster){.first_free_input = NONE};
}

struct cluster_facts cluster_facts(const struct cluster *cluster, int64_t now_us)
{
    return (struct cluster_facts){.now_us = now_us,
                                  .machines = cluster->machine_facts,
                                  .machine_count = cluster->machine_count,
                                  .racks = cluster->racks,
                                  .rack_count = cluster->rack_count,
                                  .labels = &cluster->labels,
                                  .tenants = cluster->tenant_facts,
                                  .tenant_count = cluster->tenant_count,
                                  .capacity = cluster->capacity,
                                  .used = cluster->used,
                                  .runtimes = &cluster->runtimes,
                                  .wait_us = cluster->wait_us};
}

struct task_facts cluster_task_facts(const struct cluster *cluster, uint32_t task, int64_t now_us)
{
    const struct task *t = &cluster->tasks[task];
    struct task_facts facts = cluster->task_facts[task];
    if (t->state == TASK_WAITING)
        facts.waited_us = t->waited_us + now_us - t->since_us;
    if (facts.machine != NONE)
        facts.ran_us = cluster_ran_us(cluster, task, now_us);
    facts.stops = t->preemptions + t->migrations;
    return facts;
}

int64_t cluster_ran_us(const struct cluster *cluster, uint32_t task, int64_t now_us)
{
    const struct task *t = &cluster->tasks[task];
    int64_t until_us = t->state == TASK_SUSPENDED ? t->since_us : now_us;
    return until_us - t->start_us - t->paused_us;
}

uint32_t cluster_task_job(const struct cluster *cluster, uint32_t task)
{
    return cluster->stages[cluster->tasks[task].stage].job;
}

uint32_t cluster_task_tenant(const struct cluster *cluster, uint32_t task)
{
    return cluster->jobs[cluster_task_job(cluster, task)].tenant;
}

const char *cluster_stage_name(const struct cluster *cluster, uint32_t stage)
{
    return strchr(names_text(&cluster->stage_names, stage), '/') + 1;
}

struct resources cluster_machine_free(const struct cluster *cluster, uint32_t machine)
{
    const struct machine_facts *facts = &cluster->machine_facts[machine];
    if (!facts->up)
        return (struct resources){0};
    struct resources room = facts->capacity;
    resources_subtract(&room, &facts->used);
    return room;
}

bool cluster_allows(const struct cluster *cluster, uint32_t constraint, uint32_t machine)
{
    return constraint_allows(&cluster->labels, constraint, cluster->machine_facts[machine].labels);
}

bool cluster_fits(const struct cluster *cluster, uint32_t task, uint32_t machine)
{
    return cluster_fits_on(cluster, task, machine, 0);
}

bool cluster_fits_on(const struct cluster *cluster, uint32_t task, uint32_t machine,
                     uint32_t devices)
{
    const struct machine_facts *facts = &cluster->machine_facts[machine];
    const struct resources *demand = &cluster->task_facts[task].demand;
    struct room room;
    room_of_machine(&room, facts);
    if (!facts->up || !cluster_allows(cluster, cluster->task_facts[task].constraint, machine))
        return false;
    return devices ? room_fits_on(&room, demand, devices) : room_fits(&room, demand);
}

bool cluster_can_resume(const struct cluster *cluster, uint32_t task)
{
    const struct task_facts *facts = &cluster->task_facts[task];
    if (!facts->suspended)
        return false;
    const struct machine_facts *machine = &cluster->machine_facts[facts->machine];
    return machine->used.amount[RESOURCE_CPU] + facts->demand.amount[RESOURCE_CPU] <=
           machine->capacity.amount[RESOURCE_CPU];
}

uint32_t cluster_find_task(const struct cluster *cluster, const char *job, const char *stage,
                           uint32_t index)
{
    uint32_t job_id = names_find(&cluster->job_names, job);
    if (job_id == NONE)
        return NONE;
    uint32_t stage_id = jobs_find_stage(cluster, job_id, stage);
    if (stage_id == NONE)
        return NONE;
    return id_map_get(&cluster->task_ids, (uint64_t)stage_id << 32 | index);
}
