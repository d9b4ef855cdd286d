/* feed.h - a trace made into the workload that was asked for: machines, load, speed.
 *
 * Sits between a trace and the engine. It changes what the options say and nothing else:
 * machine shapes, machines and racks that the table lacks, times, deadlines, users, and input
 * blocks for traces without data locality. What it made up, it says in notes. */
#ifndef REPLAY_FEED_H
#define REPLAY_FEED_H

#include "replay/deadlines.h"
#include "replay/users.h"
#include "traces/trace.h"

struct feed_options {
    const char *path;
    const struct trace_format *format; /* NULL: recognise it */
    struct trace_options trace;
    bool shape_given[RESOURCE_COUNT]; /* machines have `shape` of these resources */
    struct resources shape;
    int64_t load;    /* billionths; 0: as recorded. Offered load of the scarcest resource */
    int64_t speedup; /* billionths; 1e9: as recorded */
    uint64_t seed;
    struct deadline_options deadlines;
    struct users_options users;
};

#define FEED_RACK_MACHINES 30 /* of synthetic racks, as in Firmament's simulator */
#define FEED_NOTE_MAX 8

struct feed;

/* Errors as trace_open; STATUS_USAGE if the trace has no machines and the options do not
 * say which to make, or if there is a load and the trace is a pipe: it is read once
 * beforehand. */
enum status feed_open(struct feed **feed, const struct feed_options *options,
                      struct problem *problem);
void feed_close(struct feed *feed); /* NULL is allowed */

/* The next event; borrowed until the next call. As trace_next; STATUS_USAGE: its time
 * leaves the range. */
enum status feed_next(struct feed *feed, struct event *event, struct problem *problem);

const struct trace *feed_trace(const struct feed *feed);

/* What was made up, as texts for a person. Complete once the trace has ended. */
uint32_t feed_notes(const struct feed *feed, const char *const **notes);

#endif
