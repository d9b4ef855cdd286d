/* machines.h - machines and racks of a cluster, and the shapes they come in; for the
 * engine. Tasks are not touched: the engine takes them off a machine first. */
#ifndef SCHEDULER_MACHINES_H
#define SCHEDULER_MACHINES_H

#include "scheduler/cluster.h"

/* A machine of a new name, AWAY, without capacity. O(1). */
uint32_t machines_add(struct cluster *cluster, const char *name);

/* Put a machine into the rack of that name, out of the one it was in. O(its old rack). */
void machines_set_rack(struct cluster *cluster, uint32_t machine, const char *rack);

/* Could the cluster have this capacity instead of `machine`'s present share in it, each
 * sum within int64? */
bool machines_capacity_fits(const struct cluster *cluster, uint32_t machine,
                            const struct resources *capacity);

/* What a machine is to be. */
struct machine_plan {
    enum machine_state state;
    struct resources capacity;
    uint32_t labels; /* or NONE */
};

/* Make a machine so, and keep sums and shapes; nothing may be on it that has no place there
 * then. Returns whether machines_feasible may answer otherwise than before: a shape that
 * another one covers does not matter. O(shapes). */
bool machines_set(struct cluster *cluster, uint32_t machine, const struct machine_plan *plan);

/* Does the demand fit some machine that is not AWAY and that the constraint allows, were it
 * empty? O(shapes). */
bool machines_feasible(const struct cluster *cluster, const struct resources *demand,
                       uint32_t constraint);

#endif
