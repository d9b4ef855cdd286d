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
#include "scheduler/flow_limits.h"
#include "scheduler/policy.h"

/* So many tasks of a bundle that the flow puts on a machine, not being there yet. */
struct flow_claim {
    uint32_t bundle, machine;
    uint32_t arc; /* the bundle's, that they leave by */
    uint32_t units, granted;
    uint32_t stay;          /* of running tasks: cannot go there, so must stay where they are */
    uint32_t first_devices; /* in flow_commit.devices, if it demands GPUs */
    cost_t regret;          /* what a unit costs more if it is not granted */
    cost_t gain;            /* of running tasks, by flow_moves.c */
};

/* What should leave a bundle of running tasks to wait. */
struct flow_stop {
    uint32_t bundle;
    uint32_t units, granted;
    uint32_t stay; /* beyond what the round may move */
};

/* A claim or a stop of running tasks, and what it is worth. */
struct flow_move {
    uint32_t index; /* of the claim; or claim_count and that of the stop */
    uint32_t units;
    cost_t worth;
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
    struct flow_limits limits;
    uint32_t *stopped; /* tasks that go from running to waiting */
    uint32_t stopped_count, stopped_room;
    flow_t *reached; /* the flow with misfits put back */
    uint32_t reached_room;
    uint32_t *named; /* by bundle: the task to name next */
    uint32_t named_room;

    /* Migrations and preemptions (flow_moves.h). */
    uint32_t moves_max;            /* of a round; 0: any number */
    uint32_t moves;                /* planned in this one */
    struct machine_facts *planned; /* with all that is planned in this round, if anything is */
    struct machine_facts *trial;   /* and with what is granted */
    uint32_t planned_room, trial_room;
    bool has_planned;
    cost_t *needs; /* by machine */
    uint32_t needs_room;
    struct flow_move *ranking;
    uint32_t ranking_count, ranking_room;
};

/* A round makes at most so many migrations and preemptions; 0: any number. */
void flow_commit_init(struct flow_commit *commit, uint32_t moves_max);
void flow_commit_free(struct flow_commit *commit);

/* A new round begins. */
void flow_commit_begin(struct flow_commit *commit, const struct cluster *cluster);

/* Decompose the flow into claims and grant what fits together. What does not fit where the
 * flow has it goes, if it waits, to another machine that costs the same. Returns the
 * number of misfits. O(bundles x their arcs + claims log claims), and with preemption once
 * more for every claim that keeps running tasks where they are. No more tasks are stopped or
 * moved than the round may. */
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

/* What a claim's arc costs, without what it has of the machine's costs. */
cost_t flow_claim_cost(const struct flow_graph *graph, const struct cluster *cluster,
                       const struct flow_claim *claim);

/* What is free on the machine as the commit goes on. */
struct room *flow_commit_room(struct flow_commit *commit, const struct flow_graph *graph,
                              uint32_t machine);

/* The class, rack or machine node that a bundle's arc leads to; to a rack by way of its class. */
uint32_t flow_claim_via(const struct flow_graph *graph, uint32_t arc);

#endif
