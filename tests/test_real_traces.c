/* test_real_traces.c - the published traces, if FLOWSCHED_TRACES names a folder that has
 * them (as alibaba2018/, google2011/ and so on): the counts that independent tools
 * found. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/trace_fixture.h"

struct totals {
    uint64_t events[EVENT_KIND_COUNT];
    uint64_t tasks; /* instances */
    uint64_t machines_at_start;
    uint64_t running_at_start;
    uint64_t waiting_at_start;
    uint64_t predecessors;
    uint64_t unschedulable;
    uint64_t failing, constrained; /* submissions */
    struct resources capacity_at_start;
};

static void add_to_totals(const struct event *event, void *context)
{
    struct totals *totals = context;
    totals->events[event->kind]++;
    totals->unschedulable += event->unschedulable;
    totals->predecessors += event->predecessor_count;
    if (event->kind == EVENT_TASK_SUBMITTED) {
        totals->tasks += event->count;
        totals->failing += event->attempts[0].fails;
        totals->constrained += event->constraint != NULL;
    }
    if (event->time_us > 0)
        return;
    if (event->kind == EVENT_MACHINE_ADDED) {
        totals->machines_at_start++;
        resources_add(&totals->capacity_at_start, &event->resources);
    } else if (event->kind == EVENT_TASK_SUBMITTED) {
        totals->running_at_start += event->machine != NULL;
        totals->waiting_at_start += event->machine == NULL;
    }
}

static struct fixture fixture;

/* Read the trace in the folder's sub-folder `name`; skips the test if there is none. */
static void read_real(const char *name, const struct trace_options *options, struct totals *totals)
{
    *totals = (struct totals){0};
    const char *folder = getenv("FLOWSCHED_TRACES");
    if (!folder)
        cr_skip("FLOWSCHED_TRACES is not set: no real traces to read");
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    enum status status = fixture_read_path(&fixture, path, NULL, options, add_to_totals, totals);
    cr_assert_eq(status, STATUS_OK, "%s: %s", fixture.problem.file, fixture.problem.reason);
}

struct expected {
    const char *reason;
    uint64_t rows;
};

static void check_reasons(const struct row_reason *reasons, uint32_t reason_count,
                          const struct expected *expected, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t rows = 0;
        for (uint32_t r = 0; r < reason_count; r++)
            if (strcmp(reasons[r].reason, expected[i].reason) == 0)
                rows = reasons[r].count;
        cr_assert_eq(rows, expected[i].rows, "%s: %" PRIu64, expected[i].reason, rows);
    }
    cr_assert_eq(reason_count, count);
}

/* 381,943 rows of task_events, 37,780 of machine_events and 77,148 of job_events. */
Test(real_traces, google2011_starts_warm_and_accounts_for_every_row)
{
    static const struct expected repaired[] = {
        {"machine_unchanged", 2},    {"job_without_tasks", 22642},
        {"never_ends", 135409},      {"request_from_later_row", 291},
        {"machine_not_usable", 13},  {"different_machines_ignored", 70741},
        {"run_time_unknown", 11474},
    };
    static const struct expected refused[] = {
        {"after_the_records", 25297},    {"implied_by_task_rows", 50042},
        {"schedule_not_replayed", 4631}, {"evict_not_replayed", 3758},
        {"resubmit_not_replayed", 3758},
    };
    struct totals totals;
    read_real("google2011", &trace_options_all, &totals);
    cr_assert_eq(fixture.rows.read, 381943 + 37780 + 77148);
    cr_assert_eq(totals.machines_at_start, 12477);
    cr_assert_eq(totals.capacity_at_start.amount[RESOURCE_CPU], INT64_C(6603250000000));
    /* 13 tasks run on machines that the table never adds before: they start by waiting. */
    cr_assert_eq(totals.running_at_start, 132982 - 13);
    cr_assert_eq(totals.waiting_at_start, 11357 + 13);
    /* The machines' table goes on for weeks; the tasks of this part end at 2,999 s. */
    cr_assert_eq(totals.unschedulable, 0);
    cr_assert_eq(totals.events[EVENT_MACHINE_ADDED], 12477);
    cr_assert_eq(totals.events[EVENT_MACHINE_REMOVED], 4);
    cr_assert(fixture.records_ended);
    cr_assert_eq(fixture.records_end_us, INT64_C(2999441751));
    check_reasons(fixture.rows.repaired, fixture.rows.repaired_count, repaired, COUNT_OF(repaired));
    check_reasons(fixture.rows.refused, fixture.rows.refused_count, refused, COUNT_OF(refused));
}

/* 62,891 rows of batch_task and 17,592 of machine_meta. Of the task rows 62,777 are without
 * any fault; 70 more are used with a repair: 47 without a plan, 23 that never end. */
Test(real_traces, alibaba2018_accounts_for_every_row)
{
    static const struct expected repaired[] = {
        {"machine_unchanged", 17592 - 4034}, {"machine_not_in_use", 5}, {"plan_missing", 47},
        {"run_below_second", 4218},          {"never_ends", 23},        {"end_of_running", 264},
    };
    static const struct expected refused[] = {{"waiting", 44}};
    struct totals totals;
    read_real("alibaba2018", &trace_options_all, &totals);
    cr_assert_eq(fixture.rows.read, 62891 + 17592);
    cr_assert_eq(totals.events[EVENT_TASK_SUBMITTED], 62777 + 70);
    cr_assert_eq(totals.events[EVENT_MACHINE_ADDED], 4034);
    cr_assert_eq(totals.machines_at_start, 3887);
    cr_assert_eq(totals.unschedulable, 1);
    cr_assert_eq(totals.tasks, 6391106);
    cr_assert_eq(totals.predecessors, 46432);
    check_reasons(fixture.rows.repaired, fixture.rows.repaired_count, repaired, COUNT_OF(repaired));
    check_reasons(fixture.rows.refused, fixture.rows.refused_count, refused, COUNT_OF(refused));
}

Test(real_traces, a_window_of_alibaba2018_has_exactly_the_tasks_asked_for)
{
    struct trace_options options = trace_options_all;
    options.from_us = INT64_C(432000000000);
    options.tasks_max = 20000;
    options.machines_max = 249;
    struct totals totals;
    read_real("alibaba2018", &options, &totals);
    cr_assert_eq(totals.tasks, 20000);
    cr_assert_eq(totals.events[EVENT_MACHINE_ADDED], 249);
    cr_assert_eq(row_counts_repaired(&fixture.rows, "cut_to_tasks_max"), 1);
    cr_assert_gt(row_counts_repaired(&fixture.rows, "dependency_outside_window"), 0);
}

/* 1,523 nodes and 8,152 pods; what is published of them in sum. */
Test(real_traces, openb_accounts_for_every_row_of_nodes_and_pods)
{
    static const struct expected repaired[] = {{"never_scheduled", 897}, {"run_below_second", 1}};
    struct totals totals;
    read_real("alibaba_gpu2023_openb", &trace_options_all, &totals);
    cr_assert_eq(fixture.rows.read, 1523 + 8152);
    cr_assert_eq(fixture.rows.used, 1523 + 8152);
    cr_assert_eq(totals.machines_at_start, 1523);
    cr_assert_eq(totals.tasks, 8152);
    cr_assert_eq(totals.failing, 1870);
    cr_assert_eq(totals.capacity_at_start.amount[RESOURCE_GPU], 6212 * RESOURCE_UNIT);
    cr_assert_eq(totals.capacity_at_start.amount[RESOURCE_CPU], 125514 * RESOURCE_UNIT);
    cr_assert_eq(totals.capacity_at_start.amount[RESOURCE_MEMORY], 612028416 * RESOURCE_UNIT);
    check_reasons(fixture.rows.repaired, fixture.rows.repaired_count, repaired, COUNT_OF(repaired));
    check_reasons(fixture.rows.refused, fixture.rows.refused_count, NULL, 0);
}

/* The publisher's samples of it: unsorted ones, one with models, one without any time. */
Test(real_traces, every_list_of_openb_pods_is_read_whole)
{
    static const struct {
        const char *file;
        uint64_t pods, constrained, without_times;
    } lists[] = {
        {"cpu100", 7853, 0, 0},
        {"gpushare40", 8152, 0, 0},
        {"gpuspec10", 8152, 732, 0},
        {"multigpu20", 8324, 0, 8324},
    };
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        char name[80];
        snprintf(name, sizeof name, "alibaba_gpu2023_openb/openb_pod_list_%s.csv.gz",
                 lists[i].file);
        struct totals totals;
        read_real(name, &trace_options_all, &totals);
        cr_assert_eq(totals.tasks, lists[i].pods, "%s", name);
        cr_assert_eq(totals.constrained, lists[i].constrained, "%s", name);
        cr_assert_eq(totals.machines_at_start, 1523, "%s", name);
        cr_assert_eq(row_counts_repaired(&fixture.rows, "no_times"), lists[i].without_times, "%s",
                     name);
        cr_assert_eq(fixture.rows.refused_count, 0, "%s", name);
    }
}

/* Three logs of the Parallel Workloads Archive; `tasks` and the counts from a few lines of
 * Python over the columns. */
Test(real_traces, every_line_of_the_swf_logs_is_accounted_for)
{
    static const struct {
        const char *file;
        uint64_t lines, jobs, tasks, machines, failing;
        int64_t processors, memory_of_node; /* KB */
        struct expected repaired[4], refused[1];
        size_t repaired_count, refused_count;
    } logs[] = {
        {"NASA-iPSC-1993-3.1-cln",
         18239,
         18239,
         309953,
         128,
         0,
         128,
         0,
         {{"processors_as_allocated", 18239},
          {"memory_unknown", 18239},
          {"status_unknown", 18239},
          {"run_below_second", 173}},
         {{0}},
         4,
         0},
        {"HPC2N-2002-2.2-cln.head3171",
         3170,
         3145,
         62449,
         240,
         0,
         240,
         972800,
         {{"memory_unknown", 2106}, {"memory_as_used", 1036}},
         {{"run_time_unknown", 25}},
         2,
         1},
        {"RICC-2010-2",
         447794,
         447786,
         7366495,
         1024,
         16237,
         8192,
         8 * 10240000,
         {{"processors_as_allocated", 2}, {"run_below_second", 2}},
         {{"cancelled_before_start", 8}},
         2,
         1},
    };
    for (size_t i = 0; i < COUNT_OF(logs); i++) {
        char name[80];
        snprintf(name, sizeof name, "swf/%s.swf.gz", logs[i].file);
        struct totals totals;
        read_real(name, &trace_options_all, &totals);
        cr_assert_eq(fixture.rows.read, logs[i].lines, "%s", name);
        cr_assert_eq(totals.events[EVENT_TASK_SUBMITTED], logs[i].jobs, "%s", name);
        cr_assert_eq(totals.tasks, logs[i].tasks, "%s: %" PRIu64, name, totals.tasks);
        cr_assert_eq(totals.failing, logs[i].failing, "%s: %" PRIu64, name, totals.failing);
        cr_assert_eq(totals.machines_at_start, logs[i].machines, "%s", name);
        const int64_t *capacity = totals.capacity_at_start.amount;
        cr_assert_eq(capacity[RESOURCE_CPU], logs[i].processors * RESOURCE_UNIT, "%s", name);
        cr_assert_eq(capacity[RESOURCE_MEMORY],
                     logs[i].memory_of_node * (int64_t)logs[i].machines * (RESOURCE_UNIT / 1000),
                     "%s: %" PRId64, name, capacity[RESOURCE_MEMORY]);
        check_reasons(fixture.rows.repaired, fixture.rows.repaired_count, logs[i].repaired,
                      logs[i].repaired_count);
        check_reasons(fixture.rows.refused, fixture.rows.refused_count, logs[i].refused,
                      logs[i].refused_count);
    }
}

static int64_t gpu_seconds;

static void add_gpu_seconds(const struct event *event, void *context)
{
    add_to_totals(event, context);
    if (event->kind == EVENT_TASK_SUBMITTED)
        gpu_seconds += event->resources.amount[RESOURCE_GPU] / RESOURCE_UNIT * event->count *
                       (event->attempts[0].run_us / 1000000);
}

/* 48,280 jobs; what their column gpu_time sums to, by Python. 18 jobs of 32 GPUs are 4 tasks,
 * 52 of 16 and one of 12 are 2. */
Test(real_traces, philly_accounts_for_every_row_and_every_gpu_second)
{
    struct totals totals = {0};
    const char *folder = getenv("FLOWSCHED_TRACES");
    if (!folder)
        cr_skip("FLOWSCHED_TRACES is not set: no real traces to read");
    char path[512];
    snprintf(path, sizeof path, "%s/philly", folder);
    gpu_seconds = 0;
    cr_assert_eq(
        fixture_read_path(&fixture, path, NULL, &trace_options_all, add_gpu_seconds, &totals),
        STATUS_OK);
    cr_assert_eq(fixture.rows.read, 48280);
    cr_assert_eq(fixture.rows.used, 48280);
    cr_assert_eq(fixture.rows.repaired_count, 0);
    cr_assert_eq(totals.tasks, 48280 + 18 * 3 + 52 + 1);
    cr_assert_eq(gpu_seconds, 1955510971);
}

/* 40,266 rows of batch_task; instances and failures by awk. */
Test(real_traces, alibaba2017_accounts_for_every_row)
{
    static const struct expected repaired[] = {
        {"end_of_running", 1832 - 127},
        {"never_ends", 127},
        {"run_below_second", 24},
        {"plan_missing", 85},
    };
    static const struct expected refused[] = {{"waiting", 1856}, {"before_the_trace", 167}};
    struct totals totals;
    read_real("alibaba2017", &trace_options_all, &totals);
    cr_assert_eq(fixture.rows.read, 40266);
    cr_assert_eq(totals.events[EVENT_TASK_SUBMITTED], 38243);
    cr_assert_eq(totals.tasks, 6390857);
    cr_assert_eq(totals.failing, 518);
    cr_assert_eq(totals.machines_at_start, 0);
    check_reasons(fixture.rows.repaired, fixture.rows.repaired_count, repaired, COUNT_OF(repaired));
    check_reasons(fixture.rows.refused, fixture.rows.refused_count, refused, COUNT_OF(refused));
}

/* Half of the sample, 205,689 rows, and 46,219 rows of machines; by Python over both. */
Test(real_traces, google2019_makes_one_task_of_every_sampled_instance)
{
    static const struct expected repaired[] = {
        {"inside_alloc_set", 28904},      {"constraint_ignored", 33982},
        {"request_change_ignored", 8045}, {"run_time_unknown", 15479},
        {"request_unknown", 7},           {"start_after_ignored", 2373},
        {"killed_as_finished", 2},        {"machine_unchanged", 40},
        {"capacity_unknown", 459},
    };
    static const struct expected refused[] = {{"alloc_set", 17963}};
    struct totals totals;
    read_real("google2019", &trace_options_all, &totals);
    cr_assert_eq(fixture.rows.read, 205689 + 46219);
    cr_assert_eq(fixture.rows.used, 187726 + 46219);
    cr_assert_eq(totals.tasks, 122627);
    cr_assert_eq(totals.failing, 21851);
    cr_assert_eq(totals.waiting_at_start, 24140);
    cr_assert_eq(totals.machines_at_start, 9526);
    cr_assert_eq(totals.capacity_at_start.amount[RESOURCE_CPU], INT64_C(6414333007813));
    check_reasons(fixture.rows.repaired, fixture.rows.repaired_count, repaired, COUNT_OF(repaired));
    check_reasons(fixture.rows.refused, fixture.rows.refused_count, refused, COUNT_OF(refused));
}
