/* google2019_machines.c - see google2019_machines.h. */
#include "traces/google2019_machines.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "traces/rows.h"

/* Figures that every double tells exactly: more would be those of its nearest binary number,
 * which rounding up would turn into another billionth. */
#define FIGURES 15

static bool take_int(const cJSON *object, const char *name, int64_t *value)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, name);
    const char *text = cJSON_GetStringValue(member);
    if (text)
        return number_parse_int(text, strlen(text), value) == STATUS_OK;
    /* Numbers are doubles to cJSON; up to 2^53 they are whole. */
    bool whole = cJSON_IsNumber(member) && member->valuedouble == (double)member->valueint;
    if (whole)
        *value = member->valueint;
    return whole;
}

/* A share of the largest machine; -1 if it is not there. */
static bool take_share(const cJSON *capacity, const char *name, int64_t *share)
{
    *share = -1;
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(capacity, name);
    if (!member || cJSON_IsNull(member))
        return true;
    char text[32];
    int size = snprintf(text, sizeof text, "%.*g", FIGURES, cJSON_GetNumberValue(member));
    return number_parse_fixed(text, (size_t)size, RESOURCE_DIGITS, share) == STATUS_OK &&
           *share >= 0 && *share <= RESOURCE_MAX;
}

/* The reason why the object is no row of the table, or NULL. */
static const char *take_object(const cJSON *object, struct machine_row *row)
{
    int64_t type = 0;
    if (!cJSON_IsObject(object))
        return "bad_json";
    if (!take_int(object, "time", &row->time_us) || !take_int(object, "machine_id", &row->id) ||
        !take_int(object, "type", &type))
        return "bad_number";
    if (row->time_us < 0)
        return "number_out_of_range";
    if (type < 1 || type > 3)
        return "unknown_event";
    row->event = (enum machine_happening)(type - 1);
    const cJSON *capacity = cJSON_GetObjectItemCaseSensitive(object, "capacity");
    if (!take_share(capacity, "cpus", &row->cpu) || !take_share(capacity, "memory", &row->memory))
        return "number_out_of_range";
    if (row->cpu < 0 || row->memory < 0)
        row->cpu = row->memory = -1;
    return NULL;
}

static bool use_row(void *context, struct rows *rows, const char **left_out)
{
    struct machine_row row = {0};
    cJSON *object = cJSON_ParseWithOpts(rows_text(rows, 0), NULL, true);
    const char *bad = take_object(object, &row);
    cJSON_Delete(object);
    if (bad)
        return rows_bad(rows, 0, bad);
    if (row.time_us == TIME_NEVER) {
        *left_out = "after_the_end";
        return false;
    }
    machine_table_add(context, &row);
    return true;
}

enum status google2019_machines_read(struct machine_table *machines,
                                     const struct table_files *files,
                                     const struct trace_options *options, struct row_counts *counts,
                                     struct problem *problem)
{
    struct rows rows;
    rows_init(&rows, files, counts, options->strict);
    rows.columns_min = 1;
    rows.reader.layout = TABLE_LINES;
    enum status status = rows_read(&rows, use_row, machines, NULL, problem);
    rows_free(&rows);
    machine_table_order(machines);
    return status;
}
