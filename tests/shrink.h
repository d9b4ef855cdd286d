/* shrink.h - make a network, or a history of one, on which something fails as small as can be. */
#ifndef TESTS_SHRINK_H
#define TESTS_SHRINK_H

#include "graph/network.h"
#include "tests/history.h"

/* Does it (still) fail on this network? Leaves the network as it is, but for its deltas. */
typedef bool (*shrink_test)(struct network *network, void *context);

/* Remove nodes and arcs and lessen numbers one at a time, as long as the test fails, until none
 * of these changes leaves it failing (Zeller and Hildebrandt 2002, "Simplifying and isolating
 * failure-inducing input", ask for that much). The network fails before and after. */
void shrink_network(struct network *network, shrink_test fails, void *context);

/* Likewise does it fail on this history? Leaves it as it is. */
typedef bool (*shrink_history_test)(const struct history *history, void *context);

/* Remove lines, many at a time and then single ones, and lessen their numbers, as long as the test
 * fails, until none of these changes leaves it failing (as above: the algorithm ddmin, without its
 * complements). Without its c EOI a round goes into the next, without its n line a node and its
 * arcs are not there. The history fails before and after. */
void shrink_history(struct history *history, shrink_history_test fails, void *context);

#endif
