/* solve_stream.h - solve --stream: a network and rounds of changes to it, answered one by one. */
#ifndef CLI_SOLVE_STREAM_H
#define CLI_SOLVE_STREAM_H

#include "cli/options.h"
#include "solver/solver.h"

/* Answer every round of the stream at `path` ("-": standard input) on standard output, under the
 * options of solve; the same solver throughout. The exit status: that of the worst round or line,
 * as docs/change-stream.md has it. */
int solve_stream(const char *path, const struct options *options, struct solver *solver,
                 uint64_t budget);

#endif
