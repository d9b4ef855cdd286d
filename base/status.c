/* status.c - see status.h. */
#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>

enum status problem_set(struct problem *problem, enum status status, const char *file,
                        uint64_t line, uint32_t column, const char *reason, ...)
{
    if (!problem)
        return status;
    snprintf(problem->file, sizeof problem->file, "%s", file ? file : "");
    problem->line = line;
    problem->column = column;
    va_list arguments;
    va_start(arguments, reason);
    vsnprintf(problem->reason, sizeof problem->reason, reason, arguments);
    va_end(arguments);
    return status;
}

void problem_print(const struct problem *problem, char *text, size_t size)
{
    char place[64] = "";
    if (problem->line && problem->column)
        snprintf(place, sizeof place, "%" PRIu64 ":%u:", problem->line, problem->column);
    else if (problem->line)
        snprintf(place, sizeof place, "%" PRIu64 ":", problem->line);
    if (problem->file[0])
        snprintf(text, size, "%s:%s %s", problem->file, place, problem->reason);
    else
        snprintf(text, size, "%s%s%s", place, place[0] ? " " : "", problem->reason);
}
