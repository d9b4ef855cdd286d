/* temp_file.h - files that last as long as a test. */
#ifndef TESTS_TEMP_FILE_H
#define TESTS_TEMP_FILE_H

#include <stddef.h>

#define TEMP_PATH_SIZE 64

/* A path that nothing has, ending as told, for a file still to be written. */
void temp_path(char path[TEMP_PATH_SIZE], const char *ending);

/* A file with these bytes; the test unlinks it. */
void temp_file(char path[TEMP_PATH_SIZE], const void *bytes, size_t size);
void temp_text(char path[TEMP_PATH_SIZE], const char *text);

#endif
