/* output.h - a file that is either whole or not there.
 *
 * Text goes to a hidden file beside the target, and output_commit renames it into
 * place: a full disk or an interrupt leaves no half-written file. Of two programs that
 * write the same file at once, the second is refused. What is there but no regular file, such
 * as a device, is not replaced. */
#ifndef BASE_OUTPUT_H
#define BASE_OUTPUT_H

#include <stdio.h>

#include "base/status.h"

struct output;

/* Start writing what will be `path`; "-" is standard output, where what is written stays
 * written whatever comes. STATUS_IO if that fails; *output is then NULL. */
enum status output_open(struct output **output, const char *path, struct problem *problem);

/* Add printf-formatted text, or bytes. An error is kept and told by output_commit. */
void output_print(struct output *output, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void output_write(struct output *output, const char *bytes, size_t size);

/* The stream, for libraries that write to one; borrowed until commit or abandon. Errors are
 * found by output_commit. */
FILE *output_stream(struct output *output);

/* One CSV field: quoted if it holds a comma, a quote or a line end (RFC 4180). */
void output_csv_text(struct output *output, const char *text);

/* Has a write failed already? Long runs ask, to stop early. */
bool output_failed(const struct output *output);

/* Finish: flush to the disk and put the file in its place. STATUS_IO if any write
 * failed; nothing is left behind then. Destroys the output either way. */
enum status output_commit(struct output *output, struct problem *problem);

/* Give up: leave nothing behind. NULL is allowed. */
void output_abandon(struct output *output);

#endif
