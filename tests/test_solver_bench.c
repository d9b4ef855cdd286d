/* test_solver_bench.c - measurements are of right answers, add up, and read well. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "bench/certify.h"
#include "bench/life.h"
#include "bench/solver_report.h"

static struct progress silent(void)
{
    struct progress progress;
    progress_init(&progress, stderr, PROGRESS_NONE, 0);
    return progress;
}

static cost_t lemon_cost(struct network *network)
{
    struct solution solution;
    struct solver *solver = solver_create("lemon-network-simplex");
    solver_solve(solver, network, SOLVER_NO_BUDGET, &solution);
    cr_assert_eq(solution.outcome, OUTCOME_OPTIMAL);
    cost_t cost = solution.cost;
    solver_destroy(solver);
    return cost;
}

Test(meter, memory_is_that_of_the_call)
{
    size_t size = (size_t)32 << 20;
    struct meter_memory memory = meter_memory_start();
    char *block = memory_alloc(size);
    memset(block, 1, size);
    memory_free(block);
    meter_memory_stop(&memory);
    cr_assert(memory.heap >= (int64_t)size && memory.heap < (int64_t)size + 65536, "%" PRId64,
              memory.heap);
    cr_assert(memory.resident == -1 || memory.resident >= (int64_t)size - (1 << 20), "%" PRId64,
              memory.resident);
    memory = meter_memory_start();
    meter_memory_stop(&memory);
    cr_assert_eq(memory.heap, 0);
}

Test(meter, times_are_those_of_the_call)
{
    struct meter meter = meter_start();
    volatile uint64_t sum = 0;
    for (uint32_t i = 0; i < 5000000; i++)
        sum += i;
    struct meter_times times = meter_stop(&meter);
    struct meter_times overhead = meter_overhead();
    cr_assert_gt(times.thread_ns, 100000);
    cr_assert_gt(times.process_ns, 100000);
    cr_assert_gt(times.wall_ns, 100000);
    cr_assert(overhead.thread_ns >= 0 && overhead.thread_ns < times.thread_ns);
    cr_assert(overhead.wall_ns > 0 && overhead.wall_ns < times.wall_ns);
}

Test(certify, finds_an_answer_that_is_not_right)
{
    struct network network;
    struct solution solution;
    struct problem problem;
    network_init(&network);
    uint32_t a = network_add_node(&network, 2);
    uint32_t b = network_add_node(&network, -2);
    network_add_arc(&network, a, b, 0, 5, 3);
    struct solver *solver = solver_create("paths");
    solver_solve(solver, &network, SOLVER_NO_BUDGET, &solution);
    cr_assert(certify(solver, &network, &solution, &problem));
    solution.cost++;
    cr_assert(!certify(solver, &network, &solution, &problem));
    cr_assert(strstr(problem.reason, "an answer of paths is not right"), "%s", problem.reason);
    cr_assert(certify_same("paths", 6, "other", 6, &problem));
    cr_assert(!certify_same("paths", 6, "other", 7, &problem));
    cr_assert_str_eq(problem.reason, "the costs of one optimum differ: 6 by paths, 7 by other");
    solver_destroy(solver);
    network_free(&network);
}

Test(scratch, each_solver_takes_its_turns_on_the_same_network)
{
    static const char *const solvers[] = {"repair", "lemon-network-simplex", "paths"};
    struct quincy quincy;
    struct scratch scratch;
    struct problem problem = {0};
    struct progress progress = silent();
    quincy_init(&quincy, &(struct quincy_options){30, 4, 125, 0, 1});
    cost_t cost = lemon_cost(&quincy.network);
    scratch_init(&scratch, solvers, 3);
    bool right = scratch_measure(&scratch, &quincy.network, 4, &progress, &problem);
    cr_assert(right, "%s", problem.reason);
    cr_assert_eq(scratch.run_count, 3);
    for (uint32_t i = 0; i < 3; i++) {
        cr_assert_str_eq(scratch.runs[i].solver, solvers[i]);
        cr_assert_eq(scratch.runs[i].times.thread_ns.count, 4);
        cr_assert_eq(scratch.runs[i].times.wall_ns.count, 4);
        cr_assert_eq(scratch.runs[i].cost, cost);
    }
    cr_assert_gt(scratch.runs[0].memory.heap, 0);
    cr_assert_gt(scratch.runs[0].work, 0);
    scratch_free(&scratch);
    quincy_free(&quincy);
}

static void add_time(struct scratch_run *run, int64_t thread_ns, int64_t process_ns)
{
    meter_samples_add(&run->times, &(struct meter_times){thread_ns, process_ns, 2 * process_ns});
}

/* Three runs whose medians are 2 ms, 9 ms and 3 ms of the process. */
static struct scratch three_runs(void)
{
    struct scratch scratch = {0};
    array_reserve(scratch.runs, scratch.run_room, 3);
    scratch.run_count = 3;
    scratch.runs[0] = (struct scratch_run){
        .solver = "repair", .outcome = OUTCOME_OPTIMAL, .memory = {8000, 12345}};
    scratch.runs[1] = (struct scratch_run){.solver = "lemon-cost-scaling", .memory = {0, -1}};
    scratch.runs[2] = (struct scratch_run){.solver = "lemon-network-simplex"};
    add_time(&scratch.runs[0], 1000000, 2000000);
    add_time(&scratch.runs[0], 999600, 1000000);
    add_time(&scratch.runs[0], 5000000, 9000000);
    add_time(&scratch.runs[1], 9000000, 9000000);
    add_time(&scratch.runs[2], 3000000, 3000000);
    return scratch;
}

Test(scratch, ratios_are_of_the_medians_of_all_threads)
{
    struct scratch scratch = three_runs();
    cr_assert_float_eq(scratch_ratio(&scratch, 1), 4.5, 1e-9);
    cr_assert_float_eq(scratch_ratio(&scratch, 2), 1.5, 1e-9);
    cr_assert_float_eq(scratch_ratio_best(&scratch), 1.5, 1e-9);
    scratch.runs[2].outcome = OUTCOME_REFUSED;
    cr_assert(isnan(scratch_ratio(&scratch, 2)));
    cr_assert_float_eq(scratch_ratio_best(&scratch), 4.5, 1e-9);
    scratch.runs[0].outcome = OUTCOME_INFEASIBLE;
    cr_assert(isnan(scratch_ratio_best(&scratch)));
    scratch_free(&scratch);
}

/* After every kind of event the incremental optimum is LEMON's. */
Test(life, follows_every_kind_of_event, .timeout = 300)
{
    static const uint32_t tasks[] = {240, 432, 475, 480, 528};
    for (size_t i = 0; i < COUNT_OF(tasks); i++) {
        for (int hot = 0; hot < 2; hot++) {
            struct quincy quincy;
            struct life life;
            struct problem problem = {0};
            struct progress progress = silent();
            quincy_init(&quincy, &(struct quincy_options){40, 12, tasks[i], 0.9 * hot, i});
            bool right = life_init(&life, &quincy, "repair", true, &progress, &problem);
            cr_assert(right, "%s", problem.reason);
            for (uint32_t c = 0; c < life_cycle_count(); c++) {
                const struct life_cycle *cycle = life_cycle_at(c);
                right = life_measure(&life, cycle, 6, &problem);
                cr_assert(right, "%s: %s", cycle->name, problem.reason);
                cr_assert_eq(life.solution.cost, lemon_cost(&quincy.network), "%s", cycle->name);
                cr_assert_eq(quincy.live_count, tasks[i], "%s", cycle->name);
                cr_assert_eq(quincy.failed_count, 0, "%s", cycle->name);
            }
            life_free(&life);
            quincy_free(&quincy);
        }
    }
}

Test(life, measures_what_happened_and_nothing_else)
{
    struct quincy quincy;
    struct life life;
    struct problem problem = {0};
    struct progress progress = silent();
    quincy_init(&quincy, &(struct quincy_options){40, 12, 240, 0, 1}); /* nobody waits */
    cr_assert(life_init(&life, &quincy, "repair", false, &progress, &problem));
    for (uint32_t c = 0; c < life_cycle_count(); c++)
        cr_assert(life_measure(&life, life_cycle_at(c), 3, &problem), "%s", problem.reason);
    static const struct {
        const char *cycle;
        uint32_t count, concerned;
    } rows[] = {{"task", 3, 1},    {"task", 3, 1},    {"machine", 3, 1},
                {"machine", 3, 1}, {"batch", 3, 481}, {"restarts", 3, 481},
                {"churn", 3, 48},  {"waiting", 0, 0}, {"racks", 3, 20}};
    cr_assert_eq(life.run_count, COUNT_OF(rows));
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct life_run *run = &life.runs[i];
        cr_assert_str_eq(run->cycle->name, rows[i].cycle, "row %zu", i);
        cr_assert_eq(run->times.thread_ns.count, rows[i].count, "row %zu", i);
        cr_assert_eq(run->work.count, rows[i].count, "row %zu", i);
        cr_assert_eq(run->concerned, rows[i].concerned, "row %zu: %u", i, run->concerned);
        for (uint32_t k = 0; k < run->changes.count; k++)
            cr_assert_gt(run->changes.values[k], 0, "row %zu", i);
    }
    life_free(&life);
    quincy_free(&quincy);
}

/* What a table prints, and no line is wider than 100 columns. */
struct table {
    FILE *stream;
    char *text;
    size_t size;
};

static FILE *open_table(struct table *table)
{
    return table->stream = open_memstream(&table->text, &table->size);
}

static void close_table(struct table *table, const char *const *wanted, size_t count)
{
    fclose(table->stream);
    for (size_t i = 0; i < count; i++)
        cr_assert(strstr(table->text, wanted[i]), "no '%s' in\n%s", wanted[i], table->text);
    for (const char *line = table->text; *line;) {
        size_t width = strcspn(line, "\n");
        cr_assert_leq(width, 100, "%.*s", (int)width, line);
        line += width + (line[width] == '\n');
    }
    free(table->text);
}

Test(solver_table, shows_units_and_fits_a_hundred_columns)
{
    static const char *const wanted[] = {
        "1,234,567 tasks, 12 nodes, 1,000 arcs",
        "1.00 ms     2.00 ms     4.00 ms      8 B/arc     12 B/arc",
        "9.00 ms     9.00 ms     18.0 ms      0 B/arc            -   4.50x",
        "refused: numbers",
        "task: one arrives",
        "100  12,500   5.80 us    100 us    1.00 s    21.1 s    10.7 M",
        "waiting: costs rise by 1 to 10       0   nothing that it could happen to",
        "cost -7 before, 9 after; the same by lemon-cost-scaling",
        "geometric mean of the ratios of 2 networks: 12.3x",
    };
    struct table table;
    FILE *stream = open_table(&table);
    struct solver_bench_cluster cluster = {.load_percent = 90};
    struct solver_instance instance = {"load 90 %", &cluster, 1234567, 12, 1000};
    struct scratch scratch = three_runs();
    scratch.runs[2].outcome = OUTCOME_REFUSED;
    scratch.runs[2].reason = "numbers";
    solver_table_instance(&instance, stream);
    solver_table_scratch(&scratch, &instance, stream);
    struct life_run runs[2] = {
        {.cycle = life_cycle_at(0), .label = "one arrives", .concerned = 12500},
        {.cycle = life_cycle_at(5), .label = "costs rise by 1 to 10"},
    };
    for (int i = 0; i < 100; i++)
        samples_add(&runs[0].times.thread_ns, i < 50   ? 5800
                                              : i < 90 ? 99960
                                              : i < 99 ? 999600000
                                                       : INT64_C(21100000000));
    samples_add(&runs[0].work, 10678693);
    solver_table_events(runs, 2, true, stream);
    solver_table_costs(-7, 9, "lemon-cost-scaling", stream);
    solver_table_end(&(struct solver_summary){2, 12.345}, stream);
    close_table(&table, wanted, COUNT_OF(wanted));
    scratch_free(&scratch);
    meter_samples_free(&runs[0].times);
    samples_free(&runs[0].work);
}

/* The clusters and rows that the solver is judged by. */
Test(solver_bench, judges_by_the_same_clusters_and_rows)
{
    struct solver_bench_options options = {.machines = 12500, .slots = 12};
    solver_bench_judge(&options);
    uint32_t scratch = 0;
    uint32_t batch = 0;
    for (uint32_t i = 0; i < options.cluster_count; i++) {
        const struct solver_bench_cluster *cluster = &options.clusters[i];
        uint64_t tasks = solver_bench_tasks(&options, cluster);
        cr_assert_eq(tasks, 1500 * cluster->load_percent);
        scratch += (cluster->rows & SOLVER_BENCH_SCRATCH) != 0;
        batch += (cluster->rows & SOLVER_BENCH_CYCLE(2)) != 0;
    }
    cr_assert_eq(scratch, 6);
    cr_assert_eq(batch, 5);
    cr_assert_str_eq(life_cycle_at(2)->name, "batch");
}
