/* dimacs_line.c - see dimacs_line.h. */
#include "graph/dimacs_line.h"

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

enum status dimacs_line_next(struct dimacs_line *line)
{
    do {
        char *text;
        size_t size;
        enum status status = input_line(line->input, &text, &size, line->problem);
        if (status != STATUS_OK)
            return status;
        cut(line, text);
    } while (line->count == 0 || (line->fields[0].size == 1 && *line->fields[0].text == 'c'));
    return STATUS_OK;
}

char dimacs_line_kind(const struct dimacs_line *line)
{
    return line->fields[0].size == 1 ? *line->fields[0].text : 0;
}

enum status dimacs_line_expect(const struct dimacs_line *line, uint32_t count, const char *form)
{
    if (line->count == count)
        return STATUS_OK;
    if (line->count > count)
        return dimacs_line_fail(line, STATUS_BAD_INPUT, line->fields[count].column,
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
