/* bench.h - the kinds of `flowsched bench`. */
#ifndef CLI_BENCH_H
#define CLI_BENCH_H

/* Like commands (command.h): the words after the kind, the exit status. */
int bench_solver(int argc, char **argv);

#endif
