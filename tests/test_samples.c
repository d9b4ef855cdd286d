/* test_samples.c - percentiles by nearest rank. */
#include <criterion/criterion.h>
#include <math.h>

#include "replay/samples.h"

Test(samples, nearest_rank_by_hand)
{
    static const struct {
        int64_t values[10];
        uint32_t count;
        struct percentiles wanted;
    } rows[] = {
        {{7}, 1, {7, 7, 7, 7, 7}},
        {{9, 1}, 2, {1, 9, 9, 9, 5}},
        {{15, 20, 35, 40, 50}, 5, {35, 50, 50, 50, 32}},
        {{10, 9, 8, 7, 6, 5, 4, 3, 2, 1}, 10, {5, 9, 10, 10, 5.5}},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct samples samples = {0};
        for (uint32_t v = 0; v < rows[i].count; v++)
            samples_add(&samples, rows[i].values[v]);
        struct percentiles p = samples_percentiles(&samples, 1);
        const struct percentiles *wanted = &rows[i].wanted;
        cr_assert_eq(p.p50, wanted->p50, "row %zu: p50 %g", i, p.p50);
        cr_assert_eq(p.p90, wanted->p90, "row %zu: p90 %g", i, p.p90);
        cr_assert_eq(p.p99, wanted->p99, "row %zu: p99 %g", i, p.p99);
        cr_assert_eq(p.max, wanted->max, "row %zu: max %g", i, p.max);
        cr_assert_eq(p.mean, wanted->mean, "row %zu: mean %g", i, p.mean);
        samples_free(&samples);
    }
}

Test(samples, none_are_undefined_and_more_may_come_after_a_look)
{
    struct samples samples = {0};
    cr_assert(isnan(samples_percentiles(&samples, 1).p50));
    cr_assert(isnan(samples_percentiles(&samples, 1).mean));
    samples_add(&samples, 3000);
    cr_assert_eq(samples_percentiles(&samples, 1000).max, 3);
    samples_add(&samples, 1000);
    cr_assert_eq(samples_percentiles(&samples, 1000).p50, 1);
    samples_free(&samples);
}

Test(samples, sums_beyond_64_bits_have_a_mean)
{
    struct samples samples = {0};
    for (int i = 0; i < 4; i++)
        samples_add(&samples, INT64_MAX);
    cr_assert_eq(samples_percentiles(&samples, 1).mean, (double)INT64_MAX);
    samples_free(&samples);
}
