/* round_figures.c - see round_figures.h. */
#include "bench/round_figures.h"

#include "replay/integral.h"

const char *round_stage_name(enum round_stage stage)
{
    static const char *const names[] = {
        [ROUND_WHOLE] = "round", [ROUND_EVENTS] = "events",   [ROUND_UPDATE] = "update",
        [ROUND_SOLVE] = "solve", [ROUND_CERTIFY] = "certify", [ROUND_COMMIT] = "commit",
        [ROUND_APPLY] = "apply",
    };
    return names[stage];
}

void round_figures_free(struct round_figures *figures)
{
    for (int s = 0; s < ROUND_STAGE_COUNT; s++)
        samples_free(&figures->stages_ns[s]);
    round_statistics_free(&figures->rounds);
}

void round_figures_add(struct round_figures *figures, const struct round_times *times,
                       const struct round_record *record, uint32_t events)
{
    for (int s = 0; s < ROUND_STAGE_COUNT; s++)
        samples_add(&figures->stages_ns[s], times->ns[s]);
    round_statistics_add(&figures->rounds, record);
    figures->events += events;
    if (record->report.nodes > figures->nodes_max)
        figures->nodes_max = record->report.nodes;
    if (record->report.arcs > figures->arcs_max)
        figures->arcs_max = record->report.arcs;
}

double round_figures_per_s(const struct round_figures *figures, uint64_t count)
{
    int64_t whole_ns = 0;
    for (uint32_t i = 0; i < figures->stages_ns[ROUND_WHOLE].count; i++)
        whole_ns += figures->stages_ns[ROUND_WHOLE].values[i];
    return ratio_of((double)count, (double)whole_ns / 1e9);
}
