/* google2019_instances.h - the sample's rows, each an event of an instance, as tasks.
 *
 * Columns that are read, of a table with a header: 2 time (us), 3 type of the event (0 submit,
 * 1 queue, 2 enable, 3 schedule, 4 evict, 5 fail, 6 finish, 7 kill, 8 lost, 9 update pending,
 * 10 update running), 4 collection, 6 its type (0 job, 1 alloc set), 7 priority, 8 alloc set
 * that it runs in (0: none), 9 index, 11 request ("{'cpus': 0.02, 'memory': 0.01}", shares of
 * the largest machine), 12 constraints, 14 user, 17 collections that it waits for, 20 and 21
 * begin and end (us) of a window in which its usage was measured.
 *
 * All rows of an instance make one task. Earlier rows count before later ones. */
#ifndef TRACES_GOOGLE2019_INSTANCES_H
#define TRACES_GOOGLE2019_INSTANCES_H

#include "traces/tables.h"
#include "traces/task_list.h"

/* Read the sample, put its instances in order, choose the window and count the rows. The
 * caller frees, also after an error. */
enum status google2019_instances_read(struct task_list *tasks, const struct table_files *files,
                                      const struct trace_options *options,
                                      struct row_counts *counts, struct problem *problem);

#endif
