/* tables.c - see tables.h. */
#include "traces/tables.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"

/* Does the file name begin with the stem, and the stem end there? */
static bool has_stem(const char *name, const char *stem)
{
    size_t size = strlen(stem);
    if (strncmp(name, stem, size) != 0)
        return false;
    unsigned char next = (unsigned char)name[size];
    if (next == '_')
        return isdigit((unsigned char)name[size + 1]);
    return !isalnum(next);
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static size_t digits(const char *text)
{
    return strspn(text, "0123456789");
}

/* Order of names with the numbers in them compared as numbers: part-2 before part-10. */
static int compare_names(const char *a, const char *b)
{
    while (*a && *b) {
        if (isdigit((unsigned char)*a) && isdigit((unsigned char)*b)) {
            a += strspn(a, "0");
            b += strspn(b, "0");
            size_t size_a = digits(a);
            size_t size_b = digits(b);
            int order = size_a == size_b ? memcmp(a, b, size_a) : size_a < size_b ? -1 : 1;
            if (order)
                return order;
            a += size_a;
            b += size_b;
        } else {
            if (*a != *b)
                return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
            a++;
            b++;
        }
    }
    return (*a != 0) - (*b != 0);
}

static int compare_paths(const void *a, const void *b)
{
    const char *path_a = *(char *const *)a;
    const char *path_b = *(char *const *)b;
    int order = compare_names(path_a, path_b);
    return order ? order : strcmp(path_a, path_b);
}

static void add_path(struct table_files *files, char *path)
{
    array_reserve(files->paths, files->room, files->count + 1);
    files->paths[files->count++] = path;
}

static char *join(const char *folder, const char *name)
{
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path = memory_alloc(size);
    snprintf(path, size, "%s/%s", folder, name);
    return path;
}

/* Add the parts in a folder: with `stem` the files and the sub-folder of that stem,
 * without it (inside such a sub-folder) every file that is not hidden. */
static enum status scan_folder(struct table_files *files, const char *folder, const char *stem,
                               struct problem *problem)
{
    DIR *stream = opendir(folder);
    if (!stream)
        return problem_set(problem, STATUS_IO, folder, 0, 0, "%s", strerror(errno));
    enum status status = STATUS_OK;
    struct dirent *entry;
    while (status == STATUS_OK && (entry = readdir(stream))) {
        const char *name = entry->d_name;
        if (name[0] == '.' || (stem && !has_stem(name, stem)))
            continue;
        char *path = join(folder, name);
        struct stat facts;
        bool readable = stat(path, &facts) == 0;
        bool is_folder = readable && S_ISDIR(facts.st_mode);
        if (is_folder && stem && strcmp(name, stem) == 0)
            status = scan_folder(files, path, NULL, problem);
        if (is_folder)
            memory_free(path);
        else
            add_path(files, path);
    }
    closedir(stream);
    return status;
}

enum status table_files_find(struct table_files *files, const char *path, const char *stem,
                             bool any_name, struct problem *problem)
{
    *files = (struct table_files){0};
    bool standard_input = strcmp(path, "-") == 0;
    struct stat facts;
    if (!standard_input && stat(path, &facts) < 0)
        return problem_set(problem, STATUS_IO, path, 0, 0, "%s", strerror(errno));
    if (standard_input || !S_ISDIR(facts.st_mode)) {
        if (any_name || has_stem(last_part(path), stem))
            add_path(files, memory_copy_text(path));
        return STATUS_OK;
    }
    enum status status = scan_folder(files, path, stem, problem);
    if (status != STATUS_OK) {
        table_files_free(files);
        return status;
    }
    if (files->count > 1)
        qsort(files->paths, files->count, sizeof *files->paths, compare_paths);
    return STATUS_OK;
}

void table_files_free(struct table_files *files)
{
    for (uint32_t i = 0; i < files->count; i++)
        memory_free(files->paths[i]);
    memory_free(files->paths);
    *files = (struct table_files){0};
}

void table_reader_init(struct table_reader *reader, const struct table_files *files)
{
    *reader = (struct table_reader){.files = files};
}

void table_reader_free(struct table_reader *reader)
{
    input_close(reader->input);
    reader->input = NULL;
}

/* Undo the quotes of the field at `*at` in place and leave `*at` behind its closing
 * quote; text between that and the next comma is kept, as other readers do. */
static char *take_quoted(char **at)
{
    char *from = *at + 1;
    char *to = *at;
    while (*from && !(from[0] == '"' && from[1] != '"')) {
        from += from[0] == '"';
        *to++ = *from++;
    }
    if (*from == '"')
        from++;
    while (*from && *from != ',')
        *to++ = *from++;
    *at = from;
    return to;
}

static void split_csv(struct table_reader *reader, char *at)
{
    uint32_t count = 0;
    for (;;) {
        char *field = at;
        char *end;
        if (*at == '"') {
            end = take_quoted(&at);
        } else {
            at += strcspn(at, ",");
            end = at;
        }
        bool last = *at == '\0';
        *end = '\0';
        reader->fields[count] = field;
        reader->field_sizes[count] = (uint32_t)(end - field);
        count++;
        if (last || count == TABLE_FIELD_MAX)
            break;
        at++;
    }
    reader->field_count = count;
}

static void split_blanks(struct table_reader *reader, char *at)
{
    uint32_t count = 0;
    at += strspn(at, " \t");
    while (*at && count < TABLE_FIELD_MAX) {
        uint32_t size = (uint32_t)strcspn(at, " \t");
        reader->fields[count] = at;
        reader->field_sizes[count++] = size;
        at += size;
        if (*at)
            *at++ = '\0';
        at += strspn(at, " \t");
    }
    reader->field_count = count;
}

static void split(struct table_reader *reader, char *line, size_t size)
{
    if (reader->layout == TABLE_CSV) {
        split_csv(reader, line);
    } else if (reader->layout == TABLE_BLANKS) {
        split_blanks(reader, line);
    } else {
        reader->fields[0] = line;
        reader->field_sizes[0] = (uint32_t)size;
        reader->field_count = 1;
    }
}

/* Is the line no row? Comments are told to whoever asked for them. */
static bool skips(const struct table_reader *reader, const char *line)
{
    line += strspn(line, " \t");
    bool comment = reader->comment && *line == reader->comment;
    if (comment && reader->take_comment)
        reader->take_comment(reader->comment_context, line);
    return comment || *line == '\0';
}

/* The next line of the parts; STATUS_END after the last line of the last part. */
static enum status next_line(struct table_reader *reader, char **line, size_t *size,
                             struct problem *problem)
{
    for (;;) {
        if (reader->input) {
            enum status status = input_line(reader->input, line, size, problem);
            if (status != STATUS_END)
                return status;
            table_reader_free(reader);
        }
        if (reader->next_file == reader->files->count)
            return STATUS_END;
        const char *path = reader->files->paths[reader->next_file++];
        enum status status = input_open(&reader->input, path, problem);
        if (status != STATUS_OK)
            return status;
    }
}

enum status table_reader_next(struct table_reader *reader, struct problem *problem)
{
    char *line;
    size_t size;
    do {
        enum status status = next_line(reader, &line, &size, problem);
        if (status != STATUS_OK)
            return status;
        if (input_line_number(reader->input) == 1 && strncmp(line, "\xef\xbb\xbf", 3) == 0) {
            line += 3; /* a byte-order mark */
            size -= 3;
        }
    } while (skips(reader, line));
    split(reader, line, size);
    return STATUS_OK;
}

bool table_reader_at_first_line(const struct table_reader *reader)
{
    return reader->input && input_line_number(reader->input) == 1;
}

enum status table_reader_problem(const struct table_reader *reader, uint32_t column,
                                 struct problem *problem, const char *reason)
{
    return problem_set(problem, STATUS_BAD_INPUT, input_name(reader->input),
                       input_line_number(reader->input), column + 1, "%s", reason);
}
