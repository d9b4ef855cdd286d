/* cost_model.h - a policy as prices: facts about tasks and machines in, costs out.
 *
 * A model is a const table of few answers. The flow policy asks them and builds the
 * network; the model never sees it. "Never" is no answer in a list, not a huge cost.
 * Costs are integers below COST_MODEL_MAX in magnitude. All answers follow from the facts
 * alone, so that the same events give the same decisions.
 *
 * The network that the answers make (Isard et al., Quincy, SOSP 2009, section 4; one
 * cluster and rack aggregator per class of equal demand, so that an arc to a machine can
 * say how many of the class fit there):
 *
 *     task --anywhere--> class ----------------> machine --machine_unit--> sink
 *     task --preference--> rack of the class --> machine
 *     task --preference-------------------------> machine
 *     task --waiting--> unscheduled(job) --------------------------------> sink
 *
 * and for a running task, with preemption on:
 *
 *     task --keeping--> its machine      task --preempting--> unscheduled(job)
 *
 * Of two equal choices a task runs, and a running one stays: the network has waiting at one
 * unit more than the model says, keeping at one less.
 */
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

struct cost_model {
    const char *name;
    const char *help; /* one line */

    /* Leaving the task unplaced for now; it never falls as waited_us rises. */
    cost_t (*waiting)(const struct task_facts *task);

    /* Running it on whatever machine of the cluster: the worst case. */
    cost_t (*anywhere)(const struct task_facts *task, const struct cluster_facts *cluster);

    /* Machines and racks that are better than anywhere, at most PREFERENCES_MAX, each once,
     * in order of kind, then id. Returns how many. NULL: none. */
    uint32_t (*preferences)(const struct task_facts *task, const struct cluster_facts *cluster,
                            struct preference *preferences);

    /* Leaving a running task where it is; may be negative. */
    cost_t (*keeping)(const struct task_facts *task, const struct cluster_facts *cluster);

    /* Stopping a running task, to wait again. */
    cost_t (*preempting)(const struct task_facts *task);

    /* One task more on the machine when `running` are there; does not fall as `running`
     * rises. NULL: 0, and then all machines are the same to a class. */
    cost_t (*machine_unit)(const struct machine_facts *machine, uint32_t running);
};

/* The table, in the order of `flowsched list`. */
uint32_t cost_model_count(void);
const struct cost_model *cost_model_at(uint32_t index);
const struct cost_model *cost_model_find(const char *name); /* NULL: none of that name */

#endif
