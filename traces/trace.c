/* trace.c - see trace.h. */
#include "traces/trace.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/assert.h"
#include "base/memory.h"
#include "traces/alibaba2017.h"
#include "traces/alibaba2018.h"
#include "traces/google2011.h"
#include "traces/google2019.h"
#include "traces/native.h"
#include "traces/openb.h"
#include "traces/philly.h"
#include "traces/swf.h"
#include "traces/tables.h"

/* Of formats that share the names of tables, the one that is likelier comes first. */
static const struct trace_format *const formats[] = {
    &trace_format_alibaba2018, &trace_format_alibaba2017, &trace_format_google2011,
    &trace_format_google2019,  &trace_format_native,      &trace_format_openb,
    &trace_format_philly,      &trace_format_swf,
};

const struct trace_options trace_options_all = {
    .until_us = TIME_NEVER,
    .tasks_max = UINT64_MAX,
    .machines_max = NONE,
    .deps = true,
};

struct trace {
    const struct trace_format *format;
    void *state;
    struct row_counts rows;
};

uint32_t trace_format_count(void)
{
    return COUNT_OF(formats);
}

const struct trace_format *trace_format_at(uint32_t index)
{
    return formats[index];
}

const struct trace_format *trace_format_find(const char *name)
{
    for (uint32_t i = 0; i < COUNT_OF(formats); i++)
        if (strcmp(formats[i]->name, name) == 0)
            return formats[i];
    return NULL;
}

static enum status unknown_format(const char *path, struct problem *problem)
{
    char names[160] = "";
    size_t size = 0;
    for (uint32_t i = 0; i < COUNT_OF(formats) && size < sizeof names; i++) {
        const struct trace_format *format = formats[i];
        ASSERT(format != NULL); /* the analyzer cannot see into the table */
        size += (size_t)snprintf(names + size, sizeof names - size, "%s%s", i ? ", " : "",
                                 format->name);
    }
    return problem_set(problem, STATUS_BAD_INPUT, path, 0, 0,
                       "not recognised as a trace; the formats are: %s", names);
}

/* Of how many tables of the format are there files at `path`? */
static enum status count_tables(const struct trace_format *format, const char *path,
                                uint32_t *count, struct problem *problem)
{
    *count = 0;
    for (const char *const *stem = format->stems; *stem; stem++) {
        struct table_files files;
        enum status status = table_files_find(&files, path, *stem, false, problem);
        if (status != STATUS_OK)
            return status;
        *count += files.count > 0;
        table_files_free(&files);
    }
    return STATUS_OK;
}

/* The first line of the file; STATUS_BAD_INPUT if it has none. */
static enum status read_first_line(struct input *input, char **line, struct problem *problem)
{
    size_t size;
    enum status status = input_line(input, line, &size, problem);
    if (status != STATUS_END)
        return status;
    return problem_set(problem, STATUS_BAD_INPUT, input_name(input), 0, 0, "the file is empty");
}

/* Does the format know the first line of the first of its tables that is there? */
static bool knows_first_table(const struct trace_format *format, const char *path)
{
    struct table_files files = {0};
    for (const char *const *stem = format->stems; *stem && files.count == 0; stem++)
        if (table_files_find(&files, path, *stem, false, NULL) != STATUS_OK)
            return false;
    struct input *input = NULL;
    char *line;
    bool known = files.count > 0 && format->recognise &&
                 input_open(&input, files.paths[0], NULL) == STATUS_OK &&
                 read_first_line(input, &line, NULL) == STATUS_OK && format->recognise(line);
    input_close(input);
    table_files_free(&files);
    return known;
}

/* The format with the most tables. Where formats share the names of all that is there, it is
 * the one that knows what is in them, or the first of the list if none does (or if the file
 * is a pipe, which can be read only `once`). */
static enum status recognise_names(const char *path, bool once, const struct trace_format **format,
                                   struct problem *problem)
{
    uint32_t best = 0;
    bool known = false;
    for (uint32_t i = 0; i < COUNT_OF(formats); i++) {
        uint32_t count;
        enum status status = count_tables(formats[i], path, &count, problem);
        if (status != STATUS_OK)
            return status;
        if (count == 0 || count < best || (count == best && known))
            continue;
        known = !once && knows_first_table(formats[i], path);
        if (count > best || known)
            *format = formats[i];
        best = count;
    }
    return STATUS_OK;
}

static enum status recognise_line(const char *path, const struct trace_format **format,
                                  struct problem *problem)
{
    struct input *input;
    enum status status = input_open(&input, path, problem);
    if (status != STATUS_OK)
        return status;
    char *line;
    status = read_first_line(input, &line, problem);
    for (uint32_t i = 0; status == STATUS_OK && !*format && i < COUNT_OF(formats); i++)
        if (formats[i]->recognise && formats[i]->recognise(line))
            *format = formats[i];
    input_close(input);
    return status;
}

/* Nothing but hidden files? */
static enum status refuse_empty_folder(const char *path, struct problem *problem)
{
    DIR *folder = opendir(path);
    if (!folder)
        return problem_set(problem, STATUS_IO, path, 0, 0, "%s", strerror(errno));
    const struct dirent *entry;
    do
        entry = readdir(folder);
    while (entry && entry->d_name[0] == '.');
    closedir(folder);
    return entry ? STATUS_OK : problem_set(problem, STATUS_IO, path, 0, 0, "the folder is empty");
}

static enum status recognise(const char *path, const struct trace_format **format,
                             struct problem *problem)
{
    *format = NULL;
    if (strcmp(path, "-") == 0)
        return problem_set(problem, STATUS_USAGE, path, 0, 0,
                           "standard input can be read only once: name the trace's format");
    struct stat facts;
    if (stat(path, &facts) < 0)
        return problem_set(problem, STATUS_IO, path, 0, 0, "%s", strerror(errno));
    enum status status = STATUS_OK;
    if (S_ISDIR(facts.st_mode))
        status = refuse_empty_folder(path, problem);
    bool once = !S_ISDIR(facts.st_mode) && !S_ISREG(facts.st_mode);
    if (status == STATUS_OK)
        status = recognise_names(path, once, format, problem);
    if (status == STATUS_OK && !*format && once)
        return problem_set(problem, STATUS_USAGE, path, 0, 0,
                           "a pipe can be read only once: name the trace's format");
    if (status == STATUS_OK && !*format && !S_ISDIR(facts.st_mode))
        status = recognise_line(path, format, problem);
    if (status == STATUS_OK && !*format)
        return unknown_format(path, problem);
    return status;
}

enum status trace_open(struct trace **opened, const char *path, const struct trace_format *format,
                       const struct trace_options *options, struct problem *problem)
{
    *opened = NULL;
    if (!format) {
        enum status status = recognise(path, &format, problem);
        if (status != STATUS_OK)
            return status;
    }
    ASSERT(format != NULL);
    struct trace *trace = memory_alloc(sizeof *trace);
    trace->format = format;
    enum status status = format->open(&trace->state, path, options, &trace->rows, problem);
    if (status != STATUS_OK) {
        memory_free(trace);
        return status;
    }
    *opened = trace;
    return STATUS_OK;
}

void trace_close(struct trace *trace)
{
    if (!trace)
        return;
    trace->format->close(trace->state);
    memory_free(trace);
}

enum status trace_next(struct trace *trace, struct event *event, struct problem *problem)
{
    return trace->format->next(trace->state, event, problem);
}

const struct trace_format *trace_format_of(const struct trace *trace)
{
    return trace->format;
}

const struct row_counts *trace_rows(const struct trace *trace)
{
    return &trace->rows;
}

uint32_t trace_progress(const struct trace *trace)
{
    return trace->format->progress ? trace->format->progress(trace->state) : 1000;
}

static const int phases[EVENT_KIND_COUNT] = {
    [EVENT_TASK_FINISHED] = 0,   [EVENT_TASK_FAILED] = 0,     [EVENT_TASK_KILLED] = 0,
    [EVENT_TASK_EVICTED] = 0,    [EVENT_MACHINE_REMOVED] = 1, [EVENT_MACHINE_ADDED] = 2,
    [EVENT_MACHINE_UPDATED] = 2, [EVENT_MACHINE_DRAINED] = 2, [EVENT_TASK_UPDATED] = 3,
    [EVENT_TASK_SUBMITTED] = 4,  [EVENT_RECORDS_END] = 5,
};

int event_phase(enum event_kind kind)
{
    return phases[kind];
}
