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

/* Give a machine a state and a capacity, and keep sums and shapes. Returns whether
 * machines_feasible may answer otherwise than before for some demand: a shape that another
 * one covers does not matter. O(shapes). */
bool machines_set(struct cluster *cluster, uint32_t machine, enum machine_state state,
                  const struct resources *capacity);

/* Does the demand fit some machine that is not AWAY, were it empty? O(shapes). */
bool machines_feasible(const struct cluster *cluster, const struct resources *demand);

#endif
