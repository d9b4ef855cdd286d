/* trace_fixture.c - see trace_fixture.h. */
#include "tests/trace_fixture.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/memory.h"
#include "base/number.h"

void fixture_init(struct fixture *fixture)
{
    *fixture = (struct fixture){.folder = "/tmp/flowsched-test-XXXXXX"};
    cr_assert_not_null(mkdtemp(fixture->folder));
}

static int remove_entry(const char *path, const struct stat *facts, int type, struct FTW *walk)
{
    (void)facts;
    (void)type;
    (void)walk;
    return remove(path);
}

void fixture_free(struct fixture *fixture)
{
    nftw(fixture->folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    memory_free(fixture->text);
}

/* The path of a file in the folder, its sub-folder made. */
static void path_of(const struct fixture *fixture, const char *name, char path[256])
{
    snprintf(path, 256, "%s/%s", fixture->folder, name);
    const char *slash = strchr(name, '/');
    if (!slash)
        return;
    char folder[256];
    snprintf(folder, sizeof folder, "%s/%.*s", fixture->folder, (int)(slash - name), name);
    mkdir(folder, 0700);
}

void fixture_write_bytes(const struct fixture *fixture, const char *name, const void *bytes,
                         size_t size)
{
    char path[256];
    path_of(fixture, name, path);
    FILE *file = fopen(path, "wb");
    cr_assert_not_null(file);
    cr_assert_eq(fwrite(bytes, 1, size, file), size);
    fclose(file);
}

void fixture_write(const struct fixture *fixture, const char *name, const char *text)
{
    fixture_write_bytes(fixture, name, text, strlen(text));
}

size_t fixture_write_gzip(const struct fixture *fixture, const char *name, const char *text)
{
    char path[256];
    path_of(fixture, name, path);
    size_t half = strlen(text) / 2;
    gzFile file = gzopen(path, "wb");
    cr_assert_eq(gzwrite(file, text, (unsigned)half), (int)half);
    gzclose(file);
    file = gzopen(path, "ab");
    cr_assert_eq(gzputs(file, text + half), (int)strlen(text + half));
    gzclose(file);
    struct stat facts;
    cr_assert_eq(stat(path, &facts), 0);
    return (size_t)facts.st_size;
}

void fixture_cut(const struct fixture *fixture, const char *name, size_t size)
{
    char path[256];
    path_of(fixture, name, path);
    cr_assert_eq(truncate(path, (off_t)size), 0);
}

static void add(struct fixture *fixture, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void add(struct fixture *fixture, const char *format, ...)
{
    if (fixture->room - fixture->size < 512) {
        fixture->room = 2 * fixture->room + 1024;
        fixture->text = memory_resize(fixture->text, fixture->room);
    }
    va_list arguments;
    va_start(arguments, format);
    fixture->size += (size_t)vsnprintf(fixture->text + fixture->size, 512, format, arguments);
    va_end(arguments);
}

static void add_amounts(struct fixture *fixture, const struct resources *amounts)
{
    char cpu[32];
    char memory[32];
    number_print_fixed(amounts->amount[RESOURCE_CPU], RESOURCE_DIGITS, cpu);
    number_print_fixed(amounts->amount[RESOURCE_MEMORY], RESOURCE_DIGITS, memory);
    add(fixture, " cpu=%s mem=%s", cpu, memory);
    if (!amounts->amount[RESOURCE_GPU])
        return;
    char gpu[32];
    number_print_fixed(amounts->amount[RESOURCE_GPU], RESOURCE_DIGITS, gpu);
    add(fixture, " gpu=%s", gpu);
}

static void add_submission(struct fixture *fixture, const struct event *event)
{
    if (event->count != 1)
        add(fixture, " count=%u", event->count);
    if (event->machine)
        add(fixture, " on=%s", event->machine);
    if (event->tenant)
        add(fixture, " tenant=%s", event->tenant);
    for (uint32_t i = 0; i < event->attempt_count; i++) {
        const struct attempt *attempt = &event->attempts[i];
        if (attempt->run_us == TIME_NEVER)
            add(fixture, " run=never");
        else
            add(fixture, " %s=%" PRId64, attempt->fails ? "fail" : "run", attempt->run_us);
    }
    if (event->constraint)
        add(fixture, " needs=%s", event->constraint);
    for (uint32_t i = 0; i < event->predecessor_count; i++)
        add(fixture, " after=%s", event->predecessors[i]);
}

/* "0 machine_added m_1 rack=fd1-3 cpu=96 mem=100", "5000000 task_submitted j_1/M1/0 ...". */
static void add_event(const struct event *event, void *context)
{
    struct fixture *fixture = context;
    add(fixture, "%" PRId64 " %s ", event->time_us, event_kind_name(event->kind));
    bool capacity = event->kind == EVENT_MACHINE_ADDED || event->kind == EVENT_MACHINE_UPDATED;
    if (event->job)
        add(fixture, "%s/%s/%u", event->job, event->stage, event->index);
    else
        add(fixture, "%s", event->machine);
    if (event->rack)
        add(fixture, " rack=%s", event->rack);
    if (event->labels)
        add(fixture, " labels=%s", event->labels);
    if (event->unschedulable)
        add(fixture, " unschedulable");
    if (capacity || event->kind == EVENT_TASK_SUBMITTED || event->kind == EVENT_TASK_UPDATED)
        add_amounts(fixture, &event->resources);
    if (event->priority)
        add(fixture, " priority=%d", event->priority);
    if (event->kind == EVENT_TASK_SUBMITTED)
        add_submission(fixture, event);
    add(fixture, "\n");
}

static void check_rows(const struct row_counts *rows)
{
    uint64_t refused = 0;
    for (uint32_t i = 0; i < rows->refused_count; i++)
        refused += rows->refused[i].count;
    cr_assert_eq(rows->read, rows->used + refused, "%" PRIu64 " read, %" PRIu64 " + %" PRIu64,
                 rows->read, rows->used, refused);
}

enum status fixture_read_path(struct fixture *fixture, const char *path, const char *format,
                              const struct trace_options *options,
                              void (*visit)(const struct event *event, void *context),
                              void *context)
{
    struct trace *trace;
    fixture->events = 0;
    fixture->records_ended = false;
    fixture->problem = (struct problem){0};
    enum status status = trace_open(&trace, path, format ? trace_format_find(format) : NULL,
                                    options, &fixture->problem);
    if (status != STATUS_OK) {
        cr_assert_null(trace);
        return status;
    }
    int64_t last_us = INT64_MIN;
    int last_phase = 0;
    struct event event;
    while ((status = trace_next(trace, &event, &fixture->problem)) == STATUS_OK) {
        cr_assert_not(fixture->records_ended, "an event after the end of the records");
        fixture->records_ended = event.kind == EVENT_RECORDS_END;
        fixture->records_end_us = event.time_us;
        if (fixture->records_ended)
            continue;
        int phase = event_phase(event.kind);
        cr_assert(event.time_us > last_us || (event.time_us == last_us && phase >= last_phase),
                  "event %u is out of order", fixture->events);
        cr_assert(event.time_us >= options->from_us && event.time_us < options->until_us);
        last_us = event.time_us;
        last_phase = phase;
        fixture->events++;
        if (visit)
            visit(&event, context);
    }
    fixture->rows = *trace_rows(trace);
    trace_close(trace);
    check_rows(&fixture->rows);
    return status == STATUS_END ? STATUS_OK : status;
}

enum status fixture_read(struct fixture *fixture, const char *name, const char *format,
                         const struct trace_options *options)
{
    char path[256];
    snprintf(path, sizeof path, "%s%s%s", fixture->folder, name[0] ? "/" : "", name);
    fixture->size = 0;
    add(fixture, "%s", "");
    return fixture_read_path(fixture, path, format, options, add_event, fixture);
}

uint32_t fixture_count(const struct fixture *fixture, const char *text)
{
    uint32_t count = 0;
    for (const char *at = fixture->text; (at = strstr(at, text)); at += strlen(text))
        count++;
    return count;
}

static void check_row(struct fixture *fixture, const struct row_case *row)
{
    cr_assert_eq(fixture->rows.read, 2, "%s", row->row);
    cr_assert_eq(fixture->events, row->event ? 2 : 1, "%s", row->row);
    if (row->event)
        cr_assert_eq(fixture_count(fixture, row->event), 1, "%s\n%s", row->row, fixture->text);
    cr_assert_eq(fixture->rows.repaired_count > 0, row->repaired != NULL, "%s", row->row);
    if (row->repaired)
        cr_assert_eq(row_counts_repaired(&fixture->rows, row->repaired), 1, "%s", row->row);
    cr_assert_eq(fixture->rows.refused_count, row->refused != NULL, "%s", row->row);
    if (row->refused)
        cr_assert_eq(row_counts_refused(&fixture->rows, row->refused), 1, "%s", row->row);
}

void fixture_check_rows(struct fixture *fixture, const char *name, const char *format,
                        const char *before, const struct row_case *cases, size_t count)
{
    struct trace_options strict = trace_options_all;
    strict.strict = true;
    uint64_t lines_before = 0;
    for (const char *at = before; *at; at++)
        lines_before += *at == '\n';
    for (size_t i = 0; i < count; i++) {
        const struct row_case *row = &cases[i];
        char text[2048];
        snprintf(text, sizeof text, "%s%s\n", before, row->row);
        fixture_write(fixture, name, text);
        enum status status = fixture_read(fixture, name, format, &trace_options_all);
        cr_assert_eq(status, STATUS_OK, "%s: %s", row->row, fixture->problem.reason);
        check_row(fixture, row);
        status = fixture_read(fixture, name, format, &strict);
        cr_assert_eq(status, row->bad_field ? STATUS_BAD_INPUT : STATUS_OK, "%s", row->row);
        cr_assert_eq(fixture->problem.column, row->bad_field, "%s", row->row);
        cr_assert_eq(fixture->problem.line, row->bad_field ? lines_before + 1 : 0, "%s", row->row);
    }
}
