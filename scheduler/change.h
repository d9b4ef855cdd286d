/* change.h - what just happened in the cluster, as told to policies and to metrics. */
#ifndef SCHEDULER_CHANGE_H
#define SCHEDULER_CHANGE_H

#include "scheduler/cluster.h"

enum change_cause {
    CAUSE_SUBMITTED,      /* ABSENT -> BLOCKED, WAITING or INFEASIBLE */
    CAUSE_UNBLOCKED,      /* BLOCKED -> WAITING or INFEASIBLE */
    CAUSE_PLACED,         /* WAITING -> RUNNING */
    CAUSE_MIGRATED,       /* RUNNING -> RUNNING elsewhere, from the attempt's beginning */
    CAUSE_SUSPENDED,      /* RUNNING -> SUSPENDED, by decision; the attempt goes on later */
    CAUSE_RESUMED,        /* SUSPENDED -> RUNNING, by decision, on the same machine */
    CAUSE_PREEMPTED,      /* RUNNING or SUSPENDED -> WAITING, by decision */
    CAUSE_EVICTED,        /* the same by an event, or its demand outgrew the room */
    CAUSE_MACHINE_LOST,   /* the same */
    CAUSE_FINISHED,       /* RUNNING -> FINISHED */
    CAUSE_ATTEMPT_FAILED, /* RUNNING -> BACKOFF or FAILED */
    CAUSE_RETRIED,        /* BACKOFF -> WAITING or INFEASIBLE */
    CAUSE_KILLED,         /* any live -> KILLED */
    CAUSE_SHAPES,         /* WAITING <-> INFEASIBLE: machines came or went */
    CAUSE_UPDATED,        /* demand or priority differ; state may be the same */
    CAUSE_MACHINE,        /* no task: the machine's state or capacity changed, or it is new */
};

struct change {
    enum change_cause cause;
    uint32_t task;    /* or NONE */
    uint32_t machine; /* where the task ran or was suspended, or that changed, or NONE */
    int64_t time_us;  /* when it happened */
    enum task_state from, to;
    struct resources released; /* what the task gave back to `machine`, if it was on it */
    int64_t ran_us;            /* and how long that attempt had run there, suspensions left out */
};

#endif
