/* shrink.h - make a network on which something fails as small as it can be. */
#ifndef TESTS_SHRINK_H
#define TESTS_SHRINK_H

#include "graph/network.h"

/* Does it (still) fail on this network? Leaves the network as it is, but for its deltas. */
typedef bool (*shrink_test)(struct network *network, void *context);

/* Remove nodes and arcs and lessen numbers one at a time, as long as the test fails, until none
 * of these changes leaves it failing (Zeller and Hildebrandt 2002, "Simplifying and isolating
 * failure-inducing input", ask for that much). The network fails before and after. */
void shrink_network(struct network *network, shrink_test fails, void *context);

#endif
