/* standings.h - numbers in order, with the sums of those below any bound.
 *
 * A treap (Seidel and Aragon, "Randomized search trees", Algorithmica 1996): a search tree by
 * key and then id that is a heap by priority, which here is a hash of the id, so that the same
 * numbers make the same tree. Each node has the sums of what is below it, made anew from its
 * children whenever they change: nothing is added and taken off again, and nothing drifts. */
#ifndef REPLAY_STANDINGS_H
#define REPLAY_STANDINGS_H

#include "base/types.h"

/* What is put in order: a part of something that `weight` has a claim to, by part / weight. */
struct standing {
    double part, weight;
};

struct standing_sums {
    uint32_t count;
    double keys, squares; /* of part / weight */
    double parts, weights;
};

struct standing_node {
    struct standing item;
    double key;
    uint64_t priority;
    uint32_t left, right;
    bool present;
    struct standing_sums sums; /* of the subtree */
};

struct standings {
    struct standing_node *nodes; /* by id */
    uint32_t room, root;
};

void standings_init(struct standings *standings);
void standings_free(struct standings *standings);

/* Id has these now, its weight above 0; or is in order no more, if it was. O(log ids) expected. */
void standings_put(struct standings *standings, uint32_t id, struct standing item);
void standings_remove(struct standings *standings, uint32_t id);

/* Over all, and over those whose key is less than the bound. O(1); O(log ids) expected. */
struct standing_sums standings_all(const struct standings *standings);
struct standing_sums standings_below(const struct standings *standings, double bound);

/* The least and the most key of standings that are not empty. O(log ids) expected. */
double standings_least(const struct standings *standings);
double standings_most(const struct standings *standings);

#endif
