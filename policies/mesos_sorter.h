/* mesos_sorter.h - roles, or the frameworks of one, in the order in which Mesos offers to them.
 *
 * A tree of nodes. A node has an allocation of its own, as a leaf beneath it named ".", and below
 * it those of its children; among siblings the smallest dominant share over the weight comes
 * first, then who was allocated something the fewest times, then the name. The order of the tree
 * is that of its active leaves, depth first. The share of a node counts what is below it, active
 * or not, against the total of the whole cluster. A count never falls, so that of equal shares
 * each has its turn. Own leaves are of weight one.
 *
 * After Apache Mesos, src/master/allocator/mesos/sorter/drf/sorter.{hpp,cpp}. There, shares are
 * doubles of amounts in thousandths; here they are exact to 2^-52 of amounts in billionths. There,
 * whatever falls has the whole tree sorted again; here, only what has moved is put in its place. */
#ifndef POLICIES_MESOS_SORTER_H
#define POLICIES_MESOS_SORTER_H

#include "base/id_list.h"
#include "base/resources.h"

#define MESOS_LEVELS_MAX 8

/* Node n is entry 2n, its own leaf entry 2n + 1. */
struct mesos_entry {
    const char *name;
    uint32_t parent; /* entry, or NONE at the top */
    uint32_t weight; /* in thousandths */
    struct resources allocation;
    uint64_t count;         /* of allocations */
    int64_t share;          /* over the weight, if it is known */
    bool known;             /* or has the allocation or the total changed? */
    bool active;            /* listed by its parent: a leaf that is, or a node with one below */
    bool moved;             /* may stand in the wrong place */
    struct id_list entries; /* of a node: the active ones below it, in order */
};

struct mesos_sorter {
    struct mesos_entry *entries;
    uint32_t node_count, entry_room;
    struct resources total;      /* of the cluster */
    struct resources allocation; /* of all */
    struct id_list top;          /* active entries without a parent, in order */
    struct id_list moved;
    bool stirred; /* the total has changed: all is out of order */
};

void mesos_sorter_free(struct mesos_sorter *sorter); /* all zero is an empty one */

/* A node below another one, or at the top (NONE), with an inactive leaf of its own. The name is
 * borrowed. The weight is in thousandths, not 0. O(1) amortised. */
uint32_t mesos_sorter_add(struct mesos_sorter *sorter, uint32_t parent, const char *name,
                          uint32_t weight);

/* Is the node's own leaf in the order? O(log siblings), and moving them. */
void mesos_sorter_activate(struct mesos_sorter *sorter, uint32_t node);
void mesos_sorter_deactivate(struct mesos_sorter *sorter, uint32_t node);

/* The leaf of the node was allocated more, which counts, or so much in so many times; or less.
 * O(levels), and the first two move siblings at once. */
void mesos_sorter_allocated(struct mesos_sorter *sorter, uint32_t node,
                            const struct resources *more);
void mesos_sorter_allocated_often(struct mesos_sorter *sorter, uint32_t node,
                                  const struct resources *more, uint32_t times);
void mesos_sorter_unallocated(struct mesos_sorter *sorter, uint32_t node,
                              const struct resources *less);

/* The cluster has another total. O(1); the next walk sorts everything again. */
void mesos_sorter_set_total(struct mesos_sorter *sorter, const struct resources *total);

/* What a node has, with those below it; borrowed until the next change. */
const struct resources *mesos_sorter_allocation(const struct mesos_sorter *sorter, uint32_t node);

/* A walk over the active leaves in order; it ends with the next change. */
struct mesos_walk {
    uint32_t depth;
    struct {
        const struct id_list *list;
        uint32_t next;
    } levels[MESOS_LEVELS_MAX];
};

/* Begin a walk: put what has moved in its place first. O(log n) for each that has. */
void mesos_walk_begin(struct mesos_walk *walk, struct mesos_sorter *sorter);

/* The node of the next leaf, or NONE. O(levels). */
uint32_t mesos_walk_next(struct mesos_walk *walk, const struct mesos_sorter *sorter);

#endif
