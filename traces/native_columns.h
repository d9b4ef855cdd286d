/* native_columns.h - the columns of the native format and which events have which. */
#ifndef TRACES_NATIVE_COLUMNS_H
#define TRACES_NATIVE_COLUMNS_H

#include "scheduler/event.h"

/* What a file begins with; a reader accepts no other version. */
#define NATIVE_FIRST_LINE "# flowsched trace 1"

/* In the order in which the writer writes them. */
enum native_column {
    NATIVE_TIME,
    NATIVE_EVENT,
    NATIVE_MACHINE,
    NATIVE_RACK,
    NATIVE_RESOURCES,
    NATIVE_JOB,
    NATIVE_STAGE,
    NATIVE_INDEX,
    NATIVE_COUNT,
    NATIVE_TENANT,
    NATIVE_PRIORITY,
    NATIVE_ATTEMPTS,
    NATIVE_PREDECESSORS,
    NATIVE_BLOCKS,
    NATIVE_FLAGS,
    NATIVE_LABELS,
    NATIVE_CONSTRAINT,
    NATIVE_DEADLINE,
    NATIVE_LATENCY,
    NATIVE_COLUMN_COUNT
};

/* Limits of the format: sums of two times stay below TIME_NEVER, and the number of a task
 * is an int32 everywhere. */
#define NATIVE_TIME_MAX ((INT64_C(1) << 62) - 1)
#define NATIVE_INDEX_MAX INT32_MAX
#define NATIVE_BLOCK_MIB_MAX (INT64_C(1) << 40)

/* "time_us", "event", ... */
const char *native_column_name(enum native_column column);

/* The column of a name, or NATIVE_COLUMN_COUNT. */
enum native_column native_column_find(const char *name);

/* Does the kind of event have this column? What it has not is neither written nor read. */
bool native_column_used(enum event_kind kind, enum native_column column);

#endif
