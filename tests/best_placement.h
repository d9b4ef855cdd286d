/* best_placement.h - the cheapest way to place a few waiting tasks, by trying all, for tests.
 *
 * What a placement costs is said by the cost models alone (costmodels/cost_model.h), without a
 * network; models with tenant_unit are left out. A GPU that a task gets is tried as well. */
#ifndef TESTS_BEST_PLACEMENT_H
#define TESTS_BEST_PLACEMENT_H

#include "costmodels/cost_mix.h"
#include "costmodels/room.h"
#include "scheduler/cluster.h"

#define BEST_TASKS 8
#define BEST_MACHINES 4

struct best_placement {
    uint32_t task_count, machine_count;
    uint32_t tasks[BEST_TASKS]; /* ids of those that wait */
    struct resources demand[BEST_TASKS];
    uint32_t class[BEST_TASKS]; /* the first task that is like it for class_unit */
    bool allowed[BEST_TASKS][BEST_MACHINES];
    cost_t place[BEST_TASKS][BEST_MACHINES], wait[BEST_TASKS];
    /* One task more, after so many of the class, or of any. */
    cost_t class_unit[BEST_TASKS][BEST_MACHINES][BEST_TASKS];
    cost_t machine_unit[BEST_MACHINES][BEST_TASKS];
    bool class_units; /* those of class_unit are not all 0 */
    struct room rooms[BEST_MACHINES];
    cost_t best; /* of all placements that fit */
};

/* Of the cluster as it is now: at most BEST_TASKS wait, on at most BEST_MACHINES. */
void best_placement_find(struct best_placement *best, const struct cluster *cluster,
                         const struct cost_mix *mix, int64_t now_us);

/* What it costs to have each task on that machine, NONE: to have it wait. */
cost_t best_placement_cost(const struct best_placement *best, const uint32_t *machines);

/* What the task would add to that. */
cost_t best_placement_gain(const struct best_placement *best, const uint32_t *machines,
                           uint32_t task, uint32_t machine);

#endif
