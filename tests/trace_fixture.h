/* trace_fixture.h - small traces as text, written to a temporary folder, read, and shown as
 * one line of text per event, so that a test can say what it expects. */
#ifndef TESTS_TRACE_FIXTURE_H
#define TESTS_TRACE_FIXTURE_H

#include "traces/trace.h"

struct fixture {
    char folder[64];
    struct problem problem; /* of the last call that failed */
    struct row_counts rows; /* of the trace read last */
    char *text;             /* its events */
    size_t size;
    size_t room;
    uint32_t events; /* without EVENT_RECORDS_END */
    bool records_ended;
    int64_t records_end_us;
};

/* Make an empty temporary folder; remove it with all that is in it. */
void fixture_init(struct fixture *fixture);
void fixture_free(struct fixture *fixture);

/* Write a file of the folder (sub-folders in its name are made); or compress it too. */
void fixture_write(const struct fixture *fixture, const char *name, const char *text);
void fixture_write_bytes(const struct fixture *fixture, const char *name, const void *bytes,
                         size_t size);
/* A gzip file of two members: the text up to its middle, and the rest. Returns its size. */
size_t fixture_write_gzip(const struct fixture *fixture, const char *name, const char *text);
/* Cut a file of the folder to `size` bytes. */
void fixture_cut(const struct fixture *fixture, const char *name, size_t size);

/* Open the folder, or the file in it, as a trace and read all its events. `format` NULL:
 * recognise it. Checks what holds for every trace: order, and that all rows are accounted
 * for. */
enum status fixture_read(struct fixture *fixture, const char *name, const char *format,
                         const struct trace_options *options);

/* The same for a trace elsewhere, without keeping its events as text; `visit` may be NULL. */
enum status fixture_read_path(struct fixture *fixture, const char *path, const char *format,
                              const struct trace_options *options,
                              void (*visit)(const struct event *event, void *context),
                              void *context);

/* What a row with a quirk becomes, behind a good first row. */
struct row_case {
    const char *row;
    const char *repaired; /* the reason, of several any one; NULL: it is not repaired */
    const char *refused;  /* the reason, or NULL */
    const char *event;    /* a part of its event and of no other; NULL: it has none */
    uint32_t bad_field;   /* where a strict reader stops; 0: the row is good */
};

/* Check each of the cases: the file `name` has `before`, which is a good row and perhaps a
 * header, and the case's row. */
void fixture_check_rows(struct fixture *fixture, const char *name, const char *format,
                        const char *before, const struct row_case *cases, size_t count);

/* How often the text occurs among the lines of the events. */
uint32_t fixture_count(const struct fixture *fixture, const char *text);

#endif
