/* round_statistics.c - see round_statistics.h. */
#include "replay/round_statistics.h"

#include <math.h>

void round_statistics_free(struct round_statistics *statistics)
{
    samples_free(&statistics->latencies_ns);
    samples_free(&statistics->solves_ns);
    *statistics = (struct round_statistics){0};
}

double round_gap(const struct round_report *report)
{
    if (!report->has_cost)
        return NAN;
    double scale = fabs((double)report->bound);
    return (double)((__int128)report->cost - report->bound) / (scale > 1 ? scale : 1);
}

void round_statistics_add(struct round_statistics *statistics, const struct round_record *record)
{
    statistics->count++;
    statistics->decisions += (uint64_t)record->placed + record->preempted + record->migrated;
    statistics->misfits += record->report.misfits;
    statistics->latency_ns += record->latency_ns;
    samples_add(&statistics->latencies_ns, (int64_t)record->latency_ns);
    samples_add(&statistics->solves_ns, (int64_t)record->report.solve_ns);
    double gap = round_gap(&record->report);
    if (isnan(gap))
        return;
    if (!statistics->gap_known || gap > statistics->gap_max)
        statistics->gap_max = gap;
    statistics->gap_known = true;
}
