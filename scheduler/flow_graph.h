/* flow_graph.h - the cluster as a network: the only place that knows both tasks and nodes.
 *
 * The picture is in costmodels/cost_model.h. With preemption off, the waiting tasks are in
 * the network and the running ones have simply taken room; with preemption on, the running
 * ones are in it too, with an arc to their machine (keeping) and one to wait (preempting).
 *
 * Capacities:
 *   class c -> machine m   how many of c fit into the free room of m by the tightest
 *                          resource and on its devices, none if its labels forbid it;
 *                          with preemption, and one for each task that runs there
 *   machine m -> sink      how many tasks of any class that can reach m fit into its free
 *                          room: counted with the least demand, resource by resource, of
 *                          those classes; with preemption, and one for each that runs there
 *
 * With equal demands both are exact. Without preemption they are upper bounds on what can
 * be placed, so that the optimum of the network is a lower bound on the cost of every
 * placement that fits. With preemption, it is one among those that put at most one new task
 * into the place of one that leaves, the blocked pairs (flow_graph_block) left out.
 *
 * A class lists only as many machines as its tasks can need. Where all machines cost the
 * same to a class, let those it lists together have room for at least as many units as there
 * are tasks in the network. Take an optimum over all machines that sends a unit of the class
 * to one that is not listed. Fewer units than the listed room are on the listed machines, so
 * one of them has fewer units, of all classes, than it has room for this class; it takes the
 * unit at the same cost, for its arc to the sink has no less room. So with one class nothing
 * is lost; with several, the optimum is still a lower bound, and can only be closer to the
 * truth, for fewer classes share a machine. Otherwise (machine_unit, or preemption) all
 * machines that can take a task are listed.
 *
 * Work per update follows what changed: the tasks and machines that were marked, the
 * classes whose lists are too short, and the costs of waiting, which rise with time. Only a
 * machine that comes or goes touches more: the data on it moves the costs of every task in
 * the network that reads any. */
#ifndef SCHEDULER_FLOW_GRAPH_H
#define SCHEDULER_FLOW_GRAPH_H

#include "costmodels/cost_mix.h"
#include "graph/network.h"
#include "scheduler/change.h"
#include "scheduler/machine_index.h"

enum flow_node_kind {
    FLOW_NODE_SINK,
    FLOW_NODE_TASK,
    FLOW_NODE_JOB, /* the job's unscheduled aggregator */
    FLOW_NODE_CLASS,
    FLOW_NODE_RACK, /* of one class */
    FLOW_NODE_MACHINE,
};

struct flow_node {
    enum flow_node_kind kind;
    uint32_t id; /* of the task, job, class, rack aggregator or machine */
};

struct flow_task {
    uint32_t node; /* NONE: not in the network */
    uint32_t class;
    uint32_t machine;                             /* where it runs, or NONE */
    uint32_t position;                            /* in flow_graph.tasks_in */
    uint32_t waiting_arc, class_arc, keeping_arc; /* keeping: NONE unless it runs */
    bool marked;
};

/* Tasks of equal demand and constraint. Ids stay; the node is there while tasks are. */
struct flow_class {
    struct resources demand;
    uint32_t constraint;
    uint32_t same_hash; /* the next class that hashes alike, or NONE */
    uint32_t node;      /* NONE: no tasks now */
    uint32_t position;  /* in flow_graph.classes_in */
    uint32_t task_count;
    uint64_t listed; /* the sum of the capacities of its arcs to machines */
    uint32_t cursor; /* where the search for more machines goes on */
    bool complete;   /* every machine that can take one is listed */
};

/* A class's way to the machines of a rack. */
struct flow_rack {
    uint32_t class, rack;
    uint32_t node;  /* NONE: a free id */
    uint32_t next;  /* among those of the same rack, or free */
    uint32_t users; /* tasks that prefer it */
};

/* Its node's only arcs out are to the sink: one, or parallel ones of rising cost. */
struct flow_machine {
    uint32_t node;       /* NONE: nothing leads here yet */
    uint32_t unit_count; /* arcs to the sink */
    uint32_t running_in; /* running tasks in the network that are here */
    uint32_t *blocked;   /* classes that did not fit since the machine last changed */
    uint32_t blocked_count, blocked_room;
    bool marked;
};

struct flow_job {
    uint32_t node; /* NONE: no task in the network */
    uint32_t sink_arc;
    uint32_t spare_arc; /* beyond what must run; NONE without fairness */
    uint32_t task_count;
    bool marked;
};

struct flow_graph {
    struct cost_mix mix;
    bool preemption, fairness;
    struct network network;
    uint32_t sink;
    struct flow_node *nodes; /* by node id */
    uint32_t node_room;

    struct flow_task *tasks; /* by task id */
    uint32_t task_limit, task_room;
    uint32_t *tasks_in; /* those in the network */
    uint32_t task_in_count, task_in_room;
    struct flow_class *classes;
    uint32_t class_count, class_room;
    uint32_t *classes_in;
    uint32_t class_in_count, class_in_room;
    struct id_map class_ids; /* by hash of demand and constraint */
    struct flow_rack *racks;
    uint32_t rack_count, rack_room, free_rack;
    uint32_t *rack_first; /* by rack id: its first flow_rack, or NONE */
    uint32_t rack_first_count, rack_first_room;
    struct flow_machine *machines; /* by machine id */
    uint32_t machine_count, machine_room;
    struct flow_job *jobs; /* by job id */
    uint32_t job_count, job_room;
    struct id_map listings; /* (node of a class or rack << 32 | machine) -> arc */
    struct machine_index index;

    uint32_t *marked_tasks, *marked_machines, *marked_jobs;
    uint32_t marked_task_count, marked_task_room;
    uint32_t marked_machine_count, marked_machine_room;
    uint32_t marked_job_count, marked_job_room;
    bool presence_changed; /* a machine came, went or changed: data moved */
    uint32_t unit_limit;   /* parallel arcs of a machine: no fewer than tasks in the network */
};

void flow_graph_init(struct flow_graph *graph, const struct cost_mix *mix, bool preemption,
                     bool fairness);
void flow_graph_free(struct flow_graph *graph);

/* Mark what a change touches; O(1), but for a task that leaves the network: O(its arcs). */
void flow_graph_mark(struct flow_graph *graph, const struct cluster *cluster,
                     const struct change *change);

/* Bring the network up to date with the cluster at `now_us`. */
void flow_graph_update(struct flow_graph *graph, const struct cluster *cluster, int64_t now_us);

/* What was placed on a machine did not fit together: until the machine changes, the class
 * gets no room there. */
void flow_graph_block(struct flow_graph *graph, uint32_t class, uint32_t machine);

/* The cost of the k-th of the network's tasks on a machine, beside its task's own arc. */
cost_t flow_graph_unit_cost(const struct flow_graph *graph, const struct cluster *cluster,
                            uint32_t machine, uint32_t k);

/* The cost of the k-th of a job's tasks that wait, beside its task's own arc: 0, or with
 * fairness a penalty for those that should run. */
cost_t flow_graph_spare_cost(const struct flow_graph *graph, uint32_t job, uint32_t k);

#endif
