/* feed.c - see feed.h. */
#include "replay/feed.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/assert.h"
#include "base/memory.h"
#include "base/names.h"
#include "replay/offered_load.h"
#include "traces/native.h"
#include "traces/replicas.h"

/* The latest time of an event and the longest run that ends, as in the native format. */
#define FEED_TIME_MAX ((INT64_C(1) << 62) - 1)

struct feed {
    struct feed_options options;
    struct trace *trace;
    struct names machines;   /* all seen so far; a machine's rack comes from its id */
    int64_t origin_us;       /* the time that scaling leaves in place */
    int64_t stretch;         /* of the times of events, in billionths, before the speedup */
    uint32_t synthetic_next; /* machines made up, of options.trace.machines_max */
    bool synthetic;
    bool started;
    bool pending_valid;
    struct event pending;     /* the trace's first event, while synthetic machines come first */
    struct attempt *attempts; /* of the present event, when a speedup changes them */
    uint32_t attempt_room;
    struct replicas replicas;
    bool makes_replicas;
    bool splitting; /* replicas_next has parts left of the present submission */
    struct deadlines deadlines;
    struct users users;
    char name[32];
    char rack[32];
    bool racks_made;
    char note_texts[FEED_NOTE_MAX][160];
    const char *notes[FEED_NOTE_MAX];
    uint32_t note_count;
};

static void override_shape(const struct feed *feed, struct event *event)
{
    for (int r = 0; r < RESOURCE_COUNT; r++)
        if (feed->options.shape_given[r])
            event->resources.amount[r] = feed->options.shape.amount[r];
}

static void note(struct feed *feed, const char *text)
{
    char *copy = feed->note_texts[feed->note_count];
    snprintf(copy, sizeof feed->note_texts[0], "%s", text);
    feed->notes[feed->note_count++] = copy;
}

/* Every machine event passes here: racks for machines without one, shapes by option. */
static void fit_machine(struct feed *feed, struct event *event)
{
    uint32_t machine = names_intern(&feed->machines, event->machine);
    if (event->kind == EVENT_MACHINE_ADDED && !event->rack) {
        snprintf(feed->rack, sizeof feed->rack, "rack-%u", machine / FEED_RACK_MACHINES);
        event->rack = feed->rack;
        if (!feed->racks_made)
            note(feed, "racks: synthetic, 30 machines each in order of appearance");
        feed->racks_made = true;
    }
    bool has_shape = event->kind == EVENT_MACHINE_ADDED || event->kind == EVENT_MACHINE_UPDATED;
    if (has_shape && !event->unschedulable)
        override_shape(feed, event);
}

static int64_t scale(int64_t value, int64_t numerator, int64_t denominator)
{
    __int128 scaled = (__int128)value * numerator / denominator;
    return scaled > FEED_TIME_MAX ? TIME_NEVER : (int64_t)scaled;
}

/* A deadline is as long after the submission as it was, but for the speedup. */
static int64_t fit_deadline(int64_t wait_us, int64_t submit_us, int64_t speedup)
{
    __int128 deadline_us = submit_us + (__int128)wait_us * RESOURCE_UNIT / speedup;
    if (deadline_us > FEED_TIME_MAX)
        return FEED_TIME_MAX;
    return deadline_us > 1 ? (int64_t)deadline_us : 1;
}

static enum status fit_times(struct feed *feed, struct event *event, struct problem *problem)
{
    int64_t speedup = feed->options.speedup;
    int64_t since_us = event->time_us - feed->origin_us;
    since_us = scale(since_us, feed->stretch, RESOURCE_UNIT);
    since_us = scale(since_us, RESOURCE_UNIT, speedup);
    if (since_us > FEED_TIME_MAX - feed->origin_us)
        return problem_set(problem, STATUS_USAGE, feed->options.path, 0, 0,
                           "an event comes after 2^62 microseconds: too late for a replay, or for "
                           "this --load or --speedup");
    if (event->deadline_us)
        event->deadline_us =
            fit_deadline(event->deadline_us - event->time_us, feed->origin_us + since_us, speedup);
    event->time_us = feed->origin_us + since_us;
    if (speedup == RESOURCE_UNIT || event->kind != EVENT_TASK_SUBMITTED)
        return STATUS_OK;
    array_reserve(feed->attempts, feed->attempt_room, event->attempt_count);
    for (uint32_t i = 0; i < event->attempt_count; i++) {
        feed->attempts[i] = event->attempts[i];
        if (event->attempts[i].run_us != TIME_NEVER)
            feed->attempts[i].run_us = scale(event->attempts[i].run_us, RESOURCE_UNIT, speedup);
    }
    event->attempts = feed->attempts;
    return STATUS_OK;
}

/* The trace begins with something else than a machine: it has no machine table. */
static enum status begin(struct feed *feed, struct problem *problem)
{
    feed->started = true;
    enum status status = trace_next(feed->trace, &feed->pending, problem);
    if (status != STATUS_OK)
        return status;
    feed->pending_valid = true;
    feed->origin_us = feed->pending.time_us;
    if (feed->pending.kind <= EVENT_MACHINE_REMOVED)
        return STATUS_OK;
    bool shape = false;
    for (int r = 0; r < RESOURCE_COUNT; r++)
        shape = shape || feed->options.shape_given[r];
    if (feed->options.trace.machines_max == NONE || !shape)
        return problem_set(problem, STATUS_USAGE, feed->options.path, 0, 0,
                           "the trace has no machine table: say --machines N and --machine "
                           "cpu=C,mem=M");
    feed->synthetic = true;
    note(feed, "machines: synthetic, the trace has no machine table");
    return STATUS_OK;
}

static void make_machine(struct feed *feed, struct event *event)
{
    snprintf(feed->name, sizeof feed->name, "machine-%u", feed->synthetic_next++);
    *event = (struct event){
        .kind = EVENT_MACHINE_ADDED, .time_us = feed->origin_us, .machine = feed->name, .count = 1};
    fit_machine(feed, event);
}

/* The next event with shapes, racks and times as asked, before it gets input blocks. */
static enum status next_fitted(struct feed *feed, struct event *event, struct problem *problem)
{
    if (!feed->started) {
        enum status status = begin(feed, problem);
        if (status != STATUS_OK)
            return status;
    }
    if (feed->synthetic && feed->synthetic_next < feed->options.trace.machines_max) {
        make_machine(feed, event);
        return STATUS_OK;
    }
    if (feed->pending_valid) {
        *event = feed->pending;
        feed->pending_valid = false;
    } else {
        enum status status = trace_next(feed->trace, event, problem);
        if (status != STATUS_OK)
            return status;
    }
    if (event->kind <= EVENT_MACHINE_REMOVED)
        fit_machine(feed, event);
    enum status status = fit_times(feed, event, problem);
    if (status != STATUS_OK)
        return status;
    deadlines_apply(&feed->deadlines, event);
    users_apply(&feed->users, event);
    return STATUS_OK;
}

enum status feed_next(struct feed *feed, struct event *event, struct problem *problem)
{
    if (feed->splitting && replicas_next(&feed->replicas, event))
        return STATUS_OK;
    feed->splitting = false;
    enum status status = next_fitted(feed, event, problem);
    if (status != STATUS_OK || !feed->makes_replicas)
        return status;
    replicas_see(&feed->replicas, event);
    if (event->kind != EVENT_TASK_SUBMITTED)
        return STATUS_OK;
    replicas_split(&feed->replicas, event);
    feed->splitting = true;
    bool any = replicas_next(&feed->replicas, event);
    ASSERT(any);
    return STATUS_OK;
}

static enum status open_once(struct feed **opened, const struct feed_options *options,
                             struct problem *problem)
{
    *opened = NULL;
    struct trace *trace;
    enum status status =
        trace_open(&trace, options->path, options->format, &options->trace, problem);
    if (status != STATUS_OK)
        return status;
    struct feed *feed = memory_alloc(sizeof *feed);
    feed->options = *options;
    feed->trace = trace;
    feed->stretch = RESOURCE_UNIT;
    names_init(&feed->machines);
    replicas_init(&feed->replicas, random_mix(options->seed, names_hash("replicas")));
    deadlines_init(&feed->deadlines, &options->deadlines,
                   random_mix(options->seed, names_hash("deadlines")));
    users_init(&feed->users, &options->users, random_mix(options->seed, names_hash("users")));
    feed->makes_replicas = trace_format_of(trace) != &trace_format_native;
    if (feed->makes_replicas)
        note(feed, "data locality: input blocks and copies placed by a seeded model");
    if (deadlines_made(&options->deadlines))
        note(feed, "service levels: deadlines or latency targets made by rule");
    if (options->users.count)
        note(feed, "tenants: users made by rule for jobs that have none");
    *opened = feed;
    return STATUS_OK;
}

/* A pipe cannot be read twice. */
static enum status refuse_pipe(const char *path, struct problem *problem)
{
    struct stat facts;
    bool standard_input = strcmp(path, "-") == 0;
    if (!standard_input && stat(path, &facts) < 0)
        return STATUS_OK; /* trace_open tells why */
    if (!standard_input && (S_ISREG(facts.st_mode) || S_ISDIR(facts.st_mode)))
        return STATUS_OK;
    return problem_set(problem, STATUS_USAGE, path, 0, 0,
                       "--load reads the trace twice: name a file or a folder");
}

/* How much longer must the time between submissions be for the load that is wanted? */
static enum status measure_stretch(const struct feed_options *options, int64_t *stretch,
                                   struct problem *problem)
{
    struct feed_options as_recorded = *options;
    as_recorded.speedup = RESOURCE_UNIT;
    struct feed *feed;
    enum status status = open_once(&feed, &as_recorded, problem);
    if (status != STATUS_OK)
        return status;
    struct offered_load load;
    offered_load_init(&load);
    struct event event;
    while ((status = feed_next(feed, &event, problem)) == STATUS_OK)
        offered_load_add(&load, &event);
    int64_t offered = offered_load_scarcest(&load);
    offered_load_free(&load);
    feed_close(feed);
    if (status != STATUS_END)
        return status;
    if (offered <= 0)
        return problem_set(problem, STATUS_USAGE, options->path, 0, 0,
                           "--load cannot be reached: the tasks offer no load, or all come at "
                           "one time");
    *stretch = scale(offered, RESOURCE_UNIT, options->load);
    return STATUS_OK;
}

enum status feed_open(struct feed **feed, const struct feed_options *options,
                      struct problem *problem)
{
    *feed = NULL;
    int64_t stretch = RESOURCE_UNIT;
    if (options->load) {
        enum status status = refuse_pipe(options->path, problem);
        if (status == STATUS_OK)
            status = measure_stretch(options, &stretch, problem);
        if (status != STATUS_OK)
            return status;
    }
    enum status status = open_once(feed, options, problem);
    if (status != STATUS_OK)
        return status;
    (*feed)->stretch = stretch;
    if (options->load) {
        char text[160];
        snprintf(text, sizeof text, "load: times between events are %.4g times the recorded ones",
                 (double)stretch / RESOURCE_UNIT);
        note(*feed, text);
    }
    return STATUS_OK;
}

void feed_close(struct feed *feed)
{
    if (!feed)
        return;
    trace_close(feed->trace);
    names_free(&feed->machines);
    replicas_free(&feed->replicas);
    deadlines_free(&feed->deadlines);
    users_free(&feed->users);
    memory_free(feed->attempts);
    memory_free(feed);
}

const struct trace *feed_trace(const struct feed *feed)
{
    return feed->trace;
}

uint32_t feed_notes(const struct feed *feed, const char *const **notes)
{
    *notes = feed->notes;
    return feed->note_count;
}
