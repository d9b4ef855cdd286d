/* policy.h - who decides what runs where: the boundary of all policies.
 *
 * A policy is told what changed and asked for decisions. It reads the cluster and never
 * changes it; the engine validates every decision against the ledger and then acts. The
 * table of all policies is in policies/policies.h. */
#ifndef SCHEDULER_POLICY_H
#define SCHEDULER_POLICY_H

#include "scheduler/change.h"

enum decision_kind {
    DECISION_PLACE,   /* a WAITING task on a machine */
    DECISION_PREEMPT, /* a RUNNING or SUSPENDED task back to WAITING */
    DECISION_MIGRATE, /* a RUNNING task to another machine, where it starts anew */
    DECISION_SUSPEND, /* a RUNNING task to SUSPENDED: it gives back its CPU and loses no work */
    DECISION_RESUME,  /* a SUSPENDED task back to RUNNING on its machine, which may be drained */
    DECISION_KIND_COUNT
};

struct decision {
    enum decision_kind kind;
    uint32_t task;
    uint32_t machine; /* to run on; NONE for a preemption or a suspension */
    uint32_t devices; /* the set of the machine's devices to run on; 0: the engine chooses, and */
                      /* what resumes has kept its own */
    /* The generations that the policy saw: if they differ when the decision arrives, it is
     * stale, and is dropped. */
    uint32_t task_generation;
    uint32_t machine_generation;
};

struct decision_list {
    struct decision *decisions;
    uint32_t count, room;
};

/* Append a decision about the cluster as it is now. */
void decision_add(struct decision_list *list, const struct cluster *cluster,
                  enum decision_kind kind, uint32_t task, uint32_t machine);

/* The same, on the devices that room_take said. Who plans several placements on a machine
 * says so: chosen one by one, devices would follow from the order of the placements, and
 * from the tasks that stop or stay beside them, and not all might fit. */
void decision_add_on(struct decision_list *list, const struct cluster *cluster,
                     enum decision_kind kind, uint32_t task, uint32_t machine, uint32_t devices);

/* What a round cost and how good it is; a baseline leaves most of it 0. */
struct round_report {
    /* Wall time of its stages, each over all solves. */
    uint64_t update_ns;   /* the network brought up to date */
    uint64_t solve_ns;    /* the solver alone */
    uint64_t certify_ns;  /* its proofs, and their check */
    uint64_t commit_ns;   /* what fits found out, and decided */
    uint64_t work;        /* the solver's own count */
    uint32_t nodes, arcs; /* of the network */
    cost_t bound;         /* the relaxation's optimum: see scheduler/flow_graph.h */
    cost_t cost;          /* reached after what did not fit went back */
    bool has_cost;
    bool has_bound;   /* false: too much may be placed at once for a bound; `bound` means nothing */
    uint32_t solves;  /* of the network: again after each misfit, within a limit */
    uint32_t misfits; /* placements of the last one that did not fit together */
    bool certified;   /* the certificate was checked */
    bool certificate_failed;
    /* Waiting tasks stay so by choice, not for want of room: ask again, even if nothing
     * happens. */
    bool undecided;
    int64_t wake_us;     /* and ask again at this time, if nothing happens before; 0: need not */
    const char *trouble; /* the solver had no answer: why, a text of the policy's; else NULL */
    bool broken;         /* nor will there be any more */
};

/* An option of one policy: a number, as are its limits, in billionths. */
#define POLICY_DIGITS 9
#define POLICY_ONE INT64_C(1000000000)
#define POLICY_OPTIONS_MAX 16

struct policy_option {
    const char *name;
    const char *help; /* one line */
    int64_t standard, min, max;
};

struct policy_options {
    int64_t values[POLICY_OPTIONS_MAX]; /* of the policy's own options, in their order */
    const char *cost_model;             /* of the flow policy */
    const char *solver;                 /* of the flow policy */
    bool preemption;
    uint32_t moves_max; /* of the flow policy: stops and moves of a round; 0: any number */
    bool fairness;      /* of the flow policy: Quincy's bounds on the running tasks of a job */
    uint64_t seed;
};

struct policy_kind {
    const char *name;
    const char *help;
    bool priced;      /* by a cost model */
    bool clairvoyant; /* it is of no use without task_facts.true_run_us */
    const struct policy_option *options;
    uint32_t option_count;
    /* STATUS_USAGE if an option is not good; *state is NULL then. */
    enum status (*create)(void **state, const struct policy_options *options,
                          struct problem *problem);
    void (*destroy)(void *state);
    /* The cluster is as after the whole event; the change is one of those it made. The ids
     * of ended tasks stay valid for reading until this returns. */
    void (*on_change)(void *state, const struct cluster *cluster, const struct change *change);
    /* Decide; append to `decisions`. All of them must be possible together: the engine
     * first stops what is preempted, migrated or suspended, then places and resumes in order. */
    void (*decide)(void *state, const struct cluster *cluster, int64_t now_us,
                   struct decision_list *decisions, struct round_report *report);
};

#endif
