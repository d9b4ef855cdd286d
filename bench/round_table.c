/* round_table.c - the table of round_figures.h. */
#include <math.h>

#include "bench/round_figures.h"
#include "bench/text.h"

#define MIB 1048576.0

static void print_head(const struct round_bench_options *options,
                       const struct round_figures *figures, FILE *stream)
{
    char a[TEXT_SIZE], b[TEXT_SIZE], c[TEXT_SIZE];
    const struct workload_options *workload = &options->workload;
    fprintf(stream, "cost model %s, solver %s, preemption %s; seed %" PRIu64 "\n",
            options->cost_model, options->solver, options->preemption ? "on" : "off",
            workload->seed);
    fprintf(stream, "%s machines, %s tasks, load %u %%; %s events a round\n",
            text_count(a, workload->machines), text_count(b, workload->tasks),
            workload->load_percent, text_count(c, options->events));
    fprintf(stream, "filled in %s: %s tasks run, %s wait\n\n",
            text_time(a, (double)figures->fill_ns), text_count(b, figures->filled),
            text_count(c, workload->tasks - figures->filled));
}

static void print_stage(struct round_figures *figures, enum round_stage stage, FILE *stream)
{
    char t[6][TEXT_SIZE];
    struct percentiles p = samples_percentiles(&figures->stages_ns[stage], 1);
    struct percentiles whole = samples_percentiles(&figures->stages_ns[ROUND_WHOLE], 1);
    fprintf(stream, "%s%-*s%11s%11s%11s%11s%11s%8.1f %%%11s\n", stage == ROUND_WHOLE ? "" : "  ",
            stage == ROUND_WHOLE ? 14 : 12, round_stage_name(stage), text_time(t[0], p.p50),
            text_time(t[1], p.p90), text_time(t[2], p.p99), text_time(t[3], p.max),
            text_time(t[4], p.mean), 100 * p.mean / whole.mean,
            text_time(t[5], (double)figures->first.ns[stage]));
}

/* So many per second of the rounds. */
static const char *text_rate(char text[TEXT_SIZE], const struct round_figures *figures,
                             uint64_t count)
{
    return text_count(text, (uint64_t)llround(round_figures_per_s(figures, count)));
}

static void print_rounds(struct round_figures *figures, FILE *stream)
{
    char t[4][TEXT_SIZE];
    const struct round_statistics *rounds = &figures->rounds;
    struct percentiles gap = samples_percentiles(&figures->rounds.gaps, (double)GAP_UNIT / 100);
    fprintf(stream, "\n%s events, %s/s; %s decisions, %s/s\n", text_count(t[0], figures->events),
            text_rate(t[1], figures, figures->events), text_count(t[2], rounds->decisions),
            text_rate(t[3], figures, rounds->decisions));
    fprintf(stream, "%.4g solves a round, %u at most; %" PRIu64 " misfits; gap ",
            (double)rounds->solves / (double)rounds->count, rounds->solves_max, rounds->misfits);
    if (isnan(gap.max))
        fprintf(stream, "not known\n");
    else
        fprintf(stream, "p50 %.3g %%, p99 %.3g %%, max %.3g %%\n", gap.p50, gap.p99, gap.max);
}

static void print_end(const struct round_figures *figures, FILE *stream)
{
    char a[TEXT_SIZE], b[TEXT_SIZE];
    const struct cluster *cluster = figures->cluster;
    fprintf(stream, "network of at most %s nodes and %s arcs\n", text_count(a, figures->nodes_max),
            text_count(b, figures->arcs_max));
    fprintf(stream, "in the end %s tasks run, %s wait; in use: ",
            text_count(a, cluster->lists[TASK_RUNNING].count),
            text_count(b, cluster->lists[TASK_WAITING].count));
    for (int r = 0; r <= RESOURCE_MEMORY; r++)
        fprintf(stream, "%s%.1f %% of %s", r ? ", " : "",
                100 * (double)cluster->used.amount[r] / (double)cluster->capacity.amount[r],
                resource_name((enum resource)r));
    fprintf(stream, "\n%.0f MiB of heap at most", (double)figures->memory.heap / MIB);
    if (figures->memory.resident >= 0)
        fprintf(stream, "; the process grew by %.0f MiB", (double)figures->memory.resident / MIB);
    fputc('\n', stream);
}

void round_table_print(const struct round_bench_options *options, struct round_figures *figures,
                       FILE *stream)
{
    char text[TEXT_SIZE];
    print_head(options, figures, stream);
    snprintf(text, sizeof text, "%u rounds", options->rounds);
    fprintf(stream, "%-14s%11s%11s%11s%11s%11s%10s%11s\n", text, "p50", "p90", "p99", "max", "mean",
            "share", "the first");
    for (int s = 0; s < ROUND_STAGE_COUNT; s++)
        print_stage(figures, (enum round_stage)s, stream);
    print_rounds(figures, stream);
    print_end(figures, stream);
}
