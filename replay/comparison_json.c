/* comparison_json.c - a comparison as one JSON object (comparison_tables.h). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "replay/comparison_tables.h"

static cJSON *number_item(double value)
{
    char text[32];
    if (isnan(value))
        return cJSON_CreateNull();
    snprintf(text, sizeof text, "%.10g", value); /* as in CSV */
    return cJSON_CreateNumber(strtod(text, NULL));
}

static void add_estimate(cJSON *object, const struct estimate *estimate)
{
    cJSON_AddNumberToObject(object, "n", estimate->count);
    cJSON_AddItemToObject(object, "mean", number_item(estimate->mean));
    if (isnan(estimate->margin)) {
        cJSON_AddNullToObject(object, "ci95");
        return;
    }
    cJSON *ends = cJSON_AddArrayToObject(object, "ci95");
    cJSON_AddItemToArray(ends, number_item(estimate->mean - estimate->margin));
    cJSON_AddItemToArray(ends, number_item(estimate->mean + estimate->margin));
}

static cJSON *value_item(const struct comparison *comparison, uint32_t row, uint32_t column)
{
    cJSON *object = cJSON_CreateObject();
    struct estimate estimate = comparison_estimate(comparison, row, column);
    struct estimate difference = comparison_difference(comparison, row, column);
    add_estimate(object, &estimate);
    cJSON_AddBoolToObject(object, "best", comparison_best(comparison, row, column));
    if (difference.count) {
        cJSON *part = cJSON_AddObjectToObject(object, "difference");
        add_estimate(part, &difference);
        cJSON_AddBoolToObject(part, "excludes_0", estimate_excludes_zero(&difference));
    } else {
        cJSON_AddNullToObject(object, "difference");
    }
    cJSON *seeds = cJSON_AddArrayToObject(object, "seeds");
    const double *values = comparison_values(comparison, row, column);
    for (uint32_t seed = 0; seed < comparison->seed_count; seed++)
        cJSON_AddItemToArray(seeds, number_item(values[seed]));
    return object;
}

static void add_row(cJSON *rows, const struct comparison *comparison, uint32_t row)
{
    cJSON *object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "policy", comparison->names[row]);
    cJSON *failures = cJSON_AddObjectToObject(object, "failures");
    for (uint32_t seed = 0; seed < comparison->seed_count; seed++) {
        char key[32];
        snprintf(key, sizeof key, "%" PRIu64, comparison->seed_first + seed);
        if (comparison_trouble(comparison, row, seed))
            cJSON_AddStringToObject(failures, key, comparison_trouble(comparison, row, seed));
    }
    cJSON *values = cJSON_AddObjectToObject(object, "values");
    for (uint32_t column = 0; column < comparison_column_count(); column++)
        cJSON_AddItemToObject(values, comparison_column_at(column)->path,
                              value_item(comparison, row, column));
    cJSON_AddItemToArray(rows, object);
}

static void add_columns(cJSON *json)
{
    static const char *const words[] = {
        [BETTER_NONE] = "none", [BETTER_HIGHER] = "higher", [BETTER_LOWER] = "lower"};
    cJSON *columns = cJSON_AddArrayToObject(json, "columns");
    for (uint32_t i = 0; i < comparison_column_count(); i++) {
        const struct comparison_column *column = comparison_column_at(i);
        cJSON *object = cJSON_CreateObject();
        cJSON_AddStringToObject(object, "path", column->path);
        cJSON_AddStringToObject(object, "heading", column->heading);
        cJSON_AddStringToObject(object, "unit", column->unit->name);
        cJSON_AddStringToObject(object, "better", words[column->better]);
        cJSON_AddBoolToObject(object, "wall", column->wall);
        cJSON_AddItemToArray(columns, object);
    }
}

void comparison_print_json(const struct comparison *comparison, struct output *output)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "title", comparison->title);
    cJSON_AddItemToObject(json, "settings", cJSON_Duplicate(comparison->settings, true));
    cJSON *seeds = cJSON_AddArrayToObject(json, "seeds");
    for (uint32_t seed = 0; seed < comparison->seed_count; seed++) {
        char text[32]; /* all digits: cJSON's own numbers are doubles */
        snprintf(text, sizeof text, "%" PRIu64, comparison->seed_first + seed);
        cJSON_AddItemToArray(seeds, cJSON_CreateRaw(text));
    }
    cJSON_AddStringToObject(json, "against", comparison->names[comparison->against]);
    cJSON_AddStringToObject(json, "interval", "95 %, Student's t over seeds; differences paired");
    add_columns(json);
    cJSON *rows = cJSON_AddArrayToObject(json, "rows");
    for (uint32_t row = 0; row < comparison->row_count; row++)
        add_row(rows, comparison, row);
    char *text = cJSON_Print(json);
    output_write(output, text, strlen(text));
    output_write(output, "\n", 1);
    cJSON_free(text);
    cJSON_Delete(json);
}
