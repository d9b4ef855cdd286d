/* service_levels.h - are deadlines met, and do services answer in time?
 *
 * Deadlines: of the tasks that have one, those that did not finish by it are violations: late
 * ones, those that failed or were killed, and those still live at the end whose deadline has
 * passed. Where a live task's deadline is yet to come nothing is known: such tasks are counted
 * apart. Tardiness is by how much a task that finished was late, 0 if it was not; how late
 * those are that did not finish nobody knows, so that they are counted beside it.
 *
 * Services: nobody measures response times in a replay, so that they are modelled
 * (costmodels/response_time.h), and the report names the model. A service is a stream of
 * requests, one like the other, from when it could first start until it ends: a request is
 * answered too late with the model's chance under the load of its machine, and for certain
 * while no machine runs it, as when it is suspended. The integrals over time are exact. */
#ifndef REPLAY_SERVICE_LEVELS_H
#define REPLAY_SERVICE_LEVELS_H

#include "replay/samples.h"
#include "scheduler/change.h"

struct service_levels {
    uint64_t met, late, dead; /* of the tasks that ended: dead without having finished */
    struct samples tardiness_us;
    uint64_t services;         /* submitted */
    uint64_t running, stopped; /* of those, now; stopped: could run */
    int64_t *slow;             /* by machine: the sum of its services' chances to be slow */
    uint32_t room;
    wide_t slow_sum;            /* of all machines */
    wide_t slow_time, all_time; /* streams x us; slow ones in units of 1 / FIXED_ONE */
};

struct service_level_ratios {
    uint64_t tasks;        /* with a deadline, whose outcome is known */
    uint64_t undetermined; /* with one, whose outcome is not */
    double violation_rate; /* NaN: there are none */
    uint64_t late;         /* violations that finished */
    uint64_t unfinished;   /* and all others */
    struct percentiles tardiness_s;
    uint64_t services;
    double slow_rate; /* the share of requests that are answered too late; NaN: no service */
};

void service_levels_free(struct service_levels *levels);

/* Time goes on by so much. */
void service_levels_advance(struct service_levels *levels, int64_t duration_us);

/* A change at time `now_us`. O(1), or O(tasks on the machine) where services are. */
void service_levels_change(struct service_levels *levels, const struct cluster *cluster,
                           const struct change *change, int64_t now_us);

/* O(live tasks + samples log samples). */
struct service_level_ratios service_levels_ratios(struct service_levels *levels,
                                                  const struct cluster *cluster, int64_t now_us);

#endif
