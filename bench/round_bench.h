/* round_bench.h - how long whole rounds of the flow policy take, stage by stage.
 *
 * A generated cluster is filled (workload.h). Its first round builds and solves the network from
 * nothing; then come rounds that nobody measures, and then those that are measured. Before
 * each but the first, some tasks end and as many new ones arrive. Rounds are a second of virtual
 * time apart. A round is all that follows from that, in these stages:
 *
 *     events    they reach the engine, and through it the policy
 *     update    the network is brought up to date
 *     solve     the solver alone
 *     certify   its proofs, and their check
 *     commit    what fits is found out and decided
 *     apply     the decisions reach the engine
 *
 * Every round's answer is certified, no decision may be refused, and at the end every invariant
 * of the cluster is checked. */
#ifndef BENCH_ROUND_BENCH_H
#define BENCH_ROUND_BENCH_H

#include <stdio.h>

#include "bench/workload.h"
#include "replay/progress.h"

#define ROUND_BENCH_ROUNDS_MAX 1000000
#define ROUND_BENCH_US INT64_C(1000000) /* virtual time from round to round */

struct round_bench_options {
    struct workload_options workload;
    const char *cost_model, *solver;
    bool preemption;
    uint32_t warmup; /* rounds before those that are measured, and behind the first */
    uint32_t rounds; /* that are measured */
    uint32_t events; /* a round: 1 .. WORKLOAD_EVENTS_MAX */
};

/* Run it: a table or one JSON object on the stream, at the end. STATUS_USAGE if the cost model,
 * the solver or the load is not good; STATUS_ILLEGAL if a round has no answer that is right. */
enum status round_bench_run(const struct round_bench_options *options, bool json, FILE *stream,
                            struct progress *progress, struct problem *problem);

#endif
