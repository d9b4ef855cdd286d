/* family.h - seeded networks of the families that minimum-cost flow codes are measured with.
 *
 * Each family is built like its namesake of the literature, by its published description;
 * the network of a seed is ours alone, so figures compare within this program, not with
 * those printed for the originals' files. What a family looks like, and how it differs from
 * its namesake, is told in its file, family_X.c. The sizes and numbers that are not asked
 * for follow Kovacs, "Minimum-cost flow algorithms: an experimental evaluation" (2015): 8
 * arcs a node, costs up to 10,000, capacities up to 1,000, sqrt(n) sources and as many sinks.
 *
 * Every network has a flow that meets its supplies, by construction. */
#ifndef BENCH_FAMILY_H
#define BENCH_FAMILY_H

#include "graph/network.h"

/* Within these no network leaves the ranges of solver/ranges.h. */
#define FAMILY_NODES_MAX (1u << 24)
#define FAMILY_ARCS_MAX (1u << 26)
#define FAMILY_COST_MAX (INT64_C(1) << 32)
#define FAMILY_CAPACITY_MAX (INT64_C(1) << 32)
#define FAMILY_SUPPLY_MAX (INT64_C(1) << 48)

/* 0 leaves a number to the family, but for nodes and the seed. */
struct family_options {
    uint32_t nodes; /* 2 .. FAMILY_NODES_MAX */
    uint64_t seed;
    uint32_t degree;     /* arcs per node */
    flow_t supply;       /* of all sources together, up to FAMILY_SUPPLY_MAX */
    cost_t cost_max;     /* costs are drawn from 1 to it, up to FAMILY_COST_MAX */
    flow_t capacity_max; /* as capacities are, up to FAMILY_CAPACITY_MAX */
};

struct family_plan; /* what it builds from: family_plan.h */

struct family {
    const char *name;
    const char *help; /* one line */
    uint32_t nodes_min;
    uint32_t degree;     /* if none is asked for */
    flow_t capacity_max; /* likewise */
    enum status (*build)(struct family_plan *plan, struct network *network);
};

/* The table, in the order of `flowsched list`. */
uint32_t family_count(void);
const struct family *family_at(uint32_t index);
const struct family *family_find(const char *name); /* or NULL */

/* Build the network, which is initialised here and to be freed by the caller in any case:
 * nodes x degree arcs (road: an even number), no deltas, within the ranges of
 * solver/ranges.h. The same options give the same network on every machine.
 * STATUS_USAGE if the family has no such network, with what it takes; STATUS_TOO_LARGE if
 * there are more than FAMILY_ARCS_MAX arcs; the network is then empty. Expected time is
 * O(nodes + arcs), with a factor of log(nodes) if almost every arc that there could be is
 * asked for, and in road networks O(sources x nodes) at worst for the supplies. */
enum status family_build(const struct family *family, const struct family_options *options,
                         struct network *network, struct problem *problem);

#endif
