/* native_reader.c - a file of the native format to events, line by line.
 *
 * 1. Rows before trace_options.from_us change the standing machines or are left out.
 * 2. At the first row that is not before it, or at the end, the machines as they stand are
 *    given out at from_us; that row waits (its texts stay valid: no line is read).
 * 3. From there on rows are given out as they are, if they are wanted. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/id_map.h"
#include "base/input.h"
#include "base/memory.h"
#include "base/random.h"
#include "traces/native.h"
#include "traces/native_row.h"
#include "traces/standing_machines.h"

struct native_reader {
    struct input *input;
    struct trace_options options;
    struct row_counts *counts;
    struct native_row row;
    int64_t last_us;
    uint64_t tasks; /* given out */

    struct standing_machines standing;
    struct id_map left_out; /* hashes of the jobs' stages that came before the window */
    uint32_t cursor;        /* into the standing machines that are given out */
    bool in_window;
    bool standing_given; /* or none are to be given */
    bool ended;
    bool waits;
    struct event waiting;
};

static bool recognise(const char *line)
{
    return strcmp(line, NATIVE_FIRST_LINE) == 0;
}

/* The file itself, or the trace that a folder holds; what input_open says if it has none. */
static void find_file(const char *path, char *file, size_t size)
{
    static const char *const endings[] = {"", ".gz", ".zst"};
    struct stat facts;
    snprintf(file, size, "%s", path);
    if (strcmp(path, "-") == 0 || stat(path, &facts) != 0 || !S_ISDIR(facts.st_mode))
        return;
    for (uint32_t i = 0; i < COUNT_OF(endings); i++) {
        snprintf(file, size, "%s/trace.csv%s", path, endings[i]);
        if (stat(file, &facts) == 0)
            return;
    }
    snprintf(file, size, "%s/trace.csv", path);
}

/* The next line that is neither blank nor a remark. */
static enum status next_line(struct native_reader *reader, char **line, struct problem *problem)
{
    size_t size;
    for (;;) {
        enum status status = input_line(reader->input, line, &size, problem);
        if (status != STATUS_OK || (size > 0 && **line != '#'))
            return status;
    }
}

static enum status fail_at(const struct native_reader *reader, uint32_t field,
                           struct problem *problem, const char *reason)
{
    return problem_set(problem, STATUS_BAD_INPUT, input_name(reader->input),
                       input_line_number(reader->input), field, "%s", reason);
}

static enum status read_header(struct native_reader *reader, struct problem *problem)
{
    char *line;
    size_t size;
    enum status status = input_line(reader->input, &line, &size, problem);
    if (status == STATUS_END)
        return fail_at(reader, 0, problem, "the file is empty");
    if (status != STATUS_OK)
        return status;
    if (!recognise(line))
        return fail_at(reader, 0, problem,
                       "not a native trace: the first line is not \"" NATIVE_FIRST_LINE "\"");
    status = next_line(reader, &line, problem);
    if (status == STATUS_END)
        return fail_at(reader, 0, problem, "no line names the columns");
    if (status == STATUS_OK && !native_row_take_columns(&reader->row, line))
        return fail_at(reader, reader->row.bad_field, problem, reader->row.reason);
    return status;
}

static void close_reader(void *state)
{
    struct native_reader *reader = state;
    if (!reader)
        return;
    input_close(reader->input);
    native_row_free(&reader->row);
    standing_machines_free(&reader->standing);
    id_map_free(&reader->left_out);
    memory_free(reader);
}

static enum status open_reader(void **state, const char *path, const struct trace_options *options,
                               struct row_counts *counts, struct problem *problem)
{
    *state = NULL;
    char file[4096];
    find_file(path, file, sizeof file);
    struct input *input;
    enum status status = input_open(&input, file, problem);
    if (status != STATUS_OK)
        return status;
    struct native_reader *reader = memory_alloc(sizeof *reader);
    reader->input = input;
    reader->options = *options;
    reader->counts = counts;
    native_row_init(&reader->row);
    standing_machines_init(&reader->standing, options->machines_max);
    id_map_init(&reader->left_out);
    status = read_header(reader, problem);
    if (status != STATUS_OK)
        close_reader(reader);
    else
        *state = reader;
    return status;
}

/* The next good row. Bad ones are counted, or an error if strict; a time that falls is an
 * error always: nothing after it could be given its place. */
static enum status next_row(struct native_reader *reader, struct event *event,
                            struct problem *problem)
{
    for (;;) {
        char *line;
        enum status status = next_line(reader, &line, problem);
        if (status != STATUS_OK)
            return status;
        reader->counts->read++;
        if (!native_row_parse(&reader->row, line, event)) {
            row_counts_refuse(reader->counts, reader->row.reason);
            if (reader->options.strict)
                return fail_at(reader, reader->row.bad_field, problem, reader->row.reason);
            continue;
        }
        if (event->time_us < reader->last_us)
            return fail_at(reader, 0, problem, "time falls: rows must be in order of time");
        reader->last_us = event->time_us;
        return STATUS_OK;
    }
}

static uint64_t stage_key(const char *job, const char *stage)
{
    return random_mix(names_hash(job), names_hash(stage));
}

/* A stage whose tasks are left out is no dependency of those that are kept. */
static void keep_predecessors(struct native_reader *reader, struct event *event)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; reader->options.deps && i < event->predecessor_count; i++) {
        const char *stage = event->predecessors[i];
        if (id_map_get(&reader->left_out, stage_key(event->job, stage)) == NONE)
            reader->row.predecessors[kept++] = stage;
        else
            row_counts_repair(reader->counts, "dependency_outside_window");
    }
    event->predecessor_count = kept;
    event->predecessors = kept ? reader->row.predecessors : NULL;
}

static bool keep_submission(struct native_reader *reader, struct event *event)
{
    uint64_t left = reader->options.tasks_max - reader->tasks;
    if (left == 0) {
        row_counts_refuse(reader->counts, "over_tasks_max");
        return false;
    }
    if (event->count > left) {
        event->count = (uint32_t)left;
        row_counts_repair(reader->counts, "cut_at_tasks_max");
    }
    reader->tasks += event->count;
    if (event->machine && reader->options.machines_max != NONE &&
        !standing_machines_known(&reader->standing, event->machine)) {
        event->machine = NULL;
        row_counts_repair(reader->counts, "machine_left_out");
    }
    keep_predecessors(reader, event);
    return true;
}

/* Does a row of the window belong to what is wanted? It is counted either way. */
static bool keep(struct native_reader *reader, struct event *event)
{
    bool kept = true;
    if (event->kind == EVENT_TASK_SUBMITTED) {
        kept = keep_submission(reader, event);
    } else if (event->kind <= EVENT_MACHINE_REMOVED && reader->options.machines_max != NONE) {
        kept = standing_machines_apply(&reader->standing, event);
        if (!kept)
            row_counts_refuse(reader->counts, "over_machines_max");
    }
    reader->counts->used += kept;
    return kept;
}

static void note_before_window(struct native_reader *reader, const struct event *event)
{
    if (event->kind <= EVENT_MACHINE_REMOVED) {
        if (standing_machines_apply(&reader->standing, event))
            reader->counts->used++;
        else
            row_counts_refuse(reader->counts, reader->options.machines_max == NONE
                                                  ? "machine_unknown"
                                                  : "over_machines_max");
        return;
    }
    if (event->kind == EVENT_TASK_SUBMITTED)
        id_map_put(&reader->left_out, stage_key(event->job, event->stage), 0);
    row_counts_refuse(reader->counts, "before_window");
}

/* Read up to the first row of the window, which then waits. */
static enum status enter_window(struct native_reader *reader, struct problem *problem)
{
    enum status status;
    while ((status = next_row(reader, &reader->waiting, problem)) == STATUS_OK) {
        if (reader->waiting.time_us >= reader->options.from_us)
            break;
        note_before_window(reader, &reader->waiting);
    }
    if (status != STATUS_OK && status != STATUS_END)
        return status;
    reader->in_window = true;
    reader->standing_given =
        reader->options.from_us == 0 || reader->options.from_us >= reader->options.until_us;
    reader->ended = status == STATUS_END;
    reader->waits = status == STATUS_OK;
    return STATUS_OK;
}

static enum status take_row(struct native_reader *reader, struct event *event,
                            struct problem *problem)
{
    if (reader->ended)
        return STATUS_END;
    if (!reader->waits)
        return next_row(reader, event, problem);
    *event = reader->waiting;
    reader->waits = false;
    return STATUS_OK;
}

static enum status next(void *state, struct event *event, struct problem *problem)
{
    struct native_reader *reader = state;
    if (!reader->in_window) {
        enum status status = enter_window(reader, problem);
        if (status != STATUS_OK)
            return status;
    }
    if (!reader->standing_given &&
        standing_machines_next(&reader->standing, &reader->cursor, reader->options.from_us, event))
        return STATUS_OK;
    reader->standing_given = true;
    for (;;) {
        enum status status = take_row(reader, event, problem);
        if (status != STATUS_OK)
            return status;
        if (event->time_us >= reader->options.until_us) {
            row_counts_refuse(reader->counts, "after_window");
            reader->ended = true; /* so are all that follow: they are not read */
            return STATUS_END;
        }
        if (keep(reader, event))
            return STATUS_OK;
    }
}

static uint32_t progress(const void *state)
{
    const struct native_reader *reader = state;
    uint64_t total = input_bytes_total(reader->input);
    uint64_t read = input_bytes_read(reader->input);
    return total ? (uint32_t)(1000.0 * (double)(read < total ? read : total) / (double)total) : 0;
}

static const char *const stems[] = {"trace", NULL};

const struct trace_format trace_format_native = {
    .name = "native",
    .help = "flowsched's own format, exact: trace.csv (docs/native-format.md)",
    .cpu_unit = "the file's unit",
    .memory_unit = "the file's unit",
    .stems = stems,
    .recognise = recognise,
    .open = open_reader,
    .next = next,
    .progress = progress,
    .close = close_reader,
};
