/* tenant_shares.h - who uses a machine: what part of it each tenant has, and how even they are.
 *
 * A tenant's part is the larger of those of the cpu and of the memory that its tasks there are
 * charged for. Kept by the changes alone; sums are of whole numbers, so that nothing drifts. */
#ifndef POLICIES_TENANT_SHARES_H
#define POLICIES_TENANT_SHARES_H

#include "base/id_map.h"
#include "scheduler/change.h"

/* Of one tenant on one machine. */
struct tenant_share {
    int64_t cpu, memory;
    int64_t part;   /* in billionths of the machine */
    uint32_t tasks; /* 0: a free id */
    uint32_t next;  /* of free ids, or NONE */
};

struct machine_shares {
    int64_t sum;    /* of parts */
    wide_t squares; /* of the same, the sum of squares */
    uint32_t tenants;
};

/* What was counted of a task. */
struct counted_task {
    uint32_t machine; /* NONE: it is on none */
    uint32_t tenant;
    int64_t cpu, memory;
};

struct tenant_shares {
    struct tenant_share *shares;
    uint32_t share_count, share_room, free_share;
    struct id_map share_ids;         /* by machine << 32 | tenant */
    struct machine_shares *machines; /* by id */
    struct counted_task *tasks;      /* by id */
    uint32_t machine_room, task_count, task_room;
};

void tenant_shares_init(struct tenant_shares *shares);
void tenant_shares_free(struct tenant_shares *shares);

/* Follow a change. O(1) expected; O(tasks on the machine) if that itself changed. */
void tenant_shares_see(struct tenant_shares *shares, const struct cluster *cluster,
                       const struct change *change);

/* Jain's index of the tenants' parts, from 1 / tenants to 1; 1, if nobody uses anything. O(1). */
double tenant_shares_fairness(const struct tenant_shares *shares, uint32_t machine);

#endif
