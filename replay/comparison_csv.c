/* comparison_csv.c - a comparison as CSV (comparison_tables.h). */
#include <math.h>
#include <stdio.h>

#include "replay/comparison_tables.h"

static void write_number(struct output *output, double value)
{
    if (isnan(value))
        output_print(output, ",");
    else
        output_print(output, ",%.10g", value);
}

static void write_estimate(struct output *output, const struct estimate *estimate)
{
    write_number(output, estimate->mean);
    write_number(output, estimate->mean - estimate->margin);
    write_number(output, estimate->mean + estimate->margin);
}

/* All failures of a row, in one field. */
static void write_troubles(const struct comparison *comparison, uint32_t row, struct output *output)
{
    char text[1024] = "";
    size_t length = 0;
    for (uint32_t seed = 0; seed < comparison->seed_count; seed++) {
        const char *trouble = comparison_trouble(comparison, row, seed);
        if (!trouble || length >= sizeof text)
            continue;
        length += (size_t)snprintf(text + length, sizeof text - length, "%sseed %" PRIu64 ": %s",
                                   length ? "; " : "", comparison->seed_first + seed, trouble);
    }
    output_print(output, ",");
    output_csv_text(output, text);
}

static void write_row(const struct comparison *comparison, uint32_t row, uint32_t column,
                      struct output *output)
{
    const struct comparison_column *facts = comparison_column_at(column);
    struct estimate estimate = comparison_estimate(comparison, row, column);
    struct estimate difference = comparison_difference(comparison, row, column);
    output_csv_text(output, comparison->names[row]);
    output_print(output, ",%s,%s,%" PRIu32, facts->path, facts->unit->name, estimate.count);
    write_estimate(output, &estimate);
    output_print(output, ",%d", comparison_best(comparison, row, column));
    write_estimate(output, &difference);
    output_print(output, ",%s",
                 isnan(difference.margin)              ? ""
                 : estimate_excludes_zero(&difference) ? "1"
                                                       : "0");
    const double *values = comparison_values(comparison, row, column);
    for (uint32_t seed = 0; seed < comparison->seed_count; seed++)
        write_number(output, values[seed]);
    write_troubles(comparison, row, output);
    output_print(output, "\n");
}

void comparison_print_csv(const struct comparison *comparison, struct output *output)
{
    output_print(output, "policy,metric,unit,n,mean,ci95_low,ci95_high,best,difference,"
                         "difference_ci95_low,difference_ci95_high,difference_excludes_0");
    for (uint32_t seed = 0; seed < comparison->seed_count; seed++)
        output_print(output, ",seed_%" PRIu64, comparison->seed_first + seed);
    output_print(output, ",failures\n");
    for (uint32_t row = 0; row < comparison->row_count; row++)
        for (uint32_t column = 0; column < comparison_column_count(); column++)
            write_row(comparison, row, column, output);
}
