/* summary.h - all that a replay found out, in one struct and as one JSON object.
 *
 * The object has the keys of the published schema in their fixed order, what else is known
 * behind them. Times are in the unit that the key names, ratios 0..1, and what is
 * undefined is null. Counts are exact; measured numbers have 6 significant digits. */
#ifndef REPLAY_SUMMARY_H
#define REPLAY_SUMMARY_H

#include <cjson/cJSON.h>

#include "replay/metrics.h"
#include "replay/replay.h"
#include "replay/round_statistics.h"

/* The rounds, summed up. A throughput is per second that the policy was asked for
 * decisions, not per second of the whole replay. */
struct round_totals {
    uint64_t count, decisions, misfits, solve_count;
    uint32_t solves_max; /* of a round */
    double decisions_per_s;
    struct percentiles latency_us;                                 /* the whole decision, and */
    struct percentiles update_us, solve_us, certify_us, commit_us; /* its stages */
    struct percentiles gap;                                        /* NaN: no round told a cost */
};

/* All texts are borrowed from the replay. */
struct summary {
    const char *format, *policy, *cost_model, *solver; /* NULL: does not apply */
    uint64_t seed;
    uint32_t machines; /* that were ever there */
    double wall_s;
    uint64_t events;
    const struct row_counts *rows;
    struct metrics_report metrics;
    struct round_totals rounds;
    uint64_t certificates_checked, certificates_failed;
    uint64_t invariants_checked, invariants_violated;
    const char *violation; /* the first one, or "" */
    uint64_t rejected_decisions, stale_decisions;
    uint64_t unanswered_rounds; /* the solver had no answer; */
    const char *trouble;        /* why, the first time, or NULL */
    /* Events that the engine refused, by kind: a kill or update of a task that had ended
     * already, a submission of one that still lives. */
    const uint64_t *refused_events;
    uint64_t queued_at_submission; /* said to run already, without room there */
    uint64_t absent_dependencies;  /* on stages that never came */
    uint64_t injected_failures;    /* of machines, by --fail-machines */
    double peak_memory_mib;        /* of the process */
    bool interrupted;
    bool clairvoyant;         /* the policy knew how long tasks run */
    const char *const *notes; /* what was made up, for a person */
    uint32_t note_count;
};

/* Sum up a replay that has ended or was stopped; the metrics and statistics watched it. */
void summary_read(struct summary *summary, const struct replay *replay, struct metrics *metrics,
                  struct round_statistics *rounds, uint64_t wall_ns);

/* The object; the caller deletes it. */
cJSON *summary_json(const struct summary *summary);

/* Write any such object to a file. STATUS_IO, with nothing left behind, if that fails. */
enum status summary_write(const cJSON *json, const char *path, struct problem *problem);

#endif
