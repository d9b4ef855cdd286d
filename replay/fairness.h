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
 * WAITING task), the index of the backlogged tenants' dominant shares of the cluster's
 * capacity, and the gap between the largest and the smallest of them; both averaged over
 * time, the index over the part of it in which any of the shares is not zero.
 *
 * Tasks of no known tenant (NONE) are left out. */
#ifndef REPLAY_FAIRNESS_H
#define REPLAY_FAIRNESS_H

#include "base/resources.h"
#include "replay/extremes.h"
#include "replay/integral.h"

struct tenant {
    struct resources used; /* by its running tasks */
    uint32_t waiting;      /* tasks */
    bool stale;            /* what follows is out of date, and the tenant is listed */
    bool backlogged;       /* its share is one of those in the sums */
    int64_t share;         /* in billionths of the cluster, while it is */
    bool submitted;        /* a task at all */
    uint64_t finished;
    double speed_sum; /* of ideal / (wait + run) over finished tasks */
};

struct fairness {
    struct tenant *tenants; /* by tenant id */
    uint32_t tenant_count, tenant_room;
    uint32_t *stale; /* tenants whose use or backlog has changed, each once */
    uint32_t stale_count, stale_room;
    bool capacity_changed;

    /* Over the shares of the backlogged tenants. */
    uint32_t backlogged;
    int64_t share_sum;
    wide_t square_sum;
    struct extremes shares; /* by tenant id */

    struct average share_index, share_gap;
};

/* Jain's index, or NaN. O(n). */
double jain_index(const double *values, uint32_t count);

void fairness_init(struct fairness *fairness);
void fairness_free(struct fairness *fairness);

/* What holds now has held for so long. O(changes * log tenants) since the last call; after a
 * change of the capacity O(tenants * log tenants). */
void fairness_advance(struct fairness *fairness, const struct resources *capacity,
                      int64_t duration_us);

/* The cluster's capacity changed. O(1). */
void fairness_capacity_changed(struct fairness *fairness);

/* A task of the tenant was submitted; waits, or no longer; runs with this demand, or no
 * longer; has finished. O(1). */
void fairness_submitted(struct fairness *fairness, uint32_t tenant);
void fairness_wait(struct fairness *fairness, uint32_t tenant);
void fairness_end_wait(struct fairness *fairness, uint32_t tenant);
void fairness_charge(struct fairness *fairness, uint32_t tenant, const struct resources *demand);
void fairness_release(struct fairness *fairness, uint32_t tenant, const struct resources *demand);
void fairness_finished(struct fairness *fairness, uint32_t tenant, int64_t ideal_us,
                       int64_t span_us);

/* The measures of this page; NaN where undefined. O(tenants). */
double fairness_per_task(const struct fairness *fairness);
double fairness_dominant_share(const struct fairness *fairness);
double fairness_dominant_share_gap(const struct fairness *fairness);

/* Tenants that submitted a task. O(tenants). */
uint32_t fairness_tenants(const struct fairness *fairness);

#endif
