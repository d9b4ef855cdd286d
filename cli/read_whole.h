/* read_whole.h - all bytes of a small file at once. */
#ifndef CLI_READ_WHOLE_H
#define CLI_READ_WHOLE_H

#include <cjson/cJSON.h>

#include "base/types.h"

/* From its start, with a NUL behind them; NULL: it cannot be read. The caller frees. */
char *read_whole(int fd);

/* The file as JSON; NULL: it is not there, cannot be read, or is no JSON. The caller deletes. */
cJSON *read_whole_json(const char *path);

#endif
