/* native.h - flowsched's own trace format: one line of text for each event, exactly.
 *
 * docs/native-format.md describes it for those who write it from elsewhere. In short: a
 * first line that names the format, "#" lines of remarks, a line with the names of the
 * columns, and then CSV rows in order of time. Every field of struct event is carried, so
 * that what is written is read back as it was. Names are percent-encoded, hence no field
 * ever needs quotes, and a line is always one event.
 *
 * Reading keeps no more than a line, the machines that are there, and, with
 * trace_options.from_us, a number for each stage that was left out. */
#ifndef TRACES_NATIVE_H
#define TRACES_NATIVE_H

#include "traces/trace.h"

extern const struct trace_format trace_format_native;

/* What the file says about itself; every text may be NULL. Remarks only: a reader skips
 * them. */
struct native_header {
    const char *cpu_unit;
    const char *memory_unit;
    const char *note; /* where the trace comes from; one line */
};

struct native_writer;

/* Start what will be `path` ("-": standard output). `header` may be NULL. STATUS_IO if
 * that fails; *writer is then NULL. */
enum status native_writer_open(struct native_writer **writer, const char *path,
                               const struct native_header *header, struct problem *problem);

/* Add an event; its time is not less than the last one's. Fields that do not belong to its
 * kind are not written. STATUS_TOO_LARGE, and nothing is written: the line would be longer
 * than a reader accepts, or a time later. STATUS_IO: a write failed, native_writer_commit says
 * why. */
enum status native_writer_event(struct native_writer *writer, const struct event *event);

/* Finish, as output_commit. Destroys the writer either way. */
enum status native_writer_commit(struct native_writer *writer, struct problem *problem);

/* Give up: leave nothing behind. NULL is allowed. */
void native_writer_abandon(struct native_writer *writer);

#endif
