/* text_report.c - see text_report.h. */
#include "replay/text_report.h"

#include <math.h>

#include "costmodels/response_time.h"

#define LABEL "%-15s"

/* A ratio as "43.1 %", or "-". */
static const char *percent(char text[16], double ratio)
{
    if (isnan(ratio))
        return "-";
    snprintf(text, 16, "%.1f %%", 100 * ratio);
    return text;
}

/* A number with about 4 digits, or "-". */
static const char *number(char text[16], double value)
{
    if (isnan(value))
        return "-";
    double size = fabs(value);
    snprintf(text, 16, "%.*f", size >= 1000 || value == 0 ? 0 : size >= 10 ? 1 : 3, value);
    if (size >= 1e12)
        snprintf(text, 16, "%.4g", value);
    return text;
}

static void print_run(const struct summary *summary, FILE *stream)
{
    char virtual_s[16], wall_s[16], rate[16];
    const struct metrics_report *metrics = &summary->metrics;
    fprintf(stream, LABEL "%s, %" PRIu32 " machines, seed %" PRIu64 "\n", "trace", summary->format,
            summary->machines, summary->seed);
    fprintf(stream, LABEL "%s", "policy", summary->policy);
    if (summary->cost_model)
        fprintf(stream, ", cost model %s", summary->cost_model);
    if (summary->solver)
        fprintf(stream, ", solver %s", summary->solver);
    if (summary->clairvoyant)
        fprintf(stream, ", clairvoyant");
    fprintf(stream, "\n" LABEL "%s s of virtual time in %s s, %" PRIu64 " events, %s/s%s\n", "ran",
            number(virtual_s, (double)(metrics->end_us - metrics->start_us) / 1e6),
            number(wall_s, summary->wall_s), summary->events,
            number(rate, summary->wall_s > 0 ? (double)summary->events / summary->wall_s : NAN),
            summary->interrupted ? "; interrupted" : "");
}

static void print_tasks(const struct task_counts *tasks, FILE *stream)
{
    fprintf(stream,
            LABEL "%" PRIu64 " submitted: %" PRIu64 " finished, %" PRIu64 " running, %" PRIu64
                  " suspended, %" PRIu64 " waiting, %" PRIu64 " infeasible, %" PRIu64
                  " failed, %" PRIu64 " killed\n",
            "tasks", tasks->submitted, tasks->finished, tasks->running, tasks->suspended,
            tasks->waiting, tasks->infeasible, tasks->failed, tasks->killed);
    fprintf(stream,
            LABEL "%" PRIu64 " retries, %" PRIu64 " evictions (%" PRIu64
                  " by lost machines), %" PRIu64 " preemptions, %" PRIu64 " suspensions, %" PRIu64
                  " migrations\n",
            "", tasks->retries, tasks->evictions, tasks->machine_losses, tasks->preemptions,
            tasks->suspensions, tasks->migrations);
}

static void print_utilisation(const char *label, const struct utilisation_ratios *ratios,
                              FILE *stream)
{
    char text[16];
    fprintf(stream, LABEL, label);
    for (int r = 0; r < RESOURCE_COUNT; r++)
        if (!isnan(ratios->resources[r]))
            fprintf(stream, "%s %s, ", resource_name((enum resource)r),
                    percent(text, ratios->resources[r]));
    fprintf(stream, "dominant %s\n", percent(text, ratios->dominant));
}

static void print_service_levels(const struct service_level_ratios *levels, FILE *stream)
{
    char text[16], tardiness[16];
    if (levels->tasks || levels->undetermined)
        fprintf(stream,
                LABEL "%s of %" PRIu64 " missed (%" PRIu64 " late, %" PRIu64
                      " unfinished); of %" PRIu64 " others it is not known yet\n",
                "deadlines", percent(text, levels->violation_rate), levels->tasks, levels->late,
                levels->unfinished, levels->undetermined);
    if (!isnan(levels->tardiness_s.mean))
        fprintf(stream, LABEL "%s s on average, %s s at most, of those that finished\n",
                "  tardiness", number(text, levels->tardiness_s.mean),
                number(tardiness, levels->tardiness_s.max));
    if (levels->services)
        fprintf(stream, LABEL "%s of requests late, in %" PRIu64 " services (%s)\n", "services",
                percent(text, levels->slow_rate), levels->services, RESPONSE_MODEL);
}

static void print_free(const struct free_report *report, FILE *stream)
{
    char text[16];
    fprintf(stream, LABEL "%s of what is free; stranded ", "fragmentation",
            percent(text, report->ratios.fragmentation));
    for (int r = 0; r < RESOURCE_COUNT; r++)
        if (!isnan(report->stranded[r]))
            fprintf(stream, "%s %s, ", resource_name((enum resource)r),
                    percent(text, report->stranded[r]));
    fprintf(stream, "nearly full machines %s, ", percent(text, report->ratios.nearly_full));
    fprintf(stream, "the largest fits %s of the time\n", percent(text, report->ratios.probe_fits));
}

static void print_fairness(const struct fairness_ratios *fairness, FILE *stream)
{
    char a[16], b[16], c[16];
    fprintf(stream, LABEL "per task %s, dominant share %s (gap %s), %" PRIu32 " tenants; ",
            "fairness", number(a, fairness->per_task), number(b, fairness->dominant_share),
            percent(c, fairness->dominant_share_gap), fairness->tenants);
    fprintf(stream, "below entitlement %s of the time\n", percent(a, fairness->below_entitlement));
}

static void print_quality(const struct metrics_report *metrics, FILE *stream)
{
    char a[16], b[16], c[16];
    fprintf(stream, LABEL "%s\n", "success", percent(a, metrics->success_rate));
    print_utilisation("utilisation", &metrics->utilisation, stream);
    print_utilisation("  steady", &metrics->utilisation_steady, stream);
    fprintf(stream, LABEL "%" PRIu32 " ran tasks, %s on average; imbalance %s\n", "machines",
            metrics->machines.ever, number(a, metrics->machines.mean),
            percent(b, metrics->imbalance));
    fprintf(stream, LABEL "%s of cpu; %s cpu seconds wasted\n", "goodput",
            percent(a, metrics->goodput), number(b, metrics->work.wasted_cpu_s));
    print_free(&metrics->free, stream);
    print_fairness(&metrics->fairness, stream);
    print_service_levels(&metrics->service_levels, stream);
    if (!isnan(metrics->locality.machine))
        fprintf(stream, LABEL "on the machine %s, in its rack %s, remote %s\n", "input",
                percent(a, metrics->locality.machine), percent(b, metrics->locality.rack),
                percent(c, metrics->locality.remote));
}

static void print_distribution(const char *label, const struct percentiles *p, FILE *stream)
{
    char texts[5][16];
    fprintf(stream, "%-24s %11s %11s %11s %11s %11s\n", label, number(texts[0], p->p50),
            number(texts[1], p->p90), number(texts[2], p->p99), number(texts[3], p->max),
            number(texts[4], p->mean));
}

/* The placement latency once more, with the tasks that were never placed. */
static void print_survival(const struct metrics_report *metrics, FILE *stream)
{
    const struct survival *survival = &metrics->placement_survival_ms;
    char a[16], b[16], c[16];
    if (metrics->tasks.unplaced)
        fprintf(stream, "%-24s %11s %11s %11s\n", "  with those unplaced", number(a, survival->p50),
                number(b, survival->p90), number(c, survival->p99));
}

/* Where the time of the rounds went. A policy without a solver has no stages. */
static void print_stages(const struct round_totals *rounds, FILE *stream)
{
    char a[16], b[16], c[16], d[16];
    double whole_us = rounds->latency_us.mean;
    if (!rounds->solve_count)
        return;
    fprintf(stream, LABEL "update %s, solve %s, certify %s, commit %s; %.4g solves each\n",
            "  of its time", percent(a, rounds->update_us.mean / whole_us),
            percent(b, rounds->solve_us.mean / whole_us),
            percent(c, rounds->certify_us.mean / whole_us),
            percent(d, rounds->commit_us.mean / whole_us),
            (double)rounds->solve_count / (double)rounds->count);
}

static void print_times(const struct summary *summary, FILE *stream)
{
    char makespan[16];
    const struct metrics_report *metrics = &summary->metrics;
    fprintf(stream, "%-24s %11s %11s %11s %11s %11s\n", "", "p50", "p90", "p99", "max", "mean");
    print_distribution("placement latency, ms", &metrics->placement_latency_ms, stream);
    print_survival(metrics, stream);
    print_distribution("job completion, s", &metrics->job_completion_s, stream);
    print_distribution("bounded slowdown", &metrics->bounded_slowdown, stream);
    print_distribution("round latency, us", &summary->rounds.latency_us, stream);
    print_distribution("  solver alone, us", &summary->rounds.solve_us, stream);
    print_stages(&summary->rounds, stream);
    fprintf(stream,
            LABEL "%" PRIu64 " tasks never placed; %" PRIu64 " of %" PRIu64
                  " jobs incomplete; makespan %s s\n",
            "not in these", metrics->tasks.unplaced, metrics->jobs_incomplete,
            metrics->jobs_complete + metrics->jobs_incomplete,
            number(makespan, metrics->makespan_s));
}

static void print_checks(const struct summary *summary, FILE *stream)
{
    const struct round_totals *rounds = &summary->rounds;
    char gap[16], rate[16];
    fprintf(stream, LABEL "%" PRIu64 " with %" PRIu64 " decisions, %s/s; %" PRIu64 " misfits",
            "rounds", rounds->count, rounds->decisions, number(rate, rounds->decisions_per_s),
            rounds->misfits);
    fprintf(stream, "; largest gap %s\n", percent(gap, rounds->gap.max));
    fprintf(stream, LABEL "%" PRIu64 " checked, %" PRIu64 " failed\n", "certificates",
            summary->certificates_checked, summary->certificates_failed);
    fprintf(stream, LABEL "%" PRIu64 " checked, %" PRIu64 " violated%s%s\n", "invariants",
            summary->invariants_checked, summary->invariants_violated,
            summary->violation[0] ? ": " : "", summary->violation);
    fprintf(stream, LABEL "%" PRIu64 " rejected, %" PRIu64 " stale\n", "decisions",
            summary->rejected_decisions, summary->stale_decisions);
}

/* What the world did that the cluster could not follow; nothing of it is the rule. */
static void print_world(const struct summary *summary, FILE *stream)
{
    if (summary->injected_failures)
        fprintf(stream, LABEL "%" PRIu64 " machine failures\n", "injected",
                summary->injected_failures);
    if (summary->queued_at_submission)
        fprintf(stream, LABEL "%" PRIu64 " tasks that should run already: no room there\n",
                "queued", summary->queued_at_submission);
    if (summary->absent_dependencies)
        fprintf(stream, LABEL "%" PRIu64 " dependencies on stages that never came\n", "let go",
                summary->absent_dependencies);
    for (int kind = 0; kind < EVENT_KIND_COUNT; kind++)
        if (summary->refused_events[kind])
            fprintf(stream, LABEL "%" PRIu64 " %s that came too late or too early\n",
                    "refused events", summary->refused_events[kind],
                    event_kind_name((enum event_kind)kind));
    if (summary->unanswered_rounds)
        fprintf(stream, LABEL "%" PRIu64 " rounds: %s\n", "no answer", summary->unanswered_rounds,
                summary->trouble);
}

static void print_reasons(const char *label, const struct row_reason *reasons, uint32_t count,
                          FILE *stream)
{
    for (uint32_t i = 0; i < count; i++)
        fprintf(stream, LABEL "%" PRIu64 " %s\n", i ? "" : label, reasons[i].count,
                reasons[i].reason);
}

void text_report_print(const struct summary *summary, FILE *stream)
{
    const struct row_counts *rows = summary->rows;
    print_run(summary, stream);
    print_tasks(&summary->metrics.tasks, stream);
    print_quality(&summary->metrics, stream);
    print_times(summary, stream);
    print_checks(summary, stream);
    print_world(summary, stream);
    fprintf(stream, LABEL "%" PRIu64 " read, %" PRIu64 " used; %.0f MiB of memory at most\n",
            "rows", rows->read, rows->used, summary->peak_memory_mib);
    print_reasons("  repaired", rows->repaired, rows->repaired_count, stream);
    print_reasons("  refused", rows->refused, rows->refused_count, stream);
    for (uint32_t i = 0; i < summary->note_count; i++)
        fprintf(stream, LABEL "%s\n", i ? "" : "notes", summary->notes[i]);
}
