/* input.c - see input.h. */
#include "base/input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/memory.h"

enum coding { CODING_PLAIN, CODING_GZIP, CODING_ZSTD };

#define RAW_SIZE (1u << 16)
#define TEXT_SIZE (1u << 18)

struct input {
    int fd;
    char *name;
    uint64_t bytes_read;
    uint64_t bytes_total;
    uint64_t line_number;
    bool ended;

    enum coding coding;
    z_stream gzip;
    ZSTD_DStream *zstd;
    bool in_frame; /* the compressed stream is not at the end of a member or frame */
    unsigned char *raw;
    size_t raw_at;
    size_t raw_size;
    bool raw_ended;

    char *text; /* decoded bytes from text_at to text_size are still to be given out */
    size_t text_at;
    size_t text_size;
    size_t text_room;
};

static enum status fail(struct input *input, struct problem *problem, enum status status,
                        const char *reason)
{
    input->ended = true;
    return problem_set(problem, status, input->name, input->line_number + 1, 0, "%s", reason);
}

/* Read more raw bytes; at the end of the file raw_ended becomes true. */
static enum status fill_raw(struct input *input, struct problem *problem)
{
    ssize_t got;
    do
        got = read(input->fd, input->raw, RAW_SIZE);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return fail(input, problem, STATUS_IO, strerror(errno));
    input->raw_at = 0;
    input->raw_size = (size_t)got;
    input->bytes_read += (uint64_t)got;
    input->raw_ended = got == 0;
    return STATUS_OK;
}

enum status input_open(struct input **opened, const char *path, struct problem *problem)
{
    *opened = NULL;
    int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    struct stat facts;
    if (fd < 0 || fstat(fd, &facts) < 0) {
        int reason = errno;
        if (fd >= 0)
            close(fd);
        return problem_set(problem, STATUS_IO, path, 0, 0, "%s", strerror(reason));
    }
    if (S_ISDIR(facts.st_mode)) {
        close(fd);
        return problem_set(problem, STATUS_IO, path, 0, 0, "is a folder, not a file");
    }
    struct input *input = memory_alloc(sizeof *input);
    input->fd = fd;
    input->name = memory_copy_text(path);
    input->bytes_total = S_ISREG(facts.st_mode) ? (uint64_t)facts.st_size : 0;
    input->raw = memory_alloc(RAW_SIZE);
    input->text = memory_alloc(TEXT_SIZE);
    input->text_room = TEXT_SIZE;
    enum status status = fill_raw(input, problem);
    if (status != STATUS_OK) {
        input_close(input);
        return status;
    }
    if (input->raw_size >= 2 && memcmp(input->raw, "\x1f\x8b", 2) == 0) {
        input->coding = CODING_GZIP;
        inflateInit2(&input->gzip, 16 + MAX_WBITS);
    } else if (input->raw_size >= 4 && memcmp(input->raw, "\x28\xb5\x2f\xfd", 4) == 0) {
        input->coding = CODING_ZSTD;
        input->zstd = ZSTD_createDStream();
    }
    *opened = input;
    return STATUS_OK;
}

void input_close(struct input *input)
{
    if (!input)
        return;
    if (input->coding == CODING_GZIP)
        inflateEnd(&input->gzip);
    if (input->coding == CODING_ZSTD)
        ZSTD_freeDStream(input->zstd);
    close(input->fd);
    memory_free(input->name);
    memory_free(input->raw);
    memory_free(input->text);
    memory_free(input);
}

/* Decode from raw behind text_size, leaving a byte for the last line's NUL; false if the
 * data is broken. */
static bool decode_gzip(struct input *input)
{
    if (!input->in_frame) {
        inflateReset(&input->gzip);
        input->in_frame = true;
    }
    z_stream *z = &input->gzip;
    z->next_in = input->raw + input->raw_at;
    z->avail_in = (uInt)(input->raw_size - input->raw_at);
    z->next_out = (unsigned char *)input->text + input->text_size;
    z->avail_out = (uInt)(input->text_room - 1 - input->text_size);
    int result = inflate(z, Z_NO_FLUSH);
    input->raw_at = input->raw_size - z->avail_in;
    input->text_size = input->text_room - 1 - z->avail_out;
    if (result == Z_STREAM_END)
        input->in_frame = false;
    return result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR;
}

static bool decode_zstd(struct input *input)
{
    ZSTD_inBuffer in = {input->raw, input->raw_size, input->raw_at};
    ZSTD_outBuffer out = {input->text, input->text_room - 1, input->text_size};
    size_t result = ZSTD_decompressStream(input->zstd, &out, &in);
    input->raw_at = in.pos;
    input->text_size = out.pos;
    input->in_frame = result != 0;
    return !ZSTD_isError(result);
}

static void copy_plain(struct input *input)
{
    size_t size = input->raw_size - input->raw_at;
    if (size > input->text_room - 1 - input->text_size)
        size = input->text_room - 1 - input->text_size;
    memcpy(input->text + input->text_size, input->raw + input->raw_at, size);
    input->raw_at += size;
    input->text_size += size;
}

/* Add decoded bytes behind text_size; STATUS_END if there are none left. */
static enum status fill_text(struct input *input, struct problem *problem)
{
    size_t before = input->text_size;
    while (input->text_size == before) {
        if (input->raw_at == input->raw_size) {
            enum status status = input->raw_ended ? STATUS_OK : fill_raw(input, problem);
            if (status != STATUS_OK)
                return status;
            if (input->raw_ended && input->in_frame)
                return fail(input, problem, STATUS_BAD_INPUT, "compressed data is cut off");
            if (input->raw_ended)
                return STATUS_END;
        }
        bool good = true;
        if (input->coding == CODING_GZIP)
            good = decode_gzip(input);
        else if (input->coding == CODING_ZSTD)
            good = decode_zstd(input);
        else
            copy_plain(input);
        if (!good)
            return fail(input, problem, STATUS_BAD_INPUT, "compressed data is broken");
    }
    return STATUS_OK;
}

/* Make room behind text_size: move what is left to the front, grow if it is long. */
static void make_room(struct input *input)
{
    size_t left = input->text_size - input->text_at;
    memmove(input->text, input->text + input->text_at, left);
    input->text_at = 0;
    input->text_size = left;
    if (left + 2 >= input->text_room) {
        input->text_room *= 2;
        input->text = memory_resize(input->text, input->text_room);
    }
}

static enum status give_line(struct input *input, size_t size, char **line, size_t *line_size,
                             struct problem *problem)
{
    char *text = input->text + input->text_at;
    if (size > INPUT_LINE_MAX)
        return fail(input, problem, STATUS_BAD_INPUT, "line is longer than 1 MiB");
    if (memchr(text, '\0', size))
        return fail(input, problem, STATUS_BAD_INPUT, "NUL byte: this is binary data, not text");
    if (size > 0 && text[size - 1] == '\r')
        size--;
    text[size] = '\0';
    *line = text;
    *line_size = size;
    input->line_number++;
    return STATUS_OK;
}

enum status input_line(struct input *input, char **line, size_t *size, struct problem *problem)
{
    if (input->ended)
        return STATUS_END;
    size_t scanned = 0;
    for (;;) {
        char *start = input->text + input->text_at;
        size_t left = input->text_size - input->text_at;
        char *end = memchr(start + scanned, '\n', left - scanned);
        if (end) {
            size_t length = (size_t)(end - start);
            enum status status = give_line(input, length, line, size, problem);
            input->text_at += length + 1;
            return status;
        }
        if (left > INPUT_LINE_MAX)
            return fail(input, problem, STATUS_BAD_INPUT, "line is longer than 1 MiB");
        scanned = left;
        make_room(input);
        enum status status = fill_text(input, problem);
        if (status == STATUS_OK)
            continue;
        if (status != STATUS_END)
            return status;
        input->ended = true;
        if (left == 0)
            return STATUS_END;
        return give_line(input, left, line, size, problem);
    }
}

uint64_t input_line_number(const struct input *input)
{
    return input->line_number;
}

const char *input_name(const struct input *input)
{
    return input->name;
}

uint64_t input_bytes_read(const struct input *input)
{
    return input->bytes_read;
}

uint64_t input_bytes_total(const struct input *input)
{
    return input->bytes_total;
}
