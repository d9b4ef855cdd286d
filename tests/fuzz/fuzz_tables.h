/* fuzz_tables.h - any bytes as the tables of a trace: never a crash, and what every reader
 * promises holds.
 *
 * The first byte chooses a window and limits; the others are the tables, in the order of
 * the target's list, with the byte 0x1e between them. A format of one table is given its
 * file, any other the folder. */
#ifndef TESTS_FUZZ_FUZZ_TABLES_H
#define TESTS_FUZZ_FUZZ_TABLES_H

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/assert.h"
#include "traces/trace.h"

#define TABLE_END 0x1e

static struct trace_options choose_options(uint8_t bits)
{
    struct trace_options options = trace_options_all;
    options.from_us = bits & 1 ? 5000000 : 0;
    options.until_us = bits & 2 ? 20000000 : TIME_NEVER;
    options.tasks_max = bits & 4 ? 3 : UINT64_MAX;
    options.machines_max = bits & 8 ? 1 : NONE;
    options.deps = !(bits & 16);
    options.strict = bits & 32;
    return options;
}

static void check_event(const struct event *event, const struct event *last,
                        const struct trace_options *options)
{
    ASSERT(event->time_us >= options->from_us);
    bool at_until = event->kind == EVENT_RECORDS_END && event->time_us == options->until_us;
    ASSERT(at_until || event->time_us < options->until_us);
    ASSERT(event->time_us >= last->time_us);
    if (event->time_us == last->time_us)
        ASSERT(event_phase(event->kind) >= event_phase(last->kind));
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        ASSERT(event->resources.amount[r] >= 0);
        ASSERT(event->resources.amount[r] <= RESOURCE_MAX);
    }
    ASSERT(event->job != NULL || event->machine != NULL || event->kind == EVENT_RECORDS_END);
    if (event->kind != EVENT_TASK_SUBMITTED)
        return;
    ASSERT(event->count > 0);
    ASSERT(event->count <= NONE - event->index);
    ASSERT(event->attempt_count > 0);
    for (uint32_t i = 0; i < event->attempt_count; i++)
        ASSERT(event->attempts[i].run_us >= 0);
    for (uint32_t i = 0; i < event->predecessor_count; i++)
        ASSERT(strcmp(event->predecessors[i], event->stage) != 0);
}

/* Read the trace to its end, and hold the reader to its promises. */
static void read_trace(const char *folder, const struct trace_format *format,
                       const struct trace_options *options)
{
    struct trace *trace;
    if (trace_open(&trace, folder, format, options, NULL) != STATUS_OK) {
        ASSERT(trace == NULL);
        return;
    }
    struct event last = {.time_us = INT64_MIN};
    struct event event;
    uint64_t tasks = 0;
    enum status status;
    while ((status = trace_next(trace, &event, NULL)) == STATUS_OK) {
        check_event(&event, &last, options);
        last.time_us = event.time_us;
        last.kind = event.kind;
        tasks += event.kind == EVENT_TASK_SUBMITTED ? event.count : 0;
    }
    ASSERT(status == STATUS_END);
    ASSERT(tasks <= options->tasks_max);
    const struct row_counts *rows = trace_rows(trace);
    uint64_t refused = 0;
    for (uint32_t i = 0; i < rows->refused_count; i++)
        refused += rows->refused[i].count;
    ASSERT(rows->read == rows->used + refused);
    trace_close(trace);
}

static void write_table(int folder, const char *name, const uint8_t *data, size_t size)
{
    int fd = openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ASSERT(fd >= 0);
    ASSERT(write(fd, data, size) == (ssize_t)size);
    close(fd);
}

/* The target: `names` are the files of the format's tables, NULL-ended. */
static void fuzz_tables(const struct trace_format *format, const char *const *names,
                        const uint8_t *data, size_t size)
{
    if (size == 0)
        return;
    struct trace_options options = choose_options(data[0]);
    const uint8_t *end = data + size;
    data++;
    char path[64];
    snprintf(path, sizeof path, "/dev/shm/fuzz-%s-%d", format->name, (int)getpid());
    mkdir(path, 0700);
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ASSERT(folder >= 0);
    for (const char *const *name = names; *name; name++) {
        if (data > end)
            break;
        const uint8_t *stop = memchr(data, TABLE_END, (size_t)(end - data));
        if (!stop)
            stop = end;
        write_table(folder, *name, data, (size_t)(stop - data));
        data = stop + 1;
    }
    char file[160];
    snprintf(file, sizeof file, "%s/%s", path, names[0]);
    read_trace(names[1] ? path : file, format, &options);
    for (const char *const *name = names; *name; name++)
        unlinkat(folder, *name, 0);
    close(folder);
    rmdir(path);
}

#endif
