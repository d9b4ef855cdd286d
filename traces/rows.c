/* rows.c - see rows.h. */
#include "traces/rows.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "base/number.h"

void rows_init(struct rows *rows, const struct table_files *files, struct row_counts *counts,
               bool strict)
{
    *rows = (struct rows){.counts = counts, .strict = strict, .bad_column = NONE};
    table_reader_init(&rows->reader, files);
}

void rows_free(struct rows *rows)
{
    table_reader_free(&rows->reader);
}

static bool is_header(const struct rows *rows)
{
    if (!table_reader_at_first_line(&rows->reader))
        return false;
    const char *text = rows_text(rows, rows->number_column);
    unsigned char first = (unsigned char)text[strspn(text, " \t")];
    return isalpha(first) || first == '_';
}

static enum status too_few_columns(struct rows *rows, struct problem *problem)
{
    uint32_t count = rows->reader.field_count;
    if (rows->any) {
        rows_bad(rows, count, "missing_column");
        return rows_refuse_bad(rows, problem);
    }
    char reason[80];
    snprintf(reason, sizeof reason, "missing column: the row has %u of the table's %u", count,
             rows->columns_min);
    return table_reader_problem(&rows->reader, count, problem, reason);
}

enum status rows_next(struct rows *rows, struct problem *problem)
{
    for (;;) {
        enum status status = table_reader_next(&rows->reader, problem);
        if (status != STATUS_OK)
            return status;
        rows->bad_column = NONE;
        rows->bad_reason = NULL;
        if (is_header(rows))
            continue;
        rows->counts->read++;
        if (rows->reader.field_count < rows->columns_min) {
            status = too_few_columns(rows, problem);
            if (status != STATUS_OK)
                return status;
            continue;
        }
        rows->any = true;
        return STATUS_OK;
    }
}

bool rows_empty(const struct rows *rows, uint32_t column)
{
    return rows_text(rows, column)[0] == '\0';
}

const char *rows_text(const struct rows *rows, uint32_t column)
{
    return column < rows->reader.field_count ? rows->reader.fields[column] : "";
}

static bool take_number(struct rows *rows, uint32_t column, enum status status, bool in_range)
{
    if (status == STATUS_BAD_INPUT)
        return rows_bad(rows, column, "bad_number");
    if (status != STATUS_OK || !in_range)
        return rows_bad(rows, column, "number_out_of_range");
    return true;
}

bool rows_int(struct rows *rows, uint32_t column, int64_t min, int64_t max, int64_t *value)
{
    if (rows_empty(rows, column))
        return rows_bad(rows, column, "bad_number");
    int64_t number = 0;
    enum status status =
        number_parse_int(rows->reader.fields[column], rows->reader.field_sizes[column], &number);
    if (!take_number(rows, column, status, number >= min && number <= max))
        return false;
    *value = number;
    return true;
}

bool rows_fixed(struct rows *rows, uint32_t column, int digits, int64_t min, int64_t max,
                int64_t *value)
{
    if (rows_empty(rows, column))
        return rows_bad(rows, column, "bad_number");
    int64_t number = 0;
    enum status status = number_parse_fixed(rows->reader.fields[column],
                                            rows->reader.field_sizes[column], digits, &number);
    if (!take_number(rows, column, status, number >= min && number <= max))
        return false;
    *value = number;
    return true;
}

bool rows_bad(struct rows *rows, uint32_t column, const char *reason)
{
    rows->bad_column = column;
    rows->bad_reason = reason;
    return false;
}

enum status rows_refuse_bad(struct rows *rows, struct problem *problem)
{
    ASSERT(rows->bad_reason != NULL);
    row_counts_refuse(rows->counts, rows->bad_reason);
    if (!rows->strict)
        return STATUS_OK;
    return table_reader_problem(&rows->reader, rows->bad_column, problem, rows->bad_reason);
}

enum status rows_read(struct rows *rows, rows_use *use, void *context, const char *needed,
                      struct problem *problem)
{
    enum status status;
    while ((status = rows_next(rows, problem)) == STATUS_OK) {
        const char *left_out = NULL;
        if (use(context, rows, &left_out))
            continue;
        if (left_out)
            row_counts_refuse(rows->counts, left_out);
        else
            status = rows_refuse_bad(rows, problem);
        if (status != STATUS_OK)
            return status;
    }
    if (status == STATUS_END && needed && !rows->any)
        return problem_set(problem, STATUS_BAD_INPUT, rows->reader.files->paths[0], 0, 0,
                           "%s has no rows", needed);
    return status == STATUS_END ? STATUS_OK : status;
}
