/* test_estimate.c - means, their intervals, and the quantiles of Student's distribution. */
#include <criterion/criterion.h>
#include <math.h>

#include "replay/estimate.h"

Test(estimate, students_quantiles_are_those_of_the_printed_tables)
{
    /* Abramowitz and Stegun (1964), table 26.10; the last row is the normal distribution's. */
    static const struct {
        double coverage;
        uint32_t degrees;
        double t;
    } rows[] = {
        {0.95, 1, 12.7062}, {0.95, 2, 4.3027},        {0.95, 3, 3.1824},   {0.95, 4, 2.7764},
        {0.95, 5, 2.5706},  {0.95, 6, 2.4469},        {0.95, 7, 2.3646},   {0.95, 8, 2.3060},
        {0.95, 9, 2.2622},  {0.95, 10, 2.2281},       {0.95, 19, 2.0930},  {0.95, 29, 2.0452},
        {0.95, 30, 2.0423}, {0.95, 60, 2.0003},       {0.95, 120, 1.9799}, {0.90, 1, 6.3138},
        {0.90, 4, 2.1318},  {0.99, 1, 63.6567},       {0.99, 4, 4.6041},   {0.99, 9, 3.2498},
        {0.50, 1, 1.0000},  {0.95, 1000000, 1.95997},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        double t = student_quantile(rows[i].coverage, rows[i].degrees);
        cr_assert_float_eq(t, rows[i].t, 5e-5, "row %zu: %.6f, not %.4f", i, t, rows[i].t);
    }
}

Test(estimate, a_mean_has_the_interval_of_the_worked_example)
{
    /* 1, 2, 3, 4, 5: mean 3, s = sqrt(2.5) = 1.581139, t = 2.776445, s / sqrt(5) = 0.707107. */
    static const double values[] = {5, 1, 4, 2, 3};
    struct estimate five = estimate_of(values, 5);
    cr_assert_eq(five.count, 5);
    cr_assert_float_eq(five.mean, 3, 1e-12);
    cr_assert_float_eq(five.margin, 1.963243, 1e-6);
    cr_assert(estimate_excludes_zero(&five));
}

Test(estimate, what_is_undefined_is_no_sample_and_no_zero)
{
    static const double values[] = {NAN, 2, NAN, 4};
    struct estimate two = estimate_of(values, 4);
    cr_assert_eq(two.count, 2);
    cr_assert_float_eq(two.mean, 3, 1e-12);
    cr_assert_float_eq(two.margin, 12.706205, 1e-6, "s / sqrt(2) is 1");
    cr_assert_not(estimate_excludes_zero(&two));
    struct estimate one = estimate_of(values + 1, 2);
    cr_assert_eq(one.count, 1);
    cr_assert_eq(one.mean, 2);
    cr_assert(isnan(one.margin));
    cr_assert_not(estimate_excludes_zero(&one), "of one sample nothing is known");
    struct estimate none = estimate_of(values, 1);
    cr_assert_eq(none.count, 0);
    cr_assert(isnan(none.mean) && isnan(none.margin));
    cr_assert_not(estimate_excludes_zero(&none));
}

Test(estimate, pairs_tell_apart_what_samples_beside_each_other_do_not)
{
    /* The seeds differ by far more than the treatments: differences 1, 2, 3, of mean 2 and
     * s = 1, with t = 4.302653 and sqrt(3) = 1.732051. */
    static const double values[] = {101, 502, 903, NAN, 7};
    static const double others[] = {100, 500, 900, 5, NAN};
    struct estimate difference = estimate_of_differences(values, others, 5);
    cr_assert_eq(difference.count, 3, "the pairs that are whole");
    cr_assert_float_eq(difference.mean, 2, 1e-12);
    cr_assert_float_eq(difference.margin, 2.484138, 1e-6);
    cr_assert_not(estimate_excludes_zero(&difference));
    static const double close[] = {102, 502, 902};
    difference = estimate_of_differences(close, others, 3);
    cr_assert_float_eq(difference.margin, 0, 1e-12);
    cr_assert(estimate_excludes_zero(&difference));
    struct estimate wide = estimate_of(values, 3);
    cr_assert_gt(wide.margin, 900);
}

Test(estimate, large_values_that_hardly_differ_keep_their_digits)
{
    static const double values[] = {1e9 + 1, 1e9 + 2, 1e9 + 3};
    struct estimate estimate = estimate_of(values, 3);
    cr_assert_float_eq(estimate.margin, 2.484138, 1e-6);
}

Test(estimate, equal_samples_have_no_margin_to_the_last_digit)
{
    static const double values[] = {0.1, 0.1, 0.1};
    struct estimate estimate = estimate_of(values, 3);
    cr_assert_eq(estimate.mean, 0.1);
    cr_assert_eq(estimate.margin, 0);
}
