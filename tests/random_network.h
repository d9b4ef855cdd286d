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
 * of the others some are unbalanced. */
void random_network(struct network *network, struct random *random,
                    const struct random_shape *shape);

/* Change something of any kind, with the same sizes of numbers. Supplies keep their sum. */
void random_network_change(struct network *network, struct random *random,
                           const struct random_shape *shape);

/* Keep the network of a failed test as DIMACS in build/ and say where, for the message. */
const char *random_network_save(const struct network *network, uint64_t seed);

#endif
