/* test_standings.c - numbers in order, against the same counted one by one. */
#include <criterion/criterion.h>
#include <math.h>

#include "base/random.h"
#include "replay/standings.h"

enum { IDS = 60, STEPS = 4000 };

static struct standing items[IDS]; /* by id; weight 0: not there */

static struct standing_sums counted(double bound)
{
    struct standing_sums sums = {0};
    for (uint32_t id = 0; id < IDS; id++) {
        double key = items[id].part / items[id].weight;
        if (items[id].weight <= 0 || key >= bound)
            continue;
        sums.count++;
        sums.keys += key;
        sums.squares += key * key;
        sums.parts += items[id].part;
        sums.weights += items[id].weight;
    }
    return sums;
}

static void assert_equal(struct standing_sums a, struct standing_sums b, int step)
{
    cr_assert_eq(a.count, b.count, "step %d", step);
    cr_assert_float_eq(a.keys, b.keys, 1e-9, "step %d", step);
    cr_assert_float_eq(a.squares, b.squares, 1e-9, "step %d", step);
    cr_assert_float_eq(a.parts, b.parts, 1e-9, "step %d", step);
    cr_assert_float_eq(a.weights, b.weights, 1e-9, "step %d", step);
}

static void assert_extremes(const struct standings *standings, int step)
{
    double least = INFINITY;
    double most = -INFINITY;
    for (uint32_t id = 0; id < IDS; id++) {
        if (items[id].weight <= 0)
            continue;
        least = fmin(least, items[id].part / items[id].weight);
        most = fmax(most, items[id].part / items[id].weight);
    }
    if (!counted(INFINITY).count)
        return;
    cr_assert_eq(standings_least(standings), least, "step %d", step);
    cr_assert_eq(standings_most(standings), most, "step %d", step);
}

Test(standings, sums_and_extremes_are_as_counted_one_by_one)
{
    struct standings standings;
    struct random random;
    standings_init(&standings);
    random_init(&random, 5);
    for (int step = 0; step < STEPS; step++) {
        uint32_t id = (uint32_t)random_below(&random, IDS);
        /* Few distinct keys, so that many are equal; more go than come in every other half. */
        if (random_below(&random, 10) < (step / 500 % 2 ? 7u : 2u)) {
            standings_remove(&standings, id);
            items[id] = (struct standing){0};
        } else {
            items[id] = (struct standing){.part = (double)random_below(&random, 8),
                                          .weight = (double)(1 + random_below(&random, 3))};
            standings_put(&standings, id, items[id]);
        }
        assert_equal(standings_all(&standings), counted(INFINITY), step);
        double bound = (double)random_below(&random, 9);
        assert_equal(standings_below(&standings, bound), counted(bound), step);
        assert_extremes(&standings, step);
    }
    standings_free(&standings);
}

Test(standings, sums_of_nothing_are_nothing_and_do_not_drift)
{
    struct standings standings;
    standings_init(&standings);
    cr_assert_eq(standings_all(&standings).count, 0);
    cr_assert_eq(standings_below(&standings, INFINITY).count, 0);
    for (int i = 0; i < 1000; i++) {
        standings_put(&standings, 0, (struct standing){.part = 1e15, .weight = 1});
        standings_put(&standings, 1, (struct standing){.part = 0.1, .weight = 1});
        standings_remove(&standings, 0);
    }
    cr_assert_eq(standings_all(&standings).parts, 0.1);
    standings_remove(&standings, 1);
    cr_assert_eq(standings_all(&standings).parts, 0);
    standings_free(&standings);
}
