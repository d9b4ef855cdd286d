/* offered_load.h - how much of the cluster do the submitted tasks ask for?
 *
 * The offered load of a resource is the sum over tasks of demand x run time, divided by
 * the capacity and by the time from the first submission to the last. Machines count with
 * the capacity that they first have; tasks that never end, or that no machine could hold,
 * do not count. All attempts of a task count. */
#ifndef REPLAY_OFFERED_LOAD_H
#define REPLAY_OFFERED_LOAD_H

#include "base/names.h"
#include "scheduler/event.h"

struct offered_load {
    struct names machines;
    struct resources capacity;
    struct resources largest;      /* of any machine, by resource */
    __int128 work[RESOURCE_COUNT]; /* billionths x us */
    int64_t first_us, last_us;     /* submissions */
};

void offered_load_init(struct offered_load *load);
void offered_load_free(struct offered_load *load);
void offered_load_add(struct offered_load *load, const struct event *event);

/* Of the resource with the largest load, in billionths; 0 if there is none, or no time
 * passes between submissions. */
int64_t offered_load_scarcest(const struct offered_load *load);

#endif
