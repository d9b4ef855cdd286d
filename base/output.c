/* output.c - see output.h. */
#include "base/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

struct output {
    FILE *file;
    char *path;
    char *hidden; /* the name that the file has until it is whole; NULL: standard output */
    int error;    /* errno of the first write that failed, or 0 */
};

static char *hidden_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    size_t folder = slash ? (size_t)(slash - path) + 1 : 0;
    size_t size = strlen(path) + sizeof "..part";
    char *name = memory_alloc(size);
    snprintf(name, size, "%.*s.%s.part", (int)folder, path, path + folder);
    return name;
}

/* A stream of its own, so that closing it closes nothing of the program's. */
static FILE *open_standard(void)
{
    int fd = dup(STDOUT_FILENO);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    if (!file && fd >= 0)
        close(fd);
    return file;
}

/* Open the hidden file for this program alone. A lock and not O_EXCL, since a program that
 * was killed leaves its file behind, without the lock. EWOULDBLOCK: another one has it. */
static FILE *open_hidden(const char *hidden)
{
    int fd = open(hidden, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0)
        return NULL;
    bool taken = flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    /* Whoever had it may have put it in place between our opening and our locking. */
    struct stat opened, named;
    taken |= fstat(fd, &opened) != 0 || stat(hidden, &named) != 0 ||
             opened.st_ino != named.st_ino || opened.st_dev != named.st_dev;
    FILE *file = NULL;
    if (taken)
        errno = EWOULDBLOCK;
    else if (ftruncate(fd, 0) == 0 || errno == EINVAL) /* EINVAL: a device */
        file = fdopen(fd, "w");
    if (!file)
        close(fd);
    return file;
}

/* Is there something that a file must not take the place of, such as a device or a pipe? */
static bool irreplaceable(const char *path)
{
    struct stat facts;
    return stat(path, &facts) == 0 && !S_ISREG(facts.st_mode);
}

enum status output_open(struct output **opened, const char *path, struct problem *problem)
{
    *opened = NULL;
    bool standard = strcmp(path, "-") == 0;
    if (!standard && irreplaceable(path))
        return problem_set(problem, STATUS_IO, path, 0, 0,
                           "cannot write: it is there and no regular file");
    char *hidden = standard ? NULL : hidden_name(path);
    FILE *file = standard ? open_standard() : open_hidden(hidden);
    if (!file) {
        memory_free(hidden);
        if (errno == EWOULDBLOCK)
            return problem_set(problem, STATUS_IO, path, 0, 0,
                               "another program is writing it: wait, or name another");
        return problem_set(problem, STATUS_IO, path, 0, 0, "cannot write: %s", strerror(errno));
    }
    struct output *output = memory_alloc(sizeof *output);
    output->file = file;
    output->path = memory_copy_text(path);
    output->hidden = hidden;
    *opened = output;
    return STATUS_OK;
}

static void note_error(struct output *output, bool failed)
{
    if (failed && !output->error)
        output->error = errno ? errno : EIO;
}

void output_print(struct output *output, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    note_error(output, vfprintf(output->file, format, arguments) < 0);
    va_end(arguments);
}

void output_write(struct output *output, const char *bytes, size_t size)
{
    note_error(output, fwrite(bytes, 1, size, output->file) != size);
}

FILE *output_stream(struct output *output)
{
    return output->file;
}

void output_csv_text(struct output *output, const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        output_write(output, text, strlen(text));
        return;
    }
    output_write(output, "\"", 1);
    for (; *text; text++) {
        if (*text == '"')
            output_write(output, "\"", 1);
        output_write(output, text, 1);
    }
    output_write(output, "\"", 1);
}

bool output_failed(const struct output *output)
{
    return output->error != 0;
}

static void destroy(struct output *output)
{
    memory_free(output->path);
    memory_free(output->hidden);
    memory_free(output);
}

enum status output_commit(struct output *output, struct problem *problem)
{
    note_error(output, fflush(output->file) != 0 || ferror(output->file));
    bool hidden = output->hidden != NULL;
    note_error(output, hidden && fsync(fileno(output->file)) != 0 && errno != EINVAL);
    note_error(output, fclose(output->file) != 0);
    if (hidden && !output->error)
        note_error(output, rename(output->hidden, output->path) != 0);
    enum status status = STATUS_OK;
    if (output->error) {
        if (hidden)
            unlink(output->hidden);
        status = problem_set(problem, STATUS_IO, output->path, 0, 0, "cannot write: %s",
                             strerror(output->error));
    }
    destroy(output);
    return status;
}

void output_abandon(struct output *output)
{
    if (!output)
        return;
    fclose(output->file);
    if (output->hidden)
        unlink(output->hidden);
    destroy(output);
}
