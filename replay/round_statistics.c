/* round_statistics.c - see round_statistics.h. */
#include "replay/round_statistics.h"

#include <math.h>

void round_statistics_free(struct round_statistics *statistics)
{
    samples_free(&statistics->latencies_ns);
    samples_free(&statistics->updates_ns);
    samples_free(&statistics->solves_ns);
    samples_free(&statistics->certifies_ns);
    samples_free(&statistics->commits_ns);
    samples_free(&statistics->gaps);
    *statistics = (struct round_statistics){0};
}

double round_gap(const struct round_report *report)
{
    if (!report->has_cost || !report->has_bound)
        return NAN;
    double scale = fmax(fabs((double)report->cost), fabs((double)report->bound));
    return (double)((__int128)report->cost - report->bound) / fmax(scale, 1);
}

void round_statistics_add(struct round_statistics *statistics, const struct round_record *record)
{
    const struct round_report *report = &record->report;
    statistics->count++;
    statistics->decisions += (uint64_t)record->placed + record->preempted + record->migrated +
                             record->suspensions + record->resumptions;
    statistics->misfits += report->misfits;
    statistics->solves += report->solves;
    if (report->solves > statistics->solves_max)
        statistics->solves_max = report->solves;
    statistics->latency_ns += record->latency_ns;
    samples_add(&statistics->latencies_ns, (int64_t)record->latency_ns);
    samples_add(&statistics->updates_ns, (int64_t)report->update_ns);
    samples_add(&statistics->solves_ns, (int64_t)report->solve_ns);
    samples_add(&statistics->certifies_ns, (int64_t)report->certify_ns);
    samples_add(&statistics->commits_ns, (int64_t)report->commit_ns);
    double gap = round_gap(report);
    if (!isnan(gap))
        samples_add(&statistics->gaps, (int64_t)llround(gap * (double)GAP_UNIT));
}
