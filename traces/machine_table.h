/* machine_table.h - a table of what happens to machines: rows in any order, made into a log.
 *
 * For publishers whose rows say that a machine is added, changed or gone. Within a
 * microsecond the published order means nothing: removals come first. Machines are numbered
 * as they first appear, by time and then by row, which decides which are the first so many. A
 * machine whose capacity is not told is there and takes no task. */
#ifndef TRACES_MACHINE_TABLE_H
#define TRACES_MACHINE_TABLE_H

#include "base/id_map.h"
#include "traces/machine_log.h"
#include "traces/task_list.h"

enum machine_happening {
    MACHINE_ADD,    /* also of one that is there, which changes it */
    MACHINE_REMOVE, /* it is gone */
    MACHINE_UPDATE, /* another capacity */
    MACHINE_DRAIN   /* it takes no new tasks until it is added again */
};

struct machine_row {
    int64_t time_us;
    int64_t cpu; /* -1: not known */
    int64_t memory;
    int64_t id;
    uint32_t machine;  /* its number, set by the table */
    uint32_t sequence; /* likewise */
    enum machine_happening event;
};

struct machine_table {
    struct machine_row *rows; /* until machine_table_use */
    uint32_t row_count;
    uint32_t row_room;
    struct machine_log log; /* by number */
    struct id_map numbers;  /* machine id -> number */
    int64_t *ids;
    uint32_t count;
    uint32_t room;
    char text[24];
};

/* Add a row. All zero is an empty table. O(1) amortised. */
void machine_table_add(struct machine_table *table, const struct machine_row *row);

/* After the last row: put them in order and number the machines. O(n log n). */
void machine_table_order(struct machine_table *table);

/* After that: make the log, up to the end of the records of tasks, for what machines do later
 * serves nobody; and count what became of each row. O(n log n). */
void machine_table_use(struct machine_table *table, const struct trace_options *options,
                       int64_t end_us, struct row_counts *counts);
void machine_table_free(struct machine_table *table);

/* The name of machine `m`: its id in decimal; borrowed until the next call. */
const char *machine_table_name(struct machine_table *table, uint32_t m);

/* The event of a change in the log; its name as above. */
struct event machine_table_event(struct machine_table *table, const struct machine_change *change);

/* The next event of the log, from *next_change on, and the list together; false after the
 * last of both. At equal times machines come before submissions: see event_phase. */
bool machine_table_merge(struct machine_table *table, uint32_t *next_change,
                         struct task_list *tasks, struct event *event);

#endif
