/* policy.c - `flowsched policy`: be the policy of another program, in JSON lines. */
#include <signal.h>
#include <stdio.h>

#include "cli/command.h"
#include "cli/options.h"
#include "plugins/service.h"

static const struct option rows[] = {
    {"socket", OPTION_TEXT, "PATH", NULL, 0, 0,
     "listen at a Unix socket, each client with a cluster of its own"},
    {"clients", OPTION_INT, "N", "64", 1, SERVICE_CLIENTS_MAX, "of the socket at a time, at most"},
    {"policy", OPTION_TEXT, "NAME[:OPTION=VALUE+...]", "flow", 0, 0,
     "who decides: see `flowsched list`"},
    {"cost-model", OPTION_TEXT, "MIX", "quincy", 0, 0,
     "prices of the flow policy: NAME[:WEIGHT],..."},
    {"solver", OPTION_TEXT, "NAME", "auto", 0, 0, "of the flow policy"},
    {"fairness", OPTION_SWITCH, "on|off", "off", 0, 0, "Quincy's bounds on a job's running tasks"},
    {"preemption", OPTION_SWITCH, "on|off", "off", 0, 0, "may running tasks be stopped or moved?"},
    {"moves", OPTION_INT, "N", "100", 1, 10000000,
     "tasks that a round stops or moves at most, with preemption"},
    {"tenants", OPTION_TEXT, "FILE", NULL, 0, 0,
     "weights, parents, guarantees and limits of tenants"},
    {"clairvoyant", OPTION_SWITCH, "on|off", "off", 0, 0,
     "do policies know how long each task runs?"},
    {"max-retries", OPTION_INT, "N", NULL, 0, 1000,
     "of a task whose attempts fail; without it, any number"},
    {"seed", OPTION_INT, "N", "1", 0, INT64_MAX, "of everything that is left to chance"},
};

/* Those that are an engine's own: all but the first two. */
#define OWN_ROWS 2

static volatile sig_atomic_t interrupted;

static void interrupt(int signal_number)
{
    (void)signal_number;
    interrupted = 1;
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = interrupt};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN); /* a client that left is told by its write */
}

static int run(const struct options *options)
{
    struct flowsched_option engine[COUNT_OF(rows)];
    struct problem problem = {0};
    size_t count = 0;
    if (options->argument_count)
        return command_fail(problem_set(&problem, STATUS_USAGE, NULL, 0, 0,
                                        "policy takes no arguments: requests come on standard "
                                        "input, or at --socket"),
                            &problem);
    for (uint32_t i = OWN_ROWS; i < COUNT_OF(rows); i++)
        if (options->values[i].text)
            engine[count++] = (struct flowsched_option){rows[i].name, options->values[i].text};
    struct service_options service = {.options = engine,
                                      .option_count = count,
                                      .socket = options_text(options, "socket"),
                                      .clients_max = (uint32_t)options_number(options, "clients"),
                                      .interrupted = &interrupted};
    catch_signals();
    enum status status = service_run(&service, &problem);
    if (status != STATUS_OK)
        return command_fail(status, &problem);
    return interrupted ? EXIT_INTERRUPTED : EXIT_DONE;
}

int command_policy(int argc, char **argv)
{
    const struct command *command = command_find("policy");
    if (command_help(command, rows, COUNT_OF(rows), argc, argv))
        return EXIT_DONE;
    struct options options;
    struct problem problem = {0};
    enum status status = options_parse(&options, rows, COUNT_OF(rows), argc, argv, &problem);
    int exit_status = status == STATUS_OK ? run(&options) : command_fail(status, &problem);
    options_free(&options);
    return exit_status;
}
