/* trace.h - a recorded workload as one stream of events, whatever its format.
 *
 * A trace is a file, or a folder whose tables are found by the stems of their published
 * names: "batch_task.csv", "batch_task.part1.csv.gz" and "batch_task_0.csv.zst" are parts
 * of the table batch_task. Events come in order of time; at equal times in the order of
 * event_phase. A new format is one file and one row in trace.c's table.
 *
 * Which part of the trace is wanted, the reader is told (struct trace_options), because
 * only it knows whether a dependency lies outside. */
#ifndef TRACES_TRACE_H
#define TRACES_TRACE_H

#include "base/status.h"
#include "scheduler/event.h"
#include "traces/row_counts.h"

struct trace_options {
    int64_t from_us;       /* submissions before this are left out; machine events before it */
    int64_t until_us;      /* take effect at it. Events at or after until_us are left out,
                          but the end of the records may be at it. */
    uint64_t tasks_max;    /* so many tasks (instances), in order of submission; the row */
                           /* that crosses the limit is cut */
    uint32_t machines_max; /* the first so many machines of the table (in the order that */
                           /* the format defines); NONE: all */
    bool deps;             /* honour dependencies between stages */
    bool strict;           /* stop at the first bad row */
};

/* Everything: from 0, until TIME_NEVER, no limits, with dependencies. */
extern const struct trace_options trace_options_all;

struct trace; /* an open trace */

struct trace_format {
    const char *name;
    const char *help;                   /* one line: what it is and which tables are read */
    const char *cpu_unit, *memory_unit; /* what one unit of a resource is, for reports */
    /* The stems of its tables, NULL-ended: {"batch_task", "machine_meta", NULL}. A folder
     * is of the format with the most stems that it has files for. A single file is
     * recognised by its stem, else by `recognise`. */
    const char *const *stems;
    /* Does this first line look like one of the format's tables? NULL: cannot tell. */
    bool (*recognise)(const char *line);
    /* Open the tables at `path` (a file or a folder). */
    enum status (*open)(void **state, const char *path, const struct trace_options *options,
                        struct row_counts *counts, struct problem *problem);
    enum status (*next)(void *state, struct event *event, struct problem *problem);
    /* 0..1000 of the input consumed, for a progress bar; NULL: all is read by open. */
    uint32_t (*progress)(const void *state);
    void (*close)(void *state);
};

uint32_t trace_format_count(void);
const struct trace_format *trace_format_at(uint32_t index);
const struct trace_format *trace_format_find(const char *name); /* NULL: no such format */

/* Open a trace; `format` NULL: recognise it. STATUS_BAD_INPUT: not recognised (the reason
 * lists the formats), or its first rows are broken. STATUS_USAGE: a pipe, which
 * has no bytes to spare for recognising. STATUS_IO: cannot be read; an empty folder. *trace is
 * NULL then. */
enum status trace_open(struct trace **trace, const char *path, const struct trace_format *format,
                       const struct trace_options *options, struct problem *problem);
void trace_close(struct trace *trace); /* NULL is allowed */

/* The next event; its texts are borrowed until the next call. STATUS_END after the last.
 * STATUS_BAD_INPUT: the data is broken at a place (cut-off compression, or any bad row if
 * strict). */
enum status trace_next(struct trace *trace, struct event *event, struct problem *problem);

const struct trace_format *trace_format_of(const struct trace *trace);
const struct row_counts *trace_rows(const struct trace *trace); /* final at STATUS_END */
uint32_t trace_progress(const struct trace *trace);             /* 0..1000 */

/* The rank of a kind among events of the same time: ends, machines gone, machines come or
 * changed, updates, submissions. What is freed at a time can be used at that time. */
int event_phase(enum event_kind kind);

#endif
