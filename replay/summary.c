/* summary.c - see summary.h: what the parts of a replay know, brought together. */
#include "replay/summary.h"

#include <string.h>
#include <sys/resource.h>

#include "base/output.h"
#include "replay/integral.h"

static double peak_memory_mib(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss / 1024; /* Linux counts KiB */
}

static struct round_totals total(struct round_statistics *rounds)
{
    return (struct round_totals){
        .count = rounds->count,
        .decisions = rounds->decisions,
        .misfits = rounds->misfits,
        .solve_count = rounds->solves,
        .solves_max = rounds->solves_max,
        .decisions_per_s = ratio_of((double)rounds->decisions, (double)rounds->latency_ns / 1e9),
        .latency_us = samples_percentiles(&rounds->latencies_ns, 1e3),
        .update_us = samples_percentiles(&rounds->updates_ns, 1e3),
        .solve_us = samples_percentiles(&rounds->solves_ns, 1e3),
        .certify_us = samples_percentiles(&rounds->certifies_ns, 1e3),
        .commit_us = samples_percentiles(&rounds->commits_ns, 1e3),
        .gap = samples_percentiles(&rounds->gaps, (double)GAP_UNIT)};
}

void summary_read(struct summary *summary, const struct replay *replay, struct metrics *metrics,
                  struct round_statistics *rounds, uint64_t wall_ns)
{
    const struct replay_options *options = &replay->options;
    const struct cluster *cluster = replay->engine.cluster;
    const struct trace *trace = feed_trace(replay->feed);
    *summary = (struct summary){.format = trace_format_of(trace)->name,
                                .policy = options->policy->name,
                                .cost_model = options->policy_options.cost_model,
                                .solver = options->policy_options.solver,
                                .seed = options->feed.seed,
                                .machines = cluster->machine_count,
                                .wall_s = (double)wall_ns / 1e9,
                                .events = replay->engine.events,
                                .rows = trace_rows(trace),
                                .rounds = total(rounds),
                                .certificates_checked = replay->certificates_checked,
                                .certificates_failed = replay->certificates_failed,
                                .invariants_checked = replay->invariants_checked,
                                .invariants_violated = replay->invariants_violated,
                                .violation = replay->violation,
                                .rejected_decisions = replay->engine.rejected_decisions,
                                .stale_decisions = replay->engine.stale_decisions,
                                .unanswered_rounds = replay->unanswered_rounds,
                                .trouble = replay->trouble,
                                .refused_events = replay->engine.refused_events,
                                .queued_at_submission = replay->engine.queued_at_submission,
                                .absent_dependencies = replay->absent_dependencies,
                                .injected_failures = replay->failures.injected,
                                .peak_memory_mib = peak_memory_mib(),
                                .interrupted = replay->stopped,
                                .clairvoyant = options->engine.clairvoyant};
    summary->note_count = feed_notes(replay->feed, &summary->notes);
    bool ended = !replay->stopped && !replay->records_ended;
    metrics_report(metrics, cluster, ended, &summary->metrics);
}

enum status summary_write(const cJSON *json, const char *path, struct problem *problem)
{
    struct output *output;
    enum status status = output_open(&output, path, problem);
    if (status != STATUS_OK)
        return status;
    char *text = cJSON_Print(json);
    output_write(output, text, strlen(text));
    output_write(output, "\n", 1);
    cJSON_free(text);
    return output_commit(output, problem);
}
