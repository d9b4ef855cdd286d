/* flow_graph.h - the cluster as a network: the only place that knows both tasks and nodes.
 *
 * The picture is in costmodels/cost_model.h. With preemption off, the waiting tasks are in
 * the network and the running ones have simply taken room; with preemption on, the running
 * ones are in it too, with an arc to their machine (keeping) and one to wait (preempting).
 * Suspended ones are never in it: they have taken the room that they keep, and whoever suspended
 * them resumes them.
 *
 * A bundle is a set of tasks that are alike in all that costs depend on: one node with their
 * number as its supply, however many they are. Tasks that began to wait (or to run) within
 * the same step of time (costmodels/waiting_steps.h) are alike, and count from its beginning.
 * Decisions name the tasks of a bundle first come, first served.
 *
 * Capacities:
 *   class c -> machine m   how many of c fit into the free room of m by the tightest
 *                          resource; with preemption, and one for each task that runs there
 *   machine m -> sink      how many tasks of any class that can reach m fit into its free
 *                          room: counted with the least demand, resource by resource, of
 *                          those classes; with preemption, and one for each that runs there
 * With equal demands both are exact. Without preemption they are upper bounds on what can
 * be placed, so that the optimum of the network is a lower bound on the cost of every
 * placement that fits. With preemption, it is one among those that put at most one new task
 * into the place of one that leaves. What the flow puts on a machine together may still not
 * fit: what does is planned then (flow_plan.h), which takes it out of the network, and the
 * rest is solved again, cautiously.
 *
 * A class lists only as many machines as its tasks can need (flow_listing.h).
 *
 * Work per update follows what changed: the tasks and machines that were marked, the
 * classes whose lists are too short, and the bundles whose costs have come to their next
 * step. Only a machine that comes or goes touches more: it moves the costs of every bundle in
 * the network that reads data from its rack. */
#ifndef SCHEDULER_FLOW_GRAPH_H
#define SCHEDULER_FLOW_GRAPH_H

#include "base/heap.h"
#include "base/id_chains.h"
#include "base/id_heap.h"
#include "base/id_list.h"
#include "costmodels/cost_mix.h"
#include "costmodels/room.h"
#include "graph/network.h"
#include "scheduler/change.h"
#include "scheduler/machine_index.h"

enum flow_node_kind {
    FLOW_NODE_SINK,
    FLOW_NODE_BUNDLE,
    FLOW_NODE_JOB,    /* the job's unscheduled aggregator */
    FLOW_NODE_TENANT, /* the tenant's */
    FLOW_NODE_CLASS,
    FLOW_NODE_RACK,
    FLOW_NODE_RACK_CLASS, /* a class's way to a rack */
    FLOW_NODE_MACHINE,
};

struct flow_node {
    enum flow_node_kind kind;
    uint32_t
        id; /* of the bundle, job, tenant (flow_tenants.c), class, rack, rack_class or machine */
};

struct flow_task {
    uint32_t bundle;         /* NONE: of no bundle */
    uint32_t next, previous; /* of the bundle, in order of arrival */
    uint32_t mark;           /* in flow_graph.marked_tasks: other entries of its id say nothing */
};

/* Tasks that are alike. Its arcs have room for any number of them, but for those to machines
 * that it prefers: the supply says how many there are. Those that surely wait have no node. */
struct flow_bundle {
    struct task_facts facts; /* of each of its tasks, but for the times */
    int64_t origin_us;       /* they wait, or run, as if since then */
    int64_t until_us;        /* when its costs change next */
    cost_t waiting;          /* or being stopped */
    cost_t anywhere;         /* by the class, without what machines cost */
    cost_t next_place;       /* the cheapest of its places that cost no less than to wait */
    uint32_t head;           /* the node where it waits */
    uint32_t class;          /* NONE: it rests */
    uint32_t node;           /* NONE: set aside (flow_aside.h), or a free id */
    uint32_t position;       /* in flow_graph.bundles_in; of a free id, the next one */
    uint32_t shown_at;       /* with a node: in its class's list of those */
    uint32_t first_task, last_task, task_count;
    uint32_t waiting_arc, class_arc, keeping_arc; /* keeping: NONE unless they run */
    uint32_t first_preference;
    uint32_t own_arcs;                     /* to machines and racks that it prefers */
    uint32_t tenant_next, tenant_previous; /* of the same tenant; those that run come first */
};

/* Bundles of equal demand and class_key. */
struct flow_class {
    struct task_facts facts; /* of a task of it: demand and what class_unit reads */
    uint64_t key;
    uint32_t node;     /* NONE: a free id, or remembered */
    uint32_t position; /* in flow_graph.classes_in; of a free id, the next one */
    /* What a class that has left the network had listed, and when (flow_listing.h). */
    struct id_list known;
    uint64_t known_at;
    uint32_t older, newer; /* among those remembered, or NONE */
    uint32_t bundle_count;
    struct id_list shown; /* its bundles that have a node */
    struct id_heap queue; /* and the others: largest benefit first */
    /* Of all its bundles; of those in the queue; of those with arcs of their own. */
    uint64_t task_count, queued_count, own_count;
    uint64_t machine_units; /* the sum of the capacities of its bundles' own arcs to machines */
    uint64_t rack_slots;    /* the sum of the slots of its rack classes */
    uint32_t first_rack_class;
    uint64_t bound;  /* flow_class_bound when it last chose who has arcs to racks */
    bool stirred;    /* a bundle's costs have changed since then */
    uint64_t listed; /* the sum of the capacities of its arcs to machines */
    uint32_t cursor; /* where its search for machines begins or goes on */
    bool complete;   /* every machine that can take one is listed */
    bool recalled;   /* came back, and has not listed yet what it is known to need */
    bool capped;     /* somewhere with no more units than flow_graph.unit_limit */
    /* Units up to this cost are listed, at it those of machines up to this rank. */
    cost_t limit_cost;
    uint32_t limit_rank;
};

/* What a bundle prefers. */
struct flow_preference {
    struct preference is;
    uint32_t bundle, class;
    uint32_t rack_class; /* of a rack; NONE: of a machine */
    uint32_t slots;      /* of a machine: how many fit there */
    bool chosen;         /* scratch */
    uint32_t arc;        /* NONE: no room there, or to wait costs less */
    uint32_t next;       /* of the bundle, in the order of the cost model; or free id */
    uint32_t place_next, place_previous; /* of the machine or of the rack_class */
};

/* A class's way to a rack, kept while bundles prefer that. */
struct flow_rack_class {
    uint32_t class, rack;
    uint64_t slots;     /* how many of the class fit on its machines */
    uint32_t node;      /* NONE: no arc leads here, or a free id */
    uint32_t arc;       /* to the rack */
    uint32_t arc_count; /* from bundles */
    uint32_t first_preference, preference_count;
    bool withheld;                       /* not all that may have an arc to it have one */
    bool marked;                         /* in flow_graph.marked_rack_classes */
    uint32_t next, previous;             /* of the same rack; next: or free id */
    uint32_t class_next, class_previous; /* of the same class */
};

struct flow_rack {
    uint32_t node;                /* NONE: no class leads here */
    uint32_t class_count;         /* those that do */
    uint32_t first_class;         /* in flow_graph.rack_classes: with and without slots */
    uint32_t up_count;            /* machines that take tasks */
    bool changed;                 /* a machine of it came, went or changed: data moved */
    struct resources least, most; /* no class that leads here demands less, or more */
};

/* What a machine could take when it was last looked at. */
struct flow_room {
    struct room room; /* what is free, less what is planned */
    uint32_t running; /* tasks of the network there, each of which may leave */
    uint32_t rack, labels;
    bool up;
};

/* So many tasks of a class are planned on a machine. */
struct flow_planned {
    uint32_t class, units;
};

/* Its node's only arcs out are to the sink: one, or parallel ones of rising cost. */
struct flow_machine {
    uint32_t node;       /* NONE: nothing leads here yet */
    uint32_t position;   /* in flow_graph.machines_in, if it has a node */
    uint32_t unit_count; /* arcs to the sink */
    uint32_t running_in; /* running tasks in the network that are here */
    struct flow_room listed;
    uint32_t first_preference;
    struct flow_planned *planned;
    uint32_t planned_count, planned_room;
    int64_t planned_units; /* more than run there: those that come less those that leave */
    bool in_plan;          /* listed.room tells more than the cluster */

    bool marked;
};

struct flow_job {
    uint32_t node; /* NONE: no task in the network */
    uint32_t sink_arc;
    uint32_t spare_arc; /* beyond what must run; NONE before it is needed */
    uint32_t bundle_count, task_count;
    uint32_t planned; /* so many tasks are to run, by the plan of the round `plan` */
    uint64_t plan;
};

/* Where a tenant's tasks wait (flow_tenants.h). */
struct flow_tenant {
    uint32_t node;                      /* NONE: none of them is in the network */
    uint32_t bundle_count;              /* of it and those below it */
    uint32_t first_bundle, last_bundle; /* its own */
    struct resources running_in;        /* its own tasks that run and are in the network */
    bool inner;                         /* there are tenants below it */
    bool marked;
};

struct flow_graph {
    struct cost_mix mix;
    bool preemption, fairness;
    bool sets_aside; /* bundles wait each for itself: flow_aside.h */
    bool list_all;   /* every class lists all machines that can take a task of it */
    bool cautious;   /* no machine gets more units than fit, whichever they are; but one */
    bool bounded;    /* classes list all that the optimum needs to be a lower bound */
    bool racks_came; /* or went: first machines that take tasks, or last ones */
    int64_t now_us;  /* of the last update */

    struct network network;
    struct flow_node *nodes; /* by node id */
    uint32_t node_room, sink;

    struct flow_task *tasks; /* by task id */
    uint32_t task_limit, task_room;
    uint64_t task_in_count; /* those of all bundles */
    struct flow_bundle *bundles;
    uint32_t bundle_count, bundle_room;
    struct id_list bundles_in; /* all but the free ids */
    uint32_t *queue_places;    /* by bundle: where in its class's queue */
    uint32_t queue_place_room;
    uint32_t resting_count;      /* bundles */
    uint64_t aside_count;        /* tasks of bundles without a node */
    __int128 aside_cost;         /* what it costs that they wait */
    struct id_chains bundle_ids; /* by hash of the facts */
    struct heap prices;          /* (until_us, bundle, bundle) */
    struct flow_class *classes;
    uint32_t class_count, class_room;
    struct id_list classes_in;
    struct id_chains class_ids;                            /* by hash of demand and key */
    uint32_t oldest_class, newest_class, remembered_count; /* of those remembered */
    struct flow_preference *preferences;
    uint32_t preference_count, preference_room;
    struct flow_rack_class *rack_classes;
    uint32_t rack_class_count, rack_class_room;
    struct id_map rack_class_ids; /* class << 32 | rack -> id */
    struct flow_rack *racks;      /* by rack id */
    uint32_t rack_count, rack_room;
    struct flow_machine *machines; /* by machine id */
    uint32_t machine_count, machine_room;
    struct id_list machines_in; /* those with a node */
    struct flow_job *jobs;      /* by job id */
    uint32_t job_count, job_room;
    struct flow_tenant *tenants; /* two for each tenant of the cluster */
    uint32_t tenant_count, tenant_room;
    struct resources shared; /* the capacity that shares were last told of */
    /* The first of the free ids, or NONE. */
    uint32_t free_bundle, free_class, free_preference, free_rack_class;

    struct id_map listings; /* flow_listing_key -> its first arc */
    uint32_t *arc_siblings; /* by arc of a listing: the next one of it, or NONE */
    uint32_t arc_sibling_room;
    uint32_t unit_limit; /* parallel arcs of a machine or a listing: no fewer than placeable */
    uint64_t placeable;  /* no more units than these can go to machines */
    struct machine_index index;
    uint32_t *refreshed; /* the machines last refreshed: the i-th at i modulo the room */
    uint32_t refreshed_room;
    uint64_t refreshed_count;

    struct id_list marked_tasks, marked_machines, marked_tenants, changed_racks;
    struct id_list marked_rack_classes;
    struct id_list planned_tasks, planned_machines; /* the plan of this round */
    uint64_t plan;                                  /* counts rounds */

    /* Scratch. */
    struct id_list behind;  /* bundles to set aside */
    struct id_list listers; /* classes that list a machine */
    struct heap offers;     /* units for a class */
    uint32_t *queue;        /* bundles of a tenant */
    struct tenant_run *tenant_runs;
    uint32_t queue_room, tenant_run_room;
};

void flow_graph_init(struct flow_graph *graph, const struct cost_mix *mix, bool preemption,
                     bool fairness);
void flow_graph_free(struct flow_graph *graph);

/* Mark what a change touches; O(1), but for the last task of a bundle that leaves the
 * network: O(the bundle's arcs). */
void flow_graph_mark(struct flow_graph *graph, const struct cluster *cluster,
                     const struct change *change);

/* Bring the network up to date with the cluster at `now_us`, whatever became of the plan of
 * the round before. */
void flow_graph_update(struct flow_graph *graph, const struct cluster *cluster, int64_t now_us);

/* Bring it up to date with the plan of this round, and be cautious for the rest of it: a
 * machine takes no more units than fit of the most that any class demands, resource by
 * resource; but one, if any fits. Whatever the flow puts there then fits. */
void flow_graph_refresh(struct flow_graph *graph, const struct cluster *cluster);

/* *whole = a cost of the network and what it costs that tasks wait which are not in it. False,
 * with *whole unchanged, if that leaves cost_t. */
bool flow_graph_add_aside(const struct flow_graph *graph, cost_t cost, cost_t *whole);

/* The cost of the k-th of the network's tasks on a machine, beside the arcs before it. */
cost_t flow_graph_unit_cost(const struct flow_graph *graph, const struct cluster *cluster,
                            uint32_t machine, uint32_t k);

/* What a task of the class costs on the machine, beside its own arc, after all that is
 * planned there. */
cost_t flow_graph_place_cost(const struct flow_graph *graph, const struct cluster *cluster,
                             uint32_t class, uint32_t machine);

#endif
