/* alibaba2017_servers.h - the table server_event: machines are added, and have errors.
 *
 * Columns: time (s), machine id, event (add; softerror, harderror), detail, cpus (cores),
 * memory (1 is the largest machine), disk. All machines are added at 0. After an error a
 * machine takes no new tasks while those on it go on, until another add. There are no racks.
 * The disk is left out, because no task asks for any. */
#ifndef TRACES_ALIBABA2017_SERVERS_H
#define TRACES_ALIBABA2017_SERVERS_H

#include "traces/machine_table.h"
#include "traces/tables.h"

/* Read the table, which may have no part, and make the machines' log. The caller frees, also
 * after an error. */
enum status alibaba2017_servers_read(struct machine_table *machines,
                                     const struct table_files *files,
                                     const struct trace_options *options, struct row_counts *counts,
                                     struct problem *problem);

#endif
