/* cluster.h - machines, jobs, stages and tasks as they stand, and the ledger.
 *
 * The cluster is what policies read and only the engine (scheduler/engine.h) changes. It
 * knows no network and no policy. Every entity is a dense index; the ids of ended tasks
 * are given out again, those of machines, jobs and stages are not.
 *
 * The ledger: a task that runs is charged to its machine once, with its demand, and
 * released once, whatever ends the run. While it is suspended it is charged with what it keeps:
 * all but its CPU (task_facts_charge). For every machine and resource, always: used = sum of the
 * demands of the tasks that run there + of what those suspended there keep, and
 * 0 <= used <= capacity. GPUs are charged by the device (costmodels/devices.h): a task holds
 * the same ones as long as it is on its machine, and what is free on each is what the tasks on it
 * leave of one GPU. And the constraint of a task allows the labels of the machine it is on.
 *
 * States of a task (TASK_ is left out); each is in exactly one:
 *
 *                 +---------+ predecessors ended +---------+  fits no machine  +------------+
 *   submitted --->| BLOCKED |------------------->| WAITING |<----------------->| INFEASIBLE |
 *                 +---------+                    +---------+  one came that it +------------+
 *                                          placed |  ^ ^ ^     fits on
 *               evicted, preempted, machine lost, |  | | |
 *               grew beyond its machine           |  | | +---- the same ----+
 *                                                 |  | |                    |
 *                                                 v  | | back-off over      |
 *   +----------+  attempt ends well     +---------+--+ |  suspended   +-----+-----+
 *   | FINISHED |<-----------------------| RUNNING |----|------------->| SUSPENDED |
 *   +----------+                        |         |<---|--------------|           |
 *                                       +---------+    |   resumed    +-----------+
 *   +--------+  no retry left             |     |      |
 *   | FAILED |<---------------------------+     |  +---+-----+
 *   +--------+                   attempt fails  +->| BACKOFF |
 *   +--------+  from every state that is not       +---------+
 *   | KILLED |<- an end, when it is killed
 *   +--------+
 *
 * A suspended task stays on its machine and is resumed nowhere else; the work of its attempt is
 * neither lost nor done meanwhile. It is off the machine when what it keeps has no room there any
 * more, or the machine, were it empty, has not the CPU that it demands.
 *
 * States of a machine: UP takes tasks; DRAINED keeps those it has and takes no new one, but may
 * resume those suspended on it; AWAY has failed or left. Added, drained and removed lead from any
 * state to the state of that name; only a machine that is there can be drained or removed. */
#ifndef SCHEDULER_CLUSTER_H
#define SCHEDULER_CLUSTER_H

#include "base/id_map.h"
#include "base/names.h"
#include "base/status.h"
#include "costmodels/runtimes.h"

enum machine_state { MACHINE_UP, MACHINE_DRAINED, MACHINE_AWAY };

enum task_state {
    TASK_BLOCKED,
    TASK_WAITING,
    TASK_RUNNING,
    TASK_SUSPENDED,
    TASK_BACKOFF,
    TASK_INFEASIBLE,
    TASK_LIVE_COUNT, /* the states before are those of live tasks */
    TASK_FINISHED = TASK_LIVE_COUNT,
    TASK_FAILED,
    TASK_KILLED,
    TASK_STATE_COUNT,
    TASK_ABSENT = TASK_STATE_COUNT, /* a free id; in a change: just submitted */
};

const char *task_state_name(enum task_state state); /* "waiting", ... */

struct machine {
    enum machine_state state;
    uint32_t generation; /* rises when the state or the capacity changes */
    uint32_t first_task; /* of those that run here, latest start or resumption first; or NONE */
    uint32_t first_suspended; /* of those suspended here, latest first; or NONE */
};

struct task {
    enum task_state state;
    uint32_t generation; /* rises at every change of state, demand or machine, and with a */
                         /* new task of the same id */
    uint32_t stage;
    uint32_t index;
    uint32_t position;                       /* in the list of its state */
    uint32_t machine_next, machine_previous; /* among those that run, or are suspended, there */
    uint32_t stage_next, stage_previous;     /* among the live tasks of its stage */
    uint32_t input;                          /* its blocks, or NONE */
    int64_t submit_us;
    int64_t eligible_us;    /* when it first was not BLOCKED; or TIME_NEVER */
    int64_t since_us;       /* in the present state */
    int64_t waited_us;      /* in WAITING before that */
    int64_t first_start_us; /* TIME_NEVER: has not run yet */
    int64_t start_us;       /* of the present attempt */
    int64_t paused_us;      /* of it, in SUSPENDED before the present state */
    int64_t suspended_us;   /* the same of all attempts */
    uint32_t starts, failures, evictions, preemptions, suspensions, migrations;
};

struct stage {
    uint32_t job;
    uint32_t kind; /* NONE as long as it is only named as a predecessor, or if there are too many */
    uint32_t next; /* of the same job, or NONE */
    uint32_t first_task; /* live ones */
    uint32_t live_count;
    uint32_t open_predecessors;
    uint32_t *successors;
    uint32_t successor_count, successor_room;
    bool submitted; /* false: only named as a predecessor so far */
};

struct job {
    uint32_t tenant; /* NONE: unknown */
    uint32_t first_stage;
    uint32_t counts[TASK_STATE_COUNT]; /* of its tasks, by state, ended ones included */
    int64_t submit_us;                 /* of its first task */
    int64_t end_us;                    /* when the last of its tasks so far ended */
};

/* Blocks that the tasks of one submission share. */
struct task_input {
    struct block_facts *blocks;
    uint32_t block_count;
    uint32_t users; /* tasks; 0: a free id */
};

/* Tasks in one state, in no meaningful order. */
struct task_list {
    uint32_t *tasks;
    uint32_t count, room;
};

/* Machines of equal capacity and labels that are not AWAY: what could a task ever fit on? */
struct machine_shape {
    struct resources capacity;
    uint32_t labels;
    uint32_t count;
};

struct cluster {
    /* By machine id: facts and the rest of it. */
    struct machine_facts *machine_facts;
    struct machine *machines;
    uint32_t machine_count, machine_room, machine_facts_room;
    struct names machine_names; /* ids are machine ids */
    struct rack_facts *racks;
    uint32_t rack_count, rack_room;
    struct names rack_names;
    struct resources capacity; /* of machines not AWAY; of each the sum fits int64 */
    struct resources used;
    struct labels labels; /* of machines, and the constraints of tasks */
    struct machine_shape *shapes;
    uint32_t shape_count, shape_room;

    /* By task id. task_facts[t].waited_us, ran_us and stops are not kept up to date:
     * cluster_task_facts tells them. */
    struct task_facts *task_facts;
    struct task *tasks;
    uint32_t task_limit, task_room, task_facts_room; /* ids up to task_limit, free included */
    uint32_t *free_tasks;
    uint32_t free_task_count, free_task_room;
    struct task_list lists[TASK_LIVE_COUNT];
    struct id_map task_ids; /* (stage << 32 | index) of live tasks */

    struct stage *stages;
    uint32_t stage_count, stage_room;
    struct names stage_names; /* "JOB-ID/NAME"; ids are stage ids */
    struct job *jobs;
    uint32_t job_count, job_room;
    struct names job_names;    /* ids are job ids */
    struct names tenant_names; /* ids are tenant ids */
    /* By tenant id + 1; the first is of jobs without a tenant. */
    struct tenant_facts *tenant_facts;
    uint32_t tenant_count, tenant_room;
    uint32_t tenant_depth;    /* the lowest level of their forest */
    struct names kind_names;  /* ids are kind ids; scheduler/kinds.h */
    struct runtimes runtimes; /* of runs that ended well */
    int64_t wait_us;          /* of placements by decision, each new one counting a 16th */
    struct task_input *inputs;
    uint32_t input_count, input_room, first_free_input;

    uint64_t ended[TASK_STATE_COUNT]; /* tasks that reached an end, by it */
    uint64_t submitted;
};

void cluster_init(struct cluster *cluster);
void cluster_free(struct cluster *cluster);

/* The facts that a cost model may see. */
struct cluster_facts cluster_facts(const struct cluster *cluster, int64_t now_us);
struct task_facts cluster_task_facts(const struct cluster *cluster, uint32_t task, int64_t now_us);

/* How long the present attempt of a task that is on a machine has run, suspensions left out. */
int64_t cluster_ran_us(const struct cluster *cluster, uint32_t task, int64_t now_us);

uint32_t cluster_task_job(const struct cluster *cluster, uint32_t task);
uint32_t cluster_task_tenant(const struct cluster *cluster, uint32_t task);

/* The name of the task's stage within its job; the job's by job_names. */
const char *cluster_stage_name(const struct cluster *cluster, uint32_t stage);

/* What is still free on a machine; nothing if it is not UP. Whether a demand of GPUs fits,
 * this does not say: see costmodels/room.h. */
struct resources cluster_machine_free(const struct cluster *cluster, uint32_t machine);

/* May tasks with this constraint run on the machine, as far as its labels go? */
bool cluster_allows(const struct cluster *cluster, uint32_t constraint, uint32_t machine);

/* Would the task fit, now, in every resource and on devices, and does its constraint allow
 * it? False if the machine is not UP. */
bool cluster_fits(const struct cluster *cluster, uint32_t task, uint32_t machine);

/* The same on these very devices; 0: on any. */
bool cluster_fits_on(const struct cluster *cluster, uint32_t task, uint32_t machine,
                     uint32_t devices);

/* Is the task suspended, with the CPU that it demands free on its machine, now? */
bool cluster_can_resume(const struct cluster *cluster, uint32_t task);

/* The live task of a name, or NONE. */
uint32_t cluster_find_task(const struct cluster *cluster, const char *job, const char *stage,
                           uint32_t index);

/* Check every invariant of this page by counting everything anew: STATUS_OK, or
 * STATUS_ILLEGAL and which rule is broken where. O(machines + tasks + stages); who checks
 * often keeps an audit (scheduler/audit.h). */
enum status cluster_check(const struct cluster *cluster, struct problem *problem);

#endif
