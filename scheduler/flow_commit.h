/* flow_commit.h - from an optimal flow to decisions that truly fit.
 *
 * The flow says where each task should be; because one commodity cannot carry a vector,
 * tasks of several classes may together be too much for a machine. What fits is committed,
 * the placement that saves most first; the rest stays as it was, and the cost reached is
 * told beside the optimum. */
#ifndef SCHEDULER_FLOW_COMMIT_H
#define SCHEDULER_FLOW_COMMIT_H

#include "costmodels/room.h"
#include "scheduler/flow_graph.h"
#include "scheduler/policy.h"

/* What the flow wants for a task of the network, and what became of it. */
struct flow_wish {
    uint32_t task;
    uint32_t machine; /* NONE: to wait */
    uint32_t devices; /* of that machine, once granted */
    cost_t cost;      /* of the arc from the task that the flow uses */
    cost_t regret;    /* what it costs more if the wish is not granted */
    bool granted;
    bool returns; /* a running task that stays, for there is no room where it should go */
};

struct flow_commit {
    struct flow_wish *wishes; /* of the tasks of the network, by task id */
    uint32_t wish_count, wish_room;
    uint32_t *order; /* wishes for another machine, largest regret first */
    uint32_t order_count, order_room;
    uint32_t *next_arcs; /* by node: the arc whose flow is being given out */
    flow_t *arc_left;    /* by node: what is left of it */
    uint32_t node_room, left_room;
    struct room *rooms; /* by machine: what is free as the commit goes on */
    uint32_t *counts;   /* by machine: tasks of the network there in the end */
    uint32_t machine_room, count_room;
    uint32_t *job_counts; /* by job: tasks of the network that wait in the end */
    uint32_t job_room;
};

void flow_commit_init(struct flow_commit *commit);
void flow_commit_free(struct flow_commit *commit);

struct flow_optimum {
    const flow_t *flow; /* by arc */
    cost_t bound;       /* what it costs */
};

/* Decompose the optimum into wishes, grant what fits, append the decisions, block what did
 * not fit where that could repeat for ever, and fill the report's cost, bound, misfits and
 * undecided. Without preemption the cost is never below the bound. With it, it can be: where
 * one that leaves makes room for several; and where fairness would stop a task on a drained
 * machine, for that runs on, its place being of use to nobody.
 * O(tasks in the network x their arcs), and with preemption once more for each running task
 * that cannot move. */
void flow_commit_round(struct flow_commit *commit, struct flow_graph *graph,
                       const struct cluster *cluster, const struct flow_optimum *optimum,
                       struct decision_list *decisions, struct round_report *report);

#endif
