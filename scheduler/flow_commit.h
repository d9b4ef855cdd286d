/* flow_commit.h - from an optimal flow to decisions that truly fit.
 *
 * The flow says how many tasks of each bundle should be on which machine; because one
 * commodity cannot carry a vector, tasks of several classes may together be too much for a
 * machine. What fits is granted, the placement that saves most first. What does not is a
 * misfit: either all that was granted is planned and the network solved again for the rest,
 * or the misfits stay as they were.
 *
 *     flow_commit_fit -> misfits? flow_commit_plan, solve, flow_commit_fit ...
 *                     -> flow_commit_finish
 */
#ifndef SCHEDULER_FLOW_COMMIT_H
#define SCHEDULER_FLOW_COMMIT_H

#include "scheduler/flow_graph.h"
#include "scheduler/policy.h"

/* So many tasks of a bundle that the flow puts on a machine, not being there yet. */
struct flow_claim {
    uint32_t bundle, machine;
    uint32_t arc; /* the bundle's, that they leave by */
    uint32_t units, granted;
    uint32_t stay;          /* of running tasks: cannot go there, so must stay where they are */
    uint32_t first_devices; /* in flow_commit.devices, if it demands GPUs */
    cost_t regret;          /* what a unit costs more if it is not granted */
};

/* What should leave a bundle of running tasks to wait. */
struct flow_stop {
    uint32_t bundle;
    uint32_t units, granted;
};

struct flow_commit {
    struct flow_claim *claims;
    uint32_t claim_count, claim_room;
    struct flow_stop *stops;
    uint32_t stop_count, stop_room;
    uint32_t *order; /* claims, largest regret first */
    uint32_t order_room;
    uint64_t granted;    /* and those that were */
    uint32_t misfits;    /* units that were not granted */
    uint32_t *next_arcs; /* by node: the arc whose flow is being given out */
    flow_t *arc_left;    /* by node: what is left of it */
    uint32_t node_room, left_room;
    struct room *rooms; /* by machine: what is free as the commit goes on */
    uint64_t *fits;     /* by machine: the call of flow_commit_fit that its room is of */
    uint64_t fit;
    uint32_t machine_room, fits_room;
    uint32_t *touched; /* machines whose room it is */
    uint32_t touched_count, touched_room;
    uint32_t *devices; /* of granted units that demand GPUs: the sets they get */
    uint32_t device_count, device_room;
    uint32_t *stopped; /* tasks that go from running to waiting */
    uint32_t stopped_count, stopped_room;
    flow_t *reached; /* the flow with misfits put back */
    uint32_t reached_room;
    uint32_t *named; /* by bundle: the task to name next */
    uint32_t named_room;
};

void flow_commit_init(struct flow_commit *commit);
void flow_commit_free(struct flow_commit *commit);

/* Decompose the flow into claims and grant what fits together. What waits and does not fit
 * where the flow has it goes to another machine that costs the same. Returns the
 * number of misfits. O(bundles x their arcs + claims log claims), and with preemption once
 * more for every claim that keeps running tasks where they are. */
uint32_t flow_commit_fit(struct flow_commit *commit, struct flow_graph *graph,
                         const struct cluster *cluster, const flow_t *flow);

/* Append the decisions for what was granted, and plan it (flow_plan.h). Returns its cost. */
cost_t flow_commit_plan(struct flow_commit *commit, struct flow_graph *graph,
                        const struct cluster *cluster, struct decision_list *decisions);

/* Append the decisions, and fill the report's cost, misfits and undecided; `cost` is what
 * the flow and all that was planned before cost. The cost reached is that of the flow with all
 * misfits put back. With preemption a task that would stop, but whose place nobody took, goes on:
 * then the cost can be below the bound where fairness or a drain wanted it to stop. */
void flow_commit_finish(struct flow_commit *commit, const struct flow_graph *graph,
                        const struct cluster *cluster, const flow_t *flow, cost_t cost,
                        struct decision_list *decisions, struct round_report *report);

#endif
