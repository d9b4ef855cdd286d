/* quincy.h - a seeded scheduling network of Quincy's shape, and the changes of its life.
 *
 * Nodes are the sink, the cluster, racks, machines, and for each job an unscheduled
 * aggregator. A task supplies one unit; its arcs lead to its job's aggregator (it waits), to
 * the cluster, to one rack and to the machines that it prefers (Isard et al., "Quincy: fair
 * scheduling for distributed computing clusters", SOSP 2009, section 4). A machine takes as
 * many tasks as it has slots. There is always a flow, because all tasks may wait.
 *
 * Each task has data to read, log-normally much: all of it is dear from the cluster, a part
 * of it from the preferred rack, less from a preferred machine; waiting is dearer than all of
 * them unless there is very much to read.
 *
 * It knows no solver: what tasks do is asked from a flow. */
#ifndef BENCH_QUINCY_H
#define BENCH_QUINCY_H

#include "base/random.h"
#include "graph/network.h"

#define QUINCY_RACK 40       /* machines in a rack; the last one may have fewer */
#define QUINCY_JOB 20        /* tasks of a job; likewise */
#define QUINCY_PREFERENCES 5 /* machines that a task draws; the same one twice counts once */
#define QUINCY_HOT 20        /* one machine in so many is hot */

#define QUINCY_MACHINES_MAX 1000000
#define QUINCY_SLOTS_MAX 1000
#define QUINCY_TASKS_MAX 20000000

struct quincy_options {
    uint32_t machines, slots, tasks; /* at least one machine and slot */
    double hot;                      /* share of the preferences that are for hot machines */
    uint64_t seed;
};

struct quincy_machine {
    uint32_t node;     /* NONE: it has failed */
    uint32_t rack_arc; /* from its rack, if it has not failed */
    cost_t rack_cost;  /* of that arc */
};

struct quincy_job {
    uint32_t node; /* its unscheduled aggregator; NONE if it has no task */
    uint32_t arc;  /* from there to the sink */
    uint32_t tasks;
    cost_t waiting; /* what waiting costs each of its tasks more than another job's */
};

/* Ids of tasks that end are given out again; those of a job are neighbours. */
struct quincy_task {
    uint32_t node;  /* NONE: a free id */
    uint32_t place; /* position in `live` */
    uint32_t life;  /* how often the id was given out */
};

/* An arc that a failed machine takes with it, and that comes back with it. */
struct quincy_preference {
    uint32_t machine;
    uint32_t task, life; /* of no use once that life has ended */
    cost_t cost;
};

/* What a task may use, and at what costs. */
struct quincy_wishes {
    uint32_t heads[2 + QUINCY_PREFERENCES]; /* cluster, rack and machines */
    cost_t costs[2 + QUINCY_PREFERENCES];
    uint32_t count;
    cost_t waiting;
};

struct quincy {
    struct quincy_options options;
    struct random random;
    struct network network;
    uint32_t sink, cluster;
    uint32_t *racks; /* nodes */
    uint32_t rack_count;
    struct quincy_machine *machines;
    struct quincy_job *jobs;
    struct quincy_task *tasks; /* by id, up to task_limit */
    uint32_t *live, *free;     /* ids of tasks, in no meaningful order */
    uint32_t *task_at;         /* by node: the task, or NONE */
    uint32_t *failed;          /* machines, in the order in which they failed */
    struct quincy_preference *lost;
    uint32_t task_limit, live_count, free_count, failed_count, lost_count;
    uint32_t job_room, task_room, live_room, free_room, task_at_room, failed_room, lost_room;
};

/* Build the network; it has no deltas then. The same options give the same network with the
 * same libm. O(nodes + arcs). */
void quincy_init(struct quincy *quincy, const struct quincy_options *options);
void quincy_free(struct quincy *quincy);

/* A task of a random job with fewer than QUINCY_JOB tasks, or of a new one. Its id. O(1). */
uint32_t quincy_add_task(struct quincy *quincy);

/* A live task ends. O(1). */
void quincy_remove_task(struct quincy *quincy, uint32_t task);

/* A live task stops, and what it may use is kept for its restart. O(1). */
void quincy_stop_task(struct quincy *quincy, uint32_t task, struct quincy_wishes *wishes);

/* It comes back, as a task of a random job; no machine may have failed meanwhile. Its id. O(1). */
uint32_t quincy_restart_task(struct quincy *quincy, const struct quincy_wishes *wishes);

/* A machine that runs fails: its node goes. O(its arcs). */
void quincy_fail_machine(struct quincy *quincy, uint32_t machine);

/* The machine that failed last is back, with those who prefer it and still live.
 * O(preferences that failed machines took). */
void quincy_return_machine(struct quincy *quincy);

/* A rack's arc to a machine that runs gets a cost drawn anew. O(1). */
void quincy_reprice_machine(struct quincy *quincy, uint32_t machine);

/* Waiting costs a live task so much more. O(1). */
void quincy_raise_waiting(struct quincy *quincy, uint32_t task, cost_t more);

/* The node that the task's unit goes to, by the network's flow of a time when the task lived;
 * NONE if it goes nowhere. O(1). */
uint32_t quincy_place(const struct quincy *quincy, uint32_t task, const flow_t *flow);

/* Does it wait, by that flow? O(1). */
bool quincy_waits(const struct quincy *quincy, uint32_t task, const flow_t *flow);

/* STATUS_OK, or STATUS_BAD_INPUT with what does not fit together. O(nodes + arcs). */
enum status quincy_check(const struct quincy *quincy, struct problem *problem);

#endif
