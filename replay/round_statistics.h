/* round_statistics.h - what the rounds of a replay cost and how good they were. */
#ifndef REPLAY_ROUND_STATISTICS_H
#define REPLAY_ROUND_STATISTICS_H

#include "replay/replay.h"
#include "replay/samples.h"

struct round_statistics {
    uint64_t count;
    uint64_t decisions;
    uint64_t misfits;
    uint64_t latency_ns; /* sum over the rounds */
    struct samples latencies_ns, solves_ns;
    double gap_max; /* of the rounds whose gap is known */
    bool gap_known; /* of any round */
};

void round_statistics_free(struct round_statistics *statistics);

/* O(1) amortised. */
void round_statistics_add(struct round_statistics *statistics, const struct round_record *record);

/* (cost - bound) / max(|bound|, 1): how far the cost reached may be from the optimum. NaN if
 * the policy has no costs. */
double round_gap(const struct round_report *report);

#endif
