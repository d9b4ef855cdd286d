/* solver_bench.c - see solver_bench.h. */
#include "bench/solver_bench.h"

#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "base/clock.h"
#include "bench/certify.h"
#include "bench/solver_report.h"

#define SCRATCH SOLVER_BENCH_SCRATCH
#define ALL_CYCLES ~SCRATCH

/* A run of the plan, and where it reports. */
struct bench {
    const struct solver_bench_options *options;
    struct progress *progress;
    struct problem *problem;
    FILE *stream;
    cJSON *json;     /* NULL: a table */
    cJSON *instance; /* the present one */
    double log_ratios;
    struct solver_summary summary;
};

/* By the cycles' positions in life.c's table, which are looked up by name. */
static uint32_t cycle_row(const char *name)
{
    for (uint32_t i = 0; i < life_cycle_count(); i++)
        if (strcmp(life_cycle_at(i)->name, name) == 0)
            return SOLVER_BENCH_CYCLE(i);
    ASSERT(false);
}

void solver_bench_judge(struct solver_bench_options *options)
{
    uint32_t task = cycle_row("task");
    uint32_t batch = cycle_row("batch") | cycle_row("restarts");
    uint32_t churn = cycle_row("churn");
    const struct solver_bench_cluster clusters[] = {
        {.load_percent = 50, .rows = SCRATCH | batch},
        {.load_percent = 80, .rows = SCRATCH},
        {.load_percent = 90, .rows = SCRATCH | task | batch | churn},
        {.load_percent = 99, .rows = batch},
        {.load_percent = 100, .rows = SCRATCH | batch},
        {.load_percent = 107, .rows = SCRATCH},
        {.load_percent = 110, .rows = batch | cycle_row("waiting")},
        {.load_percent = 90, .hot = 0.9, .rows = SCRATCH},
    };
    memcpy(options->clusters, clusters, sizeof clusters);
    options->cluster_count = COUNT_OF(clusters);
}

uint64_t solver_bench_tasks(const struct solver_bench_options *options,
                            const struct solver_bench_cluster *cluster)
{
    if (cluster->load_percent == 0)
        return cluster->tasks;
    return (uint64_t)options->machines * options->slots * cluster->load_percent / 100;
}

static void tell_instance(struct bench *bench, const struct solver_instance *instance)
{
    progress_end(bench->progress);
    if (bench->json)
        bench->instance = solver_json_instance(bench->json, instance);
    else
        solver_table_instance(instance, bench->stream);
}

static void tell_scratch(struct bench *bench, const struct scratch *scratch,
                         const struct solver_instance *instance)
{
    double ratio = scratch_ratio_best(scratch);
    if (!isnan(ratio)) {
        bench->log_ratios += log(ratio);
        bench->summary.instances++;
    }
    progress_end(bench->progress);
    if (bench->json)
        solver_json_scratch(bench->instance, scratch, instance->arcs);
    else
        solver_table_scratch(scratch, instance, bench->stream);
}

/* The runs of a life from `first` on. */
static void tell_events(struct bench *bench, const struct life *life, uint32_t first)
{
    progress_end(bench->progress);
    if (bench->json)
        solver_json_events(bench->instance, life->runs + first, life->run_count - first);
    else
        solver_table_events(life->runs + first, life->run_count - first, first == 0, bench->stream);
}

static void tell_costs(struct bench *bench, cost_t before, cost_t after, const char *other)
{
    progress_end(bench->progress);
    if (bench->json)
        solver_json_costs(bench->instance, before, after, other);
    else
        solver_table_costs(before, after, other, bench->stream);
}

/* A cost that another solver found. */
struct other_cost {
    const char *solver; /* NULL: none did */
    cost_t cost;
};

static bool measure_scratch(struct bench *bench, struct network *network,
                            const struct solver_instance *instance, struct other_cost *other)
{
    const struct solver_bench_options *options = bench->options;
    struct scratch scratch;
    scratch_init(&scratch, options->solvers, options->solver_count);
    bool right =
        scratch_measure(&scratch, network, options->repeat, bench->progress, bench->problem);
    if (right)
        tell_scratch(bench, &scratch, instance);
    const struct scratch_run *last = &scratch.runs[scratch.run_count - 1];
    if (right && scratch.run_count > 1 && last->outcome == OUTCOME_OPTIMAL)
        *other = (struct other_cost){last->solver, last->cost};
    scratch_free(&scratch);
    return right;
}

/* Ask the first of the other solvers, if there is one. */
static void ask_other(struct bench *bench, struct network *network, struct other_cost *other)
{
    *other = (struct other_cost){NULL, 0};
    if (bench->options->solver_count < 2)
        return;
    const char *name = bench->options->solvers[1];
    struct solution solution;
    struct solver *solver = solver_create(name);
    progress_step(bench->progress, clock_ns(), "%s, to compare costs", name);
    solver_solve(solver, network, SOLVER_NO_BUDGET, &solution);
    if (solution.outcome == OUTCOME_OPTIMAL)
        *other = (struct other_cost){name, solution.cost};
    solver_destroy(solver);
}

static bool same_cost(struct bench *bench, const struct life *life, const struct other_cost *other)
{
    return !other->solver || certify_same(solver_name(life->solver), life->solution.cost,
                                          other->solver, other->cost, bench->problem);
}

static bool measure_cycles(struct bench *bench, struct life *life, uint32_t rows)
{
    for (uint32_t i = 0; i < life_cycle_count(); i++) {
        if (!(rows & SOLVER_BENCH_CYCLE(i)))
            continue;
        const struct life_cycle *cycle = life_cycle_at(i);
        uint32_t count = bench->options->count ? bench->options->count : cycle->count;
        uint32_t first = life->run_count;
        if (!life_measure(life, cycle, count, bench->problem))
            return false;
        tell_events(bench, life, first);
    }
    return true;
}

/* The cycles among `rows`; `other` is a cost of the network before. */
static bool measure_life(struct bench *bench, struct quincy *quincy, uint32_t rows,
                         struct other_cost other)
{
    const struct solver_bench_options *options = bench->options;
    struct life life;
    if (!other.solver)
        ask_other(bench, &quincy->network, &other);
    bool right = life_init(&life, quincy, options->solvers[0], options->check, bench->progress,
                           bench->problem) &&
                 same_cost(bench, &life, &other);
    cost_t before = life.solution.cost;
    right = right && measure_cycles(bench, &life, rows);
    if (right) {
        ask_other(bench, &quincy->network, &other);
        right = same_cost(bench, &life, &other);
    }
    if (right)
        tell_costs(bench, before, life.solution.cost, other.solver);
    life_free(&life);
    return right;
}

static void name_cluster(const struct solver_bench_options *options,
                         const struct solver_bench_cluster *cluster, char *name, size_t size)
{
    double slots = (double)options->machines * options->slots;
    double load = (double)solver_bench_tasks(options, cluster) / slots;
    if (cluster->load_percent)
        load = cluster->load_percent / 100.0;
    int length = snprintf(name, size, "load %.4g %%", 100 * load);
    if (cluster->hot > 0)
        snprintf(name + length, size - (size_t)length, ", %g %% of the preferences hot",
                 100 * cluster->hot);
}

static enum status run_cluster(struct bench *bench, const struct solver_bench_cluster *cluster)
{
    const struct solver_bench_options *options = bench->options;
    struct quincy_options wanted = {.machines = options->machines,
                                    .slots = options->slots,
                                    .tasks = (uint32_t)solver_bench_tasks(options, cluster),
                                    .hot = cluster->hot,
                                    .seed = options->seed};
    struct quincy quincy;
    struct solver_instance instance = {.cluster = cluster, .tasks = wanted.tasks};
    name_cluster(options, cluster, instance.name, sizeof instance.name);
    progress_step(bench->progress, clock_ns(), "%s: building the network", instance.name);
    quincy_init(&quincy, &wanted);
    instance.nodes = quincy.network.node_count;
    instance.arcs = quincy.network.arc_count;
    tell_instance(bench, &instance);

    struct other_cost other = {NULL, 0};
    bool right = true;
    if (cluster->rows & SCRATCH)
        right = measure_scratch(bench, &quincy.network, &instance, &other);
    if (right && (cluster->rows & ALL_CYCLES))
        right = measure_life(bench, &quincy, cluster->rows, other);
    quincy_free(&quincy);
    return right ? STATUS_OK : STATUS_ILLEGAL;
}

static enum status run_family(struct bench *bench, const struct solver_bench_family *row)
{
    struct family_options wanted = {.nodes = row->nodes, .seed = bench->options->seed};
    struct solver_instance instance = {0};
    snprintf(instance.name, sizeof instance.name, "%s", row->family->name);
    struct network network;
    progress_step(bench->progress, clock_ns(), "%s: building the network", instance.name);
    enum status status = family_build(row->family, &wanted, &network, bench->problem);
    if (status != STATUS_OK)
        return status;
    instance.nodes = network.node_count;
    instance.arcs = network.arc_count;
    tell_instance(bench, &instance);
    struct other_cost other;
    bool right = measure_scratch(bench, &network, &instance, &other);
    network_free(&network);
    return right ? STATUS_OK : STATUS_ILLEGAL;
}

static enum status run_all(struct bench *bench)
{
    const struct solver_bench_options *options = bench->options;
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < options->cluster_count && status == STATUS_OK; i++)
        status = run_cluster(bench, &options->clusters[i]);
    for (uint32_t i = 0; i < options->family_count && status == STATUS_OK; i++)
        status = run_family(bench, &options->families[i]);
    progress_end(bench->progress);
    return status;
}

static void end(struct bench *bench)
{
    struct solver_summary *summary = &bench->summary;
    summary->geometric_mean =
        summary->instances ? exp(bench->log_ratios / summary->instances) : NAN;
    if (!bench->json) {
        solver_table_end(summary, bench->stream);
        return;
    }
    solver_json_end(bench->json, summary);
    char *text = cJSON_Print(bench->json);
    bool memory_available = text != NULL;
    ASSERT(memory_available);
    fprintf(bench->stream, "%s\n", text);
    cJSON_free(text);
}

enum status solver_bench_run(const struct solver_bench_options *options, bool json, FILE *stream,
                             struct progress *progress, struct problem *problem)
{
    struct bench bench = {
        .options = options, .progress = progress, .problem = problem, .stream = stream};
    struct meter_times overhead = meter_overhead();
    if (json)
        bench.json = solver_json_head(options, &overhead);
    else
        solver_table_head(options, &overhead, stream);
    enum status status = run_all(&bench);
    if (status == STATUS_OK)
        end(&bench);
    cJSON_Delete(bench.json);
    return status;
}
