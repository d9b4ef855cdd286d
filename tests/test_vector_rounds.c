/* test_vector_rounds.c - rounds of tasks that demand several resources, against all that could
 * have been decided instead. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "scheduler/flow_commit.h"
#include "solver/solver.h"
#include "tests/best_placement.h"
#include "tests/engine_fixture.h"
#include "tests/flow_world.h"

#define SECOND_US INT64_C(1000000)

/* What random instances are like. */
struct kind {
    const char *model;
    bool gpus, labels, inputs;
    bool equal; /* all tasks demand the same */
};

static uint32_t chance(struct flow_world *world, uint32_t limit)
{
    return (uint32_t)random_below(&world->random, limit);
}

static struct resources random_demand(struct flow_world *world, const struct kind *kind)
{
    static const int64_t percents[] = {0, 0, 20, 30, 50, 70, 100, 200};
    struct resources demand = units(chance(world, 5), 1 + chance(world, 4));
    demand.amount[RESOURCE_DISK] = chance(world, 2) ? chance(world, 4) * RESOURCE_UNIT : 0;
    if (kind->gpus)
        demand.amount[RESOURCE_GPU] = percents[chance(world, 8)] * (RESOURCE_UNIT / 100);
    return demand;
}

static void add_machines(struct flow_world *world, const struct kind *kind)
{
    static const char *const labels[] = {"", "gpu=A", "gpu=B"};
    uint32_t count = 2 + chance(world, BEST_MACHINES - 1);
    for (uint32_t m = 0; m < count; m++) {
        char name[16], rack[16];
        snprintf(name, sizeof name, "m%u", m);
        snprintf(rack, sizeof rack, "r%u", m % 2);
        struct resources capacity = units(2 + chance(world, 6), 2 + chance(world, 6));
        capacity.amount[RESOURCE_DISK] = chance(world, 8) * RESOURCE_UNIT;
        capacity.amount[RESOURCE_GPU] = kind->gpus ? chance(world, 4) * RESOURCE_UNIT : 0;
        flow_world_apply(world,
                         (struct event){.kind = EVENT_MACHINE_ADDED,
                                        .machine = name,
                                        .rack = rack,
                                        .labels = kind->labels ? labels[chance(world, 3)] : NULL,
                                        .resources = capacity});
        if (chance(world, 2)) /* if it does not fit, it waits like others */
            flow_world_apply(world, (struct event){.kind = EVENT_TASK_SUBMITTED,
                                                   .job = name,
                                                   .resources = units(1, chance(world, 3)),
                                                   .machine = name});
    }
}

/* A class of tasks, as far as room is left for them in best_placement. */
static void add_tasks(struct flow_world *world, const struct kind *kind, uint32_t class,
                      const struct resources *equal)
{
    static const char *const constraints[] = {NULL, "gpu=A", "gpu=A|B"};
    static const char *const holders[] = {"m0", "m1", "m2", "m3"};
    static const int32_t priorities[] = {0, 5, 9, 11};
    const struct block block = {
        .mib = chance(world, 20000), .copy_count = 1, .machines = {holders[chance(world, 4)]}};
    char job[16];
    snprintf(job, sizeof job, "j%u", class);
    uint32_t room = BEST_TASKS - world->engine.cluster->lists[TASK_WAITING].count;
    struct event event = {.kind = EVENT_TASK_SUBMITTED,
                          .job = job,
                          .count = 1 + chance(world, 3),
                          .resources = equal ? *equal : random_demand(world, kind),
                          .priority = priorities[chance(world, 4)],
                          .deadline_us = chance(world, 2) * chance(world, 900) * SECOND_US,
                          .latency_us = chance(world, 2) * 120000,
                          .constraint = kind->labels ? constraints[chance(world, 3)] : NULL,
                          .blocks = &block,
                          .block_count = kind->inputs};
    event.count = event.count < room ? event.count : room;
    if (event.count)
        flow_world_apply(world, event);
    world->now_us += chance(world, 40) * SECOND_US;
}

static void add_instance(struct flow_world *world, const struct kind *kind)
{
    struct resources demand = random_demand(world, kind);
    demand.amount[RESOURCE_CPU] += RESOURCE_UNIT;
    world->now_us = SECOND_US;
    add_machines(world, kind);
    uint32_t classes = 2 + chance(world, 3);
    for (uint32_t c = 0; c < classes; c++)
        add_tasks(world, kind, c, kind->equal ? &demand : NULL);
    world->now_us += SECOND_US;
}

/* How much of the network's first optimum does not fit together? */
static uint32_t first_misfits(struct flow_graph *graph, const struct flow_world *world)
{
    struct flow_commit commit;
    struct solution solution;
    struct solver *solver = solver_create("paths");
    flow_commit_init(&commit, 0);
    flow_commit_begin(&commit, world->engine.cluster);
    flow_graph_update(graph, world->engine.cluster, world->now_us);
    solver_solve(solver, &graph->network, SOLVER_NO_BUDGET, &solution);
    cr_assert_eq(solution.outcome, OUTCOME_OPTIMAL);
    uint32_t misfits = flow_commit_fit(&commit, graph, world->engine.cluster, solution.flow);
    solver_destroy(solver);
    flow_commit_free(&commit);
    return misfits;
}

/* Nobody waits who fits and would cost less running. */
static void check_maximal(const struct best_placement *best, const struct cluster *cluster,
                          const uint32_t *machines)
{
    for (uint32_t m = 0; m < best->machine_count; m++) {
        struct room room;
        room_of_machine(&room, &cluster->machine_facts[m]);
        for (uint32_t t = 0; t < best->task_count; t++) {
            if (machines[t] != NONE || !best->allowed[t][m] || !room_fits(&room, &best->demand[t]))
                continue;
            cost_t cost = best_placement_gain(best, machines, t, m);
            cr_assert_geq(cost, best->wait[t], "task %u waits and fits on m%u", best->tasks[t], m);
        }
    }
}

struct tally {
    uint32_t count, optimal, tight, one_solve;
    double lost[1024]; /* of what can be saved by placing anything, in percent */
};

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print_tally(struct tally *tally, const struct kind *kind)
{
    qsort(tally->lost, tally->count, sizeof *tally->lost, by_size);
    fprintf(stderr,
            "%-28s%s%s%s%s: of %u, optimal %u, bound met %u, one solve %u; lost %%: "
            "p90 %.2f p99 %.2f max %.2f\n",
            kind->model, kind->equal ? " equal" : "", kind->gpus ? " gpus" : "",
            kind->labels ? " labels" : "", kind->inputs ? " inputs" : "", tally->count,
            tally->optimal, tally->tight, tally->one_solve, tally->lost[tally->count * 90 / 100],
            tally->lost[tally->count * 99 / 100], tally->lost[tally->count - 1]);
}

static void compare(const struct best_placement *best, const struct flow_world *world,
                    const struct kind *kind, struct tally *tally)
{
    const struct cluster *cluster = world->engine.cluster;
    uint32_t machines[BEST_TASKS];
    cost_t nothing = 0;
    for (uint32_t t = 0; t < best->task_count; t++) {
        machines[t] = cluster->task_facts[best->tasks[t]].machine;
        nothing += best->wait[t];
    }
    cost_t reached = best_placement_cost(best, machines);
    cr_assert(world->report.has_bound);
    cr_assert_leq(world->report.bound, best->best);
    cr_assert_geq(reached, best->best);
    /* By a rack, the network charges its worst machine for one that is better; by an arc of its
     * own to a machine, what the first of the class there costs. */
    if (!kind->inputs || !best->class_units)
        cr_assert_geq(world->report.cost, reached);
    if (!kind->inputs)
        cr_assert_eq(world->report.cost, reached);
    check_maximal(best, cluster, machines);
    if (kind->equal && !(kind->inputs && kind->labels)) {
        cr_assert_eq(world->report.solves, 1);
        cr_assert_eq(world->report.bound, world->report.cost);
        cr_assert_eq(world->report.bound, best->best);
    }
    tally->optimal += reached == best->best;
    tally->tight += world->report.bound == best->best;
    tally->one_solve += world->report.solves == 1;
    cost_t gain = nothing - best->best;
    tally->lost[tally->count++] = gain ? 100. * (double)(reached - best->best) / (double)gain : 0;
}

static void check_instance(const struct kind *kind, uint64_t seed, struct tally *tally)
{
    const struct policy_options options = {.cost_model = kind->model, .solver = "paths"};
    struct flow_world world;
    struct flow_graph graph;
    struct cost_mix mix;
    struct problem problem;
    struct best_placement best;
    cr_assert_eq(cost_mix_read(&mix, kind->model, &problem), STATUS_OK);
    flow_world_init(&world, &options, seed);
    flow_world_watch(&world, &graph, &options);
    add_instance(&world, kind);
    best_placement_find(&best, world.engine.cluster, &mix, world.now_us);
    uint32_t misfits = first_misfits(&graph, &world);
    flow_world_round(&world);
    cr_assert_eq(world.report.solves == 1, misfits == 0, "seed %" PRIu64, seed);
    compare(&best, &world, kind, tally);
    flow_graph_free(&graph);
    flow_world_free(&world);
}

Test(vector_rounds, lie_between_the_bound_and_all_that_could_be_decided, .timeout = 300)
{
    static const struct kind kinds[] = {
        {"quincy", false, false, false, false},
        {"quincy", false, false, true, false},
        {"quincy", true, true, true, false},
        {"slo", true, true, false, false},
        {"load_spreading", false, false, false, false},
        {"load_spreading", true, true, false, false},
        {"packing", false, false, false, false},
        {"packing", true, true, false, false},
        {"cpu_mem", false, false, false, false},
        {"cpu_mem,quincy:3", true, true, true, false},
        {"latency", false, false, false, false},
        {"slo:1000,quincy:10,packing", true, true, true, false},
        {"quincy", false, false, true, true},
        {"quincy", true, true, false, true},
        {"slo", true, true, false, true},
        {"load_spreading", true, true, false, true},
        {"packing", true, true, false, true},
        {"cpu_mem", false, false, false, true},
        {"latency", false, false, false, true},
    };
    for (uint32_t k = 0; k < COUNT_OF(kinds); k++) {
        struct tally tally = {0};
        for (uint64_t seed = 0; seed < 500; seed++) {
            uint64_t mixed = seed + 1000 * k;
            check_instance(&kinds[k], mixed, &tally);
        }
        print_tally(&tally, &kinds[k]);
    }
}

Test(vector_rounds, tasks_that_fill_a_machine_to_the_last_unit_are_accepted)
{
    static const char *const models[] = {"quincy", "load_spreading", "packing", "cpu_mem", "slo"};
    for (uint32_t k = 0; k < COUNT_OF(models); k++) {
        const struct policy_options options = {.cost_model = models[k], .solver = "paths"};
        struct flow_world world;
        flow_world_init(&world, &options, 0);
        flow_world_add_machine(&world, "m", "r", 9, 7);
        flow_world_submit(&world, "cpu", 2, units(3, 1), NULL, 0);
        flow_world_submit(&world, "mem", 1, units(1, 3), NULL, 0);
        flow_world_submit(&world, "both", 1, units(2, 2), NULL, 0);
        world.now_us = SECOND_US;
        flow_world_round(&world);
        cr_assert_eq(world.engine.cluster->lists[TASK_WAITING].count, 0, "%s", models[k]);
        struct resources left = cluster_machine_free(world.engine.cluster, 0);
        cr_assert(resources_zero(&left));
        flow_world_free(&world);
    }
}

/* Of three tasks of different demands, which one by one fit and of which no two do, the one
 * runs that it costs most to let wait. */
Test(vector_rounds, who_has_to_leave_an_overfull_machine_is_decided_by_cost)
{
    static const char *const jobs[] = {"a", "b", "c"};
    const struct resources demands[] = {units(4, 3), units(3, 4), units(4, 4)};
    static const uint32_t orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                         {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    const struct policy_options options = {.cost_model = "slo", .solver = "paths"};
    for (uint32_t variant = 0; variant < 3 * COUNT_OF(orders); variant++) {
        struct flow_world world;
        flow_world_init(&world, &options, 0);
        flow_world_add_machine(&world, "m", "r", 6, 6);
        uint32_t dear = variant % 3;
        for (uint32_t i = 0; i < 3; i++) {
            uint32_t t = orders[variant / 3][i];
            flow_world_apply(&world, (struct event){.kind = EVENT_TASK_SUBMITTED,
                                                    .job = jobs[t],
                                                    .priority = t == dear ? 11 : 0,
                                                    .resources = demands[t]});
        }
        world.now_us = 10 * SECOND_US;
        flow_world_round(&world);
        for (uint32_t t = 0; t < 3; t++)
            cr_assert_str_eq(flow_world_place(&world, jobs[t], 0), t == dear ? "m" : "",
                             "variant %u, task %u", variant, t);
        flow_world_free(&world);
    }
}
