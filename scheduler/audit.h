/* audit.h - the invariants of cluster.h, counted anew where the cluster has changed.
 *
 * An audit is an observer: it is told which machines and tasks changed, and a check counts
 * those, their stages, jobs and tenants anew, from nothing. What each of them adds to the sums
 * over the cluster it keeps in books of its own, which share no arithmetic with the ledger;
 * so the sums, too, are known after every change without counting the rest.
 *
 * What went wrong where nobody said that anything changed, the next full check finds. It
 * counts everything, with empty books, and comes whenever as many changes were told as the
 * cluster has parts (machines, tasks, stages), and as long as the last check failed. A check
 * thus costs O(changes), amortised, where a change costs as much as its machine has tasks,
 * and as its job has stages when one of them begins or ends. */
#ifndef SCHEDULER_AUDIT_H
#define SCHEDULER_AUDIT_H

#include "scheduler/change.h"

/* What a machine adds to the sums. */
struct audit_machine {
    struct resources capacity; /* nothing while it is AWAY */
    struct resources used;
    uint32_t running, suspended;
};

/* What a task adds to the sums; nothing once it has ended. */
struct audit_task {
    uint32_t stage;          /* 1 + the stage whose live tasks it is one of; 0: none */
    uint32_t tenant;         /* index into cluster.tenant_facts */
    struct resources charge; /* nothing while it is on no machine */
};

/* Ids to be counted, each once. */
struct audit_set {
    uint32_t *ids;
    uint32_t count, room;
    bool *has; /* by id */
    uint32_t has_room;
};

struct audit {
    struct audit_set machines, tasks, stages, jobs, tenants;
    uint64_t changes; /* told since the last full check */
    bool full_due;

    /* The books, as of the last check. */
    struct audit_machine *machine_books; /* by machine id */
    uint32_t machine_room;
    struct audit_task *task_books; /* by task id */
    uint32_t task_room;
    struct resources *tenant_used; /* by tenant, as in cluster.tenant_facts */
    uint32_t tenant_room;
    uint32_t *stage_live; /* by stage id */
    uint32_t stage_room;
    uint32_t *waits; /* by stage id; scratch */
    uint32_t waits_room;
    struct resources capacity, used;
    uint64_t running, suspended, live;
    uint64_t listed_stages; /* in the lists of the jobs that the check has looked at */
};

/* The first check of an audit is a full one: it may begin with any cluster. */
void audit_init(struct audit *audit);
void audit_free(struct audit *audit);

/* An observer (scheduler/engine.h). O(1). */
void audit_on_change(void *audit, const struct cluster *cluster, const struct change *change);

/* Do all rules hold? STATUS_OK, or STATUS_ILLEGAL and which one is broken where; the next
 * check is a full one then. */
enum status audit_check(struct audit *audit, const struct cluster *cluster,
                        struct problem *problem);

/* Likewise, a full check now. O(machines + tasks + stages). */
enum status audit_check_all(struct audit *audit, const struct cluster *cluster,
                            struct problem *problem);

#endif
