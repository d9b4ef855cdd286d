/* round_figures.h - what round_bench measured, and its table for people and object for programs. */
#ifndef BENCH_ROUND_FIGURES_H
#define BENCH_ROUND_FIGURES_H

#include <stdio.h>

#include "bench/meter.h"
#include "bench/round_bench.h"
#include "replay/round_statistics.h"

enum round_stage {
    ROUND_WHOLE,
    ROUND_EVENTS,
    ROUND_UPDATE,
    ROUND_SOLVE,
    ROUND_CERTIFY,
    ROUND_COMMIT,
    ROUND_APPLY,
    ROUND_STAGE_COUNT
};

/* "round", "events", ... */
const char *round_stage_name(enum round_stage stage);

/* Wall time of a round, by stage. */
struct round_times {
    int64_t ns[ROUND_STAGE_COUNT];
};

struct round_figures {
    uint64_t fill_ns;
    uint32_t filled; /* tasks that ran when the cluster was full */
    struct round_times first;
    struct samples stages_ns[ROUND_STAGE_COUNT]; /* of the measured rounds, as is the rest */
    struct round_statistics rounds;
    uint64_t events;
    uint32_t nodes_max, arcs_max;
    struct meter_memory memory;    /* from nothing to the end */
    const struct cluster *cluster; /* as it is at the end; borrowed */
};

void round_figures_free(struct round_figures *figures);

/* Another measured round. */
void round_figures_add(struct round_figures *figures, const struct round_times *times,
                       const struct round_record *record, uint32_t events);

/* Per second of the rounds' whole time; NaN if there was none. */
double round_figures_per_s(const struct round_figures *figures, uint64_t count);

/* The table fits 100 columns. */
void round_table_print(const struct round_bench_options *options, struct round_figures *figures,
                       FILE *stream);
void round_json_print(const struct round_bench_options *options, struct round_figures *figures,
                      FILE *stream);

#endif
