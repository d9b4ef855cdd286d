/* row_counts.h - what became of every row of a trace: nothing is dropped in silence.
 *
 * read = used + all refused. A repaired row is used, with something put right or left out;
 * a row may be repaired for more than one reason. Reasons are static texts in snake_case
 * ("end_before_start"), few, and listed in docs/traces.md. */
#ifndef TRACES_ROW_COUNTS_H
#define TRACES_ROW_COUNTS_H

#include "base/types.h"

#define ROW_REASON_MAX 48

struct row_reason {
    const char *reason;
    uint64_t count;
};

struct row_counts {
    uint64_t read;
    uint64_t used;
    struct row_reason repaired[ROW_REASON_MAX]; /* in order of first appearance */
    struct row_reason refused[ROW_REASON_MAX];
    uint32_t repaired_count;
    uint32_t refused_count;
};

/* O(reasons). */
void row_counts_repair(struct row_counts *counts, const char *reason);
void row_counts_refuse(struct row_counts *counts, const char *reason);
void row_counts_repair_many(struct row_counts *counts, const char *reason, uint64_t rows);
void row_counts_refuse_many(struct row_counts *counts, const char *reason, uint64_t rows);

/* The count of a reason, 0 if it never came up. */
uint64_t row_counts_repaired(const struct row_counts *counts, const char *reason);
uint64_t row_counts_refused(const struct row_counts *counts, const char *reason);

#endif
