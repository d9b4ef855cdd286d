/* google2019_machines.h - the table machine_events of 2019, an object of JSON in each line.
 *
 * Members: time (us), machine_id, type (1 add, 2 remove, 3 update), capacity with cpus and
 * memory (shares of the largest machine; it or its members may be missing), and others that
 * are left out: switch_id, platform_id, missing_data_reason. BigQuery writes 64-bit integers
 * as texts. Rows come in any order. */
#ifndef TRACES_GOOGLE2019_MACHINES_H
#define TRACES_GOOGLE2019_MACHINES_H

#include "traces/machine_table.h"
#include "traces/tables.h"

/* Read the rows of the table, which may have no part, into `machines`. */
enum status google2019_machines_read(struct machine_table *machines,
                                     const struct table_files *files,
                                     const struct trace_options *options, struct row_counts *counts,
                                     struct problem *problem);

#endif
