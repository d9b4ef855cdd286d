/* solver_table.c - the table of solver_report.h. */
#include "bench/solver_report.h"

#include <math.h>

#include "bench/text.h"

/* "55,799", or "10.7 M" if it is large. */
static const char *print_work(char text[TEXT_SIZE], int64_t work)
{
    if (work < 1000000)
        return text_count(text, (uint64_t)work);
    snprintf(text, TEXT_SIZE, "%.*f M", work < 99950000 ? 1 : 0, (double)work / 1e6);
    return text;
}

static const char *print_ratio(char text[TEXT_SIZE], double ratio)
{
    if (isnan(ratio))
        return "-";
    int digits = ratio < 0.0995 ? 3 : ratio < 9.95 ? 2 : ratio < 99.5 ? 1 : 0;
    snprintf(text, TEXT_SIZE, "%.*fx", digits, ratio);
    return text;
}

/* "81 B/arc", or "-" if the bytes are not known. */
static const char *print_bytes(char text[TEXT_SIZE], int64_t bytes, uint32_t arcs)
{
    if (bytes < 0 || arcs == 0)
        return "-";
    snprintf(text, TEXT_SIZE, "%.0f B/arc", (double)bytes / arcs);
    return text;
}

void solver_table_head(const struct solver_bench_options *options,
                       const struct meter_times *overhead, FILE *stream)
{
    char a[TEXT_SIZE], b[TEXT_SIZE];
    fprintf(stream, "%s", options->solvers[0]);
    for (uint32_t i = 1; i < options->solver_count; i++)
        fprintf(stream, "%s%s", i == 1 ? ", beside " : ", ", options->solvers[i]);
    fprintf(stream, "; seed %" PRIu64, options->seed);
    if (options->core >= 0)
        fprintf(stream, "; bound to core %" PRId32, options->core);
    if (options->cluster_count > 0)
        fprintf(stream,
                "\n%s machines x %u slots in racks of %d, jobs of %d tasks, %d preferences a task",
                text_count(a, options->machines), options->slots, QUINCY_RACK, QUINCY_JOB,
                QUINCY_PREFERENCES);
    fprintf(
        stream,
        "\nthread: time of the processor by the calling thread; process: by all threads.\n"
        "Reading the thread's clock takes %s of each time, the process's %s.\n"
        "heap: what flowsched's own code allocates; resident: growth of the process in memory.\n"
        "ratio: process time divided by that of %s.\n",
        text_time(a, (double)overhead->thread_ns), text_time(b, (double)overhead->process_ns),
        options->solvers[0]);
    fflush(stream);
}

void solver_table_instance(const struct solver_instance *instance, FILE *stream)
{
    char text[TEXT_SIZE];
    fprintf(stream, "\n%s: ", instance->name);
    if (instance->cluster)
        fprintf(stream, "%s tasks, ", text_count(text, instance->tasks));
    fprintf(stream, "%s nodes, ", text_count(text, instance->nodes));
    fprintf(stream, "%s arcs\n", text_count(text, instance->arcs));
    fflush(stream);
}

void solver_table_scratch(const struct scratch *scratch, const struct solver_instance *instance,
                          FILE *stream)
{
    char t[6][TEXT_SIZE];
    fprintf(stream, "  %-24s%4s%12s%12s%12s%13s%13s%8s\n", "from nothing", "n", "thread p50",
            "process p50", "wall p50", "heap", "resident", "ratio");
    for (uint32_t i = 0; i < scratch->run_count; i++) {
        struct scratch_run *run = &scratch->runs[i];
        if (run->outcome == OUTCOME_REFUSED) {
            fprintf(stream, "    %-22s refused: %s\n", run->solver, run->reason);
            continue;
        }
        fprintf(stream, "    %-22s%4u%12s%12s%12s%13s%13s", run->solver, run->times.thread_ns.count,
                text_time(t[0], samples_percentiles(&run->times.thread_ns, 1).p50),
                text_time(t[1], samples_percentiles(&run->times.process_ns, 1).p50),
                text_time(t[2], samples_percentiles(&run->times.wall_ns, 1).p50),
                print_bytes(t[3], run->memory.heap, instance->arcs),
                print_bytes(t[4], run->memory.resident, instance->arcs));
        if (i > 0)
            fprintf(stream, "%8s", print_ratio(t[5], scratch_ratio(scratch, i)));
        fputs(run->outcome == OUTCOME_INFEASIBLE ? "  infeasible\n" : "\n", stream);
    }
    fflush(stream);
}

void solver_table_events(const struct life_run *runs, uint32_t count, bool first, FILE *stream)
{
    char t[6][TEXT_SIZE];
    if (first)
        fprintf(stream, "  %-35s%5s%8s%10s%10s%10s%10s%10s\n", "after events, thread time", "n",
                "size", "p50", "p90", "p99", "max", "work p50");
    for (uint32_t i = 0; i < count; i++) {
        struct life_run run = runs[i];
        char label[80];
        snprintf(label, sizeof label, "%s: %s", run.cycle->name, run.label);
        if (run.concerned == 0) {
            fprintf(stream, "    %-33s%5u   nothing that it could happen to\n", label, 0);
            continue;
        }
        struct percentiles p = samples_percentiles(&run.times.thread_ns, 1);
        int64_t work = (int64_t)samples_percentiles(&run.work, 1).p50;
        fprintf(stream, "    %-33s%5u%8s%10s%10s%10s%10s%10s\n", label, run.times.thread_ns.count,
                text_count(t[0], run.concerned), text_time(t[1], p.p50), text_time(t[2], p.p90),
                text_time(t[3], p.p99), text_time(t[4], p.max), print_work(t[5], work));
    }
    fflush(stream);
}

void solver_table_costs(cost_t before, cost_t after, const char *other, FILE *stream)
{
    fprintf(stream, "    cost %" PRId64 " before, %" PRId64 " after; %s%s\n", before, after,
            other ? "the same by " : "not compared", other ? other : "");
    fflush(stream);
}

void solver_table_end(const struct solver_summary *summary, FILE *stream)
{
    char text[TEXT_SIZE];
    if (!isnan(summary->geometric_mean))
        fprintf(stream,
                "\nfastest of the others, geometric mean of the ratios of %u networks: %s\n",
                summary->instances, print_ratio(text, summary->geometric_mean));
    fflush(stream);
}
