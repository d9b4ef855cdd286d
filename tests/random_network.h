/* random_network.h - small random networks with every oddity, for property tests. */
#ifndef TESTS_RANDOM_NETWORK_H
#define TESTS_RANDOM_NETWORK_H

#include "base/random.h"
#include "graph/network.h"

/* How large the numbers get; a network is as random in all else. */
struct random_shape {
    uint32_t nodes_max, arcs_max;
    flow_t capacity_max;
    cost_t cost_max; /* costs go from minus half of it to it */
};

/* A network with parallel arcs, self-loops, lower bounds, negative costs and cycles, nodes
 * without arcs, and free ids among the live ones. Half of them have a flow by construction;
 * of the others some are unbalanced. In a third of them costs are of all sizes, so that there are
 * cycles that pay little beside the largest cost. */
void random_network(struct network *network, struct random *random,
                    const struct random_shape *shape);

/* A network as a scheduler of clusters makes it, with about as many nodes as the shape says, at
 * least five, and costs as large. Most have a flow.
 *
 *     bundle --> machine --steps--> sink        bundle --> rack --> machine
 *     bundle --> tenant --steps--> sink
 *
 * Bundles have the supplies, and most arcs from them a capacity of 2^30. Steps are parallel arcs,
 * each dearer than the last. Tenants' steps cost more than waiting, and that more than placing,
 * mostly by orders of magnitude. */
void random_cluster(struct network *network, struct random *random,
                    const struct random_shape *shape);

/* Change something of any kind, with the same sizes of numbers. Supplies keep their sum. */
void random_network_change(struct network *network, struct random *random,
                           const struct random_shape *shape);

/* Keep the network of a failed test as DIMACS in build/ and say where, for the message. */
const char *random_network_save(const struct network *network, uint64_t seed);

#endif
