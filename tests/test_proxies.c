/* test_proxies.c - the numbers of other comparisons, by hand. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

#include "replay/proxies.h"
#include "tests/metered.h"

static struct metered run;

static void set_up(void)
{
    metered_init(&run);
}

static void tear_down(void)
{
    metered_free(&run);
}

TestSuite(proxies, .init = set_up, .fini = tear_down);

#define assert_near(value, wanted) \
    cr_assert(near((value), (wanted)), "%s is %.12g, not %.12g", #value, (value), (wanted))

/* Both tables as published; a step begins above its bound. */
Test(proxies, steps_of_both_tables)
{
    static const struct {
        int64_t permille, earlier, later;
    } rows[] = {{0, 2, 2},     {750, 2, 2},   {751, 6, 2},   {800, 6, 2},
                {801, 10, 5},  {850, 10, 5},  {851, 15, 12}, {900, 15, 12},
                {901, 25, 22}, {950, 25, 22}, {951, 40, 35}, {1000, 40, 35}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t share = rows[i].permille * (RESOURCE_UNIT / 1000);
        cr_assert_eq(proxy_step(STEPS_EARLIER, share), rows[i].earlier, "row %zu", i);
        cr_assert_eq(proxy_step(STEPS_LATER, share), rows[i].later, "row %zu", i);
    }
}

/* 76.9 % of the capacity on full machines: the "fragmentation" of 42 % and "violations" of
 * 40 % that were printed for packing. What is free is of use to every task there is. */
Test(proxies, packing_looks_worst_where_it_is_best)
{
    for (uint32_t m = 0; m < 1000; m++) {
        char name[16];
        snprintf(name, sizeof name, "m%u", m);
        metered_machine(&run, name, "r", 1, 1);
    }
    metered_submit(&run, "j", NULL, 769, 1, 1);
    for (uint32_t i = 0; i < 769; i++)
        metered_place(&run, "j", i, i);
    struct metrics_report report = metered_report(&run);
    assert_near(report.proxies_at_last_arrival.utilisation_mean, 0.769);
    cr_assert_float_eq(report.proxies_at_last_arrival.utilisation_std, 0.4215, 5e-5);
    assert_near(report.proxies_at_last_arrival.step_risk[STEPS_EARLIER], 0.40);
    assert_near(report.proxies_at_last_arrival.step_risk[STEPS_LATER], 0.35);
    metered_at(&run, SECOND);
    report = metered_report(&run);
    assert_near(report.free.ratios.fragmentation, 0);
    assert_near(report.proxies_over_time.step_risk[STEPS_EARLIER], 0.40);
    assert_near(report.proxies_over_time.utilisation_std, report.imbalance);
}

Test(proxies, at_the_last_arrival_is_after_all_that_happens_then)
{
    metered_machine(&run, "m", "r", 10, 10);
    metered_machine(&run, "n", "r", 10, 10);
    metered_submit(&run, "a", NULL, 1, 8, 1);
    metered_place(&run, "a", 0, 0);
    metered_at(&run, SECOND);
    metered_submit(&run, "b", NULL, 1, 10, 1);
    metered_place(&run, "b", 0, 1);
    metered_at(&run, 4 * SECOND);
    metered_finish(&run, "b", 0);
    metered_at(&run, 5 * SECOND);
    struct metrics_report report = metered_report(&run);
    assert_near(report.proxies_at_last_arrival.utilisation_mean, 0.9);
    assert_near(report.proxies_at_last_arrival.utilisation_std, 0.1);
    assert_near(report.proxies_at_last_arrival.step_risk[STEPS_EARLIER], (0.06 + 0.40) / 2);
    /* a runs for 5 s at a step of 6 % (2 %), b for 3 s at 40 % (35 %). */
    assert_near(report.proxies_over_time.step_risk[STEPS_EARLIER], (5 * 0.06 + 3 * 0.40) / 8);
    assert_near(report.proxies_over_time.step_risk[STEPS_LATER], (5 * 0.02 + 3 * 0.35) / 8);
}

Test(proxies, of_nothing_are_undefined)
{
    metered_machine(&run, "m", "r", 10, 10);
    metered_at(&run, SECOND);
    struct metrics_report report = metered_report(&run);
    cr_assert(isnan(report.proxies_at_last_arrival.utilisation_std));
    cr_assert(isnan(report.proxies_over_time.step_risk[STEPS_EARLIER]));
    metered_submit(&run, "waits", NULL, 1, 1, 1);
    metered_at(&run, 2 * SECOND);
    report = metered_report(&run);
    assert_near(report.proxies_at_last_arrival.utilisation_mean, 0);
    cr_assert(isnan(report.proxies_at_last_arrival.step_risk[STEPS_LATER]));
}
