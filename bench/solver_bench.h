/* solver_bench.h - a plan of measurements of one solver beside others, run and reported.
 *
 * Two kinds of networks: a cluster at some load, solved from nothing (scratch.h) and through
 * events (life.h), and networks of the families of the literature, solved from nothing. */
#ifndef BENCH_SOLVER_BENCH_H
#define BENCH_SOLVER_BENCH_H

#include <stdio.h>

#include "bench/family.h"
#include "bench/quincy.h"
#include "replay/progress.h"

#define SOLVER_BENCH_SOLVERS_MAX 8
#define SOLVER_BENCH_SETTINGS_MAX 32

/* Rows: solves from nothing, or one for each cycle of life.h, by its index. */
#define SOLVER_BENCH_SCRATCH 1u
#define SOLVER_BENCH_CYCLE(index) (2u << (index))

/* One cluster. */
struct solver_bench_cluster {
    uint32_t load_percent; /* of all slots; 0: so many tasks */
    uint32_t tasks;
    double hot;
    uint32_t rows; /* which of them, by bit */
};

/* One network of a family. */
struct solver_bench_family {
    const struct family *family;
    uint32_t nodes;
};

struct solver_bench_options {
    const char *solvers[SOLVER_BENCH_SOLVERS_MAX]; /* names of the table; the first is measured, */
    uint32_t solver_count;                         /* the others are what it is compared with */
    uint32_t machines, slots;
    uint64_t seed;
    struct solver_bench_cluster clusters[SOLVER_BENCH_SETTINGS_MAX];
    uint32_t cluster_count;
    struct solver_bench_family families[SOLVER_BENCH_SETTINGS_MAX];
    uint32_t family_count;
    uint32_t repeat; /* solves from nothing, by each solver */
    uint32_t count;  /* of each cycle; 0: as many as is usual for it */
    bool check;      /* certify after each event */
    int32_t core;    /* that the process is bound to, for the report; negative: none */
};

/* The clusters and rows that the solver is judged by, in place of those of the options. */
void solver_bench_judge(struct solver_bench_options *options);

/* The tasks of a cluster, at most UINT64_MAX. */
uint64_t solver_bench_tasks(const struct solver_bench_options *options,
                            const struct solver_bench_cluster *cluster);

/* Run it: a table as it comes, or one JSON object at the end, on the stream. STATUS_ILLEGAL
 * if an answer is not right (the rest is not run, and the object not printed); STATUS_USAGE
 * or STATUS_TOO_LARGE if a family has no such network. */
enum status solver_bench_run(const struct solver_bench_options *options, bool json, FILE *stream,
                             struct progress *progress, struct problem *problem);

#endif
