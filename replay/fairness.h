/* fairness.h - do tenants get alike?
 *
 * Jain's index of x_1..x_n is (sum x)^2 / (n * sum x^2): 1 if all are equal, 1/n if one has
 * all; of nothing, and of zeros alone, it is undefined. (Jain, Chiu and Hawe, DEC TR-301,
 * 1984.)
 *
 * Per task: the index over the tenants with finished tasks, at least two, of the tenant's
 * mean over these of ideal / (wait + run), where ideal is the run of the last attempt and
 * wait + run goes from eligible to finish. A task that neither waited nor ran counts 1, one
 * that waited and ran for no time 0.
 *
 * Dominant share: over the instants at which two tenants or more are backlogged (have a
 * WAITING or a SUSPENDED task), the index of the backlogged tenants' dominant shares of the
 * cluster's capacity, each divided by the tenant's weight (Ghodsi et al., NSDI 2011, section 4.3),
 * and the gap between the largest and the smallest of these quotients; both averaged over time, the
 * index over the part of it in which any of the shares is not zero.
 *
 * Entitlement: of the tenants that run or wait for anything, each may claim the part of the
 * cluster that its weight is of all their weights: that is what sharing must not take from
 * it (the same, section 3, sharing incentive). Over the instants at which there are two such
 * tenants or more, the backlogged ones are looked at: for which part of their time, all
 * tenants' time together, were they below by more than a millionth, and by how much did
 * their shares differ from it, on average and either way?
 *
 * Where tenants have parents, weights are made comparable: a tenant's is its parent's times
 * the part that its own is of the weights of all children of that parent, those idle too; an
 * inner tenant's own tasks are one more child of weight one.
 *
 * Tasks of no known tenant (NONE) are left out. */
#ifndef REPLAY_FAIRNESS_H
#define REPLAY_FAIRNESS_H

#include "costmodels/facts.h"
#include "replay/integral.h"
#include "replay/standings.h"

struct tenant {
    struct resources used; /* what its tasks are charged for */
    uint32_t waiting;      /* tasks that wait or are suspended */
    uint32_t charged;      /* tasks that run or are suspended */
    int64_t weight;        /* in millionths of the weight one; 0: not asked for yet */
    bool stale;            /* what follows is out of date, and the tenant is listed */
    bool active;           /* its weight is in active_weight */
    bool submitted;        /* a task at all */
    uint64_t finished;
    double speed_sum; /* of ideal / (wait + run) over finished tasks */
};

struct fairness {
    struct tenant *tenants; /* by tenant id */
    uint32_t tenant_count, tenant_room;
    int64_t *weights; /* by tenant id, of those defined */
    uint32_t weight_count;
    uint32_t *stale; /* tenants whose use or backlog has changed, each once */
    uint32_t stale_count, stale_room;
    bool capacity_changed;

    struct standings backlogged; /* tenants' shares */
    uint32_t active_count;
    int64_t active_weight;

    struct average share_index, share_gap;
    struct average contenders;       /* backlogged tenants, while there are two */
    struct average below, deviation; /* of backlogged tenants; their durations are summed up */
};

/* All NaN where undefined. */
struct fairness_ratios {
    double per_task;
    double dominant_share, dominant_share_gap;
    double below_entitlement, share_deviation;
    double contenders;         /* backlogged tenants on average, while there are two or more */
    double contended_s;        /* and how long there were */
    uint32_t tenants;          /* that submitted a task */
    uint32_t per_task_tenants; /* that had one finish */
};

/* Jain's index, or NaN. O(n). */
double jain_index(const double *values, uint32_t count);

void fairness_init(struct fairness *fairness);
void fairness_free(struct fairness *fairness);

/* What was said of tenants beforehand, as in cluster.tenant_facts: by tenant id + 1. Before
 * the first task, if at all. O(count). */
void fairness_define(struct fairness *fairness, const struct tenant_facts *facts, uint32_t count);

/* What holds now has held for so long. O(changes * log tenants) since the last call; after a
 * change of the capacity O(tenants * log tenants). */
void fairness_advance(struct fairness *fairness, const struct resources *capacity,
                      int64_t duration_us);

/* The cluster's capacity changed. O(1). */
void fairness_capacity_changed(struct fairness *fairness);

/* A task of the tenant was submitted; waits or is suspended, or no longer; is charged for this
 * demand, or no longer; has finished. O(1). */
void fairness_submitted(struct fairness *fairness, uint32_t tenant);
void fairness_wait(struct fairness *fairness, uint32_t tenant);
void fairness_end_wait(struct fairness *fairness, uint32_t tenant);
void fairness_charge(struct fairness *fairness, uint32_t tenant, const struct resources *demand);
void fairness_release(struct fairness *fairness, uint32_t tenant, const struct resources *demand);
void fairness_finished(struct fairness *fairness, uint32_t tenant, int64_t ideal_us,
                       int64_t span_us);

/* O(tenants). */
struct fairness_ratios fairness_ratios(const struct fairness *fairness);

#endif
