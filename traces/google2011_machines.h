/* google2011_machines.h - the columns of the table machine_events.
 *
 * time (us), machine ID, event type (0 add, 1 remove, 2 update), platform ID, CPUs, memory;
 * both capacities are shares of the largest machine. There are no racks. */
#ifndef TRACES_GOOGLE2011_MACHINES_H
#define TRACES_GOOGLE2011_MACHINES_H

#include "traces/machine_table.h"
#include "traces/tables.h"

/* Read the rows of the table, which may have no part, into `machines`. */
enum status google_machines_read(struct machine_table *machines, const struct table_files *files,
                                 const struct trace_options *options, struct row_counts *counts,
                                 struct problem *problem);

#endif
