/* deadlines.h - deadlines and latency targets for the tasks of traces that have none.
 *
 * No published trace has any, so that one rule makes them, the same for every policy and
 * before any policy sees the trace:
 *
 *   deadline = start + max(floor, slack x run)
 *
 * `run` is what the task's last recorded attempt takes, if that one ends well; a task that
 * does not end, or ends as failed, gets no deadline. `start` is when the task would start if
 * nobody waited for a machine and all before it took as long as they may: its submission, or
 * the latest deadline among the stages that it waits for, if that is later. So a deadline is
 * known when the task is submitted, and a chain of stages has the slack of all its parts. A
 * stage that is submitted only after one that waits for it does not count.
 *
 * Only a share of the jobs has deadlines, chosen by the seed and the job's name. Services,
 * which have a latency target instead, are told by their priority. What a submission brings
 * itself stays as it is. */
#ifndef REPLAY_DEADLINES_H
#define REPLAY_DEADLINES_H

#include "base/id_map.h"
#include "scheduler/event.h"

#define LATENCY_RULES_MAX 8
#define DEADLINE_SLACK_MAX (INT64_C(1000000) * RESOURCE_UNIT)

struct deadline_options {
    int64_t slack;    /* billionths of the run time; 0: no deadlines are made */
    int64_t floor_us; /* at least so long after the start */
    int64_t share;    /* of the jobs, billionths */
    /* Tasks of at least that priority are services with that target; of several rules that
     * fit, the one with the highest priority counts. */
    struct {
        int32_t priority;
        int64_t latency_us;
    } latencies[LATENCY_RULES_MAX];
    uint32_t latency_count;
};

struct deadlines {
    struct deadline_options options;
    uint64_t seed;
    struct id_map stages; /* hash of job and stage -> index */
    int64_t *stage_ends;  /* the latest deadline of each */
    uint32_t stage_count, stage_room;
};

void deadlines_init(struct deadlines *deadlines, const struct deadline_options *options,
                    uint64_t seed);
void deadlines_free(struct deadlines *deadlines);

/* Give the tasks of a submission what the rules say; other events pass as they are. With
 * deadlines it remembers every stage of a job that has them: about 40 bytes each.
 * O(predecessors). */
void deadlines_apply(struct deadlines *deadlines, struct event *event);

/* Are there any rules? */
bool deadlines_made(const struct deadline_options *options);

#endif
