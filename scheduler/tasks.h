/* tasks.h - tasks of a cluster made, moved between states and forgotten; for the engine.
 *
 * Keeps the lists by state, the counts of jobs, the ids by name and the clocks of waiting
 * and running together. It does not decide which move is legal: the engine does. */
#ifndef SCHEDULER_TASKS_H
#define SCHEDULER_TASKS_H

#include "scheduler/cluster.h"

struct task_spec {
    uint32_t stage;
    uint32_t index;
    uint32_t input;      /* or NONE */
    uint32_t constraint; /* or NONE */
    int32_t priority;
    struct resources demand;
    int64_t deadline_us, latency_us, true_run_us; /* as in struct task_facts */
};

/* A new task in `state`, which is live. O(1). */
uint32_t tasks_add(struct cluster *cluster, const struct task_spec *spec, enum task_state state,
                   int64_t now_us);

/* Move a task to another state, an end among them; its id stays valid for reading. O(1). */
void tasks_set_state(struct cluster *cluster, uint32_t task, enum task_state state, int64_t now_us);

/* Forget a task that has ended; its id may be given out again. O(1). */
void tasks_forget(struct cluster *cluster, uint32_t task);

/* Put a task that is not on a machine onto one where it fits, on these devices, or for 0 on
 * those that costmodels/devices.h chooses: the one charge. O(devices). */
void tasks_charge(struct cluster *cluster, uint32_t task, uint32_t machine, uint32_t devices,
                  int64_t now_us);

/* A service on the machine came, went or changed its priority: count anew what all of them
 * weigh. O(tasks on the machine). */
void tasks_weigh_services(struct cluster *cluster, uint32_t machine);

/* Take a task off its machine, whether it runs or is suspended: the one release. It says no more
 * which devices it held. O(devices). */
void tasks_release(struct cluster *cluster, uint32_t task);

/* A running task is charged with what it keeps while suspended; and, if cluster_can_resume says
 * so, with its demand again. O(1), and for a service O(tasks on the machine). */
void tasks_suspend(struct cluster *cluster, uint32_t task);
void tasks_resume(struct cluster *cluster, uint32_t task);

/* Give a task on a machine another demand there. Its devices stay the same if as many GPUs are
 * demanded, and are chosen anew if not. False, with nothing changed, if it does not fit there any
 * more; or is suspended, and would demand more CPU than the machine has. O(devices). */
bool tasks_recharge(struct cluster *cluster, uint32_t task, const struct resources *demand);

/* A new input of blocks, used by no task yet; the blocks are copied. */
uint32_t tasks_add_input(struct cluster *cluster, const struct block_facts *blocks,
                         uint32_t block_count);

#endif
