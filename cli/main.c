/* main.c - the program: finds the subcommand and runs it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"

static int print_help(FILE *file)
{
    fputs("flowsched - a cluster scheduler that places tasks by minimum-cost flow\n\n"
          "usage: flowsched COMMAND [OPTIONS] ARGUMENTS\n\n",
          file);
    for (uint32_t i = 0; command_at(i); i++) {
        const struct command *command = command_at(i);
        fprintf(file, "  %-9s %-14s %s\n", command->name, command->arguments, command->help);
    }
    fputs("\n'flowsched COMMAND --help' explains a command; --version prints the version.\n"
          "FILE may be gzip or Zstandard, and - is standard input. Exit status: 0 done,\n"
          "1 a valid negative answer, 2 wrong use, 3 bad input or I/O, 4 budget spent,\n"
          "70 a failed check of its own, 130 interrupted.\n",
          file);
    return EXIT_DONE;
}

static int run(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return EXIT_WRONG_USE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return print_help(stdout);
    if (strcmp(argv[1], "--version") == 0) {
        puts("flowsched " FLOWSCHED_VERSION);
        return EXIT_DONE;
    }
    const struct command *command = command_find(argv[1]);
    if (command)
        return command->run(argc - 2, argv + 2);
    fprintf(stderr, "flowsched: there is no command '%s'; 'flowsched --help' lists them\n",
            argv[1]);
    return EXIT_WRONG_USE;
}

/* A standard stream that is closed would give its number to the next file opened, which
 * would then get our messages. On a stand-in that is open for reading, writing fails. */
static void hold_standard_streams(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0)
        close(fd);
}

int main(int argc, char **argv)
{
    hold_standard_streams();
    int result = run(argc, argv);
    if (fflush(stdout) == 0 && !ferror(stdout))
        return result;
    fprintf(stderr, "flowsched: cannot write to standard output: %s\n", strerror(errno));
    return EXIT_BAD_INPUT;
}
