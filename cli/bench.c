/* bench.c - flowsched bench: measured tables, of the kind that the first word names. */
#include "cli/bench.h"

#include <stdio.h>
#include <string.h>

#include "base/assert.h"

static const struct command KINDS[] = {
    {"solver", "", "how fast a solver is, and what memory it takes, beside others", bench_solver},
    {"round", "", "how long whole rounds of the flow policy take, stage by stage", bench_round},
};

static int print_help(void)
{
    puts("usage: flowsched bench KIND [OPTIONS]\n\nKIND is one of");
    for (size_t i = 0; i < COUNT_OF(KINDS); i++)
        printf("  %-9s %s\n", KINDS[i].name, KINDS[i].help);
    puts("\n'flowsched bench KIND --help' lists the options.");
    return EXIT_DONE;
}

int bench_kind(const struct command *command, const struct option *rows, uint32_t row_count,
               int argc, char **argv, int (*run)(const struct options *options))
{
    if (command_help(command, rows, row_count, argc, argv))
        return EXIT_DONE;
    struct options options;
    struct problem problem;
    enum status status = options_parse(&options, rows, row_count, argc, argv, &problem);
    int result = status == STATUS_OK ? run(&options) : command_fail(status, &problem);
    options_free(&options);
    return result;
}

int bench_end(enum status status, const struct problem *problem)
{
    if (status == STATUS_OK)
        return EXIT_DONE;
    int result = command_fail(status, problem);
    return status == STATUS_ILLEGAL ? EXIT_INTERNAL : result;
}

int command_bench(int argc, char **argv)
{
    for (size_t i = 0; argc > 0 && i < COUNT_OF(KINDS); i++)
        if (strcmp(argv[0], KINDS[i].name) == 0)
            return KINDS[i].run(argc - 1, argv + 1);
    if (argc > 0 && (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0))
        return print_help();
    struct problem problem;
    problem_set(&problem, STATUS_USAGE, NULL, 0, 0,
                "say what to measure first: bench solver or bench round");
    return command_fail(STATUS_USAGE, &problem);
}
