/* free_order.h - machines in order of how much of them is free, the most free first.
 *
 * How free a machine is: the sum over its resources of the free part of each; of equal ones the
 * lower id comes first. A segment tree over machine ids: each node holds the largest such sum below
 * it and the componentwise maximum of what is free, so that a search skips what is too full, and
 * what comes later in the order. Who walks along the order passes each machine, which is then out
 * of it until the next walk; a search that had to skip those before it would visit all of them. */
#ifndef POLICIES_FREE_ORDER_H
#define POLICIES_FREE_ORDER_H

#include "policies/plan.h"

struct free_order_node {
    int64_t key; /* in billionths of a resource; negative: takes nothing */
    struct resources most;
};

struct free_order {
    struct free_order_node *nodes; /* a heap-ordered tree; leaves from `leaves` on */
    uint32_t leaves;               /* a power of two, or 0 */
    uint64_t seen;                 /* of plan.log_count */
    struct id_list passed;
};

void free_order_init(struct free_order *order);
void free_order_free(struct free_order *order);

/* How free the machine is, by the plan; O(resources). */
int64_t free_order_key(const struct cluster *cluster, const struct plan *plan, uint32_t machine);

/* A walk begins: catch up with the plan. O(machines changed or passed x log M), at most O(M). */
void free_order_begin(struct free_order *order, const struct cluster *cluster,
                      const struct plan *plan);

/* The first machine where the demand fits in every resource, by the room as the walk began; or
 * NONE. Devices and labels are not looked at. O(log M) as a rule. */
uint32_t free_order_first(const struct free_order *order, const struct resources *demand);

/* Leave the machine out until the next walk. O(log M). */
void free_order_pass(struct free_order *order, uint32_t machine);

#endif
