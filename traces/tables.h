/* tables.h - the files of a trace's tables, and their rows: CSV, fields between blanks, or
 * whole lines.
 *
 * Found by the stem of the published name: a file belongs to the table if its name begins
 * with the stem, followed by the end, or by a character that is no letter, digit or "_"
 * (so "batch_task_usage.csv" is not of the table batch_task, while "batch_task.csv",
 * "batch_task-1.csv.gz" and "batch_task_00.csv" are: "_" and a digit may follow); a
 * sub-folder with exactly the stem as its name holds parts of the table as well: all files
 * in it that are not hidden. Parts are read in order of name, numbers compared as numbers. */
#ifndef TRACES_TABLES_H
#define TRACES_TABLES_H

#include "base/input.h"

struct table_files {
    char **paths;
    uint32_t count;
    uint32_t room;
};

/* The parts of the table `stem` at `path`: a folder, or a single file (which is the only
 * part, whatever its name, if its name has the stem or `any_name`). No part: count is 0. */
enum status table_files_find(struct table_files *files, const char *path, const char *stem,
                             bool any_name, struct problem *problem);
void table_files_free(struct table_files *files);

#define TABLE_FIELD_MAX 64

enum table_layout {
    TABLE_CSV,
    TABLE_BLANKS, /* fields stand between blanks, and have no quotes */
    TABLE_LINES   /* a line is one field */
};

/* A reader of all parts of one table as one sequence of rows. */
struct table_reader {
    const struct table_files *files;
    uint32_t next_file;
    struct input *input; /* the part that is being read, or NULL */
    char *fields[TABLE_FIELD_MAX];
    uint32_t field_sizes[TABLE_FIELD_MAX];
    uint32_t field_count; /* of this row; more than TABLE_FIELD_MAX are cut */

    /* Set between init and the first row, by formats that need them: */
    enum table_layout layout;
    char comment; /* lines that begin with it are no rows; NUL: there are no comments */
    void (*take_comment)(void *context, const char *line); /* told of each of them */
    void *comment_context;
};

void table_reader_init(struct table_reader *reader, const struct table_files *files);
void table_reader_free(struct table_reader *reader);

/* Split the next line into fields (in CSV RFC 4180 quotes, but a field ends with its line;
 * blank lines are skipped, and comments, and a byte-order mark); borrowed until the next call.
 * STATUS_END after the last part. Errors as input_line. */
enum status table_reader_next(struct table_reader *reader, struct problem *problem);

/* Is the row the first line of its part, where some copies of a table have a header? */
bool table_reader_at_first_line(const struct table_reader *reader);

/* STATUS_BAD_INPUT and where the row is, for a problem about its field `column` (from 0).
 * The problem's column is the number of the field, from 1, as publishers number them. */
enum status table_reader_problem(const struct table_reader *reader, uint32_t column,
                                 struct problem *problem, const char *reason);

#endif
