/* comparison_cells.c - see comparison_cells.h. */
#include "replay/comparison_cells.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Summaries have 6 digits: what is below this part of a mean is no spread, but arithmetic's. */
#define NO_SPREAD 1e-9

static int power_of_ten(double value)
{
    return (int)floor(log10(fabs(value)));
}

static int clamp(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

/* Without the sign of a zero. */
static void print(char text[CELL_SIZE], const char *format, int decimals, double value)
{
    snprintf(text, CELL_SIZE, format, decimals, value);
    if (strtod(text, NULL) == 0)
        snprintf(text, CELL_SIZE, "%.*f", decimals, 0.0);
}

static void show(struct estimate estimate, double scale, bool sign, struct comparison_cell *cell)
{
    *cell = (struct comparison_cell){0};
    if (isnan(estimate.mean))
        return;
    double mean = estimate.mean * scale;
    double margin = estimate.margin * scale;
    int decimals = 0;
    if (margin <= NO_SPREAD * fabs(mean))
        margin = 0;
    if (margin > 0) {
        decimals = clamp(1 - power_of_ten(margin), 0, 6);
    } else {
        /* As many as needed: a count of 16 is no 16.00. */
        decimals = mean == 0 ? 0 : clamp(3 - power_of_ten(mean), 0, 6);
        double power = pow(10, decimals);
        for (; decimals > 0 && fmod(round(fabs(mean) * power), 10) == 0; decimals--)
            power /= 10;
    }
    print(cell->mean, sign ? "%+.*f" : "%.*f", decimals, mean);
    if (!isnan(margin))
        print(cell->margin, "%.*f", margin > 0 ? decimals : 0, margin);
}

void comparison_value_cell(const struct comparison *comparison, uint32_t row, uint32_t column,
                           struct comparison_cell *cell)
{
    show(comparison_estimate(comparison, row, column), comparison_column_at(column)->unit->scale,
         false, cell);
    cell->marked = comparison_best(comparison, row, column);
}

void comparison_difference_cell(const struct comparison *comparison, uint32_t row, uint32_t column,
                                struct comparison_cell *cell)
{
    struct estimate difference = comparison_difference(comparison, row, column);
    show(difference, comparison_column_at(column)->unit->scale, true, cell);
    cell->marked = estimate_excludes_zero(&difference);
}

bool comparison_shows(const struct comparison *comparison, enum column_group group, uint32_t column)
{
    return comparison_column_at(column)->group == group && comparison_defined(comparison, column);
}

bool comparison_differs(const struct comparison *comparison, enum column_group group, uint32_t row)
{
    for (uint32_t column = 0; column < comparison_column_count(); column++)
        if (comparison_column_at(column)->group == group &&
            comparison_difference(comparison, row, column).count > 0)
            return true;
    return false;
}
