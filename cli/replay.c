/* replay.c - `flowsched replay`: one trace under one policy, and a report at the end. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "cli/command.h"
#include "cli/replay_options.h"
#include "cli/session.h"
#include "plugins/outside_library.h"
#include "plugins/outside_program.h"

static bool due(void *progress, uint64_t now_ns)
{
    return progress_due(progress, now_ns);
}

static void tell(void *progress, const struct progress_state *at, uint64_t now_ns)
{
    progress_tell(progress, at, now_ns);
}

static void end(void *progress)
{
    progress_end(progress);
}

/* The library as the partner has the options that its engine knows as well. */
static enum status open_library(const struct options *options, struct outside_partner *partner,
                                struct problem *problem)
{
    static const char *const names[] = {"policy",      "cost-model", "solver",  "fairness",
                                        "preemption",  "moves",      "tenants", "clairvoyant",
                                        "max-retries", "seed"};
    struct flowsched_option given[COUNT_OF(names)];
    size_t count = 0;
    for (uint32_t i = 0; i < COUNT_OF(names); i++)
        if (options_text(options, names[i]))
            given[count++] = (struct flowsched_option){names[i], options_text(options, names[i])};
    return outside_library_create(partner, given, count, problem);
}

static enum status open_partner(const struct options *options, struct session_options *session,
                                struct outside_partner *partner, struct problem *problem)
{
    const char *through = options_text(options, "through");
    if (!through)
        return STATUS_OK;
    session->replay.policy = &policy_outside;
    session->partner = partner;
    return strcmp(through, "library") == 0 ? open_library(options, partner, problem)
                                           : outside_program_create(partner, through, problem);
}

static int run(const struct options *options)
{
    struct outside_partner partner;
    struct progress progress;
    struct session_options session = {.out = options_text(options, "out"),
                                      .json = options_flag(options, "json"),
                                      .listener = {&progress, due, tell, end}};
    struct replay_choice choice = {.policy = options_text(options, "policy"),
                                   .cost_model = options_text(options, "cost-model"),
                                   .seed = (uint64_t)options_number(options, "seed")};
    struct problem problem = {0};
    enum status status = replay_options_read(options, &choice, &session.replay, &problem);
    if (status == STATUS_OK)
        status = open_partner(options, &session, &partner, &problem);
    if (status != STATUS_OK)
        return command_fail(status, &problem);
    enum progress_mode mode = progress_mode_for(stderr, options_flag(options, "quiet"));
    progress_init(&progress, stderr, mode, clock_ns());
    return session_run(&session);
}

int command_replay(int argc, char **argv)
{
    const struct command *command = command_find("replay");
    if (command_help(command, replay_option_rows, replay_option_row_count, argc, argv))
        return EXIT_DONE;
    struct options options;
    struct problem problem = {0};
    enum status status =
        options_parse(&options, replay_option_rows, replay_option_row_count, argc, argv, &problem);
    signal(SIGPIPE, SIG_IGN); /* a reader that left is an error of writing, told as such */
    int exit_status = status == STATUS_OK ? run(&options) : command_fail(status, &problem);
    options_free(&options);
    return exit_status;
}
