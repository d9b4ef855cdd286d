/* users.h - tenants for the jobs of traces that record none.
 *
 * Fairness between tenants means nothing where a trace does not say whose a job is, and a job is
 * no tenant: it would be one that never comes back. So one rule can make users, the same for
 * every policy and before any policy sees the trace: each job belongs to one of N, the k-th with
 * a chance in proportion to k^-skew (Zipf), chosen by the seed and the job's name. Jobs that have
 * a tenant keep it. */
#ifndef REPLAY_USERS_H
#define REPLAY_USERS_H

#include "scheduler/event.h"

#define USERS_MAX 100000
#define USERS_SKEW_MAX 10

struct users_options {
    uint32_t count; /* 0: none are made */
    double skew;
};

struct users {
    uint64_t seed;
    uint32_t count;
    double *chances; /* of the users up to each, rising to 1 */
    char name[24];
};

void users_init(struct users *users, const struct users_options *options, uint64_t seed);
void users_free(struct users *users);

/* Give the submission of a job without a tenant a user, whose name is borrowed until the next
 * call; other events pass as they are. O(log N). */
void users_apply(struct users *users, struct event *event);

#endif
