/* test_slo_score_terms.c - scores of what agents report: worked examples, and what always holds. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/random.h"
#include "policies/slo_score_terms.h"
#include "tests/engine_fixture.h"

#define SECOND_US INT64_C(1000000)

/* The examples S1 to S4: used of 16 cores and 64 of memory. */
struct example {
    const char *name;
    enum slo_score_class class;
    double cpu, memory, p99_ms, violation, dominant, fairness;
    double raw[2];
    int64_t whole[2];
};

static const struct example examples[] = {
    {"s1", SLO_SCORE_HIGH, 4, 32, 60, .02, .5, .9, {75.6, 69.15}, {75, 69}},
    {"s2", SLO_SCORE_HIGH, 2, 8, 20, 0, .1, 1, {100 + 1. / 6, 89.75}, {100, 90}},
    {"s3 idle", SLO_SCORE_HIGH, 0, 0, 0, 0, 0, 1, {110, 87.5}, {100, 88}},
    {"s4", SLO_SCORE_LOW, 15, 60, 200, .3, .95, .6, {-3.75, -16.75}, {0, 0}},
};

static struct machine_report report_of(const struct example *example)
{
    return (struct machine_report){.cpu_capacity = 16e9,
                                   .cpu_used = example->cpu * 1e9,
                                   .memory_capacity = 64e9,
                                   .memory_used = example->memory * 1e9,
                                   .p99_ms = example->p99_ms,
                                   .violation_rate = example->violation,
                                   .dominant_share = example->dominant,
                                   .fairness = example->fairness};
}

Test(slo_score_terms, s1_to_s4_both_versions_score_the_examples_as_published)
{
    for (size_t i = 0; i < COUNT_OF(examples); i++)
        for (uint32_t version = 1; version <= 2; version++) {
            struct machine_report report = report_of(&examples[i]);
            double base = slo_score_base(examples[i].class);
            double raw = slo_score_raw(version, base, &report);
            cr_assert_float_eq(raw, examples[i].raw[version - 1], 1e-9, "%s, version %u: %g",
                               examples[i].name, version, raw);
            int64_t whole = slo_score_whole(version, raw);
            cr_assert_eq(whole, examples[i].whole[version - 1], "%s, version %u: %" PRId64,
                         examples[i].name, version, whole);
        }
}

Test(slo_score_terms, s5_a_report_is_believed_for_its_time_and_no_longer_in_the_future_either)
{
    static const struct {
        int64_t age_s;
        bool fresh;
    } rows[] = {{0, true},    {119, true},   {120, true},  {121, false},
                {-119, true}, {-121, false}, {-1e9, false}};
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        cr_assert_eq(slo_report_fresh(rows[i].age_s * SECOND_US, 120 * SECOND_US), rows[i].fresh,
                     "%" PRId64 " s", rows[i].age_s);
}

Test(slo_score_terms, s6_a_report_that_cannot_be_leaves_it_to_the_requests)
{
    static const struct {
        double cpu_capacity, cpu_used, memory_capacity, memory_used;
        bool admits; /* 2 cpu and 3 of memory */
    } rows[] = {
        {4, 2, 4, 1, true},  /* exactly */
        {4, 3, 4, 1, false}, /* too little cpu */
        {4, 2, 4, 2, false}, /* too little memory */
        {4, 4, 4, 4, false}, /* full is possible */
        {4, 5, 4, 1, true},  /* more cpu used than there is */
        {4, 3, 4, 5, true},  /* more memory */
        {NAN, 3, 4, 1, true}, {4, 3, 4, NAN, true}, {INFINITY, 3, 4, 3, true},
    };
    struct resources demand = units(2, 3);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct machine_report report = {.cpu_capacity = rows[i].cpu_capacity * 1e9,
                                        .cpu_used = rows[i].cpu_used * 1e9,
                                        .memory_capacity = rows[i].memory_capacity * 1e9,
                                        .memory_used = rows[i].memory_used * 1e9};
        cr_assert_eq(slo_report_admits(&report, &demand), rows[i].admits, "row %zu", i);
    }
}

Test(slo_score_terms, each_term_stays_within_its_limits)
{
    /* What is changed of an idle machine's report, and by how much its two scores then differ. */
    static const struct {
        const char *name;
        size_t at;
        double value;
        double change[2];
    } rows[] = {
#define MEMBER(name) #name, offsetof(struct machine_report, name)
        {MEMBER(fairness), 7, {0, 0}},
        {MEMBER(fairness), -1, {-15, -15}},
        {MEMBER(fairness), NAN, {-15, -15}},
        {MEMBER(dominant_share), 1.5, {-15, -15}},
        {MEMBER(dominant_share), NAN, {0, 0}},
        {MEMBER(p99_ms), 100, {-20 * 100. / 120, -12.5}},
        {MEMBER(p99_ms), 200, {-30, -25}},
        {MEMBER(p99_ms), 1e300, {-30, -25}},
        {MEMBER(p99_ms), INFINITY, {-30, -25}},
        {MEMBER(p99_ms), NAN, {0, 0}},
        {MEMBER(violation_rate), .1, {-2, 2}},
        {MEMBER(violation_rate), 3, {-20, -25}},
        {MEMBER(violation_rate), NAN, {0, 0}},
        {MEMBER(cpu_used), 2e10, {-20, -15}}, /* more than there is */
        {MEMBER(cpu_capacity), 0, {-20, -15}},
        {MEMBER(cpu_capacity), NAN, {-20, -15}},
        {MEMBER(memory_used), -5, {0, 0}},
#undef MEMBER
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        for (uint32_t version = 1; version <= 2; version++) {
            struct machine_report report = report_of(&examples[2]);
            double idle = slo_score_raw(version, 15, &report);
            memcpy((char *)&report + rows[i].at, &rows[i].value, sizeof rows[i].value);
            double change = slo_score_raw(version, 15, &report) - idle;
            cr_assert_float_eq(change, rows[i].change[version - 1], 1e-9, "%s = %g, version %u: %g",
                               rows[i].name, rows[i].value, version, change);
        }
}

Test(slo_score_terms, without_a_report_only_the_base_is_known)
{
    for (uint32_t version = 1; version <= 2; version++) {
        cr_assert_eq(slo_score_raw(version, 35, NULL), 35);
        cr_assert_eq(slo_score_whole(version, 35), 35);
    }
}

Test(slo_score_terms, priorities_come_in_three_classes)
{
    static const struct {
        int32_t priority;
        double base;
    } rows[] = {{INT32_MIN, 15}, {0, 15}, {1, 15}, {2, 25}, {8, 25}, {9, 35}, {INT32_MAX, 35}};
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        cr_assert_eq(slo_score_base(slo_score_class(rows[i].priority)), rows[i].base, "%d",
                     rows[i].priority);
}

static struct machine_report random_report(struct random *random)
{
    return (struct machine_report){.cpu_capacity = 16e9,
                                   .cpu_used = 16e9 * random_unit(random),
                                   .memory_capacity = 64e9,
                                   .memory_used = 64e9 * random_unit(random),
                                   .p99_ms = 300 * random_unit(random),
                                   .violation_rate = random_unit(random) / 4,
                                   .dominant_share = random_unit(random),
                                   .fairness = random_unit(random)};
}

Test(slo_score_terms, the_base_changes_no_order_but_by_the_limits)
{
    struct random random;
    random_init(&random, 11);
    uint32_t ties = 0;
    for (int i = 0; i < 20000; i++) {
        uint32_t version = 1 + i % 2;
        struct machine_report a = random_report(&random), b = random_report(&random);
        for (int class = 0; class < SLO_SCORE_CLASS_COUNT; class ++) {
            double base = slo_score_base((enum slo_score_class) class);
            double raw_a = slo_score_raw(version, base, &a);
            double raw_b = slo_score_raw(version, base, &b);
            bool better = slo_score_raw(version, 0, &a) > slo_score_raw(version, 0, &b);
            cr_assert_eq(raw_a > raw_b, better, "%g and %g", raw_a, raw_b);
            int64_t whole_a = slo_score_whole(version, raw_a);
            int64_t whole_b = slo_score_whole(version, raw_b);
            cr_assert(better ? whole_a >= whole_b : whole_a <= whole_b, "%g and %g", raw_a, raw_b);
            ties += whole_a == whole_b && fabs(raw_a - raw_b) > 1;
        }
    }
    cr_assert_gt(ties, 0, "the limits made some alike");
}

Test(slo_score_terms, the_limit_of_version_1_makes_good_machines_alike_for_high_priorities)
{
    struct machine_report good = report_of(&examples[1]), idle = report_of(&examples[2]);
    for (int class = 0; class < SLO_SCORE_CLASS_COUNT; class ++) {
        double base = slo_score_base((enum slo_score_class) class);
        int64_t whole = slo_score_whole(1, slo_score_raw(1, base, &good));
        int64_t best = slo_score_whole(1, slo_score_raw(1, base, &idle));
        cr_assert_eq(whole == best, class == SLO_SCORE_HIGH, "%" PRId64 " and %" PRId64, whole,
                     best);
    }
}
