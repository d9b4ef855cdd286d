/* bench.h - the kinds of `flowsched bench`. */
#ifndef CLI_BENCH_H
#define CLI_BENCH_H

#include "cli/command.h"
#include "cli/options.h"

/* Like commands (command.h): the words after the kind, the exit status. */
int bench_solver(int argc, char **argv);
int bench_round(int argc, char **argv);

/* What they have in common: --help, or `run` with the parsed options. */
int bench_kind(const struct command *command, const struct option *rows, uint32_t row_count,
               int argc, char **argv, int (*run)(const struct options *options));

/* The exit status of a measurement, with words if it failed. STATUS_ILLEGAL is a wrong answer. */
int bench_end(enum status status, const struct problem *problem);

#endif
