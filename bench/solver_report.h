/* solver_report.h - what solver_bench measured, as a table for people or as JSON.
 *
 * The table is printed as it comes and fits 100 columns; the object holds more: every clock,
 * and all percentiles. */
#ifndef BENCH_SOLVER_REPORT_H
#define BENCH_SOLVER_REPORT_H

#include <cjson/cJSON.h>
#include <stdio.h>

#include "bench/life.h"
#include "bench/scratch.h"
#include "bench/solver_bench.h"

/* A network that is measured. */
struct solver_instance {
    char name[64];
    const struct solver_bench_cluster *cluster; /* NULL: of a family */
    uint32_t tasks;                             /* of a cluster */
    uint32_t nodes, arcs;
};

/* What the ratios of several instances come to. */
struct solver_summary {
    uint32_t instances;
    double geometric_mean; /* of scratch_ratio_best; NaN if there is none */
};

void solver_table_head(const struct solver_bench_options *options,
                       const struct meter_times *overhead, FILE *stream);
void solver_table_instance(const struct solver_instance *instance, FILE *stream);
void solver_table_scratch(const struct scratch *scratch, const struct solver_instance *instance,
                          FILE *stream);
void solver_table_events(const struct life_run *runs, uint32_t count, bool first, FILE *stream);
/* The costs before the first event and after the last; `other` found the same, or is NULL. */
void solver_table_costs(cost_t before, cost_t after, const char *other, FILE *stream);
void solver_table_end(const struct solver_summary *summary, FILE *stream);

/* An object with the head's figures and an empty array "instances"; the caller deletes it. */
cJSON *solver_json_head(const struct solver_bench_options *options,
                        const struct meter_times *overhead);
/* Another instance; borrowed from the object. */
cJSON *solver_json_instance(cJSON *json, const struct solver_instance *instance);
void solver_json_scratch(cJSON *instance, const struct scratch *scratch, uint32_t arcs);
void solver_json_events(cJSON *instance, const struct life_run *runs, uint32_t count);
void solver_json_costs(cJSON *instance, cost_t before, cost_t after, const char *other);
void solver_json_end(cJSON *json, const struct solver_summary *summary);

#endif
