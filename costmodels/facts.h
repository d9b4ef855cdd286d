/* facts.h - what a cost model may know about machines, tasks and tenants.
 *
 * The scheduler keeps its machines and tasks as these facts and something more; a cost
 * model sees only the facts. It knows no network, no solver and no event. */
#ifndef COSTMODELS_FACTS_H
#define COSTMODELS_FACTS_H

#include "costmodels/devices.h"
#include "costmodels/labels.h"

struct machine_facts {
    uint32_t rack;
    bool up;            /* takes new tasks: neither drained nor away */
    bool present;       /* its data can be read: not away */
    uint32_t running;   /* tasks that run on it */
    uint32_t suspended; /* tasks that are suspended on it */
    uint32_t labels;    /* the id of its set, or NONE */
    struct resources capacity;
    struct resources used;       /* by those that run, and what the suspended keep */
    struct devices *devices;     /* what is free on each GPU; NULL: it has none */
    int64_t services_weight;     /* of the tasks running here with a latency target, the sum of */
                                 /* weights */
    int64_t services_latency_us; /* the strictest of their targets; 0: there are none */
};

struct rack_facts {
    uint32_t *machines; /* all that were ever in it, by id, in order of arrival */
    uint32_t machine_count, machine_room;
    uint32_t present_count; /* of them, those present */
};

/* Who the tasks of a job belong to: a user, a group, a framework. Tenants are a forest; those
 * that nobody said anything of are at its top, with a weight of one. */
#define TENANT_WEIGHT_ONE 1000
#define TENANT_WEIGHT_MAX 1000000000
#define TENANT_LEVELS_MAX 3
struct tenant_facts {
    struct resources used;      /* what its own tasks are charged for */
    uint32_t weight;            /* in thousandths, from 1 to TENANT_WEIGHT_MAX */
    uint32_t parent;            /* index into cluster_facts.tenants, or NONE */
    uint32_t level;             /* how many tenants are above it */
    uint32_t levels_below;      /* and how many levels the forest has below that one; the two */
                                /* are TENANT_LEVELS_MAX - 1 together at most */
    struct resources guarantee; /* 0: none of that resource */
    struct resources limit;     /* of the resources that are limited */
    bool limited[RESOURCE_COUNT];
};

struct runtimes;

struct cluster_facts {
    int64_t now_us;
    const struct machine_facts *machines; /* by id */
    uint32_t machine_count;               /* ids given out; some may be away */
    const struct rack_facts *racks;
    uint32_t rack_count;
    const struct labels *labels;
    const struct tenant_facts *tenants; /* the first is of jobs without a tenant */
    uint32_t tenant_count;
    struct resources capacity; /* of the machines that are present */
    struct resources used;
    const struct runtimes *runtimes; /* costmodels/runtimes.h */
    int64_t wait_us;                 /* how long a task lately waited for its machine, on average */
};

/* A piece of input and the machines that hold a copy (all copies on distinct machines). */
#define BLOCK_COPIES_MAX 3
#define BLOCKS_MAX 64 /* of one task */
#define BLOCK_MIB_MAX (INT64_C(1) << 26)
struct block_facts {
    int64_t mib;
    uint32_t copy_count;
    uint32_t machines[BLOCK_COPIES_MAX];
};

struct task_facts {
    uint32_t job;
    uint32_t tenant; /* index into cluster_facts.tenants */
    uint32_t stage;
    uint32_t kind; /* of tasks that are thought to run alike (scheduler/kinds.h), or NONE */
    int32_t priority;
    struct resources demand;
    int64_t waited_us; /* all its waiting so far, summed over its waits */
    int64_t ran_us;    /* how long its present attempt has run; 0 while it waits */
    uint32_t machine;  /* where it runs or is suspended, or NONE */
    bool suspended;    /* it does not run, and keeps all it demands of `machine` but its CPU */
    uint32_t devices;  /* the set of its machine's GPUs that it holds, wholly or a share of one */
    const struct block_facts *blocks;
    uint32_t block_count;
    uint32_t constraint; /* which machines it may run on: an id of labels, or NONE */
    int64_t deadline_us; /* it should have ended by then; 0: it has none */
    int64_t latency_us;  /* of a service: p99 of its requests should be within; 0: none */
    uint32_t stops;      /* how often it was stopped or moved by decision */
    /* How long its last attempt takes, for policies that may know; 0: that is a secret. */
    int64_t true_run_us;
};

/* What a task that is on a machine is charged for there: all that it demands, or what it keeps
 * while it is suspended (Garefalakis et al., "Neptune", SoCC 2019). */
struct resources task_facts_charge(const struct task_facts *task);

#endif
