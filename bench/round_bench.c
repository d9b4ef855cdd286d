/* round_bench.c - see round_bench.h. */
#include "bench/round_bench.h"

#include "base/clock.h"
#include "base/memory.h"
#include "bench/round_figures.h"
#include "policies/policies.h"

struct bench {
    const struct round_bench_options *options;
    struct progress *progress;
    struct problem *problem;
    struct workload workload;
    struct engine engine;
    const struct policy_kind *policy;
    void *state; /* of the policy */
    struct decision_list decisions;
    uint32_t round; /* from 0, which is the first */
    struct round_figures figures;
};

static enum status wrong(const struct bench *bench, const char *what)
{
    return problem_set(bench->problem, STATUS_ILLEGAL, NULL, 0, 0, "round %u: %s", bench->round,
                       what);
}

static enum status check_round(const struct bench *bench, const struct round_report *report)
{
    if (report->certificate_failed)
        return wrong(bench, "the certificate does not hold");
    if (report->trouble)
        return wrong(bench, report->trouble);
    if (bench->engine.rejected_decisions || bench->engine.stale_decisions)
        return wrong(bench, "a decision was refused");
    return STATUS_OK;
}

/* What was drawn happens, and a round follows. */
static void time_round(struct bench *bench, int64_t now_us, struct round_times *times,
                       struct round_record *record)
{
    struct round_report *report = &record->report;
    uint64_t start_ns = clock_ns();
    uint64_t lap_ns = start_ns;
    workload_apply(&bench->workload, &bench->engine);
    times->ns[ROUND_EVENTS] = (int64_t)clock_lap(&lap_ns);
    bench->policy->decide(bench->state, bench->engine.cluster, now_us, &bench->decisions, report);
    record->latency_ns = clock_lap(&lap_ns);
    engine_decide(&bench->engine, &bench->decisions, now_us);
    times->ns[ROUND_APPLY] = (int64_t)clock_lap(&lap_ns);
    times->ns[ROUND_WHOLE] = (int64_t)(lap_ns - start_ns);
    times->ns[ROUND_UPDATE] = (int64_t)report->update_ns;
    times->ns[ROUND_SOLVE] = (int64_t)report->solve_ns;
    times->ns[ROUND_CERTIFY] = (int64_t)report->certify_ns;
    times->ns[ROUND_COMMIT] = (int64_t)report->commit_ns;
}

static enum status run_round(struct bench *bench)
{
    const struct round_bench_options *options = bench->options;
    struct cluster *cluster = bench->engine.cluster;
    int64_t now_us = bench->round * ROUND_BENCH_US;
    struct round_record record = {.time_us = now_us};
    struct round_times times;
    progress_step(bench->progress, clock_ns(), "round %u of %u", bench->round,
                  options->warmup + options->rounds);
    workload_draw(&bench->workload, cluster, bench->round ? options->events : 0, now_us);
    bench->decisions.count = 0;
    time_round(bench, now_us, &times, &record);
    round_record_count(&record, &bench->decisions);
    if (bench->round == 0)
        bench->figures.first = times;
    if (bench->round > options->warmup)
        round_figures_add(&bench->figures, &times, &record,
                          bench->workload.end_count + bench->workload.arrival_count);
    return check_round(bench, &record.report);
}

static void fill(struct bench *bench)
{
    progress_step(bench->progress, clock_ns(), "filling the cluster");
    uint64_t start_ns = clock_ns();
    workload_fill(&bench->workload, &bench->engine);
    bench->figures.fill_ns = clock_ns() - start_ns;
    bench->figures.filled = bench->engine.cluster->lists[TASK_RUNNING].count;
}

static enum status run(struct bench *bench)
{
    const struct round_bench_options *options = bench->options;
    enum status status = STATUS_OK;
    struct meter_memory memory = meter_memory_start();
    fill(bench);
    for (; status == STATUS_OK && bench->round <= options->warmup + options->rounds; bench->round++)
        status = run_round(bench);
    if (status == STATUS_OK)
        status = cluster_check(bench->engine.cluster, bench->problem);
    meter_memory_stop(&memory);
    bench->figures.memory = memory;
    bench->figures.cluster = bench->engine.cluster;
    progress_end(bench->progress);
    return status;
}

static void free_bench(struct bench *bench)
{
    engine_free(&bench->engine);
    workload_free(&bench->workload);
    memory_free(bench->decisions.decisions);
    round_figures_free(&bench->figures);
    bench->policy->destroy(bench->state);
}

enum status round_bench_run(const struct round_bench_options *options, bool json, FILE *stream,
                            struct progress *progress, struct problem *problem)
{
    struct bench bench = {.options = options,
                          .progress = progress,
                          .problem = problem,
                          .policy = policy_kind_find("flow")};
    struct policy_options policy_options = {.cost_model = options->cost_model,
                                            .solver = options->solver,
                                            .preemption = options->preemption,
                                            .seed = options->workload.seed};
    enum status status = bench.policy->create(&bench.state, &policy_options, problem);
    if (status != STATUS_OK)
        return status;
    engine_init(&bench.engine, &engine_options_default);
    engine_observe(&bench.engine, (struct observer){bench.state, bench.policy->on_change});
    status = workload_init(&bench.workload, &options->workload, problem);
    if (status == STATUS_OK)
        status = run(&bench);
    if (status == STATUS_OK && json)
        round_json_print(options, &bench.figures, stream);
    else if (status == STATUS_OK)
        round_table_print(options, &bench.figures, stream);
    free_bench(&bench);
    return status;
}
