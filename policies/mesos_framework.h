/* mesos_framework.h - the schedulers that Mesos makes offers to: what they take, and what not.
 *
 * A framework has a queue of tasks. Of each offer it takes what its first tasks fit into, first
 * come, first served, and then those further back that still fit, up to a depth; it leaves the
 * rest. Its own part of the work are devices and constraints, which Mesos knows nothing of.
 *
 * Delay scheduling (Zaharia et al., EuroSys 2010): a task with input on machines that are up does
 * not take an offer of another machine until its job has been passed over for a while: then one
 * in the rack of its input, and after another while any. A launch beside its input ends that
 * time. A machine is beside the input if it holds a copy of one of its blocks. */
#ifndef POLICIES_MESOS_FRAMEWORK_H
#define POLICIES_MESOS_FRAMEWORK_H

#include "policies/mesos_allocator.h"
#include "policies/waiting.h"

struct mesos_patience {
    uint32_t depth; /* tasks of the queue that are tried on an offer */
    int64_t node_wait_us, rack_wait_us;
};

/* A task in the queue of those that wait, or in the list of those that run, latest last. */
struct mesos_link {
    uint32_t framework; /* NONE: in neither */
    bool runs;
    uint32_t next, previous;
};

struct mesos_queue {
    uint32_t first, last; /* tasks, or NONE */
    uint32_t count;
};

/* The first tasks of a queue, as it answers its offers: groups of equal ones, in the order of their
 * first tasks. */
struct mesos_group {
    const struct task_facts *facts;
    bool has_input;       /* somewhere, for which it may wait */
    bool somewhere;       /* one fits on some machine, or did when it came into the window */
    uint32_t first, last; /* entries */
};

struct mesos_window {
    struct {
        uint32_t task, next;
    } * entries;
    uint32_t entry_count, entry_room, live_count;
    struct mesos_group *groups;
    uint32_t group_count, group_room;
    struct id_list order;   /* groups with entries left that fit somewhere */
    uint32_t next_task;     /* of the queue, not in it yet */
    struct resources least; /* no task of these demands less of anything */
    uint64_t opened;        /* so many times; see mesos_frameworks.input_in */
};

struct mesos_frameworks {
    struct mesos_patience patience;
    struct mesos_link *links; /* by task */
    uint32_t task_limit, link_room;
    struct mesos_queue *waiting, *running; /* by framework */
    uint32_t framework_count, waiting_room, running_room;
    int64_t *passed_over_us; /* by job: since when; TIME_NEVER: it is not */
    uint32_t job_count, job_room;
    struct mesos_window window;
    uint64_t *input_in; /* by machine: of window.opened, when it held input of a group last */
    uint32_t machine_count, input_room;
    struct id_list seats; /* by kind of what waits: a machine where one fitted, or NONE */
};

void mesos_frameworks_init(struct mesos_frameworks *frameworks,
                           const struct mesos_patience *patience);
void mesos_frameworks_free(struct mesos_frameworks *frameworks);

/* Room for the ids of the cluster and of so many frameworks. */
void mesos_frameworks_reserve(struct mesos_frameworks *frameworks, const struct cluster *cluster,
                              uint32_t framework_count);

/* A task joins the end of its framework's queue, or those that run; or leaves where it is. O(1). */
void mesos_frameworks_enter(struct mesos_frameworks *frameworks, uint32_t framework, uint32_t task,
                            bool runs);
void mesos_frameworks_leave(struct mesos_frameworks *frameworks, uint32_t task);

/* Where the offers go that a framework takes. */
struct mesos_launch {
    struct plan *plan;
    struct waiting *waiting; /* what is idle in it fits nowhere */
    const struct cluster *cluster;
    struct decision_list *decisions;
    int64_t now_us;
    int64_t refuse_us; /* what is not used is declined for so long */
};

/* Take what the framework wants of its offers: those are answered, and decisions added. A task
 * taken is in no queue. O(depth x groups of equal tasks among the first, and as plan_next for each
 * group + offers x groups that fit somewhere). */
void mesos_frameworks_answer(struct mesos_frameworks *frameworks, uint32_t framework,
                             struct mesos_allocator *allocator, const struct mesos_launch *launch);

#endif
