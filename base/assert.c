/* assert.c - see assert.h. */
#include "base/assert.h"

#include <stdio.h>
#include <stdlib.h>

void assert_failed(const char *condition, const char *file, int line)
{
    fprintf(stderr, "flowsched: internal check failed: %s (%s:%d)\n", condition, file, line);
    exit(EXIT_INTERNAL);
}
