/* family_plan.h - what a family builds from, and the random choices that families share.
 *
 * A family is one file that defines a struct family, and one row in family.c. Its build is
 * given a network of plan->nodes nodes without supply, and room for plan->arcs arcs. If it
 * fails, by plan_refuse, what it has built does not matter. */
#ifndef BENCH_FAMILY_PLAN_H
#define BENCH_FAMILY_PLAN_H

#include "base/random.h"
#include "bench/family.h"

/* The options, with the family's own numbers in place of what was not given. */
struct family_plan {
    uint32_t nodes, arcs;
    flow_t supply; /* 0: what suits the network */
    cost_t cost_max;
    flow_t capacity_max;
    struct random random;
    struct problem *problem;
};

/* STATUS_USAGE, with a printf-formatted reason that says what the family takes. */
enum status plan_refuse(const struct family_plan *plan, const char *reason, ...)
    __attribute__((format(printf, 2, 3)));

/* Likewise: the network takes at least so many arcs. */
enum status plan_refuse_arcs(const struct family_plan *plan, uint64_t least);

/* Uniform in low .. high; in 0 .. count-1; in 1 .. cost_max; in 1 .. capacity_max. */
int64_t plan_between(struct family_plan *plan, int64_t low, int64_t high);
uint32_t plan_index(struct family_plan *plan, uint32_t count);
cost_t plan_cost(struct family_plan *plan);
flow_t plan_capacity(struct family_plan *plan);

/* 0 .. count-1 in random order (Fisher and Yates 1938). The caller frees. O(count). */
uint32_t *plan_order(struct family_plan *plan, uint32_t count);

/* Cut `total` into shares of at least `least` each, in proportion to uniform weights;
 * total >= count * least, count > 0. O(count). */
void plan_shares(struct family_plan *plan, flow_t total, uint32_t count, flow_t least,
                 flow_t *shares);

/* Make the supply 1,000 for each source, unless one is given. STATUS_USAGE if that is less
 * than 1 for each source and each sink. */
enum status plan_supply(struct family_plan *plan, uint32_t sources, uint32_t sinks);

/* sqrt(nodes), rounded, but not more than half of the nodes. */
uint32_t plan_sources(const struct family_plan *plan);

/* The largest r with r^power <= value; power is 2 or 3. O(log value). */
uint32_t plan_root(uint64_t value, uint32_t power);

/* Add random arcs from the nodes 0 .. tails-1 to the nodes from first_head on until there are
 * plan->arcs in all: tails uniform, heads uniform among those that the tail has no arc to
 * yet. All arcs there are must be of that kind and none parallel. STATUS_USAGE if there are
 * too many already, or fewer pairs of nodes than arcs. Expected O(arcs), O(arcs x log(heads))
 * where almost all pairs become arcs. */
enum status plan_fill(struct family_plan *plan, struct network *network, uint32_t tails,
                      uint32_t first_head);

#endif
