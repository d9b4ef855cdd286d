/* comparison_cells.h - what the tables for people have in common: digits, and words beneath.
 *
 * A mean has as many digits as its interval has of two that count; without an interval, four. */
#ifndef REPLAY_COMPARISON_CELLS_H
#define REPLAY_COMPARISON_CELLS_H

#include "replay/comparison.h"

#define CELL_SIZE 32

struct comparison_cell {
    char mean[CELL_SIZE];   /* "98.2", "+0.3" of a difference; "": undefined */
    char margin[CELL_SIZE]; /* "0.2"; "": there is no interval */
    bool marked;            /* the best; of a difference: its interval is without 0 */
};

/* In the unit that is shown to people. */
void comparison_value_cell(const struct comparison *comparison, uint32_t row, uint32_t column,
                           struct comparison_cell *cell);
void comparison_difference_cell(const struct comparison *comparison, uint32_t row, uint32_t column,
                                struct comparison_cell *cell);

/* Is the column in this part of the table, and defined for any row? */
bool comparison_shows(const struct comparison *comparison, enum column_group group,
                      uint32_t column);

/* Is there a difference of this row to tell, in any column of the part? */
bool comparison_differs(const struct comparison *comparison, enum column_group group, uint32_t row);

/* What a reader must know besides the marks: how intervals come about, what is not defined where,
 * and which runs are missing and why. One line each. */
struct comparison_notes {
    char **lines;
    uint32_t count, room;
};

void comparison_notes_make(struct comparison_notes *notes, const struct comparison *comparison);
void comparison_notes_free(struct comparison_notes *notes);

#endif
