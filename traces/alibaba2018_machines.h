/* alibaba2018_machines.h - the table machine_meta: samples of the state of 4,034 machines.
 *
 * Columns: machine_id "m_17", time_stamp (s), failure_domain_1, failure_domain_2, cpu_num
 * (cores), mem_size (0..100, the largest is 100), status. A row is a sample, not a change:
 * most repeat the one before. There are no removals.
 *
 * The rack is failure_domain_1 ("fd1-219"): of the publisher's two levels it is the finer
 * one, about 14 machines each, and never empty. Machines are numbered in the order of the
 * number in their id (m_2 before m_10; ids without one come after them, by their text), and
 * that order decides which are the first so many. */
#ifndef TRACES_ALIBABA2018_MACHINES_H
#define TRACES_ALIBABA2018_MACHINES_H

#include "base/names.h"
#include "traces/machine_log.h"
#include "traces/tables.h"
#include "traces/trace.h"

struct alibaba_machines {
    struct machine_log log; /* by number */
    struct names names;     /* ids in the order of the table's rows */
    uint32_t *order;        /* the name's id of each number */
    uint32_t *racks;        /* failure_domain_1 of each number, NONE: not known */
    char rack_text[32];
};

/* Read the table (a trace may be without: then there are no machines). The caller frees,
 * also after an error. */
enum status alibaba_machines_read(struct alibaba_machines *machines,
                                  const struct table_files *files,
                                  const struct trace_options *options, struct row_counts *counts,
                                  struct problem *problem);
void alibaba_machines_free(struct alibaba_machines *machines);

/* The event of a change of the log; its texts are borrowed until the next call. */
struct event alibaba_machines_event(struct alibaba_machines *machines,
                                    const struct machine_change *change);

#endif
