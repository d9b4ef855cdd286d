/* handles.h - names for tasks that outlive them.
 *
 * The cluster gives the id of an ended task to another one. A handle is of one task for ever: the
 * id plus one, and above it how often the id was used. Beside it stands what the caller calls the
 * task. 0 is no handle. */
#ifndef PLUGINS_HANDLES_H
#define PLUGINS_HANDLES_H

#include "scheduler/cluster.h"

struct handles {
    uint32_t *uses;  /* by task id */
    uint64_t *users; /* by task id: the caller's name */
    uint32_t use_room, user_room;
};

void handles_free(struct handles *handles); /* all zero is one without tasks */

/* Room for every id of the cluster and `more`. */
void handles_reserve(struct handles *handles, const struct cluster *cluster, uint32_t more);

/* A handle for the new task of an id, for which there is room. O(1). */
uint64_t handles_add(struct handles *handles, uint32_t task, uint64_t user);

/* The handle of the present task of an id. O(1). */
uint64_t handles_of(const struct handles *handles, uint32_t task);

/* The live task of a handle, or NONE. O(1). */
uint32_t handles_find(const struct handles *handles, const struct cluster *cluster,
                      uint64_t handle);

#endif
