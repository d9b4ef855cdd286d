/* jobs.c - see jobs.h. */
#include "scheduler/jobs.h"

#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "base/memory.h"
#include "scheduler/tenants.h"

uint32_t jobs_intern(struct cluster *cluster, const char *name, const char *tenant)
{
    uint32_t job = names_intern(&cluster->job_names, name);
    if (job == cluster->job_count) {
        array_reserve(cluster->jobs, cluster->job_room, job + 1);
        cluster->jobs[cluster->job_count++] = (struct job){
            .tenant = NONE, .first_stage = NONE, .submit_us = TIME_NEVER, .end_us = TIME_NEVER};
    }
    if (tenant && cluster->jobs[job].tenant == NONE)
        cluster->jobs[job].tenant = tenants_intern(cluster, tenant);
    tenants_reserve(cluster);
    return job;
}

/* Stages of all jobs share one table of names, "JOB-ID/NAME". */
static char *stage_key(uint32_t job, const char *name)
{
    size_t size = strlen(name) + 12;
    char *key = memory_alloc(size);
    snprintf(key, size, "%u/%s", job, name);
    return key;
}

uint32_t jobs_intern_stage(struct cluster *cluster, uint32_t job, const char *name)
{
    char *key = stage_key(job, name);
    uint32_t stage = names_intern(&cluster->stage_names, key);
    memory_free(key);
    if (stage < cluster->stage_count)
        return stage;
    array_reserve(cluster->stages, cluster->stage_room, stage + 1);
    cluster->stages[cluster->stage_count++] = (struct stage){
        .job = job, .kind = NONE, .next = cluster->jobs[job].first_stage, .first_task = NONE};
    cluster->jobs[job].first_stage = stage;
    return stage;
}

uint32_t jobs_find_stage(const struct cluster *cluster, uint32_t job, const char *name)
{
    char *key = stage_key(job, name);
    uint32_t stage = names_find(&cluster->stage_names, key);
    memory_free(key);
    return stage;
}

bool jobs_stage_ended(const struct cluster *cluster, uint32_t stage)
{
    return cluster->stages[stage].submitted && cluster->stages[stage].live_count == 0;
}

void jobs_add_dependency(struct cluster *cluster, uint32_t waits, uint32_t first)
{
    ASSERT(waits != first);
    if (jobs_stage_ended(cluster, first))
        return;
    struct stage *stage = &cluster->stages[first];
    array_reserve(stage->successors, stage->successor_room, stage->successor_count + 1);
    stage->successors[stage->successor_count++] = waits;
    cluster->stages[waits].open_predecessors++;
}

void jobs_remove_dependency(struct cluster *cluster, uint32_t waits, uint32_t first)
{
    struct stage *stage = &cluster->stages[first];
    uint32_t kept = 0;
    for (uint32_t i = 0; i < stage->successor_count; i++)
        if (stage->successors[i] == waits)
            cluster->stages[waits].open_predecessors--;
        else
            stage->successors[kept++] = stage->successors[i];
    stage->successor_count = kept;
}
