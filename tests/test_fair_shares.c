/* test_fair_shares.c - places shared out among jobs like water. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "base/random.h"
#include "costmodels/fair_shares.h"

#define JOBS_MAX 12

Test(fair_shares, worked_examples)
{
    const struct {
        int64_t places;
        uint32_t job_count;
        uint32_t counts[4], shares[4];
    } cases[] = {
        {12, 3, {4, 4, 4}, {4, 4, 4}},
        {9, 3, {10, 10, 10}, {3, 3, 3}},
        {10, 3, {1, 10, 10}, {1, 5, 4}},
        {10, 4, {2, 2, 9, 9}, {2, 2, 3, 3}},
        {5, 2, {0, 9}, {0, 5}},
        {0, 2, {3, 3}, {0, 0}},
        {100, 2, {3, 4}, {3, 4}},
        {2, 4, {5, 5, 5, 5}, {1, 1, 0, 0}},
        {11, 4, {9, 1, 9, 3}, {4, 1, 3, 3}},
        {7, 1, {9}, {7}},
        {7, 0, {0}, {0}},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        uint32_t shares[4];
        fair_shares(cases[i].places, cases[i].counts, cases[i].job_count, shares);
        for (uint32_t j = 0; j < cases[i].job_count; j++)
            cr_assert_eq(shares[j], cases[i].shares[j], "row %zu, job %u: %u", i, j, shares[j]);
    }
}

/* Give out one place at a time, each to the job with the least that wants more. */
static void plain_shares(int64_t places, const uint32_t *counts, uint32_t job_count,
                         uint32_t *shares)
{
    for (uint32_t j = 0; j < job_count; j++)
        shares[j] = 0;
    for (; places > 0; places--) {
        uint32_t least = NONE;
        for (uint32_t j = 0; j < job_count; j++)
            if (shares[j] < counts[j] && (least == NONE || shares[j] < shares[least]))
                least = j;
        if (least == NONE)
            return;
        shares[least]++;
    }
}

Test(fair_shares, agrees_with_giving_out_one_place_at_a_time)
{
    struct random random;
    uint64_t seed = 11;
    random_init(&random, seed);
    fprintf(stderr, "seed %" PRIu64 "\n", seed);
    for (int run = 0; run < 2000; run++) {
        uint32_t counts[JOBS_MAX], shares[JOBS_MAX], expected[JOBS_MAX];
        uint32_t job_count = (uint32_t)random_below(&random, JOBS_MAX + 1);
        int64_t places = (int64_t)random_below(&random, 60), sum = 0, shared = 0;
        for (uint32_t j = 0; j < job_count; j++)
            sum += counts[j] = (uint32_t)random_below(&random, 12);
        fair_shares(places, counts, job_count, shares);
        plain_shares(places, counts, job_count, expected);
        for (uint32_t j = 0; j < job_count; j++) {
            cr_assert_eq(shares[j], expected[j], "run %d, job %u", run, j);
            shared += shares[j];
        }
        cr_assert_eq(shared, places < sum ? places : sum);
    }
}
