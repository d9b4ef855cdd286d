/* rows.h - the rows of one table, each of them counted, and refused by reason if bad.
 *
 * A reader of a format loops over rows_next, asks for the fields that it needs, and then
 * either keeps the row or refuses it. There are two kinds of refusal. A *bad* row breaks
 * the schema of the table (no number where a number must be): the field functions and
 * rows_bad say so, and a strict reader stops there. A row that is *left out* by a rule of
 * the format or outside the wanted window is fine: strict does not mind it.
 *
 * It does not know what a row means. */
#ifndef TRACES_ROWS_H
#define TRACES_ROWS_H

#include "traces/row_counts.h"
#include "traces/tables.h"

struct rows {
    struct table_reader reader;
    struct row_counts *counts;
    bool strict;
    uint32_t columns_min;   /* rows with fewer are bad */
    uint32_t number_column; /* always holds a number, unless the row is a header */
    bool any;               /* a row was read */
    uint32_t bad_column;    /* why this row is bad; NONE: it is not */
    const char *bad_reason; /* NULL: it is not */
};

/* `files` and `counts` stay the caller's and must outlive the rows. */
void rows_init(struct rows *rows, const struct table_files *files, struct row_counts *counts,
               bool strict);
void rows_free(struct rows *rows);

/* The next row with enough columns; a header line is skipped and not counted, a row with
 * too few columns is bad, and an error if it is the first of the table, for then the file
 * is not what it is taken for. STATUS_END after the last. Errors as table_reader_next. */
enum status rows_next(struct rows *rows, struct problem *problem);

/* Is the field empty, or not there? */
bool rows_empty(const struct rows *rows, uint32_t column);

/* The text of a field; empty if it is not there. */
const char *rows_text(const struct rows *rows, uint32_t column);

/* The number in the field, at least `min`, at most `max`. False, with *value unchanged and
 * the row marked as bad, if there is none: "bad_number", "number_out_of_range". */
bool rows_int(struct rows *rows, uint32_t column, int64_t min, int64_t max, int64_t *value);

/* The decimal in the field times 10^digits, rounded up; as rows_int. */
bool rows_fixed(struct rows *rows, uint32_t column, int digits, int64_t min, int64_t max,
                int64_t *value);

/* Mark the row as bad for a reason of the format's own; returns false. */
bool rows_bad(struct rows *rows, uint32_t column, const char *reason);

/* What a reader does with a row: use it, or return false, which means that the row is bad, or
 * that it is a good one that cannot be used, and *left_out (NULL before) is set to why. */
typedef bool rows_use(void *context, struct rows *rows, const char **left_out);

/* Read all rows and count those that are refused; the reader, or what it keeps them in, counts
 * those that are used. `needed`: what the table is called if it must have a row, or NULL.
 * STATUS_BAD_INPUT: it has none, or a bad one if strict. Errors as rows_next. */
enum status rows_read(struct rows *rows, rows_use *use, void *context, const char *needed,
                      struct problem *problem);

/* Count the bad row as refused. STATUS_OK, or STATUS_BAD_INPUT with its place if strict. */
enum status rows_refuse_bad(struct rows *rows, struct problem *problem);

#endif
