/* test_round_bench.c - the generated cluster is what it says, and rounds of it are measured. */
#include <criterion/criterion.h>
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "bench/round_bench.h"
#include "bench/round_figures.h"
#include "tests/engine_fixture.h"

#define TASKS 3000

/* A cluster of a seed, full. */
struct full {
    struct workload workload;
    struct engine engine;
};

static void fill(struct full *full, uint64_t seed)
{
    struct workload_options options = {
        .machines = 200, .tasks = TASKS, .load_percent = 70, .seed = seed};
    struct problem problem = {0};
    cr_assert_eq(workload_init(&full->workload, &options, &problem), STATUS_OK, "%s",
                 problem.reason);
    engine_init(&full->engine, &engine_options_default);
    workload_fill(&full->workload, &full->engine);
}

static void empty(struct full *full)
{
    workload_free(&full->workload);
    engine_free(&full->engine);
}

static void go_on(struct full *full, uint32_t round, uint32_t events)
{
    workload_draw(&full->workload, full->engine.cluster, events, round * ROUND_BENCH_US);
    workload_apply(&full->workload, &full->engine);
}

static uint64_t task_hash(uint64_t hash, const struct cluster *cluster, uint32_t task)
{
    const struct task_facts *facts = &cluster->task_facts[task];
    hash = random_mix(random_mix(hash, cluster->tasks[task].state), facts->machine);
    for (int r = 0; r < RESOURCE_COUNT; r++)
        hash = random_mix(hash, (uint64_t)facts->demand.amount[r]);
    hash = random_mix(random_mix(hash, (uint64_t)facts->priority), facts->tenant);
    hash = random_mix(random_mix(hash, (uint64_t)facts->deadline_us), (uint64_t)facts->latency_us);
    for (uint32_t b = 0; b < facts->block_count; b++) {
        hash = random_mix(hash, (uint64_t)facts->blocks[b].mib);
        for (uint32_t c = 0; c < facts->blocks[b].copy_count; c++)
            hash = random_mix(hash, facts->blocks[b].machines[c]);
    }
    return hash;
}

/* Of all that a policy can see of the tasks. */
static uint64_t cluster_hash(const struct cluster *cluster)
{
    uint64_t hash = 1;
    for (int state = 0; state < TASK_LIVE_COUNT; state++)
        for (uint32_t i = 0; i < cluster->lists[state].count; i++)
            hash = task_hash(hash, cluster, cluster->lists[state].tasks[i]);
    return hash;
}

Test(workload, follows_from_the_seed_alone)
{
    static const uint64_t seeds[] = {1, 1, 2};
    struct full full[COUNT_OF(seeds)];
    uint64_t hashes[COUNT_OF(seeds)][2];
    for (size_t i = 0; i < COUNT_OF(seeds); i++) {
        fill(&full[i], seeds[i]);
        hashes[i][0] = cluster_hash(full[i].engine.cluster);
        for (uint32_t round = 1; round <= 10; round++)
            go_on(&full[i], round, 37);
        hashes[i][1] = cluster_hash(full[i].engine.cluster);
    }
    for (size_t state = 0; state < 2; state++) {
        cr_assert_eq(hashes[0][state], hashes[1][state], "the same seed");
        cr_assert_neq(hashes[0][state], hashes[2][state], "another seed");
    }
    cr_assert_neq(hashes[0][0], hashes[0][1], "ends and arrivals");
    for (size_t i = 0; i < COUNT_OF(seeds); i++)
        empty(&full[i]);
}

/* The tasks demand the load of the scarcest resource, and less of the other. */
Test(workload, is_the_load_that_was_asked_for)
{
    struct full full;
    fill(&full, 3);
    const struct cluster *cluster = full.engine.cluster;
    struct resources demanded = {0};
    uint32_t live = 0;
    for (int state = 0; state < TASK_LIVE_COUNT; state++)
        for (uint32_t i = 0; i < cluster->lists[state].count; i++, live++)
            resources_add(&demanded, &cluster->task_facts[cluster->lists[state].tasks[i]].demand);
    cr_assert_eq(live, TASKS);
    cr_assert_eq(cluster->machine_count, 200);
    cr_assert_geq(cluster->lists[TASK_RUNNING].count, TASKS * 9 / 10, "the cluster is not full");
    double load = (double)resources_dominant_share(&demanded, &cluster->capacity) / 1e9;
    cr_assert(load > 0.693 && load <= 0.7, "%g", load);
    check_invariants(&full.engine);
    empty(&full);
}

/* A few hundred vectors, several tenants, priorities and sizes of jobs; data to read; some
 * deadlines and some services. */
Test(workload, is_as_mixed_as_it_says)
{
    struct full full;
    fill(&full, 4);
    const struct cluster *cluster = full.engine.cluster;
    uint32_t kinds = 0, deadlines = 0, services = 0, largest = 0;
    for (uint32_t t = 0; t < cluster->task_limit; t++) {
        const struct task_facts *facts = &cluster->task_facts[t];
        bool seen = false;
        for (uint32_t other = 0; other < t && !seen; other++)
            seen = resources_equal(&facts->demand, &cluster->task_facts[other].demand);
        kinds += !seen;
        deadlines += facts->deadline_us > 0;
        services += facts->latency_us > 0;
        cr_assert_gt(facts->block_count, 0);
    }
    for (uint32_t s = 0; s < cluster->stage_count; s++)
        if (cluster->stages[s].live_count > largest)
            largest = cluster->stages[s].live_count;
    cr_assert(kinds > 50 && kinds <= WORKLOAD_KINDS, "%u kinds", kinds);
    cr_assert(deadlines > TASKS / 10 && deadlines < TASKS, "%u deadlines", deadlines);
    cr_assert(services > TASKS / 10 && services < TASKS, "%u services", services);
    cr_assert_gt(cluster->tenant_names.count, 20);
    cr_assert_eq(largest, 100);
    empty(&full);
}

/* As many live tasks after any number of rounds, with any number of events. */
Test(workload, stays_as_large_as_it_was)
{
    static const uint32_t events[] = {1, 2, 7, 100, 2 * TASKS};
    struct full full;
    fill(&full, 5);
    struct cluster *cluster = full.engine.cluster;
    for (uint32_t round = 1; round <= 20; round++) {
        uint32_t wanted = events[round % COUNT_OF(events)];
        uint32_t running = cluster->lists[TASK_RUNNING].count;
        go_on(&full, round, wanted);
        uint32_t live = cluster->lists[TASK_RUNNING].count + cluster->lists[TASK_WAITING].count;
        if (wanted > 1 && wanted / 2 <= running)
            cr_assert(live >= TASKS && live <= TASKS + 1, "round %u: %u live", round, live);
        cr_assert_eq(full.workload.end_count + cluster->lists[TASK_RUNNING].count, running);
    }
    check_invariants(&full.engine);
    empty(&full);
}

Test(workload, of_too_few_tasks_for_the_load_is_refused)
{
    struct workload_options options = {.machines = 10, .tasks = 5, .load_percent = 90};
    struct workload workload;
    struct problem problem = {0};
    cr_assert_eq(workload_init(&workload, &options, &problem), STATUS_USAGE);
    cr_assert(strstr(problem.reason, "no load of 90 %"), "%s", problem.reason);
    workload_free(&workload);
}

/* A run with JSON; the caller deletes it. */
static cJSON *measure(const struct round_bench_options *options)
{
    struct progress progress;
    struct problem problem = {0};
    char *text;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    progress_init(&progress, stderr, PROGRESS_NONE, 0);
    enum status status = round_bench_run(options, true, stream, &progress, &problem);
    fclose(stream);
    cr_assert_eq(status, STATUS_OK, "%s", problem.reason);
    cJSON *json = cJSON_Parse(text);
    cr_assert(json, "%s", text);
    free(text); /* of open_memstream */
    return json;
}

static double at(const cJSON *json, const char *key, const char *inner)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, key);
    if (inner)
        item = cJSON_GetObjectItemCaseSensitive(item, inner);
    cr_assert(cJSON_IsNumber(item), "%s %s", key, inner ? inner : "");
    return item->valuedouble;
}

Test(round_bench, decides_the_same_again_and_its_stages_add_up)
{
    static const char *const models[] = {"quincy", "load_spreading", "cpu_mem", "drf", "slo"};
    static const char *const stages[] = {"events_ns",  "update_ns", "solve_ns",
                                         "certify_ns", "commit_ns", "apply_ns"};
    for (size_t i = 0; i < COUNT_OF(models); i++) {
        struct round_bench_options options = {
            .workload = {.machines = 40, .tasks = 400, .load_percent = 85, .seed = 7},
            .cost_model = models[i],
            .solver = "auto",
            .preemption = i == 0,
            .warmup = 2,
            .rounds = 6,
            .events = 20};
        cJSON *one = measure(&options);
        cJSON *two = measure(&options);
        cr_assert_eq(at(one, "rounds", "count"), 6);
        cr_assert_eq(at(one, "events", NULL), 120);
        cr_assert_gt(at(one, "decisions", NULL), 0, "%s", models[i]);
        cr_assert_eq(at(one, "decisions", NULL), at(two, "decisions", NULL));
        cr_assert_eq(at(one, "cluster", "memory"), at(two, "cluster", "memory"));
        cr_assert_eq(at(one, "network", "arcs_max"), at(two, "network", "arcs_max"));
        const cJSON *rounds = cJSON_GetObjectItem(one, "rounds");
        double sum_ns = 0;
        for (size_t s = 0; s < COUNT_OF(stages); s++) {
            cr_assert_gt(at(rounds, stages[s], "mean"), 0, "%s", stages[s]);
            sum_ns += at(rounds, stages[s], "mean");
        }
        double whole_ns = at(rounds, "round_ns", "mean");
        cr_assert(sum_ns <= whole_ns + 1 && sum_ns > 0.5 * whole_ns, "%g of %g", sum_ns, whole_ns);
        cJSON_Delete(one);
        cJSON_Delete(two);
    }
}
