/* metrics_json.c - see metrics_json.h. */
#include "replay/metrics_json.h"

#include "replay/summary_fields.h"

void metrics_json_utilisation(cJSON *json, const char *key, const struct utilisation_ratios *ratios)
{
    cJSON *object = cJSON_AddObjectToObject(json, key);
    field_resources(object, ratios->resources);
    field_real(object, "dominant", ratios->dominant);
}

/* From and to in seconds since the replay began; null where the window is not there. */
static void add_window(cJSON *json, const char *key, const struct metrics_report *metrics,
                       int64_t from_us, int64_t to_us)
{
    bool known = from_us != TIME_NEVER && to_us != TIME_NEVER;
    cJSON *object = cJSON_AddObjectToObject(json, key);
    field_real(object, "from_s", known ? (double)(from_us - metrics->start_us) / 1e6 : NAN);
    field_real(object, "to_s", known ? (double)(to_us - metrics->start_us) / 1e6 : NAN);
}

static void add_windows(cJSON *json, const struct metrics_report *metrics)
{
    cJSON *object = cJSON_AddObjectToObject(json, "windows");
    int64_t first_us = metrics->first_arrival_us;
    add_window(object, "utilisation", metrics, metrics->start_us, metrics->end_us);
    add_window(object, "utilisation_steady", metrics, first_us, metrics->last_arrival_us);
    add_window(object, "utilisation_makespan", metrics, first_us, metrics->last_finish_us);
    metrics_json_utilisation(json, "utilisation_makespan", &metrics->utilisation_makespan);
    field_real(json, "makespan_s", metrics->makespan_s);
}

static void add_resources(cJSON *json, const char *key, const double values[RESOURCE_COUNT])
{
    field_resources(cJSON_AddObjectToObject(json, key), values);
}

/* What the demand asks for; null: there is no such class. */
static void add_demand(cJSON *json, const char *key, const struct resources *demand, bool known)
{
    if (!known) {
        cJSON_AddNullToObject(json, key);
        return;
    }
    cJSON *object = cJSON_AddObjectToObject(json, key);
    for (int r = 0; r < RESOURCE_COUNT; r++)
        if (demand->amount[r])
            field_real(object, resource_name((enum resource)r),
                       (double)demand->amount[r] / (double)RESOURCE_UNIT);
}

static void add_free(cJSON *json, const struct free_report *report)
{
    cJSON *object = cJSON_AddObjectToObject(json, "free_capacity");
    add_resources(object, "unusable", report->ratios.unusable);
    add_resources(object, "stranded", report->stranded);
    add_resources(object, "beside_bottleneck", report->beside);
    field_real(object, "nearly_full", report->ratios.nearly_full);
    field_real(object, "probe_fits", report->ratios.probe_fits);
    add_demand(object, "commonest", &report->commonest, report->classes > 0);
    add_demand(object, "probe", &report->largest, report->classes > 0);
    field_count(object, "classes", report->classes);
    field_real(object, "tasks_in_classes", report->coverage);
}

static void add_work(cJSON *json, const struct work_report *work)
{
    cJSON *object = cJSON_AddObjectToObject(json, "work");
    field_real(object, "useful_cpu_s", work->useful_cpu_s);
    field_real(object, "wasted_cpu_s", work->wasted_cpu_s);
    field_real(object, "unfinished_cpu_s", work->unfinished_cpu_s);
    field_real(object, "useful_cpus", work->useful_cpus);
    field_real(object, "tasks_per_s", work->tasks_per_s);
}

static void add_maxima(cJSON *json, const struct attempt_maxima *maxima)
{
    cJSON *object = cJSON_AddObjectToObject(json, "task_max");
    field_count(object, "starts", maxima->starts);
    field_count(object, "failures", maxima->failures);
    field_count(object, "evictions", maxima->evictions);
    field_count(object, "preemptions", maxima->preemptions);
    field_count(object, "suspensions", maxima->suspensions);
    field_count(object, "migrations", maxima->migrations);
}

static void add_attempts(cJSON *json, const struct metrics_report *metrics)
{
    const struct attempts_report *attempts = &metrics->attempts;
    cJSON *object = cJSON_AddObjectToObject(json, "attempts");
    field_count(object, "started", attempts->started);
    field_count(object, "finished", attempts->finished);
    cJSON *stops = cJSON_AddObjectToObject(object, "stopped");
    for (int i = 0; i < STOP_COUNT; i++) {
        cJSON *stop = cJSON_AddObjectToObject(stops, stop_name((enum stop)i));
        field_count(stop, "count", attempts->stops[i]);
        field_count(stop, "restarts", attempts->restarts[i]);
        field_real(stop, "wasted_cpu_s", metrics->work.wasted[i]);
    }
    add_maxima(object, &attempts->maxima);
    field_distribution(object, "restart_latency_ms", &attempts->restart_latency_ms);
}

static void add_placement(cJSON *json, const struct metrics_report *metrics)
{
    const struct survival *survival = &metrics->placement_survival_ms;
    uint64_t unplaced = metrics->tasks.unplaced;
    cJSON *object = cJSON_AddObjectToObject(json, "placement_latency_censored_ms");
    field_real(object, "p50", survival->p50);
    field_real(object, "p90", survival->p90);
    field_real(object, "p99", survival->p99);
    field_real(object, "mean_at_least", survival->mean_at_least);
    field_text(object, "estimator", "Kaplan-Meier");
    field_count(object, "placed", metrics->placed);
    field_count(object, "unplaced", unplaced);
    field_real(object, "unplaced_share",
               ratio_of((double)unplaced, (double)(unplaced + metrics->placed)));
}

static void add_proxy(cJSON *json, const char *key, const struct proxy_values *values)
{
    cJSON *object = cJSON_AddObjectToObject(json, key);
    field_real(object, "utilisation_mean", values->utilisation_mean);
    field_real(object, "utilisation_std", values->utilisation_std);
    cJSON *risk = cJSON_AddObjectToObject(object, "utilisation_step_risk");
    field_real(risk, "earlier_table", values->step_risk[STEPS_EARLIER]);
    field_real(risk, "later_table", values->step_risk[STEPS_LATER]);
}

void metrics_json_add(cJSON *json, const struct metrics_report *metrics)
{
    add_windows(json, metrics);
    field_real(json, "imbalance_cov", metrics->imbalance_variation);
    add_free(json, &metrics->free);
    cJSON *machines = cJSON_AddObjectToObject(json, "machines_used");
    field_count(machines, "ever", metrics->machines.ever);
    field_count(machines, "max", metrics->machines.most);
    field_real(machines, "mean", metrics->machines.mean);
    add_work(json, &metrics->work);
    add_attempts(json, metrics);
    add_placement(json, metrics);
    cJSON *proxies = cJSON_AddObjectToObject(json, "proxies");
    add_proxy(proxies, "at_last_arrival", &metrics->proxies_at_last_arrival);
    add_proxy(proxies, "over_time", &metrics->proxies_over_time);
}
