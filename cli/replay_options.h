/* replay_options.h - the options of a replay, from words to struct replay_options. */
#ifndef CLI_REPLAY_OPTIONS_H
#define CLI_REPLAY_OPTIONS_H

#include "cli/options.h"
#include "replay/replay.h"

extern const struct option replay_option_rows[];
extern const uint32_t replay_option_row_count;

/* Who decides, by which prices, and by which chance: what each run of a comparison has of its
 * own. */
struct replay_choice {
    const char *policy;
    const char *cost_model; /* of the flow policy, if `policy` says none */
    uint64_t seed;
};

#define REPLAY_COST_MODEL "quincy" /* if nobody says one */

/* Turn parsed options and the one argument TRACE into what a replay needs; texts are
 * borrowed from `options` and `choice`. STATUS_USAGE with what to do if they do not go
 * together. */
enum status replay_options_read(const struct options *options, const struct replay_choice *choice,
                                struct replay_options *replay, struct problem *problem);

#endif
