/* status.h - how a call ended, and the words for a person when input was at fault.
 *
 * Three kinds of trouble are never mixed: a bug is an ASSERT (base/assert.h), trouble
 * outside is a status, and what a solver found is an outcome (solver/solver.h). */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

#include "base/types.h"

enum status {
    STATUS_OK,
    STATUS_END,       /* nothing more to read */
    STATUS_BAD_INPUT, /* the bytes are wrong: see the problem's place and reason */
    STATUS_IO,        /* the system refused: file, disk or pipe */
    STATUS_NOT_FOUND, /* the named thing does not exist */
    STATUS_EXISTS,    /* the named thing exists already */
    STATUS_ILLEGAL,   /* not allowed in the thing's present state */
    STATUS_TOO_LARGE, /* a number or a sum leaves its range */
    STATUS_USAGE,     /* an option or argument is wrong */
    STATUS_NO_MEMORY, /* an allocation failed: base/memory_guard.h, base/memory_reserve.h */
};

/* Where input went wrong and why; written at the edge, printed by cli/. `line` and
 * `column` count from 1; 0 means that they do not apply. */
struct problem {
    char file[256];
    uint64_t line;
    uint32_t column;
    char reason[256];
};

/* Fill `problem` (which may be NULL) and return `status`, so that an edge can say
 * `return problem_set(...)`. The reason is printf-formatted and cut to fit. */
enum status problem_set(struct problem *problem, enum status status, const char *file,
                        uint64_t line, uint32_t column, const char *reason, ...)
    __attribute__((format(printf, 6, 7)));

/* "file:line:column: reason" into `text`; parts that do not apply are left out. */
void problem_print(const struct problem *problem, char *text, size_t size);

#endif
