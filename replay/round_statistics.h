/* round_statistics.h - what the rounds of a replay cost and how good they were. */
#ifndef REPLAY_ROUND_STATISTICS_H
#define REPLAY_ROUND_STATISTICS_H

#include "replay/replay.h"
#include "replay/samples.h"

/* Gaps are kept in parts of this many. */
#define GAP_UNIT INT64_C(1000000000000000)

struct round_statistics {
    uint64_t count;
    uint64_t decisions;
    uint64_t misfits;
    uint64_t solves; /* sum over the rounds */
    uint32_t solves_max;
    uint64_t latency_ns; /* sum over the rounds */
    struct samples latencies_ns;
    struct samples updates_ns, solves_ns, certifies_ns, commits_ns; /* the stages of them */
    struct samples gaps; /* of the rounds whose gap is known */
};

void round_statistics_free(struct round_statistics *statistics);

/* O(1) amortised. */
void round_statistics_add(struct round_statistics *statistics, const struct round_record *record);

/* (cost - bound) / max(|cost|, |bound|, 1): how far the cost reached may be from the optimum,
 * and of costs that are not negative 0 to 1. NaN if the policy has no costs, or
 * no bound (scheduler/policy.h). */
double round_gap(const struct round_report *report);

#endif
