/* command.h - the subcommands of the program and what they exit with. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "base/status.h"
#include "include/flowsched.h"

enum exit_status {
    EXIT_DONE = 0,
    EXIT_NEGATIVE = 1,     /* a valid negative answer: infeasible, not optimal, differs */
    EXIT_WRONG_USE = 2,    /* wrong options or arguments */
    EXIT_BAD_INPUT = 3,    /* bad input or I/O: file, line, column and reason are told */
    EXIT_BUDGET_SPENT = 4, /* an answer, with a bound on what a better one could save */
    EXIT_INTERRUPTED = 130 /* stopped by Ctrl-C, after a complete partial report */
    /* 70: an internal check failed (base/assert.h) */
};

struct command {
    const char *name;
    const char *arguments;             /* for the help: "FILE" */
    const char *help;                  /* one line */
    int (*run)(int argc, char **argv); /* the words after the subcommand */
};

int command_solve(int argc, char **argv);
int command_check(int argc, char **argv);
int command_replay(int argc, char **argv);
int command_compare(int argc, char **argv);
int command_bench(int argc, char **argv);
int command_generate(int argc, char **argv);
int command_policy(int argc, char **argv);
int command_list(int argc, char **argv);

/* The table, in the order of the help; NULL behind the last one, or for an unknown name. */
const struct command *command_at(uint32_t index);
const struct command *command_find(const char *name);

/* Print "flowsched: file:line: reason" on standard error and return the exit status that
 * belongs to the status. */
int command_fail(enum status status, const struct problem *problem);

/* Was --help asked for? Then print usage, the help line and the options. */
struct option;
bool command_help(const struct command *command, const struct option *rows, uint32_t row_count,
                  int argc, char **argv);

#endif
