/* row_counts.c - see row_counts.h. */
#include "traces/row_counts.h"

#include <string.h>

#include "base/assert.h"

static void count_reason(struct row_reason *reasons, uint32_t *reason_count, const char *reason,
                         uint64_t rows)
{
    if (rows == 0)
        return;
    for (uint32_t i = 0; i < *reason_count; i++) {
        if (strcmp(reasons[i].reason, reason) == 0) {
            reasons[i].count += rows;
            return;
        }
    }
    ASSERT(*reason_count < ROW_REASON_MAX);
    reasons[(*reason_count)++] = (struct row_reason){reason, rows};
}

static uint64_t find_reason(const struct row_reason *reasons, uint32_t reason_count,
                            const char *reason)
{
    for (uint32_t i = 0; i < reason_count; i++)
        if (strcmp(reasons[i].reason, reason) == 0)
            return reasons[i].count;
    return 0;
}

void row_counts_repair(struct row_counts *counts, const char *reason)
{
    row_counts_repair_many(counts, reason, 1);
}

void row_counts_refuse(struct row_counts *counts, const char *reason)
{
    row_counts_refuse_many(counts, reason, 1);
}

void row_counts_repair_many(struct row_counts *counts, const char *reason, uint64_t rows)
{
    count_reason(counts->repaired, &counts->repaired_count, reason, rows);
}

void row_counts_refuse_many(struct row_counts *counts, const char *reason, uint64_t rows)
{
    count_reason(counts->refused, &counts->refused_count, reason, rows);
}

uint64_t row_counts_repaired(const struct row_counts *counts, const char *reason)
{
    return find_reason(counts->repaired, counts->repaired_count, reason);
}

uint64_t row_counts_refused(const struct row_counts *counts, const char *reason)
{
    return find_reason(counts->refused, counts->refused_count, reason);
}
