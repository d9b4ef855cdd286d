/* comparison_tables.h - a comparison as text, CSV, Markdown, JSON and LaTeX.
 *
 * Text, Markdown and LaTeX are for people: the columns of the three groups, rounded, the best of
 * each marked, and differences whose interval excludes 0. CSV and JSON have every column, every
 * seed and ten digits, in the units of summary.json. What is undefined is empty, or null. The same
 * comparison gives the same bytes. */
#ifndef REPLAY_COMPARISON_TABLES_H
#define REPLAY_COMPARISON_TABLES_H

#include "base/output.h"
#include "replay/comparison.h"

struct comparison_table {
    const char *name; /* as the user says it */
    const char *file; /* in the folder of a comparison */
    void (*print)(const struct comparison *comparison, struct output *output);
};

uint32_t comparison_table_count(void);
const struct comparison_table *comparison_table_at(uint32_t index);
const struct comparison_table *comparison_table_find(const char *name); /* NULL: no such format */

void comparison_print_text(const struct comparison *comparison, struct output *output);
/* One row a policy and column: means, intervals, differences, then a field for each seed. */
void comparison_print_csv(const struct comparison *comparison, struct output *output);
void comparison_print_json(const struct comparison *comparison, struct output *output);
void comparison_print_markdown(const struct comparison *comparison, struct output *output);
/* Of the package booktabs; a table for each group. */
void comparison_print_latex(const struct comparison *comparison, struct output *output);

#endif
