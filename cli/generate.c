/* generate.c - flowsched generate: seeded synthetic input, of the kind that the first word
 * names. */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/generate.h"

static const struct command KINDS[] = {
    {"trace", "", "a synthetic trace by seed, in the native format", generate_trace},
    {"network", "", "a network of a family that solvers are measured with, in DIMACS format",
     generate_network},
};

static int print_help(void)
{
    puts("usage: flowsched generate KIND [OPTIONS]\n\nKIND is one of");
    for (size_t i = 0; i < COUNT_OF(KINDS); i++)
        printf("  %-9s %s\n", KINDS[i].name, KINDS[i].help);
    puts("\n'flowsched generate KIND --help' lists the options.");
    return EXIT_DONE;
}

int command_generate(int argc, char **argv)
{
    for (size_t i = 0; argc > 0 && i < COUNT_OF(KINDS); i++)
        if (strcmp(argv[0], KINDS[i].name) == 0)
            return KINDS[i].run(argc - 1, argv + 1);
    if (argc > 0 && (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0))
        return print_help();
    struct problem problem;
    problem_set(&problem, STATUS_USAGE, NULL, 0, 0,
                "say what to generate first: generate trace, or generate network");
    return command_fail(STATUS_USAGE, &problem);
}
