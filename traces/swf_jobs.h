/* swf_jobs.h - the lines of a log in the Standard Workload Format: its jobs, and in its
 * header what the computer was.
 *
 * Columns, between blanks, -1 where not known: 1 job, 2 submit time (s), 3 wait, 4 run time
 * (s), 5 allocated processors, 6 average cpu time, 7 used memory (KB per processor), 8
 * requested processors, 9 requested time, 10 requested memory (KB per processor), 11 status,
 * 12 user, 13 group, 14 application, 15 queue, 16 partition, 17 preceding job, 18 think time.
 * Of the header only MaxNodes and MaxProcs are read.
 *
 * A job of n processors becomes n tasks of one processor each, which run as long as the job.
 * The archive's machines were space-shared, and a job got its processors all at once; the
 * scheduler here has no gangs, so that a job's tasks may start at different times. */
#ifndef TRACES_SWF_JOBS_H
#define TRACES_SWF_JOBS_H

#include "traces/rows.h"
#include "traces/task_list.h"

/* More than any computer in the archive has, of either. */
#define SWF_PROCESSORS_MAX 1000000

struct swf_jobs {
    struct task_list list;
    int64_t nodes;      /* by the header; 0: not told */
    int64_t processors; /* likewise */
    int64_t memory_max; /* the largest demand of a processor */
};

/* Read the log, put its jobs in order, choose the window and count the rows. The caller
 * frees the list, also after an error. */
enum status swf_jobs_read(struct swf_jobs *jobs, const struct table_files *files,
                          const struct trace_options *options, struct row_counts *counts,
                          struct problem *problem);

#endif
