/* rounds_csv.c - see rounds_csv.h. */
#include "replay/rounds_csv.h"

#include "replay/round_statistics.h"

enum status rounds_csv_open(struct output **output, const char *path, struct problem *problem)
{
    enum status status = output_open(output, path, problem);
    if (status == STATUS_OK)
        output_print(*output, "time_us,waiting,running,suspended,placed,preempted,migrated,"
                              "suspensions,resumptions,nodes,arcs,work,cost,bound,gap,misfits,"
                              "solves,certified,latency_us,update_us,solve_us,certify_us,"
                              "commit_us\n");
    return status;
}

static void write_cost(struct output *output, const struct round_report *report)
{
    if (report->has_cost)
        output_print(output, ",%" PRId64, report->cost);
    else
        output_print(output, ",");
    if (report->has_cost && report->has_bound)
        output_print(output, ",%" PRId64 ",%.6g", report->bound, round_gap(report));
    else
        output_print(output, ",,");
}

void rounds_csv_on_round(void *state, const struct cluster *cluster,
                         const struct round_record *record)
{
    (void)cluster;
    struct output *output = state;
    const struct round_report *report = &record->report;
    const uint32_t counts[] = {record->waiting,     record->running,    record->suspended,
                               record->placed,      record->preempted,  record->migrated,
                               record->suspensions, record->resumptions};
    output_print(output, "%" PRId64, record->time_us);
    for (size_t i = 0; i < COUNT_OF(counts); i++)
        output_print(output, ",%" PRIu32, counts[i]);
    output_print(output, ",%" PRIu32 ",%" PRIu32 ",%" PRIu64, report->nodes, report->arcs,
                 report->work);
    write_cost(output, report);
    const char *certified = report->certificate_failed ? "0" : report->certified ? "1" : "";
    output_print(output, ",%" PRIu32 ",%" PRIu32 ",%s", report->misfits, report->solves, certified);
    output_print(output, ",%.1f,%.1f,%.1f,%.1f,%.1f\n", (double)record->latency_ns / 1e3,
                 (double)report->update_ns / 1e3, (double)report->solve_ns / 1e3,
                 (double)report->certify_ns / 1e3, (double)report->commit_ns / 1e3);
}
