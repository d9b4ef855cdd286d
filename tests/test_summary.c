/* test_summary.c - the summary of real replays: its keys, its nulls, its numbers. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "policies/policies.h"
#include "replay/summary.h"
#include "replay/text_report.h"
#include "tests/temp_file.h"

#define HEADER                                                                    \
    "# flowsched trace 1\n"                                                       \
    "time_us,event,machine,rack,resources,job,stage,index,count,tenant,priority," \
    "attempts,predecessors,blocks,flags\n"

static const char small_trace[] =
    HEADER "0,machine_added,m1,r1,cpu=2;memory=4\n"
           "0,machine_added,m2,r1,cpu=2;memory=4\n"
           "0,task_submitted,,,cpu=1;memory=1,a,,,3,alice,0,4000000\n"
           "1000000,task_submitted,,,cpu=2;memory=1,b,,,2,bob,0,2000000\n"
           "2000000,task_submitted,,,cpu=9,c,,,1,bob,0,1\n";

struct run {
    char path[TEMP_PATH_SIZE];
    struct replay replay;
    struct metrics *metrics;
    struct round_statistics rounds;
    struct summary summary;
};

static void on_time(void *metrics, const struct cluster *cluster, int64_t now_us)
{
    metrics_advance(metrics, cluster, now_us);
}

static void on_round(void *rounds, const struct cluster *cluster, const struct round_record *record)
{
    (void)cluster;
    round_statistics_add(rounds, record);
}

static void replay_text(struct run *run, const char *trace)
{
    *run = (struct run){.metrics = metrics_create()};
    temp_text(run->path, trace);
    struct replay_options options = {
        .feed = {.path = run->path,
                 .trace = trace_options_all,
                 .speedup = RESOURCE_UNIT,
                 .seed = 1},
        .policy = policy_kind_find("flow"),
        .policy_options = {.cost_model = "quincy", .solver = "paths", .seed = 1},
        .engine = engine_options_default};
    struct problem problem;
    cr_assert_eq(replay_init(&run->replay, &options, &problem), STATUS_OK, "%s", problem.reason);
    engine_observe(&run->replay.engine, (struct observer){run->metrics, metrics_on_change});
    replay_watch(&run->replay, (struct replay_watcher){.state = run->metrics, .on_time = on_time});
    replay_watch(&run->replay,
                 (struct replay_watcher){.state = &run->rounds, .on_round = on_round});
    cr_assert_eq(replay_run(&run->replay, &problem), STATUS_OK, "%s", problem.reason);
    summary_read(&run->summary, &run->replay, run->metrics, &run->rounds, 2000000000);
}

static void free_run(struct run *run)
{
    replay_free(&run->replay);
    round_statistics_free(&run->rounds);
    metrics_destroy(run->metrics);
    unlink(run->path);
}

/* The summary as its readers see it: printed and parsed. */
static cJSON *parsed(const struct summary *summary)
{
    cJSON *json = summary_json(summary);
    char *text = cJSON_Print(json);
    cJSON_Delete(json);
    json = cJSON_Parse(text);
    cr_assert(json, "%s", text);
    cJSON_free(text);
    return json;
}

static const cJSON *at(const cJSON *json, const char *key, const char *inner)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, key);
    if (inner)
        item = cJSON_GetObjectItemCaseSensitive(item, inner);
    cr_assert(item, "%s %s is not there", key, inner ? inner : "");
    return item;
}

/* The keys of an object, each with a blank behind it. */
static void join_keys(const cJSON *object, char *text, size_t size)
{
    size_t length = 0;
    text[0] = '\0';
    for (const cJSON *item = object->child; item; item = item->next)
        length += (size_t)snprintf(text + length, size - length, "%s ", item->string);
}

Test(summary, has_the_keys_of_the_schema_in_their_order)
{
    static const struct {
        const char *key; /* NULL: the object itself */
        const char *keys;
    } rows[] = {
        {NULL, "format policy cost_model solver seed machines wall_s virtual_s events events_per_s "
               "tasks rows success_rate utilisation goodput fragmentation imbalance slo fairness "
               "placement_latency_ms job_completion_s bounded_slowdown rounds certificates "
               "invariants rejected_decisions peak_memory_mib "},
        {"tasks", "submitted finished running waiting infeasible failed killed retries evictions "
                  "preemptions suspensions migrations "},
        {"rows", "read used repaired refused "},
        {"utilisation", "cpu memory gpu disk dominant "},
        {"slo", "tasks violation_rate model undetermined latency late unfinished goodput "
                "tardiness_s "},
        {"fairness", "per_task dominant_share dominant_share_gap tenants per_task_tenants "
                     "backlogged_tenants contended_s below_entitlement share_deviation "},
        {"utilisation_makespan", "cpu memory gpu disk dominant "},
        {"windows", "utilisation utilisation_steady utilisation_makespan "},
        {"free_capacity", "unusable stranded beside_bottleneck nearly_full probe_fits commonest "
                          "probe classes tasks_in_classes "},
        {"machines_used", "ever max mean "},
        {"work", "useful_cpu_s wasted_cpu_s unfinished_cpu_s useful_cpus tasks_per_s "},
        {"attempts", "started finished stopped task_max restart_latency_ms "},
        {"placement_latency_censored_ms", "p50 p90 p99 mean_at_least estimator placed unplaced "
                                          "unplaced_share "},
        {"proxies", "at_last_arrival over_time "},
        {"placement_latency_ms", "p50 p90 p99 max mean "},
        {"job_completion_s", "p50 p90 p99 max mean "},
        {"bounded_slowdown", "p50 p90 p99 max mean "},
        {"rounds", "count decisions decisions_per_s gap_max latency_us solve_us update_us "
                   "certify_us commit_us misfits solves gap "},
        {"certificates", "checked failed "},
        {"invariants", "checked violated "},
    };
    struct run run;
    replay_text(&run, small_trace);
    cJSON *json = parsed(&run.summary);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char keys[1024];
        join_keys(rows[i].key ? at(json, rows[i].key, NULL) : json, keys, sizeof keys);
        cr_assert_eq(strncmp(keys, rows[i].keys, strlen(rows[i].keys)), 0, "%s has %s",
                     rows[i].key ? rows[i].key : "it", keys);
    }
    cJSON_Delete(json);
    free_run(&run);
}

/* Four of the tasks have room at once and one of b's waits for it; then there is room for all
 * the time. */
static void assert_measures(const cJSON *json)
{
    double virtual_s = at(json, "virtual_s", NULL)->valuedouble;
    cr_assert_eq(at(json, "work", "useful_cpu_s")->valuedouble, 20);
    cr_assert_eq(at(json, "work", "unfinished_cpu_s")->valuedouble, 0);
    cr_assert_float_eq(at(json, "work", "tasks_per_s")->valuedouble, 5 / virtual_s, 1e-5);
    cr_assert_eq(at(json, "attempts", "started")->valueint, 5);
    cr_assert_eq(at(at(json, "attempts", "stopped"), "failed", "count")->valueint, 0);
    cr_assert_eq(at(json, "attempts", "task_max")->child->valueint, 1);
    cr_assert_eq(at(json, "machines_used", "ever")->valueint, 2);
    cr_assert_eq(at(json, "makespan_s", NULL)->valuedouble,
                 at(at(json, "windows", "utilisation_makespan"), "to_s", NULL)->valuedouble);
    cr_assert_eq(at(at(json, "windows", "utilisation_steady"), "to_s", NULL)->valuedouble, 2);
    cr_assert_eq(at(at(json, "free_capacity", "probe"), "cpu", NULL)->valuedouble, 2);
    cr_assert_eq(at(json, "free_capacity", "classes")->valueint, 2);
    cr_assert(cJSON_IsNull(at(at(json, "free_capacity", "stranded"), "gpu", NULL)));
    cr_assert_eq(at(json, "placement_latency_censored_ms", "unplaced_share")->valuedouble, 0);
    cr_assert_eq(at(json, "placement_latency_censored_ms", "p99")->valuedouble,
                 at(json, "placement_latency_ms", "p99")->valuedouble);
    cr_assert_eq(at(at(json, "proxies", "over_time"), "utilisation_std", NULL)->valuedouble,
                 at(json, "imbalance", NULL)->valuedouble);
}

Test(summary, tells_a_small_replay_as_it_was)
{
    struct run run;
    replay_text(&run, small_trace);
    cJSON *json = parsed(&run.summary);
    cr_assert_str_eq(at(json, "format", NULL)->valuestring, "native");
    cr_assert_str_eq(at(json, "cost_model", NULL)->valuestring, "quincy");
    cr_assert_eq(at(json, "machines", NULL)->valueint, 2);
    cr_assert_eq(at(json, "tasks", "submitted")->valueint, 6);
    cr_assert_eq(at(json, "tasks", "finished")->valueint, 5);
    cr_assert_eq(at(json, "tasks", "infeasible")->valueint, 1);
    cr_assert_eq(at(json, "success_rate", NULL)->valuedouble, 1);
    /* 3 tasks of 4 s and 1 cpu, 2 of 2 s and 2 cpu: 20 cpu seconds of 4 a second. */
    double virtual_s = at(json, "virtual_s", NULL)->valuedouble;
    double busy = at(json, "utilisation", "cpu")->valuedouble;
    cr_assert_float_eq(busy * virtual_s * 4, 20, 1e-3, "%g of %g s", busy, virtual_s);
    cr_assert_float_eq(at(json, "goodput", NULL)->valuedouble, busy, 1e-9);
    cr_assert(cJSON_IsNull(at(json, "utilisation", "gpu")));
    cr_assert_eq(at(json, "slo", "tasks")->valueint, 0);
    cr_assert(cJSON_IsNull(at(json, "slo", "violation_rate")));
    cr_assert(cJSON_IsNull(at(json, "slo", "model")));
    cr_assert(cJSON_IsNull(cJSON_GetObjectItem(at(json, "slo", "latency"), "violation_rate")));
    cr_assert(cJSON_IsNull(at(json, "locality", "machine")));
    cr_assert_eq(at(json, "fairness", "tenants")->valueint, 2);
    cr_assert_eq(at(json, "rows", "read")->valueint, at(json, "rows", "used")->valueint);
    cr_assert_eq(at(json, "certificates", "failed")->valueint, 0);
    cr_assert_eq(at(json, "invariants", "violated")->valueint, 0);
    cr_assert_eq(at(json, "jobs", "incomplete")->valueint, 1);
    cr_assert(cJSON_IsFalse(at(json, "interrupted", NULL)));
    assert_measures(json);
    cJSON_Delete(json);
    free_run(&run);
}

Test(summary, of_a_trace_without_tasks_is_null_where_nothing_is_defined)
{
    static const char *const nulls[][2] = {
        {"success_rate", NULL},
        {"goodput", NULL},
        {"fragmentation", NULL},
        {"fairness", "per_task"},
        {"fairness", "dominant_share"},
        {"placement_latency_ms", "p99"},
        {"job_completion_s", "mean"},
        {"bounded_slowdown", "p50"},
        {"rounds", "gap_max"},
        {"rounds", "decisions_per_s"},
        {"utilisation_steady", "cpu"},
        {"makespan_s", NULL},
        {"imbalance_cov", NULL},
        {"free_capacity", "probe"},
        {"free_capacity", "nearly_full"},
        {"fairness", "below_entitlement"},
        {"slo", "goodput"},
        {"placement_latency_censored_ms", "p50"},
        {"placement_latency_censored_ms", "unplaced_share"},
    };
    struct run run;
    replay_text(&run, HEADER "0,machine_added,m1,r1,cpu=2;memory=4\n");
    cJSON *json = parsed(&run.summary);
    for (size_t i = 0; i < COUNT_OF(nulls); i++)
        cr_assert(cJSON_IsNull(at(json, nulls[i][0], nulls[i][1])), "%s", nulls[i][0]);
    cJSON_Delete(json);
    free_run(&run);
}

static int64_t sum_of(const struct samples *samples)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < samples->count; i++)
        sum += samples->values[i];
    return sum;
}

Test(summary, stages_are_what_a_round_is_made_of)
{
    struct run run;
    replay_text(&run, small_trace);
    const struct samples *stages[] = {&run.rounds.updates_ns, &run.rounds.solves_ns,
                                      &run.rounds.certifies_ns, &run.rounds.commits_ns};
    int64_t stages_ns = 0;
    for (size_t i = 0; i < COUNT_OF(stages); i++) {
        cr_assert_eq(stages[i]->count, run.rounds.count);
        cr_assert_gt(sum_of(stages[i]), 0, "stage %zu", i);
        stages_ns += sum_of(stages[i]);
    }
    cr_assert_leq(stages_ns, sum_of(&run.rounds.latencies_ns));
    cr_assert_geq(run.rounds.solves, run.rounds.count);
    cr_assert_geq(run.rounds.solves_max, 1);
    cr_assert_eq(run.rounds.gaps.count, run.rounds.count);
    free_run(&run);
}

Test(summary, numbers_are_exact_where_counted_and_short_where_measured)
{
    struct run run;
    replay_text(&run, small_trace);
    run.summary.seed = UINT64_MAX;
    run.summary.events = UINT64_C(9007199254740993);
    run.summary.wall_s = 1.0 / 3;
    run.summary.cost_model = NULL;
    run.summary.metrics.goodput = 0.1 + 0.2;
    run.summary.metrics.job_completion_s.max = 1234567.8;
    cJSON *json = summary_json(&run.summary);
    char *text = cJSON_PrintUnformatted(json);
    static const char *const pieces[] = {"\"seed\":18446744073709551615,",
                                         "\"events\":9007199254740993,",
                                         "\"wall_s\":0.333333,",
                                         "\"cost_model\":null,",
                                         "\"goodput\":0.3,",
                                         "\"max\":1234568,"};
    for (size_t i = 0; i < COUNT_OF(pieces); i++)
        cr_assert(strstr(text, pieces[i]), "no %s in %s", pieces[i], text);
    cJSON_free(text);
    cJSON_Delete(json);
    free_run(&run);
}

Test(summary, two_runs_differ_in_wall_time_only)
{
    char *texts[2];
    for (int i = 0; i < 2; i++) {
        struct run run;
        replay_text(&run, small_trace);
        run.summary.peak_memory_mib = 0;
        run.summary.rounds.decisions_per_s = 0;
        struct round_totals *rounds = &run.summary.rounds;
        rounds->latency_us = rounds->solve_us = (struct percentiles){0};
        rounds->update_us = rounds->certify_us = rounds->commit_us = (struct percentiles){0};
        cJSON *json = summary_json(&run.summary);
        texts[i] = cJSON_Print(json);
        cJSON_Delete(json);
        free_run(&run);
    }
    cr_assert_str_eq(texts[0], texts[1]);
    cJSON_free(texts[0]);
    cJSON_free(texts[1]);
}

Test(summary, the_text_report_names_what_matters)
{
    struct run run;
    replay_text(&run, small_trace);
    static const char *const notes[] = {"racks: synthetic"};
    run.summary.notes = notes;
    run.summary.note_count = 1;
    char *text;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    text_report_print(&run.summary, stream);
    fclose(stream);
    static const char *const pieces[] = {
        "6 submitted: 5 finished, 0 running, 0 suspended, 0 waiting, 1 infeasible",
        "success        100.0 %",
        "machines       2 ran tasks",
        "nearly full machines",
        "tenants; below entitlement",
        "jobs incomplete; makespan ",
        "placement latency, ms",
        "  of its time  update ",
        "cost model quincy, solver paths",
        "0 violated",
        "notes          racks: synthetic"};
    for (size_t i = 0; i < COUNT_OF(pieces); i++)
        cr_assert(strstr(text, pieces[i]), "no %s in\n%s", pieces[i], text);
    cr_assert_not(strstr(text, " nan"), "%s", text);
    free(text); /* of open_memstream */
    free_run(&run);
}

Test(summary, a_file_that_cannot_be_written_is_told)
{
    struct problem problem;
    cJSON *json = cJSON_CreateObject();
    cr_assert_eq(summary_write(json, "/proc/none/summary.json", &problem), STATUS_IO);
    cJSON_Delete(json);
}

Test(summary, gaps_are_relative_to_the_larger_of_cost_and_bound)
{
    static const struct {
        cost_t cost, bound;
        double gap;
    } rows[] = {
        {100, 90, .1}, {3, 0, 1}, {0, 0, 0},        {-90, -100, .1},
        {5, -5, 2},    {5, 5, 0}, {-100, -90, -.1},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct round_report report = {
            .cost = rows[i].cost, .bound = rows[i].bound, .has_cost = true, .has_bound = true};
        cr_assert_float_eq(round_gap(&report), rows[i].gap, 1e-12, "row %zu", i);
    }
}
