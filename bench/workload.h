/* workload.h - a seeded cluster in its steady state: it is filled, then tasks end and come.
 *
 * Machines, in racks, are those of the generator's preset `google2011`, and so are the jobs,
 * but for what workload_jobs.h says. Each task reads blocks of its own (traces/replicas.h);
 * half of the jobs have deadlines, and tasks of Google's production priorities are services
 * with a latency target (replay/deadlines.h). To fill the cluster, each task starts on a random
 * machine that has room, as if it had been placed long ago; a task for which DRAWS draws
 * find none waits.
 *
 * Ends and arrivals are drawn first and applied then, so that the latter can be timed alone.
 * Everything goes through the engine. */
#ifndef BENCH_WORKLOAD_H
#define BENCH_WORKLOAD_H

#include "bench/workload_jobs.h"
#include "replay/deadlines.h"
#include "scheduler/engine.h"
#include "traces/generated_machines.h"
#include "traces/replicas.h"

#define WORKLOAD_MACHINES_MAX 1000000
#define WORKLOAD_TASKS_MAX 20000000
#define WORKLOAD_EVENTS_MAX 100000

struct workload_options {
    uint32_t machines;     /* 1 .. WORKLOAD_MACHINES_MAX */
    uint32_t tasks;        /* that live: 1 .. WORKLOAD_TASKS_MAX */
    uint32_t load_percent; /* what they demand of the scarcest resource */
    uint64_t seed;
};

/* A running task that ends. */
struct workload_end {
    uint32_t task, generation;
};

struct workload_arrival {
    struct workload_task task;
    struct block blocks[REPLICAS_BLOCKS_MAX];
};

struct workload {
    uint32_t tasks;
    struct generator_options shape;
    struct generated_machines machines;
    struct workload_jobs jobs;
    struct replicas replicas;
    struct deadlines deadlines;
    struct random random; /* where tasks start, and which end */

    int64_t now_us; /* of what was drawn last */
    struct workload_end *ends;
    uint32_t end_count, end_room;
    struct workload_arrival *arrivals;
    uint32_t arrival_count, arrival_room;
};

/* STATUS_USAGE if so few tasks cannot make such a load. To be freed in any case.
 * O(machines + tasks). */
enum status workload_init(struct workload *workload, const struct workload_options *options,
                          struct problem *problem);
void workload_free(struct workload *workload);

/* At time 0: add the machines, which must be the first of the engine, and the tasks.
 * O(machines + tasks). */
void workload_fill(struct workload *workload, struct engine *engine);

/* Draw `events` ends and arrivals for a later time, half of each, or so that there are as many
 * live tasks as was asked for: instead of those drawn before. Only running tasks end.
 * O(events). */
void workload_draw(struct workload *workload, const struct cluster *cluster, uint32_t events,
                   int64_t now_us);

/* Apply them, ends first; once. */
void workload_apply(const struct workload *workload, struct engine *engine);

#endif
