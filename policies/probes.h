/* probes.h - machines at random, of those that a task might ever run on.
 *
 * What a scheduler can know that does not know what the machines do: which are there, how large
 * they are, and their labels. */
#ifndef POLICIES_PROBES_H
#define POLICIES_PROBES_H

#include "base/id_list.h"
#include "base/random.h"
#include "scheduler/cluster.h"

struct probes {
    struct random random;
    uint64_t *draws; /* by machine: the last draw that it was in */
    uint32_t draw_room;
    uint64_t draw;
    struct id_list rest; /* scratch */
};

void probes_init(struct probes *probes, uint64_t seed);
void probes_free(struct probes *probes);

/* Could the task run on the machine, if it were empty? */
bool probes_may_take(const struct cluster *cluster, const struct task_facts *task,
                     uint32_t machine);

/* Fill the list with `count` machines that could take the task, each as likely, no two alike; if
 * there are fewer, each of them once, then again from the start. Empty if there are none. O(count)
 * expected where most machines are such; else O(machines). */
void probes_draw(struct probes *probes, const struct cluster *cluster,
                 const struct task_facts *task, uint32_t count, struct id_list *machines);

#endif
