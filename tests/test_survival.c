/* test_survival.c - the Kaplan-Meier estimate: a published example, and its edges. */
#include <criterion/criterion.h>
#include <math.h>

#include "base/random.h"
#include "replay/survival.h"

static void fill(struct samples *samples, const int64_t *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        samples_add(samples, values[i]);
}

/* Weeks of remission under 6-mercaptopurine (Freireich et al., Blood 1963), the textbook
 * example: S falls to 0.538 at 22 weeks and to 0.448 at 23, and stays there. */
Test(survival, weeks_of_remission)
{
    static const int64_t ended[] = {23, 6, 6, 7, 10, 6, 13, 16, 22};
    static const int64_t censored[] = {6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35};
    struct samples a = {0};
    struct samples b = {0};
    fill(&a, ended, COUNT_OF(ended));
    fill(&b, censored, COUNT_OF(censored));
    struct survival survival = survival_estimate(&a, &b, 1);
    cr_assert_eq(survival.p50, 23);
    cr_assert(isnan(survival.p90));
    cr_assert(isnan(survival.p99));
    cr_assert_float_eq(survival.mean_at_least, 23.287, 5e-4, "%g", survival.mean_at_least);
    samples_free(&a);
    samples_free(&b);
}

Test(survival, of_waits_that_all_ended_is_what_samples_tell)
{
    struct random random;
    random_init(&random, 3);
    for (uint32_t count = 1; count < 300; count++) {
        struct samples ended = {0};
        struct samples none = {0};
        for (uint32_t i = 0; i < count; i++)
            samples_add(&ended, (int64_t)random_below(&random, count));
        struct survival survival = survival_estimate(&ended, &none, 10);
        struct percentiles p = samples_percentiles(&ended, 10);
        cr_assert_eq(survival.p50, p.p50, "%u values", count);
        cr_assert_eq(survival.p90, p.p90, "%u values", count);
        cr_assert_eq(survival.p99, p.p99, "%u values", count);
        cr_assert_float_eq(survival.mean_at_least, p.mean, 1e-9, "%u values", count);
        samples_free(&ended);
    }
}

Test(survival, of_nothing_is_undefined_and_of_waits_that_all_go_on_has_a_least_mean)
{
    struct samples ended = {0};
    struct samples censored = {0};
    struct survival survival = survival_estimate(&ended, &censored, 1);
    cr_assert(isnan(survival.p50));
    cr_assert(isnan(survival.mean_at_least));
    samples_add(&censored, 8);
    samples_add(&censored, 3);
    survival = survival_estimate(&ended, &censored, 1);
    cr_assert(isnan(survival.p50));
    cr_assert_eq(survival.mean_at_least, 8);
    samples_free(&censored);
}

/* Nine tasks start at once and one waits for ever: the tenth cannot be left out of p99. */
Test(survival, who_waits_for_good_is_in_the_percentiles)
{
    struct samples ended = {0};
    struct samples censored = {0};
    for (int i = 0; i < 9; i++)
        samples_add(&ended, 0);
    samples_add(&censored, 1000);
    struct survival survival = survival_estimate(&ended, &censored, 1);
    cr_assert_eq(survival.p50, 0);
    cr_assert_eq(survival.p90, 0);
    cr_assert(isnan(survival.p99));
    cr_assert_float_eq(survival.mean_at_least, 100, 1e-9);
    samples_free(&ended);
    samples_free(&censored);
}
