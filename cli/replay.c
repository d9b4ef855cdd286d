/* replay.c - `flowsched replay`: one trace under one policy, and a report at the end. */
#include <signal.h>
#include <stdio.h>

#include "base/clock.h"
#include "cli/command.h"
#include "cli/replay_options.h"
#include "cli/session.h"

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

static int run(const struct options *options)
{
    struct progress progress;
    struct session_options session = {.out = options_text(options, "out"),
                                      .json = options_flag(options, "json"),
                                      .listener = {&progress, due, tell, end}};
    struct replay_choice choice = {.policy = options_text(options, "policy"),
                                   .cost_model = options_text(options, "cost-model"),
                                   .seed = (uint64_t)options_number(options, "seed")};
    struct problem problem = {0};
    enum status status = replay_options_read(options, &choice, &session.replay, &problem);
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
