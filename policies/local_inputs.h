/* local_inputs.h - which waiting tasks could read all of their input on which machine?
 *
 * A copy of every block of a task must be on the machine; so there are at most as many such
 * machines as a block has copies. */
#ifndef POLICIES_LOCAL_INPUTS_H
#define POLICIES_LOCAL_INPUTS_H

#include "scheduler/change.h"

/* The c-th copy of a task's first block, in the list of its machine. */
struct local_copy {
    uint32_t machine; /* NONE: it is not listed */
    uint32_t next, previous;
};

struct local_inputs {
    struct local_copy *copies; /* BLOCK_COPIES_MAX of each task id */
    uint32_t copy_count, copy_room;
    uint32_t *first; /* by machine id: copy, or NONE */
    uint32_t machine_count, machine_room;
};

void local_inputs_init(struct local_inputs *inputs);
void local_inputs_free(struct local_inputs *inputs);

/* Follow a change: a task that waits is listed. O(blocks). */
void local_inputs_see(struct local_inputs *inputs, const struct cluster *cluster,
                      const struct change *change);

/* Does the waiting task have all its input on the machine, of which there is some? O(1). */
bool local_inputs_at(const struct local_inputs *inputs, uint32_t task, uint32_t machine);

/* The copies listed at a machine: the first, the one after another, or NONE; and of which task one
 * is. O(1). */
uint32_t local_inputs_first(const struct local_inputs *inputs, uint32_t machine);
uint32_t local_inputs_next(const struct local_inputs *inputs, uint32_t copy);
uint32_t local_inputs_task(uint32_t copy);

#endif
