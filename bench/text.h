/* text.h - numbers as people read them in a table. */
#ifndef BENCH_TEXT_H
#define BENCH_TEXT_H

#include "base/types.h"

#define TEXT_SIZE 32

/* A time with 3 to 4 digits and its unit, "5.80 us". Returns the text. */
const char *text_time(char text[TEXT_SIZE], double ns);

/* "1,232,687". Likewise. */
const char *text_count(char text[TEXT_SIZE], uint64_t count);

#endif
