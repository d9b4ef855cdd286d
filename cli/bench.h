/* bench.h - the kinds of `flowsched bench`. */
#ifndef CLI_BENCH_H
#define CLI_BENCH_H

#include "base/status.h"

/* Like commands (command.h): the words after the kind, the exit status. */
int bench_solver(int argc, char **argv);
int bench_round(int argc, char **argv);

/* The exit status of a measurement, with words if it failed. STATUS_ILLEGAL is a wrong answer. */
int bench_end(enum status status, const struct problem *problem);

#endif
