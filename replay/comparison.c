/* comparison.c - see comparison.h. */
#include "replay/comparison.h"

#include <math.h>

#include "base/assert.h"
#include "base/memory.h"
#include "replay/integral.h"

void comparison_init(struct comparison *comparison)
{
    size_t runs = (size_t)comparison->row_count * comparison->seed_count;
    size_t values = runs * comparison_column_count();
    comparison->values = memory_alloc(values * sizeof *comparison->values);
    comparison->troubles = memory_alloc(runs * sizeof *comparison->troubles);
    for (size_t i = 0; i < values; i++)
        comparison->values[i] = NAN;
}

void comparison_free(struct comparison *comparison)
{
    for (size_t i = 0; i < (size_t)comparison->row_count * comparison->seed_count; i++)
        memory_free(comparison->troubles[i]);
    memory_free(comparison->values);
    memory_free(comparison->troubles);
}

static double *values_of(const struct comparison *comparison, uint32_t row, uint32_t column)
{
    ASSERT(row < comparison->row_count);
    size_t place = (size_t)row * comparison_column_count() + column;
    return comparison->values + place * comparison->seed_count;
}

const double *comparison_values(const struct comparison *comparison, uint32_t row, uint32_t column)
{
    return values_of(comparison, row, column);
}

static char **trouble_of(const struct comparison *comparison, uint32_t row, uint32_t seed)
{
    ASSERT(row < comparison->row_count && seed < comparison->seed_count);
    return &comparison->troubles[(size_t)row * comparison->seed_count + seed];
}

const char *comparison_trouble(const struct comparison *comparison, uint32_t row, uint32_t seed)
{
    return *trouble_of(comparison, row, seed);
}

void comparison_add(struct comparison *comparison, uint32_t row, uint32_t seed,
                    const cJSON *summary)
{
    for (uint32_t column = 0; column < comparison_column_count(); column++)
        values_of(comparison, row, column)[seed] =
            comparison_column_read(comparison_column_at(column), summary);
}

void comparison_fail(struct comparison *comparison, uint32_t row, uint32_t seed,
                     const char *trouble)
{
    char **place = trouble_of(comparison, row, seed);
    memory_free(*place);
    *place = memory_copy_text(trouble);
}

struct estimate comparison_estimate(const struct comparison *comparison, uint32_t row,
                                    uint32_t column)
{
    return estimate_of(values_of(comparison, row, column), comparison->seed_count);
}

struct estimate comparison_difference(const struct comparison *comparison, uint32_t row,
                                      uint32_t column)
{
    if (row == comparison->against)
        return (struct estimate){.mean = NAN, .margin = NAN};
    return estimate_of_differences(values_of(comparison, row, column),
                                   values_of(comparison, comparison->against, column),
                                   comparison->seed_count);
}

/* Without the interval, whose quantile takes its time. */
static double mean_of(const struct comparison *comparison, uint32_t row, uint32_t column)
{
    const double *values = values_of(comparison, row, column);
    struct average average = {0};
    for (uint32_t seed = 0; seed < comparison->seed_count; seed++)
        if (!isnan(values[seed]))
            average_add(&average, values[seed], 1);
    return average_value(&average);
}

bool comparison_best(const struct comparison *comparison, uint32_t row, uint32_t column)
{
    enum better better = comparison_column_at(column)->better;
    double own = mean_of(comparison, row, column);
    if (better == BETTER_NONE || isnan(own))
        return false;
    bool beats_one = false;
    for (uint32_t other = 0; other < comparison->row_count; other++) {
        double mean = mean_of(comparison, other, column);
        if (better == BETTER_HIGHER ? mean > own : mean < own)
            return false;
        beats_one |= better == BETTER_HIGHER ? mean < own : mean > own;
    }
    return beats_one;
}

bool comparison_defined(const struct comparison *comparison, uint32_t column)
{
    for (uint32_t row = 0; row < comparison->row_count; row++)
        if (!isnan(mean_of(comparison, row, column)))
            return true;
    return false;
}
