/* summary_json.c - a summary as the JSON object of the published schema (summary.h). */
#include <math.h>

#include "costmodels/response_time.h"
#include "replay/metrics_json.h"
#include "replay/summary.h"
#include "replay/summary_fields.h"

static void add_tasks(cJSON *json, const struct task_counts *tasks)
{
    cJSON *object = cJSON_AddObjectToObject(json, "tasks");
    field_count(object, "submitted", tasks->submitted);
    field_count(object, "finished", tasks->finished);
    field_count(object, "running", tasks->running);
    field_count(object, "waiting", tasks->waiting);
    field_count(object, "infeasible", tasks->infeasible);
    field_count(object, "failed", tasks->failed);
    field_count(object, "killed", tasks->killed);
    field_count(object, "retries", tasks->retries);
    field_count(object, "evictions", tasks->evictions);
    field_count(object, "preemptions", tasks->preemptions);
    field_count(object, "suspensions", tasks->suspensions);
    field_count(object, "migrations", tasks->migrations);
    field_count(object, "machine_losses", tasks->machine_losses);
    field_count(object, "suspended", tasks->suspended);
    field_count(object, "blocked", tasks->blocked);
    field_count(object, "backoff", tasks->backoff);
    field_count(object, "unplaced", tasks->unplaced);
}

static void add_reasons(cJSON *object, const char *key, const struct row_reason *reasons,
                        uint32_t count)
{
    cJSON *counts = cJSON_AddObjectToObject(object, key);
    for (uint32_t i = 0; i < count; i++)
        field_count(counts, reasons[i].reason, reasons[i].count);
}

static void add_rows(cJSON *json, const struct row_counts *rows)
{
    cJSON *object = cJSON_AddObjectToObject(json, "rows");
    field_count(object, "read", rows->read);
    field_count(object, "used", rows->used);
    add_reasons(object, "repaired", rows->repaired, rows->repaired_count);
    add_reasons(object, "refused", rows->refused, rows->refused_count);
}

static void add_slo(cJSON *json, const struct metrics_report *metrics)
{
    const struct service_level_ratios *levels = &metrics->service_levels;
    cJSON *object = cJSON_AddObjectToObject(json, "slo");
    field_count(object, "tasks", levels->tasks);
    field_real(object, "violation_rate", levels->violation_rate);
    field_text(object, "model", levels->tasks ? "deadline" : NULL);
    field_count(object, "undetermined", levels->undetermined);
    cJSON *latency = cJSON_AddObjectToObject(object, "latency");
    field_count(latency, "tasks", levels->services);
    field_real(latency, "violation_rate", levels->slow_rate);
    field_text(latency, "model", levels->services ? RESPONSE_MODEL : NULL);
    field_count(object, "late", levels->late);
    field_count(object, "unfinished", levels->unfinished);
    field_real(object, "goodput", metrics->goodput_in_time);
    field_distribution(object, "tardiness_s", &levels->tardiness_s);
}

static void add_fairness(cJSON *json, const struct fairness_ratios *fairness)
{
    cJSON *object = cJSON_AddObjectToObject(json, "fairness");
    field_real(object, "per_task", fairness->per_task);
    field_real(object, "dominant_share", fairness->dominant_share);
    field_real(object, "dominant_share_gap", fairness->dominant_share_gap);
    field_count(object, "tenants", fairness->tenants);
    field_count(object, "per_task_tenants", fairness->per_task_tenants);
    field_real(object, "backlogged_tenants", fairness->contenders);
    field_real(object, "contended_s", fairness->contended_s);
    field_real(object, "below_entitlement", fairness->below_entitlement);
    field_real(object, "share_deviation", fairness->share_deviation);
}

static void add_rounds(cJSON *json, const struct round_totals *rounds)
{
    cJSON *object = cJSON_AddObjectToObject(json, "rounds");
    field_count(object, "count", rounds->count);
    field_count(object, "decisions", rounds->decisions);
    field_real(object, "decisions_per_s", rounds->decisions_per_s);
    field_real(object, "gap_max", rounds->gap.max);
    field_percentiles(object, "latency_us", &rounds->latency_us);
    field_percentiles(object, "solve_us", &rounds->solve_us);
    field_percentiles(object, "update_us", &rounds->update_us);
    field_percentiles(object, "certify_us", &rounds->certify_us);
    field_percentiles(object, "commit_us", &rounds->commit_us);
    field_count(object, "misfits", rounds->misfits);
    cJSON *solves = cJSON_AddObjectToObject(object, "solves");
    field_count(solves, "count", rounds->solve_count);
    field_count(solves, "max", rounds->solves_max);
    cJSON *gap = cJSON_AddObjectToObject(object, "gap");
    field_real(gap, "p50", rounds->gap.p50);
    field_real(gap, "p99", rounds->gap.p99);
    field_real(gap, "max", rounds->gap.max);
}

static void add_checks(cJSON *json, const char *key, uint64_t checked, const char *bad_key,
                       uint64_t bad)
{
    cJSON *object = cJSON_AddObjectToObject(json, key);
    field_count(object, "checked", checked);
    field_count(object, bad_key, bad);
}

static void add_world(cJSON *json, const struct summary *summary)
{
    cJSON *refused = cJSON_AddObjectToObject(json, "refused_events");
    for (int kind = 0; kind < EVENT_KIND_COUNT; kind++)
        if (summary->refused_events[kind])
            field_count(refused, event_kind_name((enum event_kind)kind),
                        summary->refused_events[kind]);
    field_count(json, "queued_at_submission", summary->queued_at_submission);
    field_count(json, "absent_dependencies", summary->absent_dependencies);
    field_count(json, "injected_failures", summary->injected_failures);
    field_count(json, "unanswered_rounds", summary->unanswered_rounds);
}

/* Keys that the schema does not have. */
static void add_extras(cJSON *json, const struct summary *summary)
{
    const struct metrics_report *metrics = &summary->metrics;
    field_count(json, "stale_decisions", summary->stale_decisions);
    add_world(json, summary);
    cJSON_AddBoolToObject(json, "interrupted", summary->interrupted);
    cJSON_AddBoolToObject(json, "clairvoyant", summary->clairvoyant);
    metrics_json_utilisation(json, "utilisation_steady", &metrics->utilisation_steady);
    field_real(json, "wasted_cpu_s", metrics->work.wasted_cpu_s);
    cJSON *locality = cJSON_AddObjectToObject(json, "locality");
    field_real(locality, "machine", metrics->locality.machine);
    field_real(locality, "rack", metrics->locality.rack);
    field_real(locality, "remote", metrics->locality.remote);
    cJSON *jobs = cJSON_AddObjectToObject(json, "jobs");
    field_count(jobs, "complete", metrics->jobs_complete);
    field_count(jobs, "incomplete", metrics->jobs_incomplete);
    metrics_json_add(json, metrics);
    field_text(json, "violation", summary->violation[0] ? summary->violation : NULL);
    cJSON *notes = cJSON_AddArrayToObject(json, "notes");
    for (uint32_t i = 0; i < summary->note_count; i++)
        cJSON_AddItemToArray(notes, cJSON_CreateString(summary->notes[i]));
}

static void add_run(cJSON *json, const struct summary *summary)
{
    const struct metrics_report *metrics = &summary->metrics;
    field_text(json, "format", summary->format);
    field_text(json, "policy", summary->policy);
    field_text(json, "cost_model", summary->cost_model);
    field_text(json, "solver", summary->solver);
    field_count(json, "seed", summary->seed);
    field_count(json, "machines", summary->machines);
    field_real(json, "wall_s", summary->wall_s);
    field_real(json, "virtual_s", (double)(metrics->end_us - metrics->start_us) / 1e6);
    field_count(json, "events", summary->events);
    field_real(json, "events_per_s",
               summary->wall_s > 0 ? (double)summary->events / summary->wall_s : NAN);
}

cJSON *summary_json(const struct summary *summary)
{
    const struct metrics_report *metrics = &summary->metrics;
    cJSON *json = cJSON_CreateObject();
    add_run(json, summary);
    add_tasks(json, &metrics->tasks);
    add_rows(json, summary->rows);
    field_real(json, "success_rate", metrics->success_rate);
    metrics_json_utilisation(json, "utilisation", &metrics->utilisation);
    field_real(json, "goodput", metrics->goodput);
    field_real(json, "fragmentation", metrics->free.ratios.fragmentation);
    field_real(json, "imbalance", metrics->imbalance);
    add_slo(json, metrics);
    add_fairness(json, &metrics->fairness);
    field_distribution(json, "placement_latency_ms", &metrics->placement_latency_ms);
    field_distribution(json, "job_completion_s", &metrics->job_completion_s);
    field_distribution(json, "bounded_slowdown", &metrics->bounded_slowdown);
    add_rounds(json, &summary->rounds);
    add_checks(json, "certificates", summary->certificates_checked, "failed",
               summary->certificates_failed);
    add_checks(json, "invariants", summary->invariants_checked, "violated",
               summary->invariants_violated);
    field_count(json, "rejected_decisions", summary->rejected_decisions);
    field_real(json, "peak_memory_mib", summary->peak_memory_mib);
    add_extras(json, summary);
    return json;
}
