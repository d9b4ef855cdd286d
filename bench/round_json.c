/* round_json.c - the object of round_figures.h. */
#include "base/assert.h"
#include "bench/json.h"
#include "bench/round_figures.h"

static void add_options(cJSON *json, const struct round_bench_options *options)
{
    const struct workload_options *workload = &options->workload;
    cJSON_AddStringToObject(json, "cost_model", options->cost_model);
    cJSON_AddStringToObject(json, "solver", options->solver);
    cJSON_AddBoolToObject(json, "preemption", options->preemption);
    field_integer(json, "seed", (int64_t)workload->seed);
    field_integer(json, "machines", workload->machines);
    field_integer(json, "tasks", workload->tasks);
    field_integer(json, "load_percent", workload->load_percent);
    field_integer(json, "events_per_round", options->events);
    field_integer(json, "warmup", options->warmup);
}

static void name_stage(char key[32], enum round_stage stage)
{
    snprintf(key, 32, "%s_ns", round_stage_name(stage));
}

static void add_times(cJSON *json, const struct round_figures *figures)
{
    char key[32];
    cJSON *first = cJSON_AddObjectToObject(json, "first_round");
    for (int s = 0; s < ROUND_STAGE_COUNT; s++) {
        name_stage(key, (enum round_stage)s);
        field_integer(first, key, figures->first.ns[s]);
    }
    cJSON *rounds = cJSON_AddObjectToObject(json, "rounds");
    field_integer(rounds, "count", (int64_t)figures->rounds.count);
    for (int s = 0; s < ROUND_STAGE_COUNT; s++) {
        name_stage(key, (enum round_stage)s);
        json_add_samples(rounds, key, &figures->stages_ns[s]);
    }
}

static void add_rounds(cJSON *json, struct round_figures *figures)
{
    struct round_statistics *rounds = &figures->rounds;
    struct percentiles p = samples_percentiles(&rounds->gaps, (double)GAP_UNIT);
    field_integer(json, "events", (int64_t)figures->events);
    json_add_real(json, "events_per_s", round_figures_per_s(figures, figures->events));
    field_integer(json, "decisions", (int64_t)rounds->decisions);
    json_add_real(json, "decisions_per_s", round_figures_per_s(figures, rounds->decisions));
    field_integer(json, "misfits", (int64_t)rounds->misfits);
    cJSON *solves = cJSON_AddObjectToObject(json, "solves");
    field_integer(solves, "count", (int64_t)rounds->solves);
    field_integer(solves, "max", rounds->solves_max);
    cJSON *gap = cJSON_AddObjectToObject(json, "gap");
    json_add_real(gap, "p50", p.p50);
    json_add_real(gap, "p99", p.p99);
    json_add_real(gap, "max", p.max);
    cJSON *network = cJSON_AddObjectToObject(json, "network");
    field_integer(network, "nodes_max", figures->nodes_max);
    field_integer(network, "arcs_max", figures->arcs_max);
}

static void add_cluster(cJSON *json, const struct round_figures *figures)
{
    const struct cluster *cluster = figures->cluster;
    cJSON *object = cJSON_AddObjectToObject(json, "cluster");
    field_integer(object, "running", cluster->lists[TASK_RUNNING].count);
    field_integer(object, "waiting", cluster->lists[TASK_WAITING].count);
    for (int r = 0; r <= RESOURCE_MEMORY; r++)
        json_add_real(object, resource_name((enum resource)r),
                      (double)cluster->used.amount[r] / (double)cluster->capacity.amount[r]);
    json_add_bytes(json, "heap_bytes", figures->memory.heap);
    json_add_bytes(json, "resident_bytes", figures->memory.resident);
}

void round_json_print(const struct round_bench_options *options, struct round_figures *figures,
                      FILE *stream)
{
    cJSON *json = cJSON_CreateObject();
    add_options(json, options);
    field_integer(json, "fill_ns", (int64_t)figures->fill_ns);
    field_integer(json, "filled", figures->filled);
    add_times(json, figures);
    add_rounds(json, figures);
    add_cluster(json, figures);
    char *text = cJSON_Print(json);
    bool memory_available = text != NULL;
    ASSERT(memory_available);
    fprintf(stream, "%s\n", text);
    cJSON_free(text);
    cJSON_Delete(json);
}
