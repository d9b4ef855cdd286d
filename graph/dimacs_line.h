/* dimacs_line.h - one line of a DIMACS file, cut into fields and numbers.
 *
 * Shared by networks and solutions (dimacs.h, dimacs_solution.h). Every failure carries the
 * place of the field at fault. */
#ifndef GRAPH_DIMACS_LINE_H
#define GRAPH_DIMACS_LINE_H

#include "base/input.h"

#define DIMACS_FIELD_MAX 6

struct dimacs_field {
    const char *text; /* borrowed until the next line */
    size_t size;
    uint32_t column;
};

struct dimacs_line {
    struct input *input;
    struct problem *problem;
    struct dimacs_field fields[DIMACS_FIELD_MAX + 1];
    uint32_t count; /* DIMACS_FIELD_MAX + 1 stands for more as well */
};

/* The next line that is neither empty nor a comment; statuses as input_line. */
enum status dimacs_line_next(struct dimacs_line *line);

/* The letter that the line starts with, or 0 if it is a longer word. */
char dimacs_line_kind(const struct dimacs_line *line);

/* Fill the problem with the line's place; column 0 for the line as a whole. */
enum status dimacs_line_fail(const struct dimacs_line *line, enum status status, uint32_t column,
                             const char *reason);

/* STATUS_OK if the line has so many fields; else the problem says the form it should have. */
enum status dimacs_line_expect(const struct dimacs_line *line, uint32_t count, const char *form);

/* A field as a number; as a node number from 1 to node_count, given out less 1. */
enum status dimacs_line_number(const struct dimacs_line *line, uint32_t index, int64_t *value);
enum status dimacs_line_node(const struct dimacs_line *line, uint32_t index, uint32_t node_count,
                             uint32_t *node);

#endif
