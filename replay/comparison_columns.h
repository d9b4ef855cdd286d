/* comparison_columns.h - what a comparison tells of each policy: a row here is a column there.
 *
 * A column is a number of summary.json, by its path. To add one is to add a row to the table. */
#ifndef REPLAY_COMPARISON_COLUMNS_H
#define REPLAY_COMPARISON_COLUMNS_H

#include <cjson/cJSON.h>

#include "base/types.h"

enum better { BETTER_NONE, BETTER_HIGHER, BETTER_LOWER };

/* The tables that people read are in these parts; a column of NONE is in files only. */
enum column_group { GROUP_OUTCOME, GROUP_CLUSTER, GROUP_WORK, GROUP_NONE };
#define GROUP_COUNT GROUP_NONE

struct column_unit {
    const char *name;  /* in the summary and in files: "ms" */
    const char *shown; /* to people: "s"; may be "" */
    double scale;      /* from the one to the other */
};

struct comparison_column {
    const char *heading;
    const struct column_unit *unit;
    const char *path; /* "rounds.gap.p99" */
    enum better better;
    enum column_group group;
    bool wall; /* wall time or memory of the process: not the same when run again */
};

uint32_t comparison_column_count(void);
const struct comparison_column *comparison_column_at(uint32_t index);
const char *column_group_title(enum column_group group);

/* The number at the column's path, or NaN: null, or not there. */
double comparison_column_read(const struct comparison_column *column, const cJSON *summary);

#endif
