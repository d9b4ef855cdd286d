/* test_cost_mix.c - several cost models as one. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <string.h>

#include "costmodels/cost_mix.h"
#include "costmodels/waiting_steps.h"

#define SECOND_US INT64_C(1000000)

Test(cost_mix, texts_that_name_models_and_weights)
{
    static const struct {
        const char *text;
        uint32_t count; /* 0: refused */
        int64_t weights[2];
    } rows[] = {
        {"quincy", 1, {1}},
        {"quincy:3", 1, {3}},
        {"load_spreading:7,quincy", 2, {7, 1}},
        {"quincy:2,load_spreading:1000", 2, {2, 1000}},
        {"", 0, {0}},
        {"quincy,", 0, {0}},
        {",quincy", 0, {0}},
        {"quincy,quincy:2", 0, {0}},
        {"quincy:0", 0, {0}},
        {"quincy:-1", 0, {0}},
        {"quincy:", 0, {0}},
        {"quincy:1.5", 0, {0}},
        {"quincy:1000001", 0, {0}},
        {"quincy:65", 0, {0}}, /* 65 x 2^34 is more than 2^40 */
        {"octopus", 0, {0}},
        {"quinc", 0, {0}},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct cost_mix mix;
        struct problem problem = {0};
        enum status status = cost_mix_read(&mix, rows[i].text, &problem);
        cr_assert_eq(status, rows[i].count ? STATUS_OK : STATUS_USAGE, "%s", rows[i].text);
        if (!rows[i].count)
            cr_assert_gt(strlen(problem.reason), 0, "%s", rows[i].text);
        for (uint32_t p = 0; p < rows[i].count; p++)
            cr_assert_eq(mix.parts[p].weight, rows[i].weights[p], "%s", rows[i].text);
    }
}

static cost_t three(const struct task_facts *task, const struct cluster_facts *cluster)
{
    (void)task;
    (void)cluster;
    return 3;
}

static uint32_t second_machine_and_rack(const struct task_facts *task,
                                        const struct cluster_facts *cluster,
                                        struct preference *preferences)
{
    (void)task;
    (void)cluster;
    preferences[0] = (struct preference){PREFERENCE_MACHINE, 1, -10};
    preferences[1] = (struct preference){PREFERENCE_RACK, 0, -4};
    return 2;
}

static uint32_t first_machine(const struct task_facts *task, const struct cluster_facts *cluster,
                              struct preference *preferences)
{
    (void)task;
    (void)cluster;
    preferences[0] = (struct preference){PREFERENCE_MACHINE, 0, 1};
    return 1;
}

static int64_t soon(const struct task_facts *task, const struct cluster_facts *cluster)
{
    (void)task;
    return cluster->now_us + 5;
}

static cost_t by_share(const struct tenant_facts *tenant, int64_t share)
{
    (void)tenant;
    return share / 1000;
}

static const struct cost_model one = {.range = 1000,
                                      .waiting = three,
                                      .anywhere = three,
                                      .keeping = three,
                                      .preempting = three,
                                      .preferences = second_machine_and_rack,
                                      .tenant_unit = by_share};
static const struct cost_model other = {.range = 10,
                                        .waiting = three,
                                        .keeping = three,
                                        .preempting = three,
                                        .preferences = first_machine,
                                        .holds_until = soon};
static struct machine_facts machines[3] = {{.rack = 0}, {.rack = 0}, {.rack = 1}};
static const struct cluster_facts cluster = {
    .now_us = 100, .machines = machines, .machine_count = 3};
static const struct task_facts task = {.machine = NONE};

static struct cost_mix mix_of_two(void)
{
    return (struct cost_mix){
        .parts = {{&one, 2}, {&other, 5}}, .count = 2, .prefers = true, .has_tenant_units = true};
}

Test(cost_mix, answers_are_weighted_sums_and_what_is_absent_is_nothing)
{
    struct cost_mix mix = mix_of_two();
    cr_assert_eq(cost_mix_waiting(&mix, &task, &cluster), 21);
    cr_assert_eq(cost_mix_anywhere(&mix, &task, &cluster), 6);
    cr_assert_eq(cost_mix_keeping(&mix, &task, &cluster), 21);
    cr_assert_eq(cost_mix_preempting(&mix, &task, &cluster), 21);
    cr_assert_eq(cost_mix_holds_until(&mix, &task, &cluster), 105);
    cr_assert_eq(cost_mix_class_unit(&mix, &task, &machines[0], 4), 0);
    cr_assert_eq(cost_mix_machine_unit(&mix, &machines[0], 4), 0);
    cr_assert_eq(cost_mix_tenant_worth(&mix, NULL, 4000), 2 * (1000 - 4));
}

Test(cost_mix, a_preference_of_one_model_costs_what_all_say_of_the_place)
{
    struct cost_mix mix = mix_of_two();
    struct preference preferences[PREFERENCES_MAX];
    uint32_t count = cost_mix_preferences(&mix, &task, &cluster, preferences);
    static const struct preference expected[] = {
        {PREFERENCE_MACHINE, 0, 2 * -4 + 5 * 1},  /* by the first model only its rack is liked */
        {PREFERENCE_MACHINE, 1, 2 * -10 + 5 * 0}, /* by the second not at all */
        {PREFERENCE_RACK, 0, 2 * -4 + 5 * 0},
    };
    cr_assert_eq(count, COUNT_OF(expected));
    for (uint32_t i = 0; i < count; i++) {
        cr_assert_eq(preferences[i].kind, expected[i].kind, "%u", i);
        cr_assert_eq(preferences[i].id, expected[i].id, "%u", i);
        cr_assert_eq(preferences[i].cost, expected[i].cost, "%u", i);
    }
}

Test(waiting_steps, rise_by_a_second_and_then_by_a_sixteenth)
{
    int64_t steps = 0;
    for (int64_t t = 0; t < 86400 * SECOND_US; t = waiting_step_next(t)) {
        cr_assert_eq(waiting_step(t), t, "%" PRId64, t);
        cr_assert_leq(waiting_step_size(t), t / 16 > SECOND_US ? t / 16 : SECOND_US);
        cr_assert_eq(waiting_step(waiting_step_next(t) - 1), t, "%" PRId64, t);
        steps++;
    }
    cr_assert_leq(steps, 232);
    cr_assert_geq(steps, 180);
}
