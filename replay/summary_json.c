/* summary_json.c - a summary as the JSON object of the published schema (summary.h). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "costmodels/response_time.h"
#include "replay/summary.h"

/* Up to this, cJSON prints a whole number as its digits. */
#define PRINTED_WHOLE UINT64_C(1000000000000000)

static void add_count(cJSON *object, const char *key, uint64_t count)
{
    if (count < PRINTED_WHOLE) {
        cJSON_AddNumberToObject(object, key, (double)count);
        return;
    }
    char text[32];
    snprintf(text, sizeof text, "%" PRIu64, count);
    cJSON_AddRawToObject(object, key, text);
}

/* 6 significant digits, or the nearest whole number if it has more. */
static double rounded(double value)
{
    if (fabs(value) >= 1e6)
        return round(value);
    char text[32];
    snprintf(text, sizeof text, "%.6g", value);
    return strtod(text, NULL);
}

static void add_real(cJSON *object, const char *key, double value)
{
    if (isnan(value))
        cJSON_AddNullToObject(object, key);
    else
        cJSON_AddNumberToObject(object, key, rounded(value));
}

static void add_text(cJSON *object, const char *key, const char *text)
{
    if (text)
        cJSON_AddStringToObject(object, key, text);
    else
        cJSON_AddNullToObject(object, key);
}

static void add_tasks(cJSON *json, const struct task_counts *tasks)
{
    cJSON *object = cJSON_AddObjectToObject(json, "tasks");
    add_count(object, "submitted", tasks->submitted);
    add_count(object, "finished", tasks->finished);
    add_count(object, "running", tasks->running);
    add_count(object, "waiting", tasks->waiting);
    add_count(object, "infeasible", tasks->infeasible);
    add_count(object, "failed", tasks->failed);
    add_count(object, "killed", tasks->killed);
    add_count(object, "retries", tasks->retries);
    add_count(object, "evictions", tasks->evictions);
    add_count(object, "preemptions", tasks->preemptions);
    add_count(object, "suspensions", 0); /* the engine knows none */
    add_count(object, "migrations", tasks->migrations);
    add_count(object, "machine_losses", tasks->machine_losses);
    add_count(object, "blocked", tasks->blocked);
    add_count(object, "backoff", tasks->backoff);
    add_count(object, "unplaced", tasks->unplaced);
}

static void add_reasons(cJSON *object, const char *key, const struct row_reason *reasons,
                        uint32_t count)
{
    cJSON *counts = cJSON_AddObjectToObject(object, key);
    for (uint32_t i = 0; i < count; i++)
        add_count(counts, reasons[i].reason, reasons[i].count);
}

static void add_rows(cJSON *json, const struct row_counts *rows)
{
    cJSON *object = cJSON_AddObjectToObject(json, "rows");
    add_count(object, "read", rows->read);
    add_count(object, "used", rows->used);
    add_reasons(object, "repaired", rows->repaired, rows->repaired_count);
    add_reasons(object, "refused", rows->refused, rows->refused_count);
}

static void add_utilisation(cJSON *json, const char *key, const struct utilisation_ratios *ratios)
{
    cJSON *object = cJSON_AddObjectToObject(json, key);
    for (int r = 0; r < RESOURCE_COUNT; r++)
        add_real(object, resource_name((enum resource)r), ratios->resources[r]);
    add_real(object, "dominant", ratios->dominant);
}

static void add_slo(cJSON *json, const struct service_level_ratios *levels)
{
    cJSON *object = cJSON_AddObjectToObject(json, "slo");
    add_count(object, "tasks", levels->tasks);
    add_real(object, "violation_rate", levels->violation_rate);
    add_text(object, "model", levels->tasks ? "deadline" : NULL);
    add_count(object, "undetermined", levels->undetermined);
    cJSON *latency = cJSON_AddObjectToObject(object, "latency");
    add_count(latency, "tasks", levels->services);
    add_real(latency, "violation_rate", levels->slow_rate);
    add_text(latency, "model", levels->services ? RESPONSE_MODEL : NULL);
}

static void add_fairness(cJSON *json, const struct metrics_report *metrics)
{
    cJSON *object = cJSON_AddObjectToObject(json, "fairness");
    add_real(object, "per_task", metrics->fairness_per_task);
    add_real(object, "dominant_share", metrics->dominant_share);
    add_real(object, "dominant_share_gap", metrics->dominant_share_gap);
    add_count(object, "tenants", metrics->tenants);
}

static cJSON *add_percentiles(cJSON *json, const char *key, const struct percentiles *percentiles)
{
    cJSON *object = cJSON_AddObjectToObject(json, key);
    add_real(object, "p50", percentiles->p50);
    add_real(object, "p90", percentiles->p90);
    add_real(object, "p99", percentiles->p99);
    add_real(object, "max", percentiles->max);
    return object;
}

static void add_distribution(cJSON *json, const char *key, const struct percentiles *percentiles)
{
    add_real(add_percentiles(json, key, percentiles), "mean", percentiles->mean);
}

static void add_rounds(cJSON *json, const struct round_totals *rounds)
{
    cJSON *object = cJSON_AddObjectToObject(json, "rounds");
    add_count(object, "count", rounds->count);
    add_count(object, "decisions", rounds->decisions);
    add_real(object, "decisions_per_s", rounds->decisions_per_s);
    add_real(object, "gap_max", rounds->gap.max);
    add_percentiles(object, "latency_us", &rounds->latency_us);
    add_percentiles(object, "solve_us", &rounds->solve_us);
    add_percentiles(object, "update_us", &rounds->update_us);
    add_percentiles(object, "certify_us", &rounds->certify_us);
    add_percentiles(object, "commit_us", &rounds->commit_us);
    add_count(object, "misfits", rounds->misfits);
    cJSON *solves = cJSON_AddObjectToObject(object, "solves");
    add_count(solves, "count", rounds->solve_count);
    add_count(solves, "max", rounds->solves_max);
    cJSON *gap = cJSON_AddObjectToObject(object, "gap");
    add_real(gap, "p50", rounds->gap.p50);
    add_real(gap, "p99", rounds->gap.p99);
    add_real(gap, "max", rounds->gap.max);
}

static void add_checks(cJSON *json, const char *key, uint64_t checked, const char *bad_key,
                       uint64_t bad)
{
    cJSON *object = cJSON_AddObjectToObject(json, key);
    add_count(object, "checked", checked);
    add_count(object, bad_key, bad);
}

static void add_world(cJSON *json, const struct summary *summary)
{
    cJSON *refused = cJSON_AddObjectToObject(json, "refused_events");
    for (int kind = 0; kind < EVENT_KIND_COUNT; kind++)
        if (summary->refused_events[kind])
            add_count(refused, event_kind_name((enum event_kind)kind),
                      summary->refused_events[kind]);
    add_count(json, "queued_at_submission", summary->queued_at_submission);
    add_count(json, "absent_dependencies", summary->absent_dependencies);
    add_count(json, "injected_failures", summary->injected_failures);
    add_count(json, "unanswered_rounds", summary->unanswered_rounds);
}

/* Keys that the schema does not have. */
static void add_extras(cJSON *json, const struct summary *summary)
{
    const struct metrics_report *metrics = &summary->metrics;
    add_count(json, "stale_decisions", summary->stale_decisions);
    add_world(json, summary);
    cJSON_AddBoolToObject(json, "interrupted", summary->interrupted);
    cJSON_AddBoolToObject(json, "clairvoyant", summary->clairvoyant);
    add_utilisation(json, "utilisation_steady", &metrics->utilisation_steady);
    add_real(json, "wasted_cpu_s", metrics->wasted_cpu_s);
    cJSON *locality = cJSON_AddObjectToObject(json, "locality");
    add_real(locality, "machine", metrics->locality.machine);
    add_real(locality, "rack", metrics->locality.rack);
    add_real(locality, "remote", metrics->locality.remote);
    cJSON *jobs = cJSON_AddObjectToObject(json, "jobs");
    add_count(jobs, "complete", metrics->jobs_complete);
    add_count(jobs, "incomplete", metrics->jobs_incomplete);
    add_text(json, "violation", summary->violation[0] ? summary->violation : NULL);
    cJSON *notes = cJSON_AddArrayToObject(json, "notes");
    for (uint32_t i = 0; i < summary->note_count; i++)
        cJSON_AddItemToArray(notes, cJSON_CreateString(summary->notes[i]));
}

static void add_run(cJSON *json, const struct summary *summary)
{
    const struct metrics_report *metrics = &summary->metrics;
    add_text(json, "format", summary->format);
    add_text(json, "policy", summary->policy);
    add_text(json, "cost_model", summary->cost_model);
    add_text(json, "solver", summary->solver);
    add_count(json, "seed", summary->seed);
    add_count(json, "machines", summary->machines);
    add_real(json, "wall_s", summary->wall_s);
    add_real(json, "virtual_s", (double)(metrics->end_us - metrics->start_us) / 1e6);
    add_count(json, "events", summary->events);
    add_real(json, "events_per_s",
             summary->wall_s > 0 ? (double)summary->events / summary->wall_s : NAN);
}

cJSON *summary_json(const struct summary *summary)
{
    const struct metrics_report *metrics = &summary->metrics;
    cJSON *json = cJSON_CreateObject();
    add_run(json, summary);
    add_tasks(json, &metrics->tasks);
    add_rows(json, summary->rows);
    add_real(json, "success_rate", metrics->success_rate);
    add_utilisation(json, "utilisation", &metrics->utilisation);
    add_real(json, "goodput", metrics->goodput);
    add_real(json, "fragmentation", metrics->fragmentation);
    add_real(json, "imbalance", metrics->imbalance);
    add_slo(json, &metrics->service_levels);
    add_fairness(json, metrics);
    add_distribution(json, "placement_latency_ms", &metrics->placement_latency_ms);
    add_distribution(json, "job_completion_s", &metrics->job_completion_s);
    add_distribution(json, "bounded_slowdown", &metrics->bounded_slowdown);
    add_rounds(json, &summary->rounds);
    add_checks(json, "certificates", summary->certificates_checked, "failed",
               summary->certificates_failed);
    add_checks(json, "invariants", summary->invariants_checked, "violated",
               summary->invariants_violated);
    add_count(json, "rejected_decisions", summary->rejected_decisions);
    add_real(json, "peak_memory_mib", summary->peak_memory_mib);
    add_extras(json, summary);
    return json;
}
