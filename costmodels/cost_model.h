/* cost_model.h - a policy as prices: facts about tasks and machines in, costs out.
 *
 * A model is a const table of few answers. The flow policy asks them and builds the
 * network; the model never sees it. "Never" is no answer in a list, not a huge cost.
 * Costs are integers of at most the model's `range` in magnitude. All answers follow from
 * the facts alone, so that the same events give the same decisions.
 *
 * The network that the answers make (Isard et al., Quincy, SOSP 2009, section 4). Waiting
 * tasks that are alike share a node, a bundle; bundles of equal demand, constraint and
 * class_key share a class, whose arc to a machine says how many of them fit there:
 *
 *     bundle --anywhere--> class --class_unit--> machine --machine_unit--> sink
 *     bundle --preference--> rack of the class --> machine
 *     bundle --preference------------------------> machine
 *     bundle --waiting--> [unscheduled(job)] --> [unscheduled(tenant)] --tenant_unit--> sink
 *
 * and for running tasks, with preemption on:
 *
 *     bundle --keeping--> its machine      bundle --preempting--> as waiting
 *
 * The nodes in brackets are there where something is charged for them. Of two equal choices
 * a task runs, and a running one stays: the network has waiting at one unit more than the
 * model says, keeping at one less.
 *
 * Keeping. So that a cluster where nothing happens comes to rest, with preemption on:
 *
 *   1. keeping, with the machine_unit of the last task there, is at most what the place would
 *      cost the task anew on the machine without it (anywhere or preference, class_unit and
 *      machine_unit), less a hysteresis H > 0 that follows from the task alone. Units see
 *      the running tasks in the machine's facts: keeping takes its own task out of them.
 *   2. preempting is at least what the task's waiting would cost: no stop is cheaper than a move.
 *   3. Costs on a machine add up to the same in whatever order its tasks came.
 *   4. As time passes, a task that runs gets as much dearer to stop as those that wait.
 *
 * By 1 and 2 H is a metric between the places of a task. If answers do not depend on what
 * runs where, the cheapest flow C(x) + H(x0, x) from a state x0 is the cheapest from x, too:
 * C(y) + H(x, y) >= C(y) + H(x0, y) - H(x0, x) >= C(x). So one round is enough. If they
 * do, each move that gains by the costs that hold when it is made lowers the sum of 3 by more
 * than H (flow_moves.h), so no state comes back. By 4, who did not stop a task at first does
 * not because time has passed, but where a model says so of weights or deadlines. H doubles
 * with each stop of the task (staying.h) where 3 is only nearly so, or tasks have other
 * neighbours all the time. */
#ifndef COSTMODELS_COST_MODEL_H
#define COSTMODELS_COST_MODEL_H

#include "costmodels/facts.h"

#define COST_MODEL_MAX (INT64_C(1) << 40)

enum preference_kind { PREFERENCE_MACHINE, PREFERENCE_RACK };

struct preference {
    enum preference_kind kind;
    uint32_t id; /* of the machine or the rack */
    cost_t cost;
};

#define PREFERENCES_MAX 64

/* The share of a tenant that has not yet all that it is guaranteed: less than any other. */
#define SHARE_GUARANTEED INT64_C(-1)

/* NULL, where it is allowed, is a cost of 0. */
struct cost_model {
    const char *name;
    const char *help; /* one line */
    cost_t range;     /* no answer is larger in magnitude; at most COST_MODEL_MAX */

    /* Leaving the task unplaced for now; it never falls as waited_us rises. */
    cost_t (*waiting)(const struct task_facts *task, const struct cluster_facts *cluster);

    /* Running it on whatever machine of the cluster: the worst case. May be NULL. */
    cost_t (*anywhere)(const struct task_facts *task, const struct cluster_facts *cluster);

    /* Machines and racks that are better than anywhere, at most PREFERENCES_MAX, each once,
     * in order of kind, then id. Returns how many. These, and `anywhere` as
     * far as machines matter, depend on the task's input, the machines of racks that hold a
     * copy of some of it, and which racks have machines that take tasks. NULL: none. */
    uint32_t (*preferences)(const struct task_facts *task, const struct cluster_facts *cluster,
                            struct preference *preferences);

    /* Leaving a running task where it is; may be negative. */
    cost_t (*keeping)(const struct task_facts *task, const struct cluster_facts *cluster);

    /* Stopping a running task, to wait again. */
    cost_t (*preempting)(const struct task_facts *task, const struct cluster_facts *cluster);

    /* Until when the answers above, preferences left out, hold if nothing happens but that
     * time passes: later than now, or TIME_NEVER. NULL: always TIME_NEVER. */
    int64_t (*holds_until)(const struct task_facts *task, const struct cluster_facts *cluster);

    /* Tasks of equal demand and constraint, whose keys are equal too, cost the same on each
     * machine. NULL: all do. */
    uint64_t (*class_key)(const struct task_facts *task, const struct cluster_facts *cluster);

    /* One task more of the task's class on the machine, when k of the class were put there
     * in this round already, beyond the tasks that the facts count; does not fall as k
     * rises. May be NULL. */
    cost_t (*class_unit)(const struct task_facts *task, const struct machine_facts *machine,
                         uint32_t k);

    /* One task more, of whatever class, on the machine when `running` are there; does not
     * fall as `running` rises. May be NULL. */
    cost_t (*machine_unit)(const struct machine_facts *machine, uint32_t running);

    /* One task more for a tenant whose dominant share is `share` (billionths of the
     * cluster's capacity, or SHARE_GUARANTEED) before it; from 0 to range, does not fall as
     * `share` rises. To wait costs it range less this: the less, the later in the tenant's
     * queue (tenant_steps.h). May be NULL. */
    cost_t (*tenant_unit)(const struct tenant_facts *tenant, int64_t share);
};

/* The table, in the order of `flowsched list`. */
uint32_t cost_model_count(void);
const struct cost_model *cost_model_at(uint32_t index);
const struct cost_model *cost_model_find(const char *name); /* NULL: none of that name */

#endif
