/* command.c - see command.h. */
#include "cli/command.h"

#include <stdio.h>
#include <string.h>

#include "cli/options.h"

static const struct command COMMANDS[] = {
    {"replay", "TRACE", "replay a trace under one policy, print and save a report", command_replay},
    {"compare", "TRACE", "replay a trace under several policies, side by side", command_compare},
    {"generate", "trace|network", "write a seeded synthetic trace or network", command_generate},
    {"solve", "FILE", "solve a minimum-cost flow network in DIMACS format", command_solve},
    {"check", "FILE SOLUTION", "is this solution of a network optimal?", command_check},
    {"bench", "solver", "measure how fast a solver is, beside others", command_bench},
    {"policy", "", "be the policy of another program, in JSON lines", command_policy},
    {"list", "", "the names that options take", command_list},
};

const struct command *command_at(uint32_t index)
{
    return index < COUNT_OF(COMMANDS) ? &COMMANDS[index] : NULL;
}

const struct command *command_find(const char *name)
{
    for (uint32_t i = 0; i < COUNT_OF(COMMANDS); i++)
        if (strcmp(COMMANDS[i].name, name) == 0)
            return &COMMANDS[i];
    return NULL;
}

int command_fail(enum status status, const struct problem *problem)
{
    char text[600];
    problem_print(problem, text, sizeof text);
    fprintf(stderr, "flowsched: %s\n", text);
    return status == STATUS_USAGE ? EXIT_WRONG_USE : EXIT_BAD_INPUT;
}

bool command_help(const struct command *command, const struct option *rows, uint32_t row_count,
                  int argc, char **argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--help") != 0 && strcmp(argv[i], "-h") != 0)
            continue;
        printf("usage: flowsched %s%s%s%s\n\n%s\n", command->name, row_count ? " [OPTIONS]" : "",
               command->arguments[0] ? " " : "", command->arguments, command->help);
        if (row_count)
            putchar('\n');
        options_print_help(rows, row_count);
        return true;
    }
    return false;
}
