/* native_writer.c - events to lines of the native format. */
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "base/input.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/output.h"
#include "traces/native.h"
#include "traces/native_columns.h"

struct native_writer {
    struct output *output;
    int64_t last_us;
    char *line; /* of the event that is being written */
    uint32_t size;
    uint32_t room;
    bool too_long;
};

static void put(struct native_writer *writer, const char *bytes, size_t size)
{
    if (writer->too_long || size > INPUT_LINE_MAX - writer->size) {
        writer->too_long = true;
        return;
    }
    array_reserve(writer->line, writer->room, writer->size + size);
    memcpy(writer->line + writer->size, bytes, size);
    writer->size += (uint32_t)size;
}

static void put_text(struct native_writer *writer, const char *text)
{
    put(writer, text, strlen(text));
}

static void put_char(struct native_writer *writer, char c)
{
    put(writer, &c, 1);
}

static void put_fixed(struct native_writer *writer, int64_t value, int digits)
{
    char text[32];
    int size = number_print_fixed(value, digits, text);
    put(writer, text, (size_t)size);
}

/* Does the character stand for itself in a name? */
static bool plain(unsigned char c)
{
    switch (c) {
    case '%':
    case ',':
    case ';':
    case '|':
    case '"':
    case '#':
    case 0x7f:
        return false;
    default:
        return c >= ' ';
    }
}

/* Runs of what stands for itself, as the characters of `kept` do here; the rest escaped. */
static void put_escaped(struct native_writer *writer, const char *text, const char *kept)
{
    while (*text) {
        size_t run = 0;
        while (plain((unsigned char)text[run]) || (text[run] && strchr(kept, text[run])))
            run++;
        put(writer, text, run);
        text += run;
        if (!*text)
            return;
        char escape[4];
        snprintf(escape, sizeof escape, "%%%02X", (unsigned char)*text++);
        put(writer, escape, 3);
    }
}

/* A bare "%" stands for the empty name wherever nothing at all would mean no name. */
static void put_name(struct native_writer *writer, const char *name)
{
    if (!*name)
        put_char(writer, '%');
    put_escaped(writer, name, "");
}

/* Labels or a constraint: separators stand for themselves, so that it can be read. */
static void put_terms(struct native_writer *writer, const char *text)
{
    if (!text)
        return;
    if (!*text)
        put_char(writer, '%');
    put_escaped(writer, text, "=;|");
}

static void put_resources(struct native_writer *writer, const struct resources *resources)
{
    bool first = true;
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        if (!resources->amount[r])
            continue;
        if (!first)
            put_char(writer, ';');
        first = false;
        put_text(writer, resource_name((enum resource)r));
        put_char(writer, '=');
        put_fixed(writer, resources->amount[r], RESOURCE_DIGITS);
    }
}

static void put_attempts(struct native_writer *writer, const struct event *event)
{
    for (uint32_t i = 0; i < event->attempt_count; i++) {
        const struct attempt *attempt = &event->attempts[i];
        if (i)
            put_char(writer, ';');
        if (attempt->run_us == TIME_NEVER)
            put_text(writer, "never");
        else
            put_fixed(writer, attempt->run_us, 0);
        if (attempt->fails)
            put_text(writer, ":fails");
    }
}

static void put_predecessors(struct native_writer *writer, const struct event *event)
{
    for (uint32_t i = 0; i < event->predecessor_count; i++) {
        if (i)
            put_char(writer, ';');
        put_name(writer, event->predecessors[i]);
    }
}

static void put_blocks(struct native_writer *writer, const struct event *event)
{
    for (uint32_t b = 0; b < event->block_count; b++) {
        const struct block *block = &event->blocks[b];
        if (b)
            put_char(writer, ';');
        put_fixed(writer, block->mib, 0);
        for (uint32_t c = 0; c < block->copy_count; c++) {
            put_char(writer, c ? '|' : '@');
            put_name(writer, block->machines[c]);
        }
    }
}

static void put_optional_name(struct native_writer *writer, const char *name)
{
    if (name)
        put_name(writer, name);
}

/* Numbers that have their usual value are left out. */
static void put_number(struct native_writer *writer, int64_t value, int64_t usual)
{
    if (value != usual)
        put_fixed(writer, value, 0);
}

static void put_column(struct native_writer *writer, const struct event *event,
                       enum native_column column)
{
    switch (column) {
    case NATIVE_TIME:
        put_fixed(writer, event->time_us, 0);
        break;
    case NATIVE_EVENT:
        put_text(writer, event_kind_name(event->kind));
        break;
    case NATIVE_MACHINE:
        put_optional_name(writer, event->machine);
        break;
    case NATIVE_RACK:
        put_optional_name(writer, event->rack);
        break;
    case NATIVE_RESOURCES:
        put_resources(writer, &event->resources);
        break;
    case NATIVE_JOB:
        put_name(writer, event->job);
        break;
    case NATIVE_STAGE:
        if (*event->stage)
            put_name(writer, event->stage);
        break;
    case NATIVE_INDEX:
        put_number(writer, event->index, 0);
        break;
    case NATIVE_COUNT:
        put_number(writer, event->count, 1);
        break;
    case NATIVE_TENANT:
        put_optional_name(writer, event->tenant);
        break;
    case NATIVE_PRIORITY:
        put_number(writer, event->priority, 0);
        break;
    case NATIVE_ATTEMPTS:
        put_attempts(writer, event);
        break;
    case NATIVE_PREDECESSORS:
        put_predecessors(writer, event);
        break;
    case NATIVE_BLOCKS:
        put_blocks(writer, event);
        break;
    case NATIVE_FLAGS:
        put_text(writer, event->unschedulable ? "unschedulable" : "");
        break;
    case NATIVE_LABELS:
        put_terms(writer, event->labels);
        break;
    case NATIVE_CONSTRAINT:
        put_terms(writer, event->constraint);
        break;
    case NATIVE_DEADLINE:
        put_number(writer, event->deadline_us, 0);
        break;
    case NATIVE_LATENCY:
        put_number(writer, event->latency_us, 0);
        break;
    case NATIVE_COLUMN_COUNT:
        break;
    }
}

enum status native_writer_event(struct native_writer *writer, const struct event *event)
{
    ASSERT(event->time_us >= writer->last_us);
    if (event->time_us > NATIVE_TIME_MAX || event->deadline_us > NATIVE_TIME_MAX ||
        event->latency_us > NATIVE_TIME_MAX)
        return STATUS_TOO_LARGE;
    writer->size = 0;
    writer->too_long = false;
    uint32_t used_size = 0; /* without the empty fields at the end */
    for (int column = 0; column < NATIVE_COLUMN_COUNT; column++) {
        if (column)
            put_char(writer, ',');
        uint32_t before = writer->size;
        if (native_column_used(event->kind, (enum native_column)column))
            put_column(writer, event, (enum native_column)column);
        if (writer->size > before)
            used_size = writer->size;
    }
    if (writer->too_long)
        return STATUS_TOO_LARGE;
    writer->last_us = event->time_us;
    output_write(writer->output, writer->line, used_size);
    output_write(writer->output, "\n", 1);
    return output_failed(writer->output) ? STATUS_IO : STATUS_OK;
}

/* A remark is one line, whatever its text. */
static void print_remark(struct output *output, const char *key, const char *text)
{
    if (!text)
        return;
    output_print(output, "# %s: ", key);
    for (; *text; text++)
        output_write(output, *text == '\n' || *text == '\r' ? " " : text, 1);
    output_write(output, "\n", 1);
}

enum status native_writer_open(struct native_writer **opened, const char *path,
                               const struct native_header *header, struct problem *problem)
{
    *opened = NULL;
    struct output *output;
    enum status status = output_open(&output, path, problem);
    if (status != STATUS_OK)
        return status;
    output_print(output, "%s\n", NATIVE_FIRST_LINE);
    if (header) {
        print_remark(output, "cpu_unit", header->cpu_unit);
        print_remark(output, "memory_unit", header->memory_unit);
        print_remark(output, "note", header->note);
    }
    for (int column = 0; column < NATIVE_COLUMN_COUNT; column++)
        output_print(output, "%s%s", column ? "," : "",
                     native_column_name((enum native_column)column));
    output_print(output, "\n");
    struct native_writer *writer = memory_alloc(sizeof *writer);
    writer->output = output;
    *opened = writer;
    return STATUS_OK;
}

static void destroy(struct native_writer *writer)
{
    memory_free(writer->line);
    memory_free(writer);
}

enum status native_writer_commit(struct native_writer *writer, struct problem *problem)
{
    enum status status = output_commit(writer->output, problem);
    destroy(writer);
    return status;
}

void native_writer_abandon(struct native_writer *writer)
{
    if (!writer)
        return;
    output_abandon(writer->output);
    destroy(writer);
}
