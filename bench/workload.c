/* workload.c - see workload.h. */
#include "bench/workload.h"

#include <string.h>

#include "base/assert.h"
#include "base/memory.h"

#define STREAM 0x706c61636573u /* of the seed of starts and ends: apart from that of jobs */
#define DRAWS 20

static const struct deadline_options deadline_options = {
    .slack = 2 * RESOURCE_UNIT,
    .floor_us = INT64_C(60000000),
    .share = RESOURCE_UNIT / 2,
    .latencies = {{.priority = 9, .latency_us = 100000}},
    .latency_count = 1,
};

enum status workload_init(struct workload *workload, const struct workload_options *options,
                          struct problem *problem)
{
    *workload =
        (struct workload){.tasks = options->tasks, .shape = *generator_preset_find("google2011")};
    workload->shape.seed = options->seed;
    workload->shape.machines = options->machines;
    generated_machines_init(&workload->machines, &workload->shape);
    replicas_init(&workload->replicas, options->seed);
    deadlines_init(&workload->deadlines, &deadline_options, options->seed);
    random_init(&workload->random, random_mix(options->seed, STREAM));
    return workload_jobs_init(&workload->jobs, &workload->shape, options->tasks,
                              &workload->machines.capacity, options->load_percent, problem);
}

void workload_free(struct workload *workload)
{
    generated_machines_free(&workload->machines);
    workload_jobs_free(&workload->jobs);
    replicas_free(&workload->replicas);
    deadlines_free(&workload->deadlines);
    memory_free(workload->ends);
    memory_free(workload->arrivals);
}

static void draw_arrival(struct workload *workload, struct workload_arrival *arrival)
{
    struct event *event = &arrival->task.event;
    workload_jobs_next(&workload->jobs, workload->now_us, &arrival->task);
    deadlines_apply(&workload->deadlines, event);
    struct event whole = *event;
    replicas_split(&workload->replicas, &whole);
    bool any = replicas_next(&workload->replicas, event);
    ASSERT(any && event->count == 1);
    memcpy(arrival->blocks, event->blocks, event->block_count * sizeof *event->blocks);
    event->blocks = arrival->blocks;
}

static void apply(struct engine *engine, const struct event *event)
{
    enum status status = engine_apply(engine, event, NULL);
    ASSERT(status == STATUS_OK);
}

static void add_machines(struct workload *workload, struct engine *engine)
{
    ASSERT(engine->cluster->machine_count == 0);
    for (uint32_t m = 0; m < workload->shape.machines; m++) {
        struct event event;
        generated_machines_take(&workload->machines, &event);
        replicas_see(&workload->replicas, &event);
        apply(engine, &event);
    }
}

/* A machine with room, or NULL. */
static const char *find_machine(struct workload *workload, const struct cluster *cluster,
                                const struct resources *demand)
{
    for (uint32_t i = 0; i < DRAWS; i++) {
        uint32_t machine = (uint32_t)random_below(&workload->random, cluster->machine_count);
        struct resources room = cluster_machine_free(cluster, machine);
        if (resources_fit(demand, &room))
            return names_text(&cluster->machine_names, machine);
    }
    return NULL;
}

void workload_fill(struct workload *workload, struct engine *engine)
{
    struct workload_arrival arrival;
    add_machines(workload, engine);
    for (uint32_t i = 0; i < workload->tasks; i++) {
        draw_arrival(workload, &arrival);
        struct event *event = &arrival.task.event;
        event->machine = find_machine(workload, engine->cluster, &event->resources);
        apply(engine, event);
    }
}

static uint32_t count_live(const struct cluster *cluster)
{
    uint32_t count = 0;
    for (int state = 0; state < TASK_LIVE_COUNT; state++)
        count += cluster->lists[state].count;
    return count;
}

/* `count` different ones of the running tasks: Floyd's algorithm (Bentley and Floyd, "A sample
 * of brilliance", 1987). */
static void draw_ends(struct workload *workload, const struct cluster *cluster, uint32_t count)
{
    const struct task_list *running = &cluster->lists[TASK_RUNNING];
    struct id_map drawn;
    id_map_init(&drawn);
    workload->end_count = 0;
    array_reserve(workload->ends, workload->end_room, count);
    for (uint32_t last = running->count - count; last < running->count; last++) {
        uint32_t at = (uint32_t)random_below(&workload->random, (uint64_t)last + 1);
        if (id_map_get(&drawn, at) != NONE)
            at = last;
        id_map_put(&drawn, at, 1);
        uint32_t task = running->tasks[at];
        workload->ends[workload->end_count++] =
            (struct workload_end){task, cluster->tasks[task].generation};
    }
    id_map_free(&drawn);
}

void workload_draw(struct workload *workload, const struct cluster *cluster, uint32_t events,
                   int64_t now_us)
{
    uint32_t running = cluster->lists[TASK_RUNNING].count;
    uint32_t ends = events / 2;
    if (count_live(cluster) > workload->tasks)
        ends = events - ends;
    workload->now_us = now_us;
    workload->arrival_count = events - ends;
    draw_ends(workload, cluster, ends < running ? ends : running);
    array_reserve(workload->arrivals, workload->arrival_room, workload->arrival_count);
    for (uint32_t i = 0; i < workload->arrival_count; i++)
        draw_arrival(workload, &workload->arrivals[i]);
}

void workload_apply(const struct workload *workload, struct engine *engine)
{
    for (uint32_t i = 0; i < workload->end_count; i++) {
        const struct workload_end *end = &workload->ends[i];
        enum status status =
            engine_end_attempt(engine, end->task, end->generation, false, false, workload->now_us);
        ASSERT(status == STATUS_OK);
    }
    for (uint32_t i = 0; i < workload->arrival_count; i++)
        apply(engine, &workload->arrivals[i].task.event);
}
