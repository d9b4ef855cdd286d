/* native_row.h - one line of the native format to one event.
 *
 * Parses in place: the texts of the event point into the line. It does not know which
 * lines came before or what part of the trace is wanted. */
#ifndef TRACES_NATIVE_ROW_H
#define TRACES_NATIVE_ROW_H

#include "traces/native_columns.h"

struct native_row {
    enum native_column columns[NATIVE_COLUMN_COUNT]; /* in the file's order */
    uint32_t column_count;
    char *fields[NATIVE_COLUMN_COUNT]; /* of the present line, by column; "" if absent */

    struct attempt *attempts;
    uint32_t attempt_room;
    const char **predecessors;
    uint32_t predecessor_room;
    struct block *blocks;
    uint32_t block_room;

    const char *reason; /* why the line is bad, in snake_case */
    uint32_t bad_field; /* from 1; 0: the line as a whole */
};

void native_row_init(struct native_row *row);
void native_row_free(struct native_row *row);

/* Take the line that names the columns, in any order. False, with row->reason set, if a
 * name is unknown or comes twice, or time_us or event is not there. */
bool native_row_take_columns(struct native_row *row, char *line);

/* The event of a line, borrowed until the next call and as long as the line. False, with
 * row->reason and row->bad_field set, if the line is bad. The line is changed. O(length). */
bool native_row_parse(struct native_row *row, char *line, struct event *event);

#endif
