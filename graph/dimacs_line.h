/* dimacs_line.h - one line of a DIMACS file, cut into fields and numbers.
 *
 * Shared by networks, solutions and streams (dimacs.h, dimacs_solution.h, dimacs_stream.h).
 * Every failure carries the place of the field at fault. */
#ifndef GRAPH_DIMACS_LINE_H
#define GRAPH_DIMACS_LINE_H

#include "base/input.h"

/* More nodes than this are refused. */
#define DIMACS_NODE_MAX (1u << 28)

#define DIMACS_FIELD_MAX 8

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

/* What an arc line says of its arc, beside the ends. */
struct dimacs_bounds {
    flow_t lower, capacity;
    cost_t cost;
};

/* The next line that is not empty; statuses as input_line. */
enum status dimacs_line_read(struct dimacs_line *line);

/* The next line that is neither empty nor a comment; statuses as input_line. */
enum status dimacs_line_next(struct dimacs_line *line);

/* The letter that the line starts with, or 0 if it is a longer word. */
char dimacs_line_kind(const struct dimacs_line *line);

/* Does the line have this field, and is it this word? */
bool dimacs_line_is(const struct dimacs_line *line, uint32_t index, const char *word);

/* Fill the problem with the line's place; column 0 for the line as a whole. */
enum status dimacs_line_fail(const struct dimacs_line *line, enum status status, uint32_t column,
                             const char *reason);

/* STATUS_OK if the line has from least to most fields; else the problem says the form it should
 * have. */
enum status dimacs_line_expect(const struct dimacs_line *line, uint32_t least, uint32_t most,
                               const char *form);

/* A field as a number; as a node number from 1 to node_count, given out less 1. */
enum status dimacs_line_number(const struct dimacs_line *line, uint32_t index, int64_t *value);
enum status dimacs_line_node(const struct dimacs_line *line, uint32_t index, uint32_t node_count,
                             uint32_t *node);

/* A whole p line: the counts that it claims, nodes up to DIMACS_NODE_MAX, arcs below 2^32 - 2. */
enum status dimacs_line_header(const struct dimacs_line *line, uint32_t *nodes, uint32_t *arcs);

/* Fields 3 to 5, LOW CAP COST, as an arc's bounds, 0 <= lower <= capacity, and cost. */
enum status dimacs_line_bounds(const struct dimacs_line *line, struct dimacs_bounds *bounds);

#endif
