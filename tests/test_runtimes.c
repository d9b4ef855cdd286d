/* test_runtimes.c - what is learned of run times, against the runs themselves. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/random.h"
#include "costmodels/runtimes.h"
#include "scheduler/kinds.h"
#include "tests/engine_fixture.h"

#define SECOND_US INT64_C(1000000)

static struct runtimes runtimes;

static void set_up(void)
{
    runtimes_init(&runtimes);
}

static void tear_down(void)
{
    runtimes_free(&runtimes);
}

TestSuite(runtimes, .init = set_up, .fini = tear_down);

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* The share of the sorted runs, in parts per million, that is above `run_us`, of those above
 * `ran_us`. */
static double exact(const int64_t *runs, uint32_t count, int64_t ran_us, int64_t run_us)
{
    uint32_t left = 0, longer = 0;
    for (uint32_t i = 0; i < count; i++) {
        left += runs[i] > ran_us;
        longer += runs[i] > run_us;
    }
    return CERTAIN * (double)longer / left;
}

Test(runtimes, the_past_is_as_the_runs_were)
{
    enum { RUNS = 5000 };
    static int64_t runs[RUNS];
    struct random random;
    random_init(&random, 7);
    struct task_facts task = {.kind = NONE};
    for (uint32_t i = 0; i < RUNS; i++) {
        runs[i] = (int64_t)random_log_normal(&random, 2e8, 1.5);
        runtimes_learn(&runtimes, &task, runs[i]);
    }
    qsort(runs, RUNS, sizeof *runs, by_value);
    for (uint32_t i = 0; i < RUNS; i += 37) {
        /* Every run is known to within a 16th: so is each quantile. */
        int64_t above = runtimes_above(&runtimes, &task, 0, runs[i]);
        cr_assert_leq(above, exact(runs, RUNS, 0, runs[i] - runs[i] / 16) + 1, "run %u", i);
        cr_assert_geq(above, exact(runs, RUNS, 0, runs[i] + runs[i] / 15) - 1, "run %u", i);
    }
    for (uint32_t i = 0; i < RUNS - 500; i += 411) { /* given what it has run already */
        int64_t ran = runs[i], more = runs[i + 400] - ran;
        double wanted = exact(runs, RUNS, ran, ran + more);
        cr_assert_float_eq(runtimes_above(&runtimes, &task, ran, more), wanted, 30000, "run %u", i);
    }
}

Test(runtimes, below_16_us_and_beyond_all_bounds)
{
    struct task_facts task = {.kind = NONE};
    for (int64_t run_us = 0; run_us < 16; run_us++)
        runtimes_learn(&runtimes, &task, run_us);
    for (int64_t run_us = 0; run_us < 16; run_us++)
        cr_assert_float_eq(runtimes_above(&runtimes, &task, 0, run_us),
                           run_us ? (16 - run_us) * 62500 : CERTAIN, 1);
    for (int i = 0; i < 16; i++)
        runtimes_learn(&runtimes, &task, INT64_MAX - i);
    cr_assert_eq(runtimes_above(&runtimes, &task, 100, INT64_C(1) << 61), CERTAIN);
    cr_assert_eq(runtimes_above(&runtimes, &task, 100, INT64_MAX), 0, "the sum leaves 64 bits");
}

Test(runtimes, the_most_particular_past_with_ten_runs_counts)
{
    struct task_facts task = {.stage = 3, .kind = 2, .tenant = 1};
    struct task_facts others[] = {
        {.stage = 4, .kind = 9, .tenant = 9}, /* all */
        {.stage = 4, .kind = 9, .tenant = 1}, /* its tenant */
        {.stage = 4, .kind = 2, .tenant = 1}, /* its kind */
        {.stage = 3, .kind = 2, .tenant = 1}, /* its stage */
    };
    int64_t prior = runtimes_above(&runtimes, &task, 0, 300 * SECOND_US);
    cr_assert_float_eq(prior, 406611, 700);
    cr_assert_float_eq(runtimes_mean(&runtimes, &task), 300.0 * SECOND_US, 0.5 * SECOND_US);
    for (uint32_t i = 0; i < COUNT_OF(others); i++) {
        int64_t run_us = (i + 1) * SECOND_US;
        for (uint32_t k = 0; k < RUNTIMES_RUNS_MIN; k++) {
            int64_t above = runtimes_above(&runtimes, &task, 0, run_us * 15 / 16);
            cr_assert(i == 0 || above < CERTAIN, "other runs count too: %u", i);
            runtimes_learn(&runtimes, &others[i], run_us);
        }
        cr_assert_eq(runtimes_above(&runtimes, &task, 0, run_us * 15 / 16), CERTAIN, "%u", i);
        cr_assert_eq(runtimes_above(&runtimes, &task, 0, run_us * 17 / 16), 0, "%u", i);
    }
    runtimes_forget_stage(&runtimes, 3);
    cr_assert_gt(runtimes_above(&runtimes, &task, 0, 3 * SECOND_US * 15 / 16), CERTAIN / 2,
                 "its kind again, and the stage's runs are among those");
    runtimes_forget_stage(&runtimes, 77);
    task.true_run_us = 5 * SECOND_US;
    cr_assert_eq(runtimes_above(&runtimes, &task, 1 * SECOND_US, 4 * SECOND_US - 1), CERTAIN);
    cr_assert_eq(runtimes_above(&runtimes, &task, 1 * SECOND_US, 4 * SECOND_US), 0);
}

/* Not by buckets, which are a sixteenth wide. */
Test(runtimes, means_are_exact_and_of_the_most_particular_past)
{
    static const int64_t runs[] = {17, 1000003, 999999999999};
    struct task_facts task = {.stage = 3, .kind = 2, .tenant = 1};
    struct task_facts other = {.stage = 4, .kind = 2, .tenant = 1};
    int64_t sum = 0;
    for (uint32_t i = 0; i < RUNTIMES_RUNS_MIN; i++) {
        runtimes_learn(&runtimes, &other, 1000);
        runtimes_learn(&runtimes, &task, runs[i % 3]);
        sum += runs[i % 3];
    }
    cr_assert_eq(runtimes_mean(&runtimes, &task), sum / RUNTIMES_RUNS_MIN);
    cr_assert_eq(runtimes_mean(&runtimes, &other), 1000);
    runtimes_forget_stage(&runtimes, 3);
    cr_assert_eq(runtimes_mean(&runtimes, &task), (sum + 10000) / (2 * RUNTIMES_RUNS_MIN),
                 "its kind, in which are both stages");
    for (int64_t i = 0; i < 64; i++)
        runtimes_learn(&runtimes, &(struct task_facts){.stage = 5, .kind = NONE}, INT64_MAX);
    cr_assert_eq(runtimes_mean(&runtimes, &(struct task_facts){.stage = 5, .kind = NONE}),
                 INT64_MAX, "the sum leaves 64 bits");
    task.true_run_us = 5;
    cr_assert_eq(runtimes_mean(&runtimes, &task), 5);
}

Test(runtimes, a_run_that_outlasts_all_others_is_extended_to_twice_the_longest)
{
    struct task_facts task = {.kind = NONE};
    for (int i = 0; i < 10; i++)
        runtimes_learn(&runtimes, &task, INT64_C(1) << 20); /* up to 17/16 x 2^20 */
    int64_t longest = (INT64_C(17) << 20) / 16;
    for (int64_t ran = longest; ran < 70 * longest; ran += longest / 3) {
        int64_t end = longest;
        while (end <= ran)
            end *= 2;
        cr_assert_eq(runtimes_above(&runtimes, &task, ran, end - ran - 1), CERTAIN);
        cr_assert_eq(runtimes_above(&runtimes, &task, ran, end - ran), 0);
    }
}

Test(runtimes, kinds_are_names_but_for_their_numbers)
{
    struct engine engine;
    engine_init(&engine, &engine_options_default);
    static const struct {
        const char *tenant, *job, *stage;
        uint32_t kind;
    } rows[] = {
        {"u", "j_17", "M1", 0},   {"u", "j_4", "M22", 0},  {"u", "j_4", "R2_1", 1},
        {"v", "j_18", "M1", 2},   {NULL, "j_19", "M1", 3}, {"u", "j_5x", "M1", 4},
        {"u", "12j_5x", "M1", 5}, {"u", "j_20", "M1", 0},
    };
    for (uint32_t i = 0; i < COUNT_OF(rows); i++) {
        struct event event = {.kind = EVENT_TASK_SUBMITTED,
                              .job = rows[i].job,
                              .stage = rows[i].stage,
                              .tenant = rows[i].tenant,
                              .count = 1};
        cr_assert_eq(engine_apply(&engine, &event, NULL), STATUS_OK);
        uint32_t task = cluster_find_task(engine.cluster, rows[i].job, rows[i].stage, 0);
        cr_assert_eq(engine.cluster->task_facts[task].kind, rows[i].kind, "row %u", i);
    }
    engine_free(&engine);
}

Test(runtimes, the_engine_learns_from_runs_that_end_well)
{
    struct engine engine;
    struct engine_options options = engine_options_default;
    engine_init(&engine, &options);
    struct event machine = {
        .kind = EVENT_MACHINE_ADDED, .machine = "m", .resources = units(100, 100)};
    cr_assert_eq(engine_apply(&engine, &machine, NULL), STATUS_OK);
    const struct attempt attempt = {5 * SECOND_US, false};
    struct event tasks = {.kind = EVENT_TASK_SUBMITTED,
                          .job = "j",
                          .stage = "",
                          .count = 20,
                          .machine = "m",
                          .attempts = &attempt,
                          .attempt_count = 1};
    cr_assert_eq(engine_apply(&engine, &tasks, NULL), STATUS_OK);
    for (uint32_t i = 0; i < 19; i++) {
        struct event end = {.kind = i % 2 ? EVENT_TASK_KILLED : EVENT_TASK_FINISHED,
                            .time_us = 8 * SECOND_US,
                            .job = "j",
                            .stage = "",
                            .index = i,
                            .count = 1};
        cr_assert_eq(engine_apply(&engine, &end, NULL), STATUS_OK);
    }
    uint32_t last = cluster_find_task(engine.cluster, "j", "", 19);
    struct task_facts facts = cluster_task_facts(engine.cluster, last, 8 * SECOND_US);
    struct cluster_facts all = cluster_facts(engine.cluster, 8 * SECOND_US);
    cr_assert_eq(facts.true_run_us, 0);
    cr_assert_eq(all.runtimes->all.runs, 10);
    cr_assert_eq(runtimes_above(all.runtimes, &facts, 0, 7 * SECOND_US), CERTAIN);
    cr_assert_eq(runtimes_above(all.runtimes, &facts, 0, 9 * SECOND_US), 0);
    engine_free(&engine);
    options.clairvoyant = true;
    engine_init(&engine, &options);
    tasks.machine = NULL;
    cr_assert_eq(engine_apply(&engine, &tasks, NULL), STATUS_OK);
    cr_assert_eq(engine.cluster->task_facts[0].true_run_us, 5 * SECOND_US);
    engine_free(&engine);
}
