/* event.h - what the world tells the scheduler: machines and tasks come, change and go.
 *
 * This is the one vocabulary of trace readers, the native trace format, and programs that
 * drive the scheduler. Things are named by texts; the scheduler turns them into ids.
 *
 * A job is a set of stages, a stage a set of equal tasks told apart by an index: the task
 * is "job/stage/index". In Alibaba's tables a batch_task row is a stage and its instances
 * are the tasks; Google's jobs have one stage with the empty name. A stage may wait for
 * other stages of its job: its tasks may start when all tasks of those have ended.
 *
 * How long a task runs is the world's secret: `attempts` is for the replay that makes the
 * ends, and for no policy, unless the engine is told that it is clairvoyant. */
#ifndef SCHEDULER_EVENT_H
#define SCHEDULER_EVENT_H

#include "base/resources.h"
#include "costmodels/facts.h"

enum event_kind {
    EVENT_MACHINE_ADDED,   /* new, or back after a removal or a drain */
    EVENT_MACHINE_UPDATED, /* another capacity; tasks that no longer fit are evicted */
    EVENT_MACHINE_DRAINED, /* takes no new tasks; those it has go on */
    EVENT_MACHINE_REMOVED, /* gone; its tasks wait again */
    EVENT_TASK_SUBMITTED,
    EVENT_TASK_UPDATED,  /* another demand or priority */
    EVENT_TASK_FINISHED, /* the running attempt ended well */
    EVENT_TASK_FAILED,   /* the running attempt ended badly: retried after a back-off */
    EVENT_TASK_KILLED,   /* ended from outside, for good */
    EVENT_TASK_EVICTED,  /* pushed off its machine from outside: waits again */
    EVENT_RECORDS_END,   /* nothing is known of what comes later: a replay stops here */
    EVENT_KIND_COUNT
};

/* One recorded run of a task. If an attempt fails and it is the last one, the task has
 * failed for good; otherwise it is retried, within the limit of the replay. An attempt
 * that an eviction cuts short is run again in full. */
struct attempt {
    int64_t run_us; /* TIME_NEVER: it does not end by itself */
    bool fails;
};

/* A piece of a task's input and the machines that hold a copy. A machine may be unknown or
 * away: then the copy does not count. */
struct block {
    int64_t mib;
    uint32_t copy_count;
    const char *machines[BLOCK_COPIES_MAX];
};

/* All texts and arrays are borrowed from whoever made the event, until its next event. */
struct event {
    enum event_kind kind;
    int64_t time_us;

    const char *machine;        /* machine events; submitted: where it runs already, or NULL */
    const char *rack;           /* added: may be NULL */
    struct resources resources; /* added, updated: capacity; tasks: demand of each */
    const char *labels;         /* added: "gpu=T4;zone=a" (costmodels/label_text.h); NULL: those */
                                /* it had, or none */
    bool unschedulable;         /* added: known, but its capacity is not: takes no task */

    const char *job; /* task events */
    const char *stage;
    uint32_t index; /* of the first task */
    uint32_t count; /* submitted: so many tasks index, index+1, ...; else 1 */

    /* Submitted only. */
    const char *tenant; /* NULL: unknown */
    int32_t priority;   /* higher is more important; also updated */
    const struct attempt *attempts;
    uint32_t attempt_count;
    const char *const *predecessors; /* stages of the same job */
    uint32_t predecessor_count;
    const char *constraint;     /* labels of the machine: "gpu=T4|P100"; NULL: any machine */
    const struct block *blocks; /* input of each of the tasks */
    uint32_t block_count;
    int64_t deadline_us; /* each of the tasks should have ended by then; 0: it has none */
    int64_t latency_us;  /* of a service: 99 % of its requests should take no longer; 0: none */
};

/* "machine_added", ...: the names in the native format and in JSON. */
const char *event_kind_name(enum event_kind kind);

/* The kind of a name, or EVENT_KIND_COUNT. */
enum event_kind event_kind_find(const char *name);

#endif
