/* solver_json.c - the object of solver_report.h. */
#include "bench/solver_report.h"

#include <math.h>

#include "bench/json.h"

static void add_times(cJSON *object, const struct meter_samples *times)
{
    field_integer(object, "n", times->thread_ns.count);
    json_add_samples(object, "thread_ns", &times->thread_ns);
    json_add_samples(object, "process_ns", &times->process_ns);
    json_add_samples(object, "wall_ns", &times->wall_ns);
}

cJSON *solver_json_head(const struct solver_bench_options *options,
                        const struct meter_times *overhead)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "solver", options->solvers[0]);
    cJSON *against = cJSON_AddArrayToObject(json, "against");
    for (uint32_t i = 1; i < options->solver_count; i++)
        cJSON_AddItemToArray(against, cJSON_CreateString(options->solvers[i]));
    field_integer(json, "machines", options->machines);
    field_integer(json, "slots", options->slots);
    field_integer(json, "seed", (int64_t)options->seed);
    if (options->core >= 0)
        field_integer(json, "core", options->core);
    else
        cJSON_AddNullToObject(json, "core");
    cJSON *clocks = cJSON_AddObjectToObject(json, "clock_overhead_ns");
    field_integer(clocks, "thread", overhead->thread_ns);
    field_integer(clocks, "process", overhead->process_ns);
    field_integer(clocks, "wall", overhead->wall_ns);
    cJSON_AddArrayToObject(json, "instances");
    return json;
}

cJSON *solver_json_instance(cJSON *json, const struct solver_instance *instance)
{
    cJSON *object = cJSON_CreateObject();
    cJSON_AddItemToArray(cJSON_GetObjectItem(json, "instances"), object);
    cJSON_AddStringToObject(object, "name", instance->name);
    if (instance->cluster) {
        field_integer(object, "tasks", instance->tasks);
        json_add_real(object, "hot", instance->cluster->hot);
    }
    field_integer(object, "nodes", instance->nodes);
    field_integer(object, "arcs", instance->arcs);
    return object;
}

static const char *outcome_name(enum outcome outcome)
{
    static const char *const names[] = {
        [OUTCOME_OPTIMAL] = "optimal",
        [OUTCOME_INFEASIBLE] = "infeasible",
        [OUTCOME_BUDGET_SPENT] = "budget spent",
        [OUTCOME_REFUSED] = "refused",
    };
    return names[outcome];
}

void solver_json_scratch(cJSON *instance, const struct scratch *scratch, uint32_t arcs)
{
    cJSON *rows = cJSON_AddArrayToObject(instance, "scratch");
    for (uint32_t i = 0; i < scratch->run_count; i++) {
        const struct scratch_run *run = &scratch->runs[i];
        const struct meter_memory *memory = &run->memory;
        cJSON *row = cJSON_CreateObject();
        cJSON_AddItemToArray(rows, row);
        cJSON_AddStringToObject(row, "solver", run->solver);
        cJSON_AddStringToObject(row, "outcome", outcome_name(run->outcome));
        if (run->outcome == OUTCOME_OPTIMAL)
            field_integer(row, "cost", run->cost);
        add_times(row, &run->times);
        field_integer(row, "work", (int64_t)run->work);
        json_add_bytes(row, "heap_bytes", memory->heap);
        json_add_bytes(row, "resident_bytes", memory->resident);
        json_add_real(row, "heap_bytes_per_arc", arcs ? (double)memory->heap / arcs : NAN);
        json_add_real(row, "ratio", i == 0 ? NAN : scratch_ratio(scratch, i));
    }
}

void solver_json_events(cJSON *instance, const struct life_run *runs, uint32_t count)
{
    cJSON *rows = cJSON_GetObjectItem(instance, "events");
    if (!rows)
        rows = cJSON_AddArrayToObject(instance, "events");
    for (uint32_t i = 0; i < count; i++) {
        const struct life_run *run = &runs[i];
        cJSON *row = cJSON_CreateObject();
        cJSON_AddItemToArray(rows, row);
        cJSON_AddStringToObject(row, "row", run->cycle->name);
        cJSON_AddStringToObject(row, "event", run->label);
        field_integer(row, "concerned", run->concerned);
        add_times(row, &run->times);
        json_add_samples(row, "work", &run->work);
        json_add_samples(row, "changes", &run->changes);
    }
}

void solver_json_costs(cJSON *instance, cost_t before, cost_t after, const char *other)
{
    field_integer(instance, "cost_before_events", before);
    field_integer(instance, "cost_after_events", after);
    if (other)
        cJSON_AddStringToObject(instance, "costs_compared_with", other);
    else
        cJSON_AddNullToObject(instance, "costs_compared_with");
}

void solver_json_end(cJSON *json, const struct solver_summary *summary)
{
    json_add_real(json, "geometric_mean_ratio", summary->geometric_mean);
}
