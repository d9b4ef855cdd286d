/* test_settling.c - with preemption, a cluster where nothing happens but time comes to rest. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/engine_fixture.h"
#include "tests/flow_world.h"

#define SECOND_US INT64_C(1000000)
#define DAY_US (86400 * SECOND_US)
#define MACHINES 12
#define RACKS 3
#define CPUS 16
#define TASKS_MAX 512
#define STOPS_MAX 8   /* of one task, in a day; hysteresis doubles with each */
#define ROUNDS_MAX 40 /* until nobody moves any more */

static const char *const models[] = {
    "quincy",
    "load_spreading",
    "drf",
    "slo",
    "latency",
    "cpu_mem",
    "packing",
    "slo:1000,quincy:10",
    "latency,packing",
    "quincy,cpu_mem:16",
    "slo:1000,drf:100,quincy:10,packing",
};

/* What the tasks of a case have beside their demands. */
enum { INPUTS = 1, DEADLINES = 2, SERVICES = 4, TENANTS = 8, GPUS = 16 };
static const uint32_t kinds[] = {0, INPUTS, DEADLINES, SERVICES | TENANTS, 31};

static struct flow_world world;

static void apply(struct event event)
{
    event.time_us = world.now_us;
    event.count = event.count ? event.count : 1;
    event.stage = "";
    cr_assert_eq(engine_apply(&world.engine, &event, NULL), STATUS_OK);
}

static int64_t below(uint32_t limit)
{
    return (int64_t)random_below(&world.random, limit);
}

/* Tasks of one job; returns the cpu that they demand. */
static int64_t submit_job(uint32_t job, uint32_t kind)
{
    char name[16], tenant[16], holder[3][16];
    snprintf(name, sizeof name, "s%u", job);
    snprintf(tenant, sizeof tenant, "t%u", (uint32_t)below(6));
    struct block block = {.mib = 100 + below(20000), .copy_count = 1 + (uint32_t)below(3)};
    for (uint32_t c = 0; c < block.copy_count; c++) {
        snprintf(holder[c], sizeof holder[c], "m%u", (uint32_t)(below(4) + 4 * c));
        block.machines[c] = holder[c];
    }
    struct event event = {.kind = EVENT_TASK_SUBMITTED,
                          .job = name,
                          .count = 1 + (uint32_t)below(4),
                          .priority = (int32_t)below(12),
                          .resources = units(1 + below(4), 1 + below(4))};
    if (kind & TENANTS)
        event.tenant = tenant;
    if ((kind & DEADLINES) && below(2))
        event.deadline_us = world.now_us + (1 + below(7200)) * SECOND_US;
    if ((kind & SERVICES) && !event.deadline_us && below(3) == 0)
        event.latency_us = below(2) ? 120000 : 30000;
    if ((kind & GPUS) && below(4) == 0)
        event.resources.amount[RESOURCE_GPU] = (INT64_C(1) << below(3)) * RESOURCE_UNIT / 2;
    if ((kind & INPUTS) && below(2)) {
        event.blocks = &block;
        event.block_count = 1;
    }
    apply(event);
    return event.count * event.resources.amount[RESOURCE_CPU];
}

/* Machines, and tasks that demand so many percent of their cpu, some of them older. */
static void populate(uint32_t percent, uint32_t kind)
{
    for (uint32_t m = 0; m < MACHINES; m++) {
        char name[16], rack[16];
        snprintf(name, sizeof name, "m%u", m);
        snprintf(rack, sizeof rack, "r%u", m % RACKS);
        struct resources capacity = units(CPUS, CPUS);
        if ((kind & GPUS) && m % 2)
            capacity.amount[RESOURCE_GPU] = 2 * RESOURCE_UNIT;
        apply((struct event){
            .kind = EVENT_MACHINE_ADDED, .machine = name, .rack = rack, .resources = capacity});
    }
    int64_t wanted = (int64_t)MACHINES * CPUS * RESOURCE_UNIT * percent / 100;
    for (uint32_t job = 0; wanted > 0; job++) {
        wanted -= submit_job(job, kind);
        if (job % 8)
            continue;
        world.now_us += below(100) * SECOND_US;
        flow_world_round(&world);
    }
}

/* By task x TASKS_MAX + task: has the first taken the place of the second? */
static bool took[TASKS_MAX * TASKS_MAX];
static uint32_t in_turn; /* pairs that did so both ways */

/* Note who came to the machine that a task is taken from. */
static void note_taken(uint32_t stopped, uint32_t machine)
{
    for (uint32_t i = 0; i < world.decisions.count; i++) {
        const struct decision *d = &world.decisions.decisions[i];
        if (d->machine != machine)
            continue;
        in_turn += took[stopped * TASKS_MAX + d->task];
        took[d->task * TASKS_MAX + stopped] = true;
    }
}

/* One round; returns how many moves it made. `places` are those before it, by task. */
static uint32_t make_round(void)
{
    static uint32_t places[TASKS_MAX];
    const struct cluster *cluster = world.engine.cluster;
    cr_assert_leq(cluster->task_limit, TASKS_MAX);
    for (uint32_t t = 0; t < cluster->task_limit; t++)
        places[t] = cluster->task_facts[t].machine;
    flow_world_round(&world);
    uint32_t moves = 0;
    for (uint32_t i = 0; i < world.decisions.count; i++) {
        const struct decision *d = &world.decisions.decisions[i];
        if (d->kind == DECISION_PLACE)
            continue;
        moves++;
        if (d->kind == DECISION_PREEMPT)
            note_taken(d->task, places[d->task]);
    }
    return moves;
}

/* Rounds at one time, until one decides nothing. Returns how many moves they made. */
static uint32_t settle(const char *model, uint32_t row)
{
    uint32_t moves = 0, rounds = 0;
    do {
        cr_assert_leq(++rounds, ROUNDS_MAX, "%s, row %u, goes on moving", model, row);
        moves += make_round();
    } while (world.decisions.count);
    return moves;
}

static uint32_t most_stops(void)
{
    uint32_t most = 0;
    const struct cluster *cluster = world.engine.cluster;
    for (uint32_t t = 0; t < cluster->task_limit; t++) {
        uint32_t stops = cluster->tasks[t].preemptions + cluster->tasks[t].migrations;
        most = stops > most ? stops : most;
    }
    return most;
}

static void init(const char *model, uint32_t moves_max, uint64_t seed)
{
    struct policy_options options = {
        .cost_model = model, .solver = "paths", .preemption = true, .moves_max = moves_max};
    flow_world_init(&world, &options, seed);
    memset(took, 0, sizeof took);
    in_turn = 0;
}

/* Does time alone change what this model says of tasks, one against the other? Deadlines come
 * nearer, and priorities are more patient than others. Quincy's time passes for all alike, but
 * in a mix it comes to outweigh what the others said. */
static bool time_matters(uint32_t model)
{
    const char *mix = models[model];
    return strstr(mix, "slo") || strstr(mix, "latency") ||
           (strstr(mix, "quincy") && strchr(mix, ','));
}

Test(settling, a_steady_cluster_comes_to_rest_and_stays_so_for_a_day)
{
    static const uint32_t percents[] = {50, 90, 100, 130};
    for (uint32_t row = 0; row < COUNT_OF(models) * COUNT_OF(percents) * COUNT_OF(kinds); row++) {
        uint32_t model = row % COUNT_OF(models);
        uint32_t percent = percents[row / COUNT_OF(models) % COUNT_OF(percents)];
        uint32_t kind = kinds[row / COUNT_OF(models) / COUNT_OF(percents)];
        init(models[model], 0, row);
        populate(percent, kind);
        settle(models[model], row);
        uint32_t moves = 0;
        int64_t start_us = world.now_us;
        for (int64_t step_us = SECOND_US; world.now_us < start_us + DAY_US;
             step_us += step_us / 4) {
            world.now_us += step_us;
            moves += settle(models[model], row);
        }
        if (!time_matters(model))
            cr_expect_eq(moves, 0, "%s, load %u, kind %u: %u moves", models[model], percent, kind,
                         moves);
        if (!strstr(models[model], "latency"))
            cr_expect_eq(in_turn, 0, "%s, load %u, kind %u: tasks stop each other in turn",
                         models[model], percent, kind);
        cr_expect_leq(most_stops(), STOPS_MAX, "%s, load %u, kind %u", models[model], percent,
                      kind);
        flow_world_free(&world);
    }
}

static int by_count(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* One machine is full of tasks, then three more come. What load spreading makes of it. */
static void spread(uint32_t moves_max, uint32_t counts[4])
{
    static const char *const names[] = {"m0", "m1", "m2", "m3"};
    init("load_spreading", moves_max, 0);
    flow_world_add_machine(&world, names[0], "r", 100, 100);
    flow_world_submit(&world, "j", 80, units(1, 1), NULL, 0);
    flow_world_round(&world);
    for (uint32_t m = 1; m < COUNT_OF(names); m++)
        flow_world_add_machine(&world, names[m], "r", 100, 100);
    uint32_t moves;
    do {
        moves = make_round();
        cr_assert(!moves_max || moves <= moves_max, "%u moves", moves);
    } while (moves);
    for (uint32_t m = 0; m < COUNT_OF(names); m++)
        counts[m] = world.engine.cluster->machine_facts[m].running;
    qsort(counts, COUNT_OF(names), sizeof *counts, by_count);
    flow_world_free(&world);
}

Test(settling, a_budget_of_moves_only_takes_longer)
{
    static const uint32_t budgets[] = {1, 2, 7, 50};
    uint32_t at_once[4];
    spread(0, at_once);
    cr_assert_leq(at_once[3], 30);
    for (size_t i = 0; i < COUNT_OF(budgets); i++) {
        uint32_t counts[4];
        spread(budgets[i], counts);
        cr_assert_arr_eq(counts, at_once, sizeof counts, "budget %u", budgets[i]);
    }
}

Test(settling, a_budget_of_stops_goes_to_those_who_gain_most)
{
    init("quincy", 1, 0);
    flow_world_add_machine(&world, "full", "r", 1, 1);
    flow_world_submit_running(&world, "old", units(1, 1), "full");
    flow_world_submit(&world, "patient", 3, units(1, 1), NULL, 0);
    world.now_us = 20 * SECOND_US;
    flow_world_submit(&world, "later", 1, units(1, 1), NULL, 0);
    world.now_us = 60 * SECOND_US;
    for (uint32_t m = 0; m < 4; m++) {
        char name[16], job[16];
        snprintf(name, sizeof name, "m%u", m);
        snprintf(job, sizeof job, "young%u", m);
        flow_world_add_machine(&world, name, "r", 1, 1);
        flow_world_submit_running(&world, job, units(1, 1), name);
    }
    for (uint32_t stopped = 1; stopped <= 4; stopped++) {
        cr_assert_eq(make_round(), 1);
        cr_assert_str_neq(flow_world_place(&world, "patient", stopped < 3 ? stopped - 1 : 2), "");
        cr_assert_eq(strcmp(flow_world_place(&world, "later", 0), "") != 0, stopped == 4);
    }
    cr_assert_eq(make_round(), 0);
    flow_world_free(&world);
}
