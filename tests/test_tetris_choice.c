/* test_tetris_choice.c - scores of tetris, and what it chooses, by worked examples. */
#include <criterion/criterion.h>

#include "policies/tetris_choice.h"
#include "policies/tetris_score.h"
#include "tests/engine_fixture.h"

#define HALF (POLICY_ONE / 2)

static struct engine engine;

/* The numbers. */

static const struct resources free_of_t1 = {{8 * RESOURCE_UNIT, 48 * RESOURCE_UNIT}};
static const struct resources capacity_of_t1 = {{16 * RESOURCE_UNIT, 64 * RESOURCE_UNIT}};

static double align(int64_t cpu, int64_t memory)
{
    struct resources demand = units(cpu, memory);
    return tetris_alignment(&demand, &free_of_t1, &capacity_of_t1);
}

Test(tetris_choice, t1_aligns_demands_with_what_is_free)
{
    cr_assert_float_eq(align(4, 8), 0.21875, 1e-12);
    cr_assert_float_eq(align(2, 24), 0.34375, 1e-12);
    struct resources gpu = {.amount = {[RESOURCE_GPU] = RESOURCE_UNIT}};
    cr_assert_eq(tetris_alignment(&gpu, &gpu, &capacity_of_t1), 0, "it has none at all");
}

Test(tetris_choice, t2_weighs_remaining_work_by_the_means)
{
    double epsilon = tetris_epsilon(1, align(4, 8) + align(2, 24), 37.5 + 10);
    cr_assert_float_eq(epsilon, 0.011842, 1e-6);
    cr_assert_float_eq(align(4, 8) - epsilon * 37.5, -0.2253, 1e-4);
    cr_assert_float_eq(align(2, 24) - epsilon * 10, 0.2253, 1e-4);
    cr_assert_eq(tetris_epsilon(1, 0.5, 0), 0, "nobody has work left");
}

Test(tetris_choice, as_many_queues_are_served_as_the_knob_says_and_one_at_least)
{
    static const struct {
        int64_t fairness;
        uint32_t queues, limit;
    } rows[] = {
        {0, 7, 7},        {HALF, 2, 1},       {HALF, 3, 2},           {POLICY_ONE / 4, 8, 6},
        {HALF / 2, 1, 1}, {POLICY_ONE, 9, 1}, {POLICY_ONE - 1, 9, 1}, {1, 9, 9},
    };
    for (uint32_t i = 0; i < COUNT_OF(rows); i++)
        cr_assert_eq(tetris_queue_limit(rows[i].fairness, rows[i].queues), rows[i].limit, "row %u",
                     i);
}

/* Choices between two tasks on the machine of T1. */

struct pair {
    const char *what;
    struct tetris_rules rules;
    double works[2];
    bool remote[2], near_barrier[2];
    uint32_t jobs[2];
    char wanted;
};

static char choose(const struct pair *pair)
{
    struct tetris_choice choice;
    const struct cluster *cluster = engine.cluster;
    struct room room = {.free = free_of_t1};
    const struct resources demands[2] = {units(4, 8), units(2, 24)};
    tetris_choice_init(&choice);
    tetris_choice_begin(&choice);
    for (uint32_t i = 0; i < 2; i++)
        tetris_choice_add(
            &choice, cluster,
            &(struct tetris_candidate){.line = i,
                                       .kind = tetris_choice_add_kind(&choice, &demands[i]),
                                       .job = pair->jobs[i],
                                       .arrival = 2 - i,
                                       .tenant = 0,
                                       .work = pair->works[i],
                                       .remote = pair->remote[i],
                                       .near_barrier = pair->near_barrier[i]});
    tetris_choice_ready(&choice);
    const struct tetris_candidate *best =
        tetris_choice_best(&choice, &pair->rules, &room, &capacity_of_t1);
    char name = (char)('A' + best->line);
    tetris_choice_free(&choice);
    return name;
}

Test(tetris_choice, t1_to_t3_and_their_like_choose_as_they_should)
{
    static const struct pair pairs[] = {
        {.what = "t1", .wanted = 'B'},
        {.what = "t2", .rules = {.work_weight = 1}, .works = {37.5, 10}, .wanted = 'B'},
        {.what = "much work left",
         .rules = {.work_weight = 1},
         .works = {37.5, 500},
         .wanted = 'A'},
        {.what = "work of no weight", .works = {37.5, 500}, .wanted = 'B'},
        {.what = "a small weight",
         .rules = {.work_weight = .2},
         .works = {37.5, 500},
         .wanted = 'B'},
        {.what = "no work left", .rules = {.work_weight = 1}, .wanted = 'B'},
        {.what = "t3", .rules = {.remote_penalty = .1}, .remote = {false, true}, .wanted = 'B'},
        {.what = "t3 half",
         .rules = {.remote_penalty = .5},
         .remote = {false, true},
         .wanted = 'A'},
        {.what = "both remote",
         .rules = {.remote_penalty = .5},
         .remote = {true, true},
         .wanted = 'B'},
        {.what = "all lost",
         .rules = {.remote_penalty = 1},
         .remote = {true, true},
         .jobs = {1, 2},
         .wanted = 'A'},
        {.what = "equal, lower job",
         .rules = {.remote_penalty = 1},
         .remote = {true, true},
         .jobs = {2, 1},
         .wanted = 'B'},
        {.what = "equal, came first",
         .rules = {.remote_penalty = 1},
         .remote = {true, true},
         .wanted = 'B'},
        {.what = "barrier", .near_barrier = {true, false}, .wanted = 'A'},
        {.what = "both barriers", .near_barrier = {true, true}, .wanted = 'B'},
    };
    engine_init(&engine, &engine_options_default);
    add_machine(&engine, "m", 16, 64);
    submit(&engine, "j", 1, 0); /* of tenant 0, as all candidates are */
    for (uint32_t i = 0; i < COUNT_OF(pairs); i++)
        cr_assert_eq(choose(&pairs[i]), pairs[i].wanted, "%s", pairs[i].what);
    engine_free(&engine);
}
