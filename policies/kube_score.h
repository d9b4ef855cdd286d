/* kube_score.h - how kube-scheduler scores a node for a pod.
 *
 * To the digit as in kubernetes/kubernetes, pkg/scheduler/framework/plugins/noderesources:
 * integers, divided where they are divided there; BalancedAllocation in double precision, as
 * there. Scores are from 0 to 100. */
#ifndef POLICIES_KUBE_SCORE_H
#define POLICIES_KUBE_SCORE_H

#include "base/types.h"

#define KUBE_SCORE_MAX 100

/* One resource of a node, with the pod on it. Resources that a node has none of do not count. */
struct kube_amount {
    int64_t requested, capacity;
    int64_t weight; /* balanced allocation has none */
};

/* A point of a function of utilisation: in percent, its score from 0 to 10. */
struct kube_shape_point {
    int64_t utilization, score;
};

/* What is free, in percent: the emptier the better. */
int64_t kube_least_allocated(const struct kube_amount *amounts, uint32_t count);

/* What is requested, in percent: the fuller the better. */
int64_t kube_most_allocated(const struct kube_amount *amounts, uint32_t count);

/* A function of what is requested in percent, linear between its points, which rise by
 * utilisation. */
int64_t kube_requested_to_capacity_ratio(const struct kube_amount *amounts, uint32_t count,
                                         const struct kube_shape_point *points,
                                         uint32_t point_count);

/* The more alike the parts that are requested, the better. */
int64_t kube_balanced_allocation(const struct kube_amount *amounts, uint32_t count);

/* Of so many nodes, how many that are feasible are enough to score, at a percentage of
 * nodes, or 0: one that falls as clusters grow (pkg/scheduler/schedule_one.go). */
uint32_t kube_nodes_to_score(uint32_t nodes, uint32_t percentage);

#endif
