/* dimacs_line.c - see dimacs_line.h. */
#include "graph/dimacs_line.h"

#include <string.h>

#include "base/number.h"

enum status dimacs_line_fail(const struct dimacs_line *line, enum status status, uint32_t column,
                             const char *reason)
{
    return problem_set(line->problem, status, input_name(line->input),
                       input_line_number(line->input), column, "%s", reason);
}

static bool blank(char c)
{
    return c == ' ' || c == '\t';
}

static void cut(struct dimacs_line *line, const char *text)
{
    const char *at = text;
    line->count = 0;
    while (line->count <= DIMACS_FIELD_MAX) {
        while (blank(*at))
            at++;
        if (!*at)
            return;
        const char *start = at;
        while (*at && !blank(*at))
            at++;
        line->fields[line->count++] =
            (struct dimacs_field){start, (size_t)(at - start), (uint32_t)(start - text) + 1};
    }
}

enum status dimacs_line_read(struct dimacs_line *line)
{
    do {
        char *text;
        size_t size;
        enum status status = input_line(line->input, &text, &size, line->problem);
        if (status != STATUS_OK)
            return status;
        cut(line, text);
    } while (line->count == 0);
    return STATUS_OK;
}

enum status dimacs_line_next(struct dimacs_line *line)
{
    enum status status;
    do
        status = dimacs_line_read(line);
    while (status == STATUS_OK && dimacs_line_kind(line) == 'c');
    return status;
}

char dimacs_line_kind(const struct dimacs_line *line)
{
    return line->fields[0].size == 1 ? *line->fields[0].text : 0;
}

bool dimacs_line_is(const struct dimacs_line *line, uint32_t index, const char *word)
{
    return index < line->count && line->fields[index].size == strlen(word) &&
           memcmp(line->fields[index].text, word, line->fields[index].size) == 0;
}

enum status dimacs_line_expect(const struct dimacs_line *line, uint32_t least, uint32_t most,
                               const char *form)
{
    if (line->count >= least && line->count <= most)
        return STATUS_OK;
    if (line->count > most)
        return dimacs_line_fail(line, STATUS_BAD_INPUT, line->fields[most].column,
                                "unexpected text at the end of the line");
    const struct dimacs_field *last = &line->fields[line->count - 1];
    return dimacs_line_fail(line, STATUS_BAD_INPUT, last->column + (uint32_t)last->size, form);
}

enum status dimacs_line_number(const struct dimacs_line *line, uint32_t index, int64_t *value)
{
    const struct dimacs_field *field = &line->fields[index];
    enum status status = number_parse_int(field->text, field->size, value);
    if (status == STATUS_TOO_LARGE)
        return dimacs_line_fail(line, status, field->column, "number does not fit 64 bits");
    if (status != STATUS_OK)
        return dimacs_line_fail(line, status, field->column, "not an integer");
    return STATUS_OK;
}

enum status dimacs_line_node(const struct dimacs_line *line, uint32_t index, uint32_t node_count,
                             uint32_t *node)
{
    int64_t value;
    enum status status = dimacs_line_number(line, index, &value);
    if (status != STATUS_OK)
        return status;
    if (value < 1 || value > node_count)
        return dimacs_line_fail(line, STATUS_BAD_INPUT, line->fields[index].column,
                                "node number is not from 1 to the number of nodes");
    *node = (uint32_t)value - 1;
    return STATUS_OK;
}

enum status dimacs_line_header(const struct dimacs_line *line, uint32_t *nodes, uint32_t *arcs)
{
    int64_t node_count;
    int64_t arc_count;
    enum status status = dimacs_line_expect(line, 4, 4, "a p line is: p min NODES ARCS");
    if (status != STATUS_OK)
        return status;
    if (!dimacs_line_is(line, 1, "min"))
        return dimacs_line_fail(line, STATUS_BAD_INPUT, line->fields[1].column,
                                "the problem is not 'min', minimum-cost flow");
    status = dimacs_line_number(line, 2, &node_count);
    if (status == STATUS_OK)
        status = dimacs_line_number(line, 3, &arc_count);
    if (status != STATUS_OK)
        return status;
    if (node_count < 0 || arc_count < 0)
        return dimacs_line_fail(line, STATUS_BAD_INPUT, line->fields[node_count < 0 ? 2 : 3].column,
                                "a count below 0");
    if (node_count > DIMACS_NODE_MAX)
        return dimacs_line_fail(line, STATUS_TOO_LARGE, line->fields[2].column,
                                "more than 2^28 nodes");
    if (arc_count >= NONE - 1)
        return dimacs_line_fail(line, STATUS_TOO_LARGE, line->fields[3].column,
                                "2^32 arcs or more");
    *nodes = (uint32_t)node_count;
    *arcs = (uint32_t)arc_count;
    return STATUS_OK;
}

enum status dimacs_line_bounds(const struct dimacs_line *line, struct dimacs_bounds *bounds)
{
    enum status status = dimacs_line_number(line, 3, &bounds->lower);
    if (status == STATUS_OK)
        status = dimacs_line_number(line, 4, &bounds->capacity);
    if (status == STATUS_OK)
        status = dimacs_line_number(line, 5, &bounds->cost);
    if (status != STATUS_OK)
        return status;
    if (bounds->lower < 0)
        return dimacs_line_fail(line, STATUS_BAD_INPUT, line->fields[3].column,
                                "lower bound below 0");
    if (bounds->capacity < bounds->lower)
        return dimacs_line_fail(line, STATUS_BAD_INPUT, line->fields[4].column,
                                "capacity below the lower bound");
    return STATUS_OK;
}
