/* temp_file.c - see temp_file.h. */
#include "tests/temp_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/assert.h"

void temp_path(char path[TEMP_PATH_SIZE], const char *ending)
{
    snprintf(path, TEMP_PATH_SIZE, "/tmp/flowsched-XXXXXX%s", ending);
    int fd = mkstemps(path, (int)strlen(ending));
    ASSERT(fd >= 0);
    close(fd);
    unlink(path);
}

void temp_file(char path[TEMP_PATH_SIZE], const void *bytes, size_t size)
{
    temp_path(path, "");
    FILE *file = fopen(path, "w");
    ASSERT(file);
    size_t written = fwrite(bytes, 1, size, file);
    ASSERT(written == size);
    int closed = fclose(file);
    ASSERT(closed == 0);
}

void temp_text(char path[TEMP_PATH_SIZE], const char *text)
{
    temp_file(path, text, strlen(text));
}
