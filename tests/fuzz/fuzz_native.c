/* fuzz_native.c - any bytes as a native trace: never a crash, and what was read is kept.
 *
 * The first byte chooses a window and limits. What the reader makes of the rest is written
 * and read twice; both copies must be the same bytes. */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/memory.h"
#include "traces/native.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct memory_file {
    int fd;
    char path[32];
};

static struct memory_file make_file(const uint8_t *data, size_t size)
{
    struct memory_file file = {.fd = memfd_create("trace", 0)};
    ASSERT(file.fd >= 0);
    ASSERT(write(file.fd, data, size) == (ssize_t)size);
    snprintf(file.path, sizeof file.path, "/proc/self/fd/%d", file.fd);
    return file;
}

/* Read `path` to its end or first error, and write what came to `copy`. False if it is no
 * trace at all, or if an event is too long to be written. */
static bool copy_trace(const char *path, const struct trace_options *options, const char *copy)
{
    struct row_counts counts = {0};
    void *state;
    if (trace_format_native.open(&state, path, options, &counts, NULL) != STATUS_OK)
        return false;
    struct native_writer *writer;
    ASSERT(native_writer_open(&writer, copy, NULL, NULL) == STATUS_OK);
    struct event event;
    bool whole = true;
    while (trace_format_native.next(state, &event, NULL) == STATUS_OK)
        whole = native_writer_event(writer, &event) == STATUS_OK && whole;
    trace_format_native.close(state);
    ASSERT(native_writer_commit(writer, NULL) == STATUS_OK);
    return whole;
}

static char *read_all(const char *path, size_t *size)
{
    FILE *file = fopen(path, "r");
    ASSERT(file != NULL);
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    char *bytes = memory_alloc(*size + 1);
    ASSERT(fread(bytes, 1, *size, file) == *size);
    fclose(file);
    return bytes;
}

static void expect_same(const char *path, const char *other)
{
    size_t size;
    size_t other_size;
    char *bytes = read_all(path, &size);
    char *other_bytes = read_all(other, &other_size);
    ASSERT(size == other_size);
    ASSERT(memcmp(bytes, other_bytes, size) == 0);
    memory_free(bytes);
    memory_free(other_bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const struct trace_options all = {
        .until_us = TIME_NEVER, .tasks_max = UINT64_MAX, .machines_max = NONE, .deps = true};
    struct trace_options part = all;
    part.from_us = data[0] & 3;
    part.tasks_max = data[0] & 4 ? 5 : UINT64_MAX;
    part.machines_max = data[0] & 8 ? 2 : NONE;
    part.until_us = data[0] & 16 ? 1000000 : TIME_NEVER;
    part.strict = data[0] & 32;

    char first[48];
    char second[48];
    snprintf(first, sizeof first, "/dev/shm/fuzz-native-%d-1", (int)getpid());
    snprintf(second, sizeof second, "/dev/shm/fuzz-native-%d-2", (int)getpid());
    struct memory_file file = make_file(data + 1, size - 1);
    if (copy_trace(file.path, &part, first) && copy_trace(first, &all, second))
        expect_same(first, second);
    close(file.fd);
    unlink(first);
    unlink(second);
    return 0;
}
