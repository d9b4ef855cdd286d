/* google2011_machines.h - the table machine_events: machines come, change and go.
 *
 * Columns: time (us), machine ID, event type (0 add, 1 remove, 2 update), platform ID,
 * CPUs, memory; both capacities are shares of the largest machine. Within a microsecond the
 * published order means nothing: removals come first. Machines are numbered in the order of
 * their first row, which decides which are the first so many; they have no racks. A machine
 * whose capacity is not told is there and takes no task. */
#ifndef TRACES_GOOGLE2011_MACHINES_H
#define TRACES_GOOGLE2011_MACHINES_H

#include "base/id_map.h"
#include "traces/machine_log.h"
#include "traces/tables.h"
#include "traces/trace.h"

struct google_machine_row {
    int64_t time_us;
    int64_t cpu; /* -1: not known */
    int64_t memory;
    uint32_t machine;
    uint32_t sequence;
    uint32_t event;
};

struct google_machines {
    struct google_machine_row *rows; /* between read and use */
    uint32_t row_count;
    uint32_t row_room;
    struct machine_log log; /* by number */
    struct id_map numbers;  /* machine ID -> number */
    int64_t *ids;
    uint32_t count;
    uint32_t room;
    char text[24];
};

/* Read the table, which may have no part, and number its machines. The caller frees, also
 * after an error. */
enum status google_machines_read(struct google_machines *machines, const struct table_files *files,
                                 const struct trace_options *options, struct row_counts *counts,
                                 struct problem *problem);

/* Make the log of what was read, up to the end of the records of tasks: what machines do
 * later serves nobody. */
void google_machines_use(struct google_machines *machines, const struct trace_options *options,
                         int64_t end_us, struct row_counts *counts);
void google_machines_free(struct google_machines *machines);

/* The name of machine `m`: its ID in decimal; borrowed until the next call. */
const char *google_machines_name(struct google_machines *machines, uint32_t m);

#endif
